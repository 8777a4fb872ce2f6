//! What can go wrong while a journey is set up or walked, said so that the reader can act on it.

use std::{fmt, io, path::PathBuf, time::Duration};

use fantoccini::error::{CmdError, NewSessionError};

use crate::browser::ConsoleEntry;

/// The result of everything in the harness.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with what was expected and what came.
///
/// `Debug` prints the same sentences as `Display`, because that is the form in which a failed
/// `#[test]` shows the error it returned.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something this machine needs is not there.
    #[error("expected {expected}; {found}; {cure}")]
    Missing {
        /// What should be there.
        expected: String,
        /// What is there instead.
        found: String,
        /// How to get it.
        cure: String,
    },

    /// The operating system refused something.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done, as in "could not …".
        doing: String,
        /// The system's reason.
        source: io::Error,
    },

    /// A program ended with a failure, or ended when it should have gone on.
    #[error("`{command}` ended ({status}); it said:\n{output}")]
    Program {
        /// The command line.
        command: String,
        /// Its exit status.
        status: String,
        /// What it printed, or its log.
        output: String,
    },

    /// A condition did not come true in time.
    #[error("waited {within:?} for {awaited}, in vain{}", seen(.last))]
    Deadline {
        /// The condition, as in "waited for …".
        awaited: String,
        /// How long it was given.
        within: Duration,
        /// What was there at the end; may be empty.
        last: String,
    },

    /// The page did not show what it should.
    #[error("{0}")]
    Page(Box<PageSeen>),

    /// The browser's console held what it should not.
    #[error("expected a console without errors; it holds:{}", lines(.0))]
    Console(Vec<ConsoleEntry>),

    /// The browser did not do as it was told.
    #[error("the browser could not {doing}: {source}")]
    WebDriver {
        /// What was being done, as in "could not …".
        doing: String,
        /// chromedriver's reason.
        source: CmdError,
    },

    /// The browser did not start.
    #[error("the browser did not start: {source}\n--- chromedriver's output ---\n{output}")]
    Session {
        /// chromedriver's reason.
        source: NewSessionError,
        /// What chromedriver printed.
        output: String,
    },
}

impl Error {
    /// For `map_err` on an [`io::Error`]; `doing` continues "could not …".
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// For `map_err` on a [`CmdError`]; `doing` continues "the browser could not …".
    pub fn webdriver(doing: impl Into<String>) -> impl FnOnce(CmdError) -> Self {
        let doing = doing.into();
        move |source| Self::WebDriver { doing, source }
    }
}

/// A wait in vain, with all that helps to see why.
#[derive(Debug)]
pub struct PageSeen {
    /// The condition, as in "waited for …".
    pub awaited: String,
    /// How long it was given.
    pub within: Duration,
    /// The address shown.
    pub url: String,
    /// The text a person would see.
    pub text: String,
    /// The console so far.
    pub console: Vec<ConsoleEntry>,
    /// A picture of the page at the end.
    pub screenshot: PathBuf,
}

impl fmt::Display for PageSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { awaited, within, url, text, console, screenshot } = self;
        writeln!(f, "waited {within:?} for {awaited}, in vain")?;
        writeln!(f, "  at:         {url}")?;
        writeln!(f, "  screenshot: {}", screenshot.display())?;
        writeln!(f, "--- the page's text ---\n{text}")?;
        write!(f, "--- the browser's console ---{}", lines(console))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn seen(last: &str) -> String {
    if last.is_empty() { String::new() } else { format!("; at the end there was:\n{last}") }
}

fn lines(entries: &[ConsoleEntry]) -> String {
    entries.iter().fold(String::new(), |lines, entry| lines + "\n  " + &entry.to_string())
}

//! The configuration file: the options of the command line by their long names, in TOML.
//!
//! ```toml
//! listen = "0.0.0.0:8025"
//! token-file = "/etc/smtp-bridge/token"
//! allow = ["smtp.example.com:25,587", "192.0.2.0/24:25"]
//! max-tunnels = 5000
//! ```
//!
//! What the command line or the environment says wins. A relative `token-file` lies in the folder of the file. Every value is read by the option's own reader, so a file
//! can say what a command line can and no more, and the same is wrong in both.

use clap::{Arg, ArgAction, CommandFactory as _, Parser as _};
use serde::Deserialize as _;
use serde_spanned::Spanned;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};
use toml::{
    Value,
    de::{DeTable, DeValue, ValueDeserializer},
};

use crate::cli::Cli;

/// Options that make no sense in a file.
const ELSEWHERE: [&str; 5] = ["config", "check", "completions", "help", "version"];

/// Options that name a file: a relative one lies beside the file that names it, wherever the bridge is started.
const PATHS: [&str; 1] = ["token-file"];

/// What a file says, as the arguments of a command line that say the same.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// An option, and what the file gives it.
#[derive(Debug)]
struct Entry {
    name: String,
    /// Where it stands, from 1.
    line: usize,
    arguments: Vec<OsString>,
}

/// Which lines the options stand on that came from a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    path: PathBuf,
    lines: BTreeMap<String, usize>,
}

/// Where an option came from: `bridge.toml:3: `, to be written before what is wrong with it, or nothing where it came
/// from no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(Option<(PathBuf, usize)>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |(path, line)| write!(f, "{}:{line}: ", path.display()))
    }
}

impl Places {
    /// Where an option came from, by its long name.
    pub(crate) fn of(&self, name: &str) -> Place {
        Place(self.lines.get(name).map(|line| (self.path.clone(), *line)))
    }
}

/// Why a file is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadFile {
    /// It cannot be read.
    #[error("--config {}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// Something in it is wrong.
    #[error("{}:{line}: {wrong}", .path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        wrong: String,
    },
}

/// The byte at which something wrong begins, and what is wrong.
type Wrong = (usize, String);

impl File {
    pub(crate) fn read(path: &Path) -> Result<Self, BadFile> {
        let text = fs::read_to_string(path)
            .map_err(|error| BadFile::Unreadable { path: path.to_owned(), error })?;
        Self::parse(&text, path).map_err(|(at, wrong)| BadFile::Wrong {
            path: path.to_owned(),
            line: line(&text, at),
            wrong,
        })
    }

    /// Leaves out the options that are `given` elsewhere, by their long names.
    pub(crate) fn without(mut self, given: impl Fn(&str) -> bool) -> Self {
        self.entries.retain(|entry| !given(&entry.name));
        self
    }

    /// Where its options stand.
    pub(crate) fn places(&self) -> Places {
        let lines = self.entries.iter().map(|entry| (entry.name.clone(), entry.line));
        Places { path: self.path.clone(), lines: lines.collect() }
    }

    /// The arguments for all of its options.
    pub(crate) fn arguments(self) -> impl Iterator<Item = OsString> {
        self.entries.into_iter().flat_map(|entry| entry.arguments)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Wrong> {
        let command = Cli::command();
        let folder = path.parent().unwrap_or(Path::new(""));
        let read = |(name, value): (Spanned<_>, Spanned<_>)| {
            let at = name.span().start;
            let name = String::from(name.into_inner());
            let arguments = arguments(&command, (&name, at), value, folder)?;
            Ok(Entry { name, line: line(text, at), arguments })
        };
        let table = DeTable::parse(text).map_err(|error| wrong(0, &error))?.into_inner();
        let entries = table.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), entries })
    }
}

/// The line that a byte stands on, from 1.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// What TOML's reader says, in one line; where it does not say where, then of this byte.
fn wrong(at: usize, error: &toml::de::Error) -> Wrong {
    let at = error.span().map_or(at, |span| span.start);
    (at, error.message().trim_end().replace('\n', ", "))
}

/// The arguments that give an option this value.
fn arguments(
    command: &clap::Command,
    (name, at): (&str, usize),
    value: Spanned<DeValue<'_>>,
    folder: &Path,
) -> Result<Vec<OsString>, Wrong> {
    let is_it = |option: &&Arg| option.get_long() == Some(name);
    let option = command.get_arguments().find(is_it).filter(|_| !ELSEWHERE.contains(&name));
    let Some(option) = option else {
        let what = format!("expected an option of smtp-bridge without its --, found {name}");
        return Err((at, what));
    };
    let one = |value| -> Result<OsString, String> {
        let text = match value {
            Value::String(text) if PATHS.contains(&name) => {
                let mut argument = OsString::from(format!("--{name}="));
                argument.push(folder.join(text));
                return Ok(argument);
            }
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Boolean(yes) => yes.to_string(),
            other => {
                let found = other.type_str();
                return Err(format!("expected a text, a number, true or false, found {found}"));
            }
        };
        Ok(format!("--{name}={text}").into())
    };
    // Each with its own place: a list may go over many lines.
    let several = match (option.get_action(), value.get_ref()) {
        (ArgAction::Append, DeValue::Array(_)) => match value.into_inner() {
            DeValue::Array(values) => values.into_iter().map(|it| (it.span().start, it)).collect(),
            _ => Vec::new(),
        },
        (_, DeValue::Array(_)) => return Err((at, "expected one value, found a list".into())),
        _ => vec![(at, value)],
    };
    let mut arguments = Vec::new();
    for (at, value) in several {
        let value = Value::deserialize(ValueDeserializer::from(value));
        let value = value.map_err(|error| wrong(at, &error))?;
        let argument = match (option.get_action(), value) {
            (ArgAction::SetTrue, Value::Boolean(true)) => format!("--{name}").into(),
            (ArgAction::SetTrue, Value::Boolean(false)) => continue,
            (ArgAction::SetTrue, _) => return Err((at, "expected true or false".into())),
            (_, value) => one(value).map_err(|what| (at, what))?,
        };
        check(&argument).map_err(|what| (at, what))?;
        arguments.push(argument);
    }
    Ok(arguments)
}

/// Whether the option's own reader takes it. What it says of it is one line, without the help behind it.
fn check(argument: &OsString) -> Result<(), String> {
    let whole = ["smtp-bridge".as_ref(), argument.as_os_str()];
    Cli::try_parse_from(whole).map(drop).map_err(|error| {
        let said = error.to_string();
        let line = said.lines().next().unwrap_or_default();
        line.trim_start_matches("error: ").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<OsString>, Wrong> {
        let file = File::parse(text, Path::new("/etc/bridge/bridge.toml"))?;
        Ok(file.without(|name| name == "listen").arguments().collect())
    }

    #[test]
    fn every_kind_of_value_becomes_arguments_and_what_is_given_elsewhere_is_left_out() {
        let text = "\
            listen = '127.0.0.1:1'\n\
            allow = ['smtp.example.com:25,587', '[::1]:25']\n\
            origin = 'https://walk.example.com'\n\
            max-tunnels = 5\n\
            no-practice = true\n\
            allow-public = false\n\
            bytes-per-second = 'off'\n";
        assert_eq!(
            read(text).unwrap(),
            [
                "--allow=smtp.example.com:25,587",
                "--allow=[::1]:25",
                "--allow-public=false",
                "--bytes-per-second=off",
                "--max-tunnels=5",
                "--no-practice",
                "--origin=https://walk.example.com",
            ]
        );
        assert_eq!(read("no-practice = false").unwrap(), [""; 0]);
        assert_eq!(read("").unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, at, said) in [
            ("max-tunnels = 5\nmax-tunnel = 6", 16, "without its --, found max-tunnel"),
            ("config = 'other.toml'", 0, "found config"),
            ("\n\nidle-timeout = 'soon'", 2, "'soon' for '--idle-timeout <TIME>': expected a time"),
            ("listen = ['127.0.0.1:1']", 0, "expected one value, found a list"),
            ("no-practice = 'yes'", 0, "expected true or false"),
            ("lifetime = 1.5", 0, "found float"),
            ("allow = [1, 2", 12, ""),
            ("max-tunnels = 1\nmax-tunnels = 2", 16, "duplicate key"),
            ("[limits]\nmax-tunnels = 1", 1, "without its --, found limits"),
        ] {
            let (found, wrong) = read(text).unwrap_err();
            assert!(wrong.contains(said), "{text}: {wrong}");
            assert!(!wrong.contains('\n'), "{wrong}");
            assert_eq!(line(text, found), line(text, at), "{text}");
        }
    }

    #[test]
    fn of_a_list_the_entry_that_is_wrong_is_named() {
        let text =
            "# targets\nallow = [\n  '192.0.2.25:25',\n\n  # the other\n  'smtp.example.com',\n]\n";
        let (at, what) = read(text).unwrap_err();
        assert_eq!((line(text, at), what.contains("the port is missing")), (6, true), "{what}");
        let text = "allow = [\n  '192.0.2.25:25',\n  2.5,\n]\n";
        let (at, what) = read(text).unwrap_err();
        assert_eq!((line(text, at), what.contains("found float")), (3, true), "{what}");
    }

    #[test]
    fn a_relative_file_lies_beside_the_one_that_names_it() {
        for (said, meant) in [
            ("token", "/etc/bridge/token"),
            ("secret/token", "/etc/bridge/secret/token"),
            ("/run/token", "/run/token"),
        ] {
            let read = read(&format!("token-file = '{said}'")).unwrap();
            assert_eq!(read, [&*format!("--token-file={meant}")]);
        }
        let here = File::parse("token-file = 'token'", Path::new("bridge.toml")).unwrap();
        assert_eq!(here.arguments().collect::<Vec<_>>(), ["--token-file=token"]);
    }

    #[test]
    fn the_line_of_an_option_is_known_where_it_came_from_the_file() {
        let text = "\nlisten = '0.0.0.0:8025'\nmax-tunnels = 5\n";
        let file = File::parse(text, Path::new("bridge.toml")).unwrap();
        let places = file.without(|name| name == "max-tunnels").places();
        assert_eq!(places.of("listen").to_string(), "bridge.toml:2: ");
        assert_eq!(places.of("max-tunnels").to_string(), "");
    }

    #[test]
    fn the_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge.toml");
        fs::write(&path, "# a comment\nmax-tunnels = 0\n").unwrap();
        let said = File::read(&path).unwrap_err().to_string();
        assert!(said.contains("bridge.toml:2: ") && said.contains("from 1 on"), "{said}");
        let missing = File::read(&folder.path().join("missing")).unwrap_err().to_string();
        assert!(missing.starts_with("--config ") && missing.contains("missing"), "{missing}");
    }
}

//! The configuration file: the options of the command line by their long names, in TOML.
//!
//! ```toml
//! listen = "0.0.0.0:8025"
//! token-file = "/etc/smtp-bridge/token"
//! allow = ["smtp.example.com:25,587", "192.0.2.0/24:25"]
//! max-tunnels = 5000
//! ```
//!
//! What the command line or the environment says wins. Every value is read by the option's own reader, so a file
//! can say what a command line can and no more, and the same is wrong in both.

use clap::{Arg, ArgAction, CommandFactory as _, Parser as _};
use serde_spanned::Spanned;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};
use toml::Value;

use crate::cli::Cli;

/// Options that make no sense in a file.
const ELSEWHERE: [&str; 5] = ["config", "check", "completions", "help", "version"];

/// What a file says, as the arguments of a command line that say the same.
#[derive(Debug)]
pub(crate) struct File {
    entries: Vec<(String, Vec<String>)>,
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

impl File {
    pub(crate) fn read(path: &Path) -> Result<Self, BadFile> {
        let text = fs::read_to_string(path)
            .map_err(|error| BadFile::Unreadable { path: path.to_owned(), error })?;
        Self::parse(&text).map_err(|(at, wrong)| {
            let before = text.get(..at).unwrap_or(&text);
            let line = before.matches('\n').count() + 1;
            BadFile::Wrong { path: path.to_owned(), line, wrong }
        })
    }

    /// The arguments for all options but those that are `given` elsewhere, by their long names.
    pub(crate) fn arguments(self, given: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
        let entries = self.entries.into_iter().filter(move |(name, _)| !given(name));
        entries.flat_map(|(_, arguments)| arguments)
    }

    /// An error is the byte it begins at, and what is wrong.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        type Entries = BTreeMap<Spanned<String>, Spanned<Value>>;
        let entries: Entries = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (at, error.message().trim_end().replace('\n', ", "))
        })?;
        let command = Cli::command();
        let read = |(name, value): (Spanned<String>, Spanned<Value>)| {
            let at = name.span().start;
            let name = name.into_inner();
            let arguments = arguments(&command, &name, value.get_ref())
                .and_then(|arguments| check(&arguments).map(|()| arguments))
                .map_err(|wrong| (at, wrong))?;
            Ok((name, arguments))
        };
        let entries = entries.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }
}

/// The arguments that give an option this value.
fn arguments(command: &clap::Command, name: &str, value: &Value) -> Result<Vec<String>, String> {
    let is_it = |option: &&Arg| option.get_long() == Some(name);
    let option = command.get_arguments().find(is_it).filter(|_| !ELSEWHERE.contains(&name));
    let Some(option) = option else {
        return Err(format!("expected an option of smtp-bridge without its --, found {name}"));
    };
    let one = |value: &Value| match value {
        Value::String(text) => Ok(format!("--{name}={text}")),
        Value::Integer(number) => Ok(format!("--{name}={number}")),
        Value::Boolean(yes) => Ok(format!("--{name}={yes}")),
        other => {
            Err(format!("expected a text, a number, true or false, found {}", other.type_str()))
        }
    };
    match (option.get_action(), value) {
        (ArgAction::SetTrue, Value::Boolean(true)) => Ok(vec![format!("--{name}")]),
        (ArgAction::SetTrue, Value::Boolean(false)) => Ok(Vec::new()),
        (ArgAction::SetTrue, _) => Err("expected true or false".into()),
        (ArgAction::Append, Value::Array(values)) => values.iter().map(one).collect(),
        (_, Value::Array(_)) => Err("expected one value, found a list".into()),
        (_, value) => one(value).map(|argument| vec![argument]),
    }
}

/// Whether the options' own readers take it. What they say of it is one line, without the help behind it.
fn check(arguments: &[String]) -> Result<(), String> {
    let whole = std::iter::once("smtp-bridge").chain(arguments.iter().map(String::as_str));
    Cli::try_parse_from(whole).map(drop).map_err(|error| {
        let said = error.to_string();
        let line = said.lines().next().unwrap_or_default();
        line.trim_start_matches("error: ").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, (usize, String)> {
        File::parse(text).map(|file| file.arguments(|name| name == "listen").collect())
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
            let _ = at;
            let line = |at: usize| text[..at].matches('\n').count();
            assert_eq!(line(found), line(at), "{text}");
        }
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

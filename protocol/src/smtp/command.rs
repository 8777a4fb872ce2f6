//! Commands (RFC 5321 §4.1), read from a line together with the line's anatomy.

use super::address::{Domain, ForwardPath, ReversePath};
use super::cursor::{Cursor, Expected, SyntaxError};
use super::limits;
use super::lookup::Lookup;
use super::parameter::{self, MailParameter, RcptParameter};
use crate::anatomy::{Field, Span};
use crate::auth::{self, Mechanism};
use std::fmt;

/// A command word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// RFC 5321 §4.1.1.1.
    Ehlo,
    /// RFC 5321 §4.1.1.1.
    Helo,
    /// RFC 4954 §4.
    Auth,
    /// RFC 5321 §4.1.1.2.
    Mail,
    /// RFC 5321 §4.1.1.3.
    Rcpt,
    /// RFC 5321 §4.1.1.4.
    Data,
    /// RFC 5321 §4.1.1.5.
    Rset,
    /// RFC 5321 §4.1.1.6.
    Vrfy,
    /// RFC 5321 §4.1.1.7.
    Expn,
    /// RFC 5321 §4.1.1.8.
    Help,
    /// RFC 5321 §4.1.1.9.
    Noop,
    /// RFC 5321 §4.1.1.10.
    Quit,
    /// RFC 3207 §4.
    StartTls,
    /// RFC 3030 §2.
    Bdat,
}

/// A command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// EHLO with the client's name.
    Ehlo(Domain),
    /// HELO with the client's name.
    Helo(Domain),
    /// AUTH with the mechanism's name and the initial response, decoded.
    Auth {
        /// As written.
        mechanism: String,
        /// `Some` but empty for `=`.
        initial: Option<Vec<u8>>,
    },
    /// MAIL FROM.
    Mail {
        /// Who gets the reports.
        from: ReversePath,
        /// In the order written.
        parameters: Vec<MailParameter>,
    },
    /// RCPT TO.
    Rcpt {
        /// Who gets the message.
        to: ForwardPath,
        /// In the order written.
        parameters: Vec<RcptParameter>,
    },
    /// DATA.
    Data,
    /// RSET.
    Rset,
    /// VRFY with a user's name.
    Vrfy(Lookup),
    /// EXPN with a list's name.
    Expn(Lookup),
    /// HELP, perhaps about something.
    Help(Option<String>),
    /// NOOP, whose argument means nothing.
    Noop(Option<String>),
    /// QUIT.
    Quit,
    /// STARTTLS.
    StartTls,
    /// BDAT, behind whose line stand the octets of a chunk (RFC 3030 §2).
    Bdat {
        /// How many.
        size: u64,
        /// The message ends with them.
        last: bool,
    },
}

/// Why a line is not a command that can be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No command has this name: 500 (RFC 5321 §4.2.4).
    #[error("{0:?} is not a command")]
    UnknownVerb(String),
    /// The command is known, its arguments are wrong: 501.
    #[error("{}: {error}", verb.as_str())]
    Argument {
        /// Whose arguments they are.
        verb: Verb,
        /// What is wrong with them.
        error: SyntaxError,
    },
    /// The line does not end in CR LF.
    #[error("the line does not end in CR LF")]
    LineEnd,
}

/// A line that was read: its parts, and what it says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Tiles the line, also where it could not be understood.
    pub spans: Vec<Span>,
    /// The command word, where it is known, even if the rest is wrong.
    pub verb: Option<Verb>,
    /// The command, or what is wrong with it.
    pub command: Result<Command, CommandError>,
}

impl Verb {
    /// Every command word.
    pub const ALL: [Self; 14] = [
        Self::Ehlo,
        Self::Helo,
        Self::StartTls,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Bdat,
        Self::Rset,
        Self::Vrfy,
        Self::Expn,
        Self::Help,
        Self::Noop,
        Self::Quit,
    ];

    /// The word as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Rset => "RSET",
            Self::Vrfy => "VRFY",
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::Noop => "NOOP",
            Self::Quit => "QUIT",
            Self::StartTls => "STARTTLS",
            Self::Bdat => "BDAT",
        }
    }

    /// The command of this name, in capitals or not (RFC 5321 §2.4).
    pub fn from_word(word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.as_str().as_bytes().eq_ignore_ascii_case(word))
    }
}

impl Command {
    /// The command's word.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Ehlo(_) => Verb::Ehlo,
            Self::Helo(_) => Verb::Helo,
            Self::Auth { .. } => Verb::Auth,
            Self::Mail { .. } => Verb::Mail,
            Self::Rcpt { .. } => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Rset => Verb::Rset,
            Self::Vrfy(_) => Verb::Vrfy,
            Self::Expn(_) => Verb::Expn,
            Self::Help(_) => Verb::Help,
            Self::Noop(_) => Verb::Noop,
            Self::Quit => Verb::Quit,
            Self::StartTls => Verb::StartTls,
            Self::Bdat { .. } => Verb::Bdat,
        }
    }

    /// Reads one line, with its CR LF.
    pub fn read(line: &[u8]) -> Reading {
        let (text, ending) = match line.strip_suffix(b"\r\n") {
            Some(text) => (text, true),
            None => (line.strip_suffix(b"\n").unwrap_or(line), false),
        };
        let mut cursor = Cursor::new(text);
        let word = cursor.rest().split(|&byte| byte == b' ').next().unwrap_or_default();
        let verb = Verb::from_word(word);
        let command = match verb {
            Some(verb) => {
                cursor.take(Field::Verb, word.len());
                read_arguments(verb, &mut cursor)
                    .and_then(|command| cursor.expect_end().map(|()| command))
                    .map_err(|error| CommandError::Argument { verb, error })
            }
            None => Err(CommandError::UnknownVerb(
                String::from_utf8_lossy(&word[..word.len().min(32)]).into_owned(),
            )),
        };
        let mut spans = cursor.into_spans();
        if text.len() < line.len() {
            let field = if ending { Field::LineEnd } else { Field::Unparsed };
            spans.push(Span { field, range: text.len()..line.len() });
        }
        let command = if ending { command } else { command.and(Err(CommandError::LineEnd)) };
        Reading { spans, verb, command }
    }

    /// The line as the client sends it, with its CR LF.
    pub fn to_line(&self) -> Vec<u8> {
        format!("{self}\r\n").into_bytes()
    }
}

fn read_arguments(verb: Verb, cursor: &mut Cursor<'_>) -> Result<Command, SyntaxError> {
    match verb {
        Verb::Ehlo => read_client_name(cursor).map(Command::Ehlo),
        Verb::Helo => read_client_name(cursor).map(Command::Helo),
        Verb::Auth => read_auth(cursor),
        Verb::Mail => {
            expect_space(cursor)?;
            cursor.expect_word(Field::FromKeyword, "FROM:", Expected::FromKeyword)?;
            let from = ReversePath::read(cursor)?;
            Ok(Command::Mail { from, parameters: parameter::read_all(cursor)? })
        }
        Verb::Rcpt => {
            expect_space(cursor)?;
            cursor.expect_word(Field::ToKeyword, "TO:", Expected::ToKeyword)?;
            let to = ForwardPath::read(cursor)?;
            Ok(Command::Rcpt { to, parameters: parameter::read_all(cursor)? })
        }
        Verb::Data => Ok(Command::Data),
        Verb::Bdat => read_bdat(cursor),
        Verb::Rset => Ok(Command::Rset),
        Verb::Quit => Ok(Command::Quit),
        Verb::StartTls => Ok(Command::StartTls),
        Verb::Vrfy => Lookup::read(cursor).map(Command::Vrfy),
        Verb::Expn => Lookup::read(cursor).map(Command::Expn),
        Verb::Help => read_optional(cursor).map(Command::Help),
        Verb::Noop => read_optional(cursor).map(Command::Noop),
    }
}

fn expect_space(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.expect_byte(Field::Space, b' ', Expected::Space)
}

fn read_client_name(cursor: &mut Cursor<'_>) -> Result<Domain, SyntaxError> {
    expect_space(cursor)?;
    Domain::read(cursor, Field::ClientName)
}

/// `AUTH mechanism [initial-response]` (RFC 4954 §4).
fn read_auth(cursor: &mut Cursor<'_>) -> Result<Command, SyntaxError> {
    expect_space(cursor)?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let name = cursor.take_while(Field::Mechanism, is_name);
    if name.is_empty() || name.len() > 20 {
        return Err(cursor.error(Expected::Mechanism));
    }
    let mechanism = String::from_utf8_lossy(name).into_owned();
    if !cursor.take_byte(Field::Space, b' ') {
        return Ok(Command::Auth { mechanism, initial: None });
    }
    if cursor.rest() == b"=" {
        cursor.take(Field::EmptyResponse, 1);
        return Ok(Command::Auth { mechanism, initial: Some(Vec::new()) });
    }
    let field =
        Mechanism::named(&mechanism).map_or(Field::EncodedData, |known| known.response_field(0));
    let initial = read_base64(cursor, field)?;
    Ok(Command::Auth { mechanism, initial: Some(initial) })
}

/// `BDAT chunk-size [LAST]` (RFC 3030 §2).
fn read_bdat(cursor: &mut Cursor<'_>) -> Result<Command, SyntaxError> {
    expect_space(cursor)?;
    let at = cursor.at();
    let digits = cursor.take_while(Field::ChunkSize, |byte| byte.is_ascii_digit());
    let size = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    let size = size.ok_or_else(|| cursor.error_at(at, Expected::ChunkSize))?;
    let last = cursor.take_byte(Field::Space, b' ');
    if last {
        cursor.expect_word(Field::LastChunk, "LAST", Expected::Last)?;
    }
    Ok(Command::Bdat { size, last })
}

/// Reads one word as base64 and decodes it (RFC 4648 §4). Bytes that do not decode belong to the
/// field all the same, so that a password with one wrong letter is still known to be a password.
pub(crate) fn read_base64(cursor: &mut Cursor<'_>, field: Field) -> Result<Vec<u8>, SyntaxError> {
    let at = cursor.at();
    let text = cursor.take_while(field, |byte| byte != b' ');
    auth::decode(text).ok_or_else(|| cursor.error_at(at, Expected::Base64))
}

fn read_optional(cursor: &mut Cursor<'_>) -> Result<Option<String>, SyntaxError> {
    if cursor.rest().is_empty() { Ok(None) } else { read_required(cursor).map(Some) }
}

/// A String (RFC 5321 §4.1.2), read generously: any text without control characters.
fn read_required(cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
    expect_space(cursor)?;
    let text = cursor.take_while(Field::Argument, |byte| byte >= b' ' && byte != 0x7f);
    if text.is_empty() {
        return Err(cursor.error(Expected::Argument));
    }
    Ok(String::from_utf8_lossy(text).into_owned())
}

/// Cuts bytes into lines, each with its line end; the last may lack one.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n')
}

/// How long this line may be, with its CR LF: extensions give some commands more room.
pub fn line_limit(line: &[u8]) -> usize {
    let is = |verb: &[u8]| line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(verb));
    if is(b"AUTH ") {
        limits::AUTH_LINE
    } else if is(b"MAIL ") {
        limits::MAIL_LINE
    } else if is(b"RCPT ") {
        limits::RCPT_LINE
    } else if is(b"VRFY ") || is(b"EXPN ") {
        limits::LOOKUP_LINE
    } else {
        limits::COMMAND_LINE
    }
}

/// Whether a line is longer than it may be.
pub fn is_too_long(line: &[u8]) -> bool {
    line.len() > line_limit(line)
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb().as_str())?;
        match self {
            Self::Ehlo(name) | Self::Helo(name) => write!(f, " {name}"),
            Self::Auth { mechanism, initial } => {
                write!(f, " {mechanism}")?;
                match initial {
                    None => Ok(()),
                    Some(initial) if initial.is_empty() => f.write_str(" ="),
                    Some(initial) => write!(f, " {}", auth::encode(initial)),
                }
            }
            Self::Mail { from, parameters } => {
                write!(f, " FROM:{from}")?;
                parameters.iter().try_for_each(|parameter| write!(f, " {parameter}"))
            }
            Self::Rcpt { to, parameters } => {
                write!(f, " TO:{to}")?;
                parameters.iter().try_for_each(|parameter| write!(f, " {parameter}"))
            }
            Self::Vrfy(lookup) | Self::Expn(lookup) => write!(f, " {lookup}"),
            Self::Help(Some(argument)) | Self::Noop(Some(argument)) => write!(f, " {argument}"),
            Self::Bdat { size, last } => {
                write!(f, " {size}{}", if *last { " LAST" } else { "" })
            }
            Self::Help(None)
            | Self::Noop(None)
            | Self::Data
            | Self::Rset
            | Self::Quit
            | Self::StartTls => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn fields(line: &str) -> Vec<(Field, &str)> {
        Command::read(line.as_bytes())
            .spans
            .into_iter()
            .map(|s| (s.field, &line[s.range]))
            .collect()
    }

    #[test]
    fn a_command_survives_being_written_and_read() {
        for line in [
            "EHLO student.example",
            "HELO [192.0.2.7]",
            "AUTH LOGIN",
            "AUTH PLAIN AHVzZXIAcGFzcw==",
            "AUTH EXTERNAL =",
            "MAIL FROM:<>",
            "MAIL FROM:<a@example.com> SIZE=1000 BODY=8BITMIME",
            "RCPT TO:<Postmaster>",
            "RCPT TO:<b@example.com> NOTIFY=NEVER",
            "DATA",
            "RSET",
            "VRFY smith",
            "EXPN staff",
            "VRFY \u{4f8b} SMTPUTF8",
            "HELP MAIL",
            "HELP",
            "NOOP hello there",
            "QUIT",
            "STARTTLS",
        ] {
            let wire = format!("{line}\r\n");
            let command = Command::read(wire.as_bytes()).command.unwrap();
            assert_eq!(command.to_line(), wire.as_bytes());
        }
    }

    #[test]
    fn verbs_and_keywords_are_read_in_any_case() {
        let command = Command::read(b"mail from:<a@example.com>\r\n").command.unwrap();
        assert_eq!(command.to_string(), "MAIL FROM:<a@example.com>");
    }

    #[test]
    fn every_part_of_a_line_has_its_name() {
        assert_eq!(
            fields("MAIL FROM:<a@example.com> SIZE=9\r\n"),
            [
                (Field::Verb, "MAIL"),
                (Field::Space, " "),
                (Field::FromKeyword, "FROM:"),
                (Field::PathOpen, "<"),
                (Field::LocalPart, "a"),
                (Field::At, "@"),
                (Field::Domain, "example.com"),
                (Field::PathClose, ">"),
                (Field::Space, " "),
                (Field::ParameterName, "SIZE"),
                (Field::ParameterEquals, "="),
                (Field::SizeValue, "9"),
                (Field::LineEnd, "\r\n"),
            ]
        );
        assert_eq!(fields("FOO bar\n"), [(Field::Unparsed, "FOO bar"), (Field::Unparsed, "\n")]);
    }

    #[test]
    fn a_wrong_line_says_what_was_expected_and_where() {
        let wrong = |line: &str| match Command::read(line.as_bytes()).command.unwrap_err() {
            CommandError::Argument { error, .. } => (error.at, error.expected),
            other => panic!("{line}: {other}"),
        };
        assert_eq!(wrong("MAIL FROM: <a@example.com>\r\n"), (10, Expected::PathOpen));
        assert_eq!(wrong("MAIL FROM:a@example.com\r\n"), (10, Expected::PathOpen));
        assert_eq!(wrong("MAIL TO:<a@example.com>\r\n"), (5, Expected::FromKeyword));
        assert_eq!(wrong("RCPT TO:<a@example.com\r\n"), (22, Expected::PathClose));
        assert_eq!(wrong("RCPT\r\n"), (4, Expected::Space));
        assert_eq!(wrong("DATA now\r\n"), (4, Expected::EndOfLine));
        assert_eq!(wrong("EHLO\r\n"), (4, Expected::Space));
        assert_eq!(wrong("AUTH PLAIN not!base64\r\n"), (11, Expected::Base64));
        assert_eq!(Command::read(b"QUIT\n").command, Err(CommandError::LineEnd));
        assert_eq!(Command::read(b"FOO\r\n").command, Err(CommandError::UnknownVerb("FOO".into())));
        assert_eq!(Command::read(b"\r\n").command, Err(CommandError::UnknownVerb(String::new())));
    }
}

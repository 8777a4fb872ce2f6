//! Reads a line from left to right and remembers what each byte was.
//!
//! Commands, replies and addresses are parsed with this one tool, so that the value and its anatomy come
//! from the same reading and cannot disagree.

use crate::anatomy::{Field, Span};
use std::fmt;

/// What the grammar wanted at a place where something else stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expected {
    /// A command word of RFC 5321 or of an extension that is known here.
    Verb,
    /// One space.
    Space,
    /// The end of the line.
    EndOfLine,
    /// A domain name or an address literal in brackets.
    Domain,
    /// `FROM:`.
    FromKeyword,
    /// `TO:`.
    ToKeyword,
    /// `<`.
    PathOpen,
    /// `>`.
    PathClose,
    /// What stands before the `@`.
    LocalPart,
    /// `@`.
    At,
    /// A parameter, `NAME` or `NAME=VALUE`.
    Parameter,
    /// The name of a SASL mechanism.
    Mechanism,
    /// Base64 (RFC 4648 §4), with its padding.
    Base64,
    /// An argument.
    Argument,
    /// At most this many bytes.
    AtMost(usize),
    /// A visible ASCII character.
    Ascii,
    /// `=` and a value behind a parameter's name.
    Equals,
    /// A parameter that has not stood there before.
    Once,
    /// A number of bytes (RFC 1870 §4).
    Size,
    /// A number of octets (RFC 3030 §2).
    ChunkSize,
    /// `LAST`.
    Last,
    /// `7BIT`, `8BITMIME` or `BINARYMIME`.
    BodyType,
    /// `FULL` or `HDRS`.
    ReturnType,
    /// The keyword of an extension that a client uses.
    Extension,
    /// `NEVER`, or some of `SUCCESS`, `FAILURE` and `DELAY`.
    Notify,
    /// A kind of address and a semicolon.
    AddressType,
    /// `<>` or a mailbox.
    Submitter,
    /// Printable ASCII as xtext (RFC 3461 §4).
    Xtext,
    /// Printable ASCII.
    Printable,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verb => "a command such as EHLO or MAIL",
            Self::Space => "one space",
            Self::EndOfLine => "the end of the line",
            Self::Domain => "a domain such as mail.example.com, or an address in brackets",
            Self::FromKeyword => "FROM:",
            Self::ToKeyword => "TO:",
            Self::PathOpen => "<",
            Self::PathClose => ">",
            Self::LocalPart => "a name before the @",
            Self::At => "@",
            Self::Parameter => "a parameter, NAME=VALUE",
            Self::Mechanism => "a mechanism such as LOGIN",
            Self::Base64 => "base64",
            Self::Argument => "an argument",
            Self::AtMost(limit) => return write!(f, "at most {limit} bytes"),
            Self::Ascii => "an ASCII character",
            Self::Equals => "= and a value",
            Self::Once => "each parameter once",
            Self::Size => "a number of bytes",
            Self::ChunkSize => "a number of octets",
            Self::Last => "LAST",
            Self::BodyType => "7BIT, 8BITMIME or BINARYMIME",
            Self::ReturnType => "FULL or HDRS",
            Self::Extension => "an extension to use, such as SIZE",
            Self::Notify => "NEVER, or SUCCESS, FAILURE and DELAY with commas between",
            Self::AddressType => "a kind of address and a semicolon, as in rfc822;",
            Self::Submitter => "<> or an address",
            Self::Xtext => "printable ASCII, with + written as +2B and = as +3D",
            Self::Printable => "printable ASCII",
        })
    }
}

/// Something that does not fit the grammar: what was expected, what came, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {} at byte {at}", Found(.found))]
pub struct SyntaxError {
    /// Offset of the first byte that does not fit.
    pub at: usize,
    /// What the grammar wants there.
    pub expected: Expected,
    /// What stands there, at most 32 bytes of it, unreadable bytes replaced; empty at the end.
    pub found: String,
}

/// Shows the end of the input as words.
struct Found<'a>(&'a str);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("nothing more") } else { write!(f, "{:?}", self.0) }
    }
}

/// A place in a line, with the spans of everything before it.
#[derive(Debug)]
pub struct Cursor<'a> {
    input: &'a [u8],
    at: usize,
    spans: Vec<Span>,
}

impl<'a> Cursor<'a> {
    /// Starts at the first byte.
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0, spans: Vec::new() }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        &self.input[self.at..]
    }

    /// The offset of the next byte.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte, not yet read.
    pub fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Reads `length` bytes (fewer at the end) as `field`.
    pub fn take(&mut self, field: Field, length: usize) -> &'a [u8] {
        let end = self.input.len().min(self.at + length);
        let taken = &self.input[self.at..end];
        if !taken.is_empty() {
            self.spans.push(Span { field, range: self.at..end });
        }
        self.at = end;
        taken
    }

    /// Reads as `field` for as long as the bytes belong to it.
    pub fn take_while(&mut self, field: Field, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest().iter().take_while(|&&byte| belongs(byte)).count();
        self.take(field, length)
    }

    /// Reads all that is left as `field`.
    pub fn take_rest(&mut self, field: Field) -> &'a [u8] {
        self.take(field, self.input.len())
    }

    /// Reads this one byte, if it is next.
    pub fn take_byte(&mut self, field: Field, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.take(field, 1);
        }
        is_next
    }

    /// Reads this one byte.
    ///
    /// # Errors
    /// Another byte is next, or none.
    pub fn expect_byte(
        &mut self,
        field: Field,
        byte: u8,
        expected: Expected,
    ) -> Result<(), SyntaxError> {
        if self.take_byte(field, byte) { Ok(()) } else { Err(self.error(expected)) }
    }

    /// Reads this word, in capitals or not.
    ///
    /// # Errors
    /// Something else is next.
    pub fn expect_word(
        &mut self,
        field: Field,
        word: &str,
        expected: Expected,
    ) -> Result<(), SyntaxError> {
        let next = self.rest().get(..word.len());
        if next.is_some_and(|next| next.eq_ignore_ascii_case(word.as_bytes())) {
            self.take(field, word.len());
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    /// # Errors
    /// Something is left.
    pub fn expect_end(&self) -> Result<(), SyntaxError> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.error(Expected::EndOfLine)) }
    }

    /// The error for what stands here.
    pub fn error(&self, expected: Expected) -> SyntaxError {
        self.error_at(self.at, expected)
    }

    /// The error for what stands at another place.
    pub fn error_at(&self, at: usize, expected: Expected) -> SyntaxError {
        let rest = &self.input[at.min(self.input.len())..];
        let shown = &rest[..rest.len().min(32)];
        SyntaxError { at, expected, found: String::from_utf8_lossy(shown).into_owned() }
    }

    /// Names what is left [`Field::Unparsed`] and gives the spans, which now tile the whole input.
    pub fn into_spans(mut self) -> Vec<Span> {
        self.take_rest(Field::Unparsed);
        self.spans
    }
}

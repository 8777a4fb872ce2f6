//! The parameters of MAIL and RCPT, each read from its line together with its anatomy.
//!
//! Those of the extensions that are known here have types; any other is a NAME or NAME=VALUE (RFC 5321 §4.1.2
//! esmtp-param).

mod read;

pub(super) use read::read_all;

use super::address::{Mailbox, parse_all};
use super::command::Verb;
use super::cursor::{Cursor, Expected, SyntaxError};
use super::extension::Extension;
use super::{limits, xtext};
use read::Readable as _;
use std::{fmt, str::FromStr};

/// A parameter of MAIL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailParameter {
    /// `SIZE=`: the message's bytes (RFC 1870 §6). A number beyond this type counts as its largest.
    Size(u64),
    /// `BODY=`: what bytes the message has (RFC 6152 §3).
    Body(BodyType),
    /// `SMTPUTF8`: an address or a header goes beyond ASCII (RFC 6531 §3.4).
    SmtpUtf8,
    /// `AUTH=`: who submitted the message, as whoever passes it on has checked; `None` for `<>`, if nobody has
    /// (RFC 4954 §5).
    Auth(Option<Mailbox>),
    /// `RET=`: how much of the message a report is to hold (RFC 3461 §4.3).
    Return(Return),
    /// `ENVID=`: by which name reports refer to this envelope (RFC 3461 §4.4).
    EnvelopeId(EnvelopeId),
    /// One that is not known here.
    Other(Parameter),
}

/// A parameter of RCPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RcptParameter {
    /// `NOTIFY=`: what is to be reported of this recipient (RFC 3461 §4.1).
    Notify(Notify),
    /// `ORCPT=`: whom the message was sent to at first (RFC 3461 §4.2).
    OriginalRecipient(OriginalRecipient),
    /// One that is not known here.
    Other(Parameter),
}

/// A parameter that is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Letters, digits and hyphens, as written.
    pub name: String,
    /// What stands behind the `=`, if there is one.
    pub value: Option<String>,
}

/// What bytes a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyType {
    /// Lines of ASCII.
    SevenBit,
    /// Lines of any bytes (RFC 6152 §3).
    EightBitMime,
    /// Any bytes, not in lines (RFC 3030 §3).
    BinaryMime,
}

/// How much of the message comes back with a report that it failed (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Return {
    /// All of it.
    Full,
    /// Its headers alone.
    Headers,
}

/// What is to be reported of a recipient (RFC 3461 §4.1). Nothing at all is `NEVER`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Notify {
    /// That the message was delivered.
    pub success: bool,
    /// That it could not be.
    pub failure: bool,
    /// That it takes longer.
    pub delay: bool,
}

/// The sender's name for an envelope: printable ASCII, at most [`limits::ENVELOPE_ID`] bytes as xtext.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvelopeId(String);

/// An address as its sender first wrote it, with the kind of address that it is (RFC 3461 §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OriginalRecipient {
    kind: String,
    address: String,
}

/// Keyword, its verb and the extension that it belongs to: the one table of parameters.
const KNOWN: [(&str, Verb, Extension); 8] = [
    ("SIZE", Verb::Mail, Extension::Size),
    ("BODY", Verb::Mail, Extension::EightBitMime),
    ("SMTPUTF8", Verb::Mail, Extension::SmtpUtf8),
    ("AUTH", Verb::Mail, Extension::Auth),
    ("RET", Verb::Mail, Extension::Dsn),
    ("ENVID", Verb::Mail, Extension::Dsn),
    ("NOTIFY", Verb::Rcpt, Extension::Dsn),
    ("ORCPT", Verb::Rcpt, Extension::Dsn),
];

/// The extension that a parameter of this name belongs to.
pub fn extension_of(verb: Verb, name: &str) -> Option<Extension> {
    let is_it = |(keyword, of, _): &&(&str, Verb, Extension)| {
        *of == verb && keyword.eq_ignore_ascii_case(name)
    };
    KNOWN.iter().find(is_it).map(|&(.., extension)| extension)
}

impl MailParameter {
    /// The extension that a server has to offer for it; `None` for one that is not known here.
    pub fn extension(&self) -> Option<Extension> {
        match self {
            Self::Body(BodyType::BinaryMime) => Some(Extension::BinaryMime),
            known => extension_of(Verb::Mail, known.keyword()?),
        }
    }
}

impl RcptParameter {
    /// The extension that a server has to offer for it; `None` for one that is not known here.
    pub fn extension(&self) -> Option<Extension> {
        extension_of(Verb::Rcpt, self.keyword()?)
    }
}

impl Notify {
    /// Nothing is to be reported.
    pub const NEVER: Self = Self { success: false, failure: false, delay: false };
}

impl EnvelopeId {
    /// The text, as it was before it became xtext.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_decoded(text: Vec<u8>) -> Option<Self> {
        let is_printable = |byte: &u8| *byte == b' ' || byte.is_ascii_graphic();
        let text = text.iter().all(is_printable).then_some(text)?;
        String::from_utf8(text).ok().map(Self)
    }
}

impl OriginalRecipient {
    /// An address of the usual kind, `rfc822`; beyond ASCII it is of the kind `utf-8` (RFC 6533 §3).
    pub fn of(mailbox: &Mailbox) -> Self {
        let address = mailbox.to_string();
        let kind = if address.is_ascii() { "rfc822" } else { "utf-8" };
        Self { kind: kind.to_owned(), address }
    }

    /// The kind of address, such as `rfc822`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The address, as it was before it became xtext.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl FromStr for Notify {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parse_all(text, Self::read)
    }
}

impl FromStr for Return {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        let is_it = |word: &Self| word.to_string().eq_ignore_ascii_case(text);
        let wrong = || Cursor::new(text.as_bytes()).error(Expected::ReturnType);
        [Self::Full, Self::Headers].into_iter().find(is_it).ok_or_else(wrong)
    }
}

/// Takes the text as it is meant, not as xtext.
impl FromStr for EnvelopeId {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        let cursor = Cursor::new(text.as_bytes());
        if xtext::encode(text.as_bytes()).len() > limits::ENVELOPE_ID {
            return Err(cursor.error_at(limits::ENVELOPE_ID, Expected::AtMost(limits::ENVELOPE_ID)));
        }
        let id = Self::from_decoded(text.as_bytes().to_vec()).filter(|id| !id.0.is_empty());
        id.ok_or_else(|| cursor.error(Expected::Printable))
    }
}

impl fmt::Display for MailParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(bytes) => write!(f, "SIZE={bytes}"),
            Self::Body(body) => write!(f, "BODY={body}"),
            Self::SmtpUtf8 => f.write_str("SMTPUTF8"),
            Self::Auth(None) => f.write_str("AUTH=<>"),
            Self::Auth(Some(mailbox)) => {
                write!(f, "AUTH={}", xtext::encode(mailbox.to_string().as_bytes()))
            }
            Self::Return(what) => write!(f, "RET={what}"),
            Self::EnvelopeId(id) => write!(f, "ENVID={}", xtext::encode(id.0.as_bytes())),
            Self::Other(other) => other.fmt(f),
        }
    }
}

impl fmt::Display for RcptParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notify(notify) => write!(f, "NOTIFY={notify}"),
            Self::OriginalRecipient(OriginalRecipient { kind, address }) => {
                write!(f, "ORCPT={kind};{}", xtext::encode(address.as_bytes()))
            }
            Self::Other(other) => other.fmt(f),
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl fmt::Display for BodyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SevenBit => "7BIT",
            Self::EightBitMime => "8BITMIME",
            Self::BinaryMime => "BINARYMIME",
        })
    }
}

impl fmt::Display for Return {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        })
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [(self.success, "SUCCESS"), (self.failure, "FAILURE"), (self.delay, "DELAY")];
        let wished: Vec<_> =
            words.into_iter().filter(|(wished, _)| *wished).map(|(_, word)| word).collect();
        f.write_str(if wished.is_empty() { "NEVER".into() } else { wished.join(",") }.as_str())
    }
}

#[cfg(test)]
mod tests;

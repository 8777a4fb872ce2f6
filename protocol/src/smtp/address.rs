//! Mailboxes and the paths of the envelope (RFC 5321 §4.1.2).

use super::cursor::{Cursor, Expected, SyntaxError};
use super::limits;
use crate::anatomy::Field;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// `local-part@domain`. The domain compares without regard to case, the local part exactly
/// (RFC 5321 §2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    local: String,
    domain: Domain,
}

/// A domain name, or an address literal such as `[192.0.2.1]` (RFC 5321 §4.1.2 and .3).
#[derive(Clone, Debug, Eq)]
pub struct Domain(String);

/// Where failures are reported to: a mailbox, or nobody (`<>`, RFC 5321 §4.5.5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReversePath {
    /// `<>`: this message is itself a report, so none may be sent about it.
    Null,
    /// `<mailbox>`.
    Mailbox(Mailbox),
}

/// Where a message goes to (RFC 5321 §4.1.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ForwardPath {
    /// `<Postmaster>` without a domain, which every server must accept.
    Postmaster,
    /// `<mailbox>`.
    Mailbox(Mailbox),
}

impl Mailbox {
    /// What stands before the `@`, with its quotes if it has any.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether it goes without SMTPUTF8 (RFC 6531 §3.3).
    pub fn is_ascii(&self) -> bool {
        self.local.is_ascii() && self.domain.as_str().is_ascii()
    }

    /// Reads a mailbox up to the first byte that cannot belong to it.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let start = cursor.at();
        let local = read_local_part(cursor)?;
        if local.len() > limits::LOCAL_PART {
            return Err(
                cursor.error_at(start + limits::LOCAL_PART, Expected::AtMost(limits::LOCAL_PART))
            );
        }
        cursor.expect_byte(Field::At, b'@', Expected::At)?;
        let domain = Domain::read(cursor, Field::Domain)?;
        Ok(Self { local, domain })
    }
}

/// Dot-string or Quoted-string, in ASCII or, as SMTPUTF8 allows, beyond it (RFC 6531 §3.3).
fn read_local_part(cursor: &mut Cursor<'_>) -> Result<String, SyntaxError> {
    let start = cursor.at();
    let taken = if cursor.peek() == Some(b'"') {
        let length =
            quoted_length(cursor.rest()).ok_or_else(|| cursor.error(Expected::LocalPart))?;
        cursor.take(Field::LocalPart, length)
    } else {
        cursor.take_while(Field::LocalPart, |byte| is_atext(byte) || byte == b'.')
    };
    let misplaced_dot = |text: &[u8]| {
        text.first() == Some(&b'.')
            || text.last() == Some(&b'.')
            || text.windows(2).any(|w| w == b"..")
    };
    if taken.is_empty() || (taken[0] != b'"' && misplaced_dot(taken)) {
        return Err(cursor.error_at(start, Expected::LocalPart));
    }
    utf8(taken).ok_or_else(|| cursor.error_at(start, Expected::LocalPart))
}

/// The length of a quoted string with both its quotes (RFC 5321 §4.1.2 Quoted-string).
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if (0x20..0x7f).contains(text.get(at + 1)?) => at += 2,
            0x20..=0x7e | 0x80.. if text[at] != b'\\' => at += 1,
            _ => return None,
        }
    }
}

/// A character of an atom (RFC 5322 §3.2.3), or part of a character beyond ASCII (RFC 6531 §3.3).
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn utf8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

impl Domain {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a domain or an address literal as `field`.
    pub(crate) fn read(cursor: &mut Cursor<'_>, field: Field) -> Result<Self, SyntaxError> {
        let start = cursor.at();
        let taken = if cursor.peek() == Some(b'[') {
            let length = cursor.rest().iter().position(|&byte| byte == b']').map_or(0, |at| at + 1);
            let inside = cursor.rest().get(1..length.max(2) - 1).unwrap_or_default();
            if length < 3
                || !inside.iter().all(|&b| b.is_ascii_alphanumeric() || b":.-".contains(&b))
            {
                return Err(cursor.error(Expected::Domain));
            }
            cursor.take(field, length)
        } else {
            let length = cursor.rest().iter().take_while(|&&b| is_domain_byte(b)).count();
            if !is_dotted_labels(&cursor.rest()[..length]) {
                return Err(cursor.error(Expected::Domain));
            }
            cursor.take(field, length)
        };
        if taken.len() > limits::DOMAIN {
            return Err(cursor.error_at(start + limits::DOMAIN, Expected::AtMost(limits::DOMAIN)));
        }
        utf8(taken).map(Self).ok_or_else(|| cursor.error_at(start, Expected::Domain))
    }
}

/// Letters, digits, hyphens and dots, or UTF-8 (RFC 6531 §3.3). The underscore is not in the grammar, yet
/// real host names have it.
fn is_domain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-._".contains(&byte)
}

/// Whether it is labels of 1 to 63 bytes with dots between them, none with a hyphen at an end.
fn is_dotted_labels(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'.').all(|label| {
        (1..=63).contains(&label.len())
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-')
    })
}

impl PartialEq for Domain {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl std::hash::Hash for Domain {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl ReversePath {
    /// The mailbox, unless it is the null path.
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Null => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Reads a path with its angle brackets.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let start = cursor.at();
        cursor.expect_byte(Field::PathOpen, b'<', Expected::PathOpen)?;
        if cursor.take_byte(Field::PathClose, b'>') {
            return Ok(Self::Null);
        }
        read_inside(cursor, start).map(Self::Mailbox)
    }
}

impl ForwardPath {
    /// The mailbox, unless it is the bare postmaster.
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Postmaster => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Reads a path with its angle brackets.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let start = cursor.at();
        cursor.expect_byte(Field::PathOpen, b'<', Expected::PathOpen)?;
        let postmaster = b"postmaster>";
        if cursor
            .rest()
            .get(..postmaster.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(postmaster))
        {
            cursor.take(Field::LocalPart, postmaster.len() - 1);
            cursor.take(Field::PathClose, 1);
            return Ok(Self::Postmaster);
        }
        read_inside(cursor, start).map(Self::Mailbox)
    }
}

/// `[source-route] mailbox >`, behind the opening bracket at `start`.
fn read_inside(cursor: &mut Cursor<'_>, start: usize) -> Result<Mailbox, SyntaxError> {
    if cursor.peek() == Some(b'@') {
        let colon = cursor.rest().iter().position(|&byte| byte == b':');
        let length = colon.ok_or_else(|| cursor.error(Expected::LocalPart))? + 1;
        cursor.take(Field::SourceRoute, length);
    }
    let mailbox = Mailbox::read(cursor)?;
    cursor.expect_byte(Field::PathClose, b'>', Expected::PathClose)?;
    if cursor.at() - start > limits::PATH {
        return Err(cursor.error_at(start + limits::PATH, Expected::AtMost(limits::PATH)));
    }
    Ok(mailbox)
}

/// Parses the whole of `text` with `read`.
pub(crate) fn parse_all<T>(
    text: &str,
    read: impl FnOnce(&mut Cursor<'_>) -> Result<T, SyntaxError>,
) -> Result<T, SyntaxError> {
    let mut cursor = Cursor::new(text.as_bytes());
    let value = read(&mut cursor)?;
    cursor.expect_end()?;
    Ok(value)
}

impl FromStr for Mailbox {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parse_all(text, Self::read)
    }
}

impl FromStr for Domain {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parse_all(text, |cursor| Self::read(cursor, Field::Domain))
    }
}

impl FromStr for ReversePath {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parse_all(text, Self::read)
    }
}

impl FromStr for ForwardPath {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        parse_all(text, Self::read)
    }
}

/// In JSON they are strings, as they stand on the wire, and are checked when they are read.
macro_rules! serde_as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

serde_as_text!(Mailbox, Domain, ReversePath, ForwardPath);

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postmaster => f.write_str("<Postmaster>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn mailbox(text: &str) -> Result<Mailbox, SyntaxError> {
        text.parse()
    }

    #[test]
    fn ordinary_and_odd_mailboxes_are_read_as_written() {
        for text in [
            "student@example.com",
            "first.last+tag@mail.example.com",
            "\"two words\"@example.com",
            "\"quo\\\"te\"@example.com",
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
            "用户@例子.example",
        ] {
            assert_eq!(mailbox(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_wrong_mailbox_says_what_was_expected_and_where() {
        for (text, at, expected) in [
            ("", 0, Expected::LocalPart),
            ("student", 7, Expected::At),
            ("student@", 8, Expected::Domain),
            ("@example.com", 0, Expected::LocalPart),
            (".a@example.com", 0, Expected::LocalPart),
            ("a..b@example.com", 0, Expected::LocalPart),
            ("a@example..com", 2, Expected::Domain),
            ("a@-example.com", 2, Expected::Domain),
            ("a@example.com, b@example.com", 13, Expected::EndOfLine),
            ("a b@example.com", 1, Expected::At),
            ("a@[]", 2, Expected::Domain),
            ("\"a@example.com", 0, Expected::LocalPart),
        ] {
            let error = mailbox(text).unwrap_err();
            assert_eq!((error.at, error.expected), (at, expected), "{text}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert_eq!(mailbox(&long).unwrap_err().expected, Expected::AtMost(64));
    }

    #[test]
    fn domains_compare_without_case_and_local_parts_with_it() {
        assert_eq!(mailbox("a@Example.COM"), mailbox("a@example.com"));
        assert_ne!(mailbox("A@example.com"), mailbox("a@example.com"));
    }
    #[test]
    fn in_json_a_path_is_its_text_and_is_checked() {
        let read = |json: &str| serde_json::from_str::<ReversePath>(json);
        for json in ["\"<>\"", "\"<a@example.com>\""] {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
        assert!(read("\"a@example.com\"").unwrap_err().to_string().contains("expected <"));
    }
}

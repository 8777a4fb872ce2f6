//! Parameters out of a line, each value in its parts.

use super::{
    BodyType, EnvelopeId, MailParameter, Notify, OriginalRecipient, Parameter, RcptParameter,
    Return,
};
use crate::anatomy::Field;
use crate::smtp::address::Mailbox;
use crate::smtp::cursor::{Cursor, Expected, SyntaxError};
use crate::smtp::{limits, xtext};
use std::fmt;

/// Reads `*(SP parameter)`. One that is known stands there once.
pub(in crate::smtp) fn read_all<P: Readable>(
    cursor: &mut Cursor<'_>,
) -> Result<Vec<P>, SyntaxError> {
    let mut parameters: Vec<P> = Vec::new();
    while cursor.take_byte(Field::Space, b' ') {
        let at = cursor.at();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let name = cursor.take_while(Field::ParameterName, is_name);
        if name.is_empty() {
            return Err(cursor.error(Expected::Parameter));
        }
        let parameter = P::read(&String::from_utf8_lossy(name), cursor)?;
        if let Some(keyword) = parameter.keyword()
            && parameters.iter().any(|before| before.keyword() == Some(keyword))
        {
            return Err(cursor.error_at(at, Expected::Once));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

/// A parameter that can be read when its name has been.
pub(in crate::smtp) trait Readable: Sized {
    fn read(name: &str, cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError>;

    /// Its name in capitals, if it is known here.
    fn keyword(&self) -> Option<&'static str>;
}

impl Readable for MailParameter {
    fn read(name: &str, cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "SIZE" => Self::Size(read_size(cursor)?),
            "BODY" => Self::Body(read_word(
                cursor,
                Field::BodyType,
                Expected::BodyType,
                &[BodyType::SevenBit, BodyType::EightBitMime, BodyType::BinaryMime],
            )?),
            "SMTPUTF8" => Self::SmtpUtf8,
            "AUTH" => Self::Auth(read_submitter(cursor)?),
            "RET" => Self::Return(read_word(
                cursor,
                Field::ReturnType,
                Expected::ReturnType,
                &[Return::Full, Return::Headers],
            )?),
            "ENVID" => {
                let start = expect_equals(cursor)?;
                let text = xtext::read(cursor, Field::EnvelopeId, limits::ENVELOPE_ID)?;
                let id = EnvelopeId::from_decoded(text);
                Self::EnvelopeId(id.ok_or_else(|| cursor.error_at(start, Expected::Xtext))?)
            }
            _ => Self::Other(Parameter::read(name, cursor)?),
        })
    }

    fn keyword(&self) -> Option<&'static str> {
        Some(match self {
            Self::Size(_) => "SIZE",
            Self::Body(_) => "BODY",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Auth(_) => "AUTH",
            Self::Return(_) => "RET",
            Self::EnvelopeId(_) => "ENVID",
            Self::Other(_) => return None,
        })
    }
}

impl Readable for RcptParameter {
    fn read(name: &str, cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "NOTIFY" => {
                expect_equals(cursor)?;
                Self::Notify(Notify::read(cursor)?)
            }
            "ORCPT" => Self::OriginalRecipient(OriginalRecipient::read(cursor)?),
            _ => Self::Other(Parameter::read(name, cursor)?),
        })
    }

    fn keyword(&self) -> Option<&'static str> {
        Some(match self {
            Self::Notify(_) => "NOTIFY",
            Self::OriginalRecipient(_) => "ORCPT",
            Self::Other(_) => return None,
        })
    }
}

impl Parameter {
    fn read(name: &str, cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let value = if cursor.take_byte(Field::ParameterEquals, b'=') {
            let is_value = |byte: u8| byte > b' ' && byte != b'=' && byte != 0x7f;
            let value = cursor.take_while(Field::ParameterValue, is_value);
            if value.is_empty() {
                return Err(cursor.error(Expected::Parameter));
            }
            Some(String::from_utf8_lossy(value).into_owned())
        } else {
            None
        };
        Ok(Self { name: name.to_owned(), value })
    }
}

impl Notify {
    /// `NEVER`, or some of the three words with commas between; `NEVER` stands alone (RFC 3461 §4.1).
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let mut notify = Self::NEVER;
        loop {
            let length = cursor.rest().iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let word = cursor.rest()[..length].to_ascii_uppercase();
            match word.as_slice() {
                b"NEVER" if notify == Self::NEVER => {
                    cursor.take(Field::NotifyWord, length);
                    return end_of_value(cursor, Expected::Notify).map(|()| notify);
                }
                b"SUCCESS" => notify.success = true,
                b"FAILURE" => notify.failure = true,
                b"DELAY" => notify.delay = true,
                _ => return Err(cursor.error(Expected::Notify)),
            }
            cursor.take(Field::NotifyWord, length);
            if !cursor.take_byte(Field::NotifyComma, b',') {
                return end_of_value(cursor, Expected::Notify).map(|()| notify);
            }
        }
    }
}

impl OriginalRecipient {
    /// `=type;xtext`.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let start = expect_equals(cursor)?;
        let is_kind = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let kind = cursor.take_while(Field::AddressType, is_kind);
        if kind.is_empty() || cursor.peek() != Some(b';') {
            return Err(cursor.error_at(start, Expected::AddressType));
        }
        cursor.take(Field::AddressTypeEnd, 1);
        let room = limits::ORIGINAL_RECIPIENT.saturating_sub(kind.len() + 1);
        let text = cursor.at();
        let address = xtext::read(cursor, Field::OriginalRecipient, room)?;
        let address = String::from_utf8(address);
        // The value goes into a report's header (RFC 3461 §4.2).
        let address = address.ok().filter(|address| !address.chars().any(char::is_control));
        let address = address.ok_or_else(|| cursor.error_at(text, Expected::Xtext))?;
        Ok(Self { kind: String::from_utf8_lossy(kind).into_owned(), address })
    }
}

/// A number of bytes, 1 to 20 digits (RFC 1870 §4 size-value).
fn read_size(cursor: &mut Cursor<'_>) -> Result<u64, SyntaxError> {
    let start = expect_equals(cursor)?;
    let digits = cursor.take_while(Field::SizeValue, |byte| byte.is_ascii_digit());
    if digits.len() > 20 {
        return Err(cursor.error_at(start + 20, Expected::AtMost(20)));
    }
    if digits.is_empty() {
        return Err(cursor.error(Expected::Size));
    }
    end_of_value(cursor, Expected::Size)?;
    let value =
        |so_far: u64, digit: &u8| so_far.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Ok(digits.iter().fold(0, value))
}

/// `<>`, or a mailbox as xtext (RFC 4954 §5).
fn read_submitter(cursor: &mut Cursor<'_>) -> Result<Option<Mailbox>, SyntaxError> {
    let start = expect_equals(cursor)?;
    if cursor.rest().starts_with(b"<>") {
        cursor.take(Field::Submitter, 2);
        return end_of_value(cursor, Expected::Submitter).map(|()| None);
    }
    let text = xtext::read(cursor, Field::Submitter, limits::SUBMITTER)?;
    let text = String::from_utf8(text).unwrap_or_default();
    // Brackets do not belong there, but curl has them.
    let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let mailbox = inside.unwrap_or(&text).parse().ok();
    mailbox.map(Some).ok_or_else(|| cursor.error_at(start, Expected::Submitter))
}

/// `=` and one of some words, in capitals or not.
fn read_word<T: Copy + fmt::Display>(
    cursor: &mut Cursor<'_>,
    field: Field,
    expected: Expected,
    words: &[T],
) -> Result<T, SyntaxError> {
    expect_equals(cursor)?;
    let length = cursor.rest().iter().take_while(|&&byte| byte != b' ').count();
    let found = &cursor.rest()[..length];
    let is_found = |word: &&T| word.to_string().as_bytes().eq_ignore_ascii_case(found);
    let word = *words.iter().find(is_found).ok_or_else(|| cursor.error(expected))?;
    cursor.take(field, length);
    Ok(word)
}

/// `=`; gives where the value begins.
fn expect_equals(cursor: &mut Cursor<'_>) -> Result<usize, SyntaxError> {
    cursor.expect_byte(Field::ParameterEquals, b'=', Expected::Equals)?;
    Ok(cursor.at())
}

fn end_of_value(cursor: &Cursor<'_>, expected: Expected) -> Result<(), SyntaxError> {
    if matches!(cursor.peek(), None | Some(b' ')) { Ok(()) } else { Err(cursor.error(expected)) }
}

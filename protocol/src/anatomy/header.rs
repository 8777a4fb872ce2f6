//! Header fields (RFC 5322 §2.2): the name, and a value whose grammar the name tells.
//!
//! A value may go on over several lines, so what was open at the end of one is kept in a [`FieldPlace`]; nothing
//! else is.

mod address;
mod date;
mod entity;
mod ids;
mod lexical;
mod parameters;
mod tags;
mod trace;
mod words;

pub(super) use entity::{Encoding, Entity};

use super::Field;
use super::mail::is_space;
use crate::smtp::cursor::Cursor;
use address::AddressPlace;
use date::DatePlace;
use lexical::Open;
use parameters::{ParameterPlace, What};
use trace::TracePlace;

/// How far a header field has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldPlace {
    /// What bracket or quotation is open at the end of the line.
    open: Open,
    value: Value,
}

/// What grammar a value has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Value {
    /// Text for people, with encoded words (RFC 5322 §2.2.1).
    #[default]
    Unstructured,
    /// Addresses with names and groups (RFC 5322 §3.4).
    Addresses(AddressPlace),
    /// A point in time (RFC 5322 §3.3).
    Date(DatePlace),
    /// Names of messages (RFC 5322 §3.6.4).
    Ids {
        /// Behind `<`.
        inside: bool,
    },
    /// What a server on the way added (RFC 5321 §4.4).
    Trace(TracePlace),
    /// One word and parameters (RFC 2045 §5.1, RFC 2183 §2).
    Parameters(What, ParameterPlace),
    /// How the body is encoded (RFC 2045 §6.1).
    TransferEncoding,
    /// The version of MIME (RFC 2045 §4).
    Version,
    /// `name=value` with semicolons between (RFC 6376 §3.2).
    Tags {
        /// Behind `=`.
        in_value: bool,
    },
}

impl Value {
    /// The grammar of a field's value.
    fn of(name: &[u8]) -> Self {
        const NAMES: &[(&str, Value)] = &[
            ("From", Value::Addresses(AddressPlace::Outside)),
            ("Sender", Value::Addresses(AddressPlace::Outside)),
            ("Reply-To", Value::Addresses(AddressPlace::Outside)),
            ("To", Value::Addresses(AddressPlace::Outside)),
            ("Cc", Value::Addresses(AddressPlace::Outside)),
            ("Bcc", Value::Addresses(AddressPlace::Outside)),
            ("Return-Path", Value::Addresses(AddressPlace::Outside)),
            ("Disposition-Notification-To", Value::Addresses(AddressPlace::Outside)),
            ("Date", Value::Date(DatePlace::Beginning)),
            ("Message-ID", Value::Ids { inside: false }),
            ("In-Reply-To", Value::Ids { inside: false }),
            ("References", Value::Ids { inside: false }),
            ("Content-ID", Value::Ids { inside: false }),
            ("Received", Value::Trace(TracePlace::Clauses(AddressPlace::Outside))),
            ("Content-Type", Value::Parameters(What::Type, ParameterPlace::First)),
            ("Content-Disposition", Value::Parameters(What::Disposition, ParameterPlace::First)),
            ("Content-Transfer-Encoding", Value::TransferEncoding),
            ("MIME-Version", Value::Version),
            ("DKIM-Signature", Value::Tags { in_value: false }),
        ];
        let known = NAMES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
        known.map_or(Self::Unstructured, |(_, value)| *value)
    }
}

/// `name: value`, or white space and more of the value. Anything else does not belong among headers and is left
/// unparsed.
pub(super) fn take_line(
    cursor: &mut Cursor<'_>,
    text: &[u8],
    place: &mut FieldPlace,
    entity: &mut Entity,
) {
    if text.first().is_some_and(|&byte| is_space(byte)) {
        let fold = cursor.take_while(Field::HeaderFold, is_space).len();
        return take_value(cursor, text.len() - fold, place, entity);
    }
    *place = FieldPlace::default();
    let name = text.iter().take_while(|&&byte| byte > b' ' && byte < 0x7f && byte != b':').count();
    if name == 0 || text.get(name) != Some(&b':') {
        cursor.take(Field::Unparsed, text.len());
        return;
    }
    place.value = Value::of(&text[..name]);
    entity.begin(&text[..name]);
    cursor.take(Field::HeaderName, name);
    cursor.take(Field::HeaderColon, 1);
    let space = cursor.take_while(Field::Space, is_space).len();
    take_value(cursor, text.len() - name - 1 - space, place, entity);
}

/// The next `length` bytes of a value.
pub(super) fn take_value(
    cursor: &mut Cursor<'_>,
    length: usize,
    place: &mut FieldPlace,
    entity: &mut Entity,
) {
    let FieldPlace { open, value } = place;
    let mut line = lexical::Line::new(cursor, length, open);
    match value {
        Value::Unstructured => words::take_text(&mut line, Field::HeaderValue),
        Value::Addresses(place) => place.take(&mut line),
        Value::Date(place) => place.take(&mut line),
        Value::Ids { inside } => ids::take(&mut line, inside),
        Value::Trace(place) => place.take(&mut line),
        Value::Parameters(what, place) => place.take(&mut line, *what, entity),
        Value::TransferEncoding => {
            let word = line.take_token(Field::TransferEncoding);
            entity.learn_encoding(word);
            line.take_comments();
        }
        Value::Version => {
            line.take_token(Field::MimeVersion);
            line.take_comments();
        }
        Value::Tags { in_value } => tags::take(&mut line, in_value),
    }
    line.finish();
}

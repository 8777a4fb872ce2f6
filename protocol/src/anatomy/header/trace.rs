//! What each server on the way writes on top of a message (RFC 5321 §4.4): `from … by … with … id … for …; date`.

use super::address::AddressPlace;
use super::date::DatePlace;
use super::lexical::Line;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// Where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TracePlace {
    /// Among the clauses; an address in angle brackets may be open.
    Clauses(AddressPlace),
    /// Behind the semicolon.
    Date(DatePlace),
}

/// What a clause begins with.
const KEYWORDS: [&str; 6] = ["from", "by", "via", "with", "id", "for"];

impl TracePlace {
    /// Reads to the end of the line.
    pub(super) fn take(&mut self, line: &mut Line<'_, '_>) {
        loop {
            let address = match self {
                Self::Date(date) => return date.take(line),
                Self::Clauses(address) => address,
            };
            if let Some(field) = line.skip() {
                line.take_quoted(field);
                continue;
            }
            let Some(byte) = line.peek() else { return };
            if byte == b';' && *address == AddressPlace::Outside {
                line.take(Field::HeaderSeparator, 1);
                *self = Self::Date(DatePlace::Beginning);
            } else if byte == b'<' || *address != AddressPlace::Outside {
                address.take_one(line);
            } else if byte == b'"' {
                line.take_quoted(Field::TraceValue);
            } else {
                take_word(line);
            }
        }
    }
}

fn take_word(line: &mut Line<'_, '_>) {
    let is_of_word = |byte: &&u8| !is_space(**byte) && !matches!(**byte, b';' | b'(' | b'<' | b'"');
    let length = line.rest().iter().take_while(is_of_word).count();
    let word = &line.rest()[..length];
    let is_keyword = KEYWORDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
    line.take(if is_keyword { Field::TraceKeyword } else { Field::TraceValue }, length);
}

//! A date and time (RFC 5322 §3.3).

use super::lexical::Line;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// What has been read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatePlace {
    /// Nothing but perhaps the day's name.
    Beginning,
    /// The day of the month.
    Day,
    /// The month.
    Month,
    /// The year.
    Year,
    /// The time.
    Time,
    /// All of it.
    Whole,
}

impl DatePlace {
    /// Reads to the end of the line.
    pub(super) fn take(&mut self, line: &mut Line<'_, '_>) {
        loop {
            if line.skip().is_some() {
                line.take_quoted(Field::Unparsed);
                continue;
            }
            let Some(byte) = line.peek() else { return };
            if byte == b',' {
                line.take(Field::HeaderSeparator, 1);
                continue;
            }
            let word = line.rest();
            let is_of_word =
                |byte: &&u8| !is_space(**byte) && !matches!(**byte, b',' | b'(' | b'"');
            let length = word.iter().take_while(is_of_word).count().max(1);
            let field = self.next(&word[..length]);
            line.take(field, length);
        }
    }

    /// What a word is at this place.
    fn next(&mut self, word: &[u8]) -> Field {
        let is_number = word.iter().all(u8::is_ascii_digit);
        let is_name = word.iter().all(u8::is_ascii_alphabetic);
        let is_time =
            word.contains(&b':') && word.iter().all(|&it| it.is_ascii_digit() || it == b':');
        let is_offset =
            matches!(word, [b'+' | b'-', digits @ ..] if digits.iter().all(u8::is_ascii_digit));
        let (field, place) = match *self {
            Self::Beginning if is_name => (Field::DayName, Self::Beginning),
            Self::Beginning if is_number => (Field::Day, Self::Day),
            Self::Day if is_name => (Field::Month, Self::Month),
            Self::Month if is_number => (Field::Year, Self::Year),
            Self::Year if is_time => (Field::TimeOfDay, Self::Time),
            Self::Time if is_offset || is_name => (Field::Zone, Self::Whole),
            place => (Field::Unparsed, place),
        };
        *self = place;
        field
    }
}

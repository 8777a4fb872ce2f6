//! Addresses, with names, groups and comments (RFC 5322 §3.4).

use super::lexical::{Line, is_atom};
use super::words;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// Where in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressPlace {
    /// Before an address, or in the name in front of it.
    Outside,
    /// Behind `<`.
    Inside,
    /// Behind the `@` of an address that stands alone.
    Domain,
    /// Behind the `@` of one in angle brackets.
    InsideDomain,
}

impl AddressPlace {
    /// Reads to the end of the line.
    pub(super) fn take(&mut self, line: &mut Line<'_, '_>) {
        loop {
            if let Some(field) = line.skip() {
                line.take_quoted(field);
                continue;
            }
            if line.peek().is_none() || !self.take_one(line) {
                return;
            }
        }
    }

    /// Reads one token; `false` where none fits.
    pub(super) fn take_one(&mut self, line: &mut Line<'_, '_>) -> bool {
        let Some(byte) = line.peek() else { return false };
        match (byte, *self) {
            (b'<', Self::Outside | Self::Domain) => {
                line.take(Field::AngleOpen, 1);
                *self = Self::Inside;
            }
            (b'>', Self::Inside | Self::InsideDomain) => {
                line.take(Field::AngleClose, 1);
                *self = Self::Outside;
            }
            (b'@', Self::Outside) => {
                line.take(Field::At, 1);
                *self = Self::Domain;
            }
            (b'@', Self::Inside) => {
                line.take(Field::At, 1);
                *self = Self::InsideDomain;
            }
            (b',' | b';' | b':', Self::Outside | Self::Domain) => {
                line.take(Field::HeaderSeparator, 1);
                *self = Self::Outside;
            }
            // The old way to name stations on the way (RFC 5322 §4.4).
            (b',' | b':', Self::InsideDomain) => {
                line.take(Field::HeaderSeparator, 1);
                *self = Self::Inside;
            }
            (b'[', Self::Domain | Self::InsideDomain) => {
                let end =
                    memchr::memchr(b']', line.rest()).map_or(line.rest().len(), |end| end + 1);
                line.take(Field::Domain, end);
            }
            (b'"', Self::Outside) => {
                let is_local = line.rest().get(line.quoted_length()) == Some(&b'@');
                line.take_quoted(if is_local { Field::LocalPart } else { Field::DisplayName });
            }
            (b'"', Self::Inside) => line.take_quoted(Field::LocalPart),
            (byte, _) if is_atom(byte) => self.take_atom(line),
            _ => {
                line.take(Field::Unparsed, 1);
            }
        }
        true
    }

    fn take_atom(self, line: &mut Line<'_, '_>) {
        let length = line.rest().iter().take_while(|&&byte| is_atom(byte)).count();
        let behind = &line.rest()[length..];
        let is_local = behind.iter().find(|byte| !is_space(**byte)) == Some(&b'@');
        let field = match self {
            Self::Domain | Self::InsideDomain => Field::Domain,
            Self::Inside => Field::LocalPart,
            Self::Outside if is_local => Field::LocalPart,
            Self::Outside => return words::take_words(line, Field::DisplayName, length),
        };
        line.take(field, length);
    }
}

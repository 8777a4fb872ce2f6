//! Inputs of several parts. A fuzzer that cuts and joins them still gives something that means something, and a
//! person can read them: records stand one behind the other, held apart by [`SEPARATOR`], and the first byte of a
//! record says what it is.

/// Holds records apart: ASCII's own record separator, which no line of SMTP needs.
pub const SEPARATOR: u8 = 0x1e;

/// Most records that are looked at; so one input cannot take forever.
const MOST: usize = 200;

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its first byte.
    pub kind: u8,
    /// All behind it.
    pub rest: &'a [u8],
}

/// The records of an input; empty ones are left out.
pub fn records(input: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let records = input.split(|&byte| byte == SEPARATOR).filter_map(|record| {
        let (&kind, rest) = record.split_first()?;
        Some(Record { kind, rest })
    });
    records.take(MOST)
}

/// The first part of an input, and all behind it.
pub fn head(input: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = input.splitn(2, |&byte| byte == SEPARATOR);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

impl<'a> Record<'a> {
    /// What stands behind the kind as a choice among `all`, by its first byte: `a` is the first.
    pub fn choose<T: Copy>(self, all: &[T]) -> Option<T> {
        chosen(self.rest.first().copied(), all)
    }

    /// The number that stands behind the kind, at most `most`; 0 where there is none.
    pub fn number(self, most: usize) -> usize {
        let digits = self.rest.iter().take(6).take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')).min(most)
    }

    /// What stands behind the kind.
    pub fn bytes(self) -> bytes::Bytes {
        bytes::Bytes::copy_from_slice(self.rest)
    }

    /// The same cut in pieces, whose size is taken from the bytes themselves.
    pub fn pieces(self) -> impl Iterator<Item = &'a [u8]> {
        pieces(self.rest)
    }
}

/// A choice by a byte: `a` is the first of `all`, and it begins again behind the last.
pub fn chosen<T: Copy>(by: Option<u8>, all: &[T]) -> Option<T> {
    let number = usize::from(by?.wrapping_sub(b'a'));
    all.get(number.checked_rem(all.len())?).copied()
}

/// Bytes in pieces of different sizes, which come from the bytes themselves.
pub fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let size = 1 + usize::from(*bytes.first()? % 11);
        let (piece, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        Some(piece)
    })
}

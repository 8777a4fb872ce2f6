//! Reads bytes and remembers what each of them was, so that value and anatomy come from one reading.

use tls_messages::{Field, Span};

/// A place in some bytes, and the spans up to there.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    spans: Vec<Span>,
}

/// The bytes end too early, or are not what the standard says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

pub(crate) type Read<T> = Result<T, Malformed>;

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, spans: Vec::new() }
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Takes bytes that are all of one thing.
    pub(crate) fn take(
        &mut self,
        length: usize,
        field: Field,
        says: impl FnOnce(&[u8]) -> String,
    ) -> Read<&'a [u8]> {
        let taken = self.bytes.get(self.at..).and_then(|left| left.get(..length));
        let taken = taken.ok_or(Malformed)?;
        if length > 0 {
            let (start, end) = (self.at, self.at + length);
            self.spans.push(Span {
                start: narrow(start),
                end: narrow(end),
                field,
                says: says(taken),
            });
            self.at = end;
        }
        Ok(taken)
    }

    /// Takes bytes that have no name.
    pub(crate) fn opaque(&mut self, length: usize, field: Field) -> Read<&'a [u8]> {
        self.take(length, field, |_| String::new())
    }

    /// Takes a number of so many bytes, the highest first.
    pub(crate) fn number(
        &mut self,
        width: usize,
        field: Field,
        says: impl FnOnce(u32) -> String,
    ) -> Read<u32> {
        let mut number = 0;
        self.take(width, field, |bytes| {
            number = bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
            says(number)
        })?;
        Ok(number)
    }

    /// Takes the length of what follows, in a number of so many bytes.
    pub(crate) fn length(&mut self, width: usize) -> Read<usize> {
        Ok(self.number(width, Field::Length, |length| length.to_string())? as usize)
    }

    /// Reads the next bytes by themselves: what is wrong in there is wrong in there alone.
    pub(crate) fn within<T>(
        &mut self,
        length: usize,
        read: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<Option<T>> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(Malformed)?;
        let inner = Self { bytes: &self.bytes[..end], at: self.at, spans: Vec::new() };
        let mut inner = Self { spans: std::mem::take(&mut self.spans), ..inner };
        let value = read(&mut inner).ok();
        self.spans = inner.finish();
        self.at = end;
        Ok(value)
    }

    /// Reads a list: its length, then one item after the other.
    pub(crate) fn list(
        &mut self,
        width: usize,
        mut item: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        let length = self.length(width)?;
        self.within(length, |list| {
            while list.left() > 0 {
                item(list)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Takes all that is left as one thing.
    pub(crate) fn rest(&mut self, field: Field) -> Read<&'a [u8]> {
        self.opaque(self.left(), field)
    }

    /// The spans; what was not read fits nothing.
    pub(crate) fn finish(mut self) -> Vec<Span> {
        // There are as many bytes left as are taken, so this does not fail.
        let _ = self.rest(Field::Unparsed);
        self.spans
    }
}

/// Places in a record fit easily: a message has at most 16 MiB, and no more than [`crate::limits::MESSAGE`] of it are kept.
pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

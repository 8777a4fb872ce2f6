//! The tokens that all structured header fields share (RFC 5322 §3.2).

use crate::anatomy::Field;
use crate::anatomy::mail::is_space;
use crate::smtp::cursor::Cursor;

/// What is open at the end of a line, and goes on in the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Open {
    /// Nothing.
    #[default]
    Nothing,
    /// So many comments, one in the other.
    Comment(u32),
    /// A quoted string, which is this.
    Quoted(Field),
}

/// What is left of a value on one line.
pub(super) struct Line<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    left: usize,
    open: &'c mut Open,
}

impl<'c, 'a> Line<'c, 'a> {
    pub(super) fn new(cursor: &'c mut Cursor<'a>, length: usize, open: &'c mut Open) -> Self {
        Self { cursor, left: length, open }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.cursor.rest()[..self.left]
    }

    /// The next byte, if there is one.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Reads so many bytes.
    pub(super) fn take(&mut self, field: Field, length: usize) -> &'a [u8] {
        let length = length.min(self.left);
        self.left -= length;
        self.cursor.take(field, length)
    }

    /// Reads for as long as the bytes belong to the field.
    pub(super) fn take_while(&mut self, field: Field, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest().iter().take_while(|&&byte| belongs(byte)).count();
        self.take(field, length)
    }

    /// Reads white space and comments, also one that a line before has opened. Gives the quoted string that one has
    /// opened, if more of it is here.
    pub(super) fn skip(&mut self) -> Option<Field> {
        loop {
            match (*self.open, self.peek()) {
                (Open::Quoted(field), Some(_)) => return Some(field),
                (Open::Comment(depth), Some(_)) => self.take_comment(depth),
                (Open::Nothing, Some(b'(')) => self.take_comment(0),
                (Open::Nothing, Some(byte)) if is_space(byte) => {
                    self.take_while(Field::Space, is_space);
                }
                _ => return None,
            }
        }
    }

    /// A comment from here to its end, or to the end of the line.
    fn take_comment(&mut self, mut depth: u32) {
        let mut length = 0;
        let mut is_escaped = false;
        for &byte in self.rest() {
            length += 1;
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'(' => depth = depth.saturating_add(1),
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.take(Field::Comment, length);
        *self.open = if depth == 0 { Open::Nothing } else { Open::Comment(depth) };
    }

    /// A quoted string, its marks included, from here to its end, or to the end of the line.
    pub(super) fn take_quoted(&mut self, field: Field) {
        let start = usize::from(*self.open == Open::Nothing);
        let (length, is_closed) = quoted_length(self.rest(), start);
        self.take(field, length);
        *self.open = if is_closed { Open::Nothing } else { Open::Quoted(field) };
    }

    /// The same, with the marks as fields of their own. Gives what stands between them.
    pub(super) fn take_between_quotes(&mut self, field: Field) -> &'a [u8] {
        if *self.open == Open::Nothing {
            self.take(Field::HeaderSeparator, 1);
        }
        let (length, is_closed) = quoted_length(self.rest(), 0);
        let text = self.take(field, length - usize::from(is_closed));
        self.take(Field::HeaderSeparator, usize::from(is_closed));
        *self.open = if is_closed { Open::Nothing } else { Open::Quoted(field) };
        text
    }

    /// How long the quoted string that begins here is on this line.
    pub(super) fn quoted_length(&self) -> usize {
        quoted_length(self.rest(), 1).0
    }

    /// One word behind white space and comments.
    pub(super) fn take_token(&mut self, field: Field) -> &'a [u8] {
        if self.skip().is_some() {
            self.take_quoted(Field::HeaderValue);
        }
        self.take_while(field, is_word)
    }

    /// Comments and white space; anything else does not fit.
    pub(super) fn take_comments(&mut self) {
        while self.left > 0 {
            if self.skip().is_some() {
                self.take_quoted(Field::Unparsed);
            } else {
                self.take_while(Field::Unparsed, |byte| !is_space(byte) && byte != b'(');
            }
        }
    }

    /// What is left does not fit.
    pub(super) fn finish(self) {
        self.cursor.take(Field::Unparsed, self.left);
    }
}

/// How long a quoted string is that goes on at `start`, and whether it is closed (RFC 5322 §3.2.4).
fn quoted_length(text: &[u8], start: usize) -> (usize, bool) {
    let mut is_escaped = false;
    for (at, &byte) in text.iter().enumerate().skip(start) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (at + 1, true),
            _ => {}
        }
    }
    (text.len(), false)
}

/// The bytes of an atom (RFC 5322 §3.2.3), with its dots, and those beyond ASCII (RFC 6532 §3.2).
pub(super) const fn is_atom(byte: u8) -> bool {
    byte > b' '
        && byte != 0x7f
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b':' | b';' | b'@' | b'\\' | b',' | b'"'
        )
}

/// The bytes of a token (RFC 2045 §5.1).
pub(super) const fn is_token(byte: u8) -> bool {
    is_atom(byte) && !matches!(byte, b'/' | b'?' | b'=')
}

/// Everything but white space, what begins a comment or a quoted string, and the semicolon.
const fn is_word(byte: u8) -> bool {
    byte > b' ' && !matches!(byte, b'(' | b'"' | b';')
}

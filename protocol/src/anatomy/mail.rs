//! Mail data, line by line: header fields, the empty line, the body and its parts (RFC 5322 §2.1, RFC 2046 §5.1).
//!
//! What a line is depends on the lines before it: which header field is being continued, how the body is encoded,
//! and which line separates its parts. All of that is a [`MailPlace`], which is small however long the message is;
//! so a view can begin anywhere.

use super::header::{self, Encoding, Entity, FieldPlace};
use super::{Field, Span};
use crate::smtp::command;
use crate::smtp::cursor::Cursor;
use crate::smtp::data::LinePlace;
use crate::smtp::limits;

/// Where a stream of mail data stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailPlace {
    line: LinePlace,
    section: Section,
    /// The header field that a folded line continues.
    field: FieldPlace,
    /// What the headers say of what follows them.
    entity: Entity,
    /// What separates the parts of each multipart that is open, the innermost last.
    boundaries: Vec<Vec<u8>>,
}

/// What a line is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    /// The headers of the message, or of a part.
    #[default]
    Headers,
    /// Text, encoded in this way.
    Body(Encoding),
    /// In front of the first part or behind the last one; mail programs do not show it (RFC 2046 §5.1.1).
    OutsideParts,
}

/// What a dot at the start of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dots {
    /// One more is sent for it.
    Stuffed,
    /// It stands there as it was typed: alone it ends the data, and before others it is taken away.
    AsTyped,
    /// Nothing.
    Free,
}

impl MailPlace {
    /// The place behind these first bytes of a message, as they were written: dots mean nothing.
    pub fn behind(bytes: &[u8]) -> Self {
        let mut place = Self::default();
        place.pass(bytes);
        place
    }

    /// Goes on behind these bytes, as they were written.
    pub fn pass(&mut self, bytes: &[u8]) {
        self.pass_with(bytes, Dots::Free);
    }

    /// Where in a line it is.
    pub fn line(&self) -> LinePlace {
        self.line
    }

    /// Goes on behind these bytes. Takes time for each line of headers, and where a body has parts, for each line
    /// that could separate them; nothing is kept of the bytes but what a [`MailPlace`] holds.
    pub(crate) fn pass_with(&mut self, bytes: &[u8], dots: Dots) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let skipped =
                if self.section == Section::Headers { 0 } else { self.to_delimiter(rest) };
            self.line = self.line.after(&rest[..skipped]);
            rest = &rest[skipped..];
            let Some(line) = command::lines(rest).next() else { break };
            self.read(line, dots);
            rest = &rest[line.len()..];
        }
    }

    /// How far it is to the next line that may separate two parts; without parts there is none.
    fn to_delimiter(&self, bytes: &[u8]) -> usize {
        if self.boundaries.is_empty() {
            return bytes.len();
        }
        if self.line == LinePlace::Start && bytes.starts_with(b"-") {
            return 0;
        }
        memchr::memmem::find(bytes, b"\n-").map_or(bytes.len(), |found| found + 1)
    }

    /// Reads one line, or as much of it as is there, and gives its spans, which tile it.
    pub(super) fn read(&mut self, line: &[u8], dots: Dots) -> Vec<Span> {
        let at_start = self.line == LinePlace::Start;
        self.line = self.line.after(line);
        let mut cursor = Cursor::new(line);
        if at_start && line == b"\r\n" && self.section == Section::Headers {
            self.end_headers();
            cursor.take(Field::EmptyLine, 2);
            return cursor.into_spans();
        }
        let has_dot = match dots {
            Dots::Stuffed => true,
            Dots::AsTyped => line.len() > 1,
            Dots::Free => false,
        };
        if at_start && has_dot {
            cursor.take_byte(Field::StuffedDot, b'.');
        }
        let (text, end) = split_line_end(cursor.rest());
        match self.delimiter(text).filter(|_| at_start) {
            Some(delimiter) => self.take_delimiter(&mut cursor, delimiter, text),
            None => self.take_text(&mut cursor, text, at_start),
        }
        take_line_end(&mut cursor, end);
        cursor.into_spans()
    }

    fn take_text(&mut self, cursor: &mut Cursor<'_>, text: &[u8], at_start: bool) {
        match self.section {
            Section::Headers if at_start => {
                header::take_line(cursor, text, &mut self.field, &mut self.entity);
            }
            Section::Headers => {
                header::take_value(cursor, text.len(), &mut self.field, &mut self.entity);
            }
            Section::Body(Encoding::Identity) => {
                cursor.take(Field::BodyText, text.len());
            }
            Section::Body(Encoding::Base64) => {
                cursor.take(Field::EncodedBody, text.len());
            }
            Section::Body(Encoding::QuotedPrintable) => take_quoted_printable(cursor, text),
            Section::OutsideParts => {
                cursor.take(Field::OutsideParts, text.len());
            }
        }
    }

    /// The empty line: what follows is what the headers said.
    fn end_headers(&mut self) {
        self.field = FieldPlace::default();
        let entity = std::mem::take(&mut self.entity);
        self.section = match entity.boundary() {
            Some(boundary) if self.boundaries.len() < limits::MIME_DEPTH => {
                self.boundaries.push(boundary.to_vec());
                Section::OutsideParts
            }
            _ if entity.is_message() => Section::Headers,
            _ => Section::Body(entity.encoding()),
        };
    }

    /// Which boundary the line names, and whether it closes it. White space behind it was added on the way.
    fn delimiter(&self, text: &[u8]) -> Option<Delimiter> {
        let text = text.strip_prefix(b"--")?;
        self.boundaries.iter().enumerate().rev().find_map(|(depth, boundary)| {
            let rest = text.strip_prefix(&boundary[..])?;
            let behind = rest.strip_prefix(b"--");
            let closes = behind.is_some();
            let is_whole = behind.unwrap_or(rest).iter().all(|&byte| is_space(byte));
            is_whole.then_some(Delimiter { depth, closes })
        })
    }

    fn take_delimiter(&mut self, cursor: &mut Cursor<'_>, delimiter: Delimiter, text: &[u8]) {
        let Delimiter { depth, closes } = delimiter;
        let length = self.boundaries[depth].len();
        cursor.take(Field::BoundaryDashes, 2);
        cursor.take(Field::Boundary, length);
        let dashes = if closes { 2 } else { 0 };
        cursor.take(Field::BoundaryDashes, dashes);
        cursor.take(Field::Space, text.len() - 2 - length - dashes);
        // What was open inside ends with it.
        self.boundaries.truncate(if closes { depth } else { depth + 1 });
        self.field = FieldPlace::default();
        self.entity = Entity::default();
        self.section = if closes { Section::OutsideParts } else { Section::Headers };
    }
}

/// A line that separates two parts: which boundary, counted from the outermost, and whether it closes it.
#[derive(Clone, Copy)]
struct Delimiter {
    depth: usize,
    closes: bool,
}

/// `=XX` stands for a byte, and `=` at the end for a line that goes on (RFC 2045 §6.7).
fn take_quoted_printable(cursor: &mut Cursor<'_>, text: &[u8]) {
    let end = text.len();
    let mut at = 0;
    while at < end {
        let plain = memchr::memchr(b'=', &text[at..]).unwrap_or(end - at);
        cursor.take(Field::BodyText, plain);
        at += plain;
        let taken = match &text[at..] {
            [] => break,
            [b'='] => cursor.take(Field::SoftBreak, 1),
            [b'=', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                cursor.take(Field::QuotedByte, 3)
            }
            _ => cursor.take(Field::Unparsed, 1),
        };
        at += taken.len();
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// A line's text, and its end: CR LF, a bare LF, or nothing.
pub(super) fn split_line_end(line: &[u8]) -> (&[u8], &[u8]) {
    let text = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
    (text, &line[text.len()..])
}

/// CR LF is a line end; a bare LF is none (RFC 5321 §2.3.8).
pub(super) fn take_line_end(cursor: &mut Cursor<'_>, end: &[u8]) {
    let field = if end == b"\r\n" { Field::LineEnd } else { Field::Unparsed };
    cursor.take(field, end.len().min(cursor.rest().len()));
}

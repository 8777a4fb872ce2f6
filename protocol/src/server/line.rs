//! Lines out of a stream that may cut them anywhere.

use crate::smtp::command::line_limit;
use crate::smtp::limits;

/// Collects one line; never holds more of it than the limit allows.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    line: Vec<u8>,
    /// The limit that the line went over; the rest of it is thrown away.
    exceeded: Option<usize>,
}

/// A line that has come to its LF.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// With its line end, CR LF or a bare LF.
    Whole(Vec<u8>),
    /// It was longer than this many bytes.
    TooLong(usize),
}

/// What the line is going to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expecting {
    Command,
    AuthResponse,
}

impl LineReader {
    /// Reads up to the end of the line and takes what it read off the front of `input`; `None` when the
    /// input ended first.
    pub(super) fn read(&mut self, input: &mut &[u8], expecting: Expecting) -> Option<Line> {
        let line_feed = memchr::memchr(b'\n', input);
        let (piece, rest) = input.split_at(line_feed.map_or(input.len(), |at| at + 1));
        *input = rest;
        self.push(piece, expecting);
        line_feed?;
        let line = std::mem::take(&mut self.line);
        Some(self.exceeded.take().map_or(Line::Whole(line), Line::TooLong))
    }

    fn push(&mut self, piece: &[u8], expecting: Expecting) {
        if self.exceeded.is_some() {
            return;
        }
        // One byte over the largest limit is enough to know, however long the piece is.
        let room = limits::AUTH_LINE + 1 - self.line.len();
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
        let limit = match expecting {
            Expecting::Command => line_limit(&self.line),
            Expecting::AuthResponse => limits::AUTH_LINE,
        };
        if self.line.len() > limit {
            self.exceeded = Some(limit);
            self.line = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(pieces: &[&[u8]], expecting: Expecting) -> Vec<Line> {
        let (mut reader, mut lines) = (LineReader::default(), Vec::new());
        for mut input in pieces.iter().copied() {
            while !input.is_empty() {
                lines.extend(reader.read(&mut input, expecting));
            }
        }
        lines
    }

    #[test]
    fn a_line_ends_where_its_lf_is() {
        assert_eq!(
            read(&[b"NO", b"OP\r", b"\nQUIT\nrest"], Expecting::Command),
            [Line::Whole(b"NOOP\r\n".to_vec()), Line::Whole(b"QUIT\n".to_vec())]
        );
    }

    #[test]
    fn each_kind_of_line_has_its_limit() {
        let line = |start: &str, length: usize| {
            let mut line = start.as_bytes().to_vec();
            line.resize(length - 2, b'x');
            [&line[..], b"\r\n"].concat()
        };
        for (start, expecting, limit) in [
            ("NOOP ", Expecting::Command, 512),
            ("mail ", Expecting::Command, 1181),
            ("RCPT ", Expecting::Command, 1012),
            ("EXPN ", Expecting::Command, 522),
            ("AUTH ", Expecting::Command, 12_288),
            ("", Expecting::AuthResponse, 12_288),
        ] {
            let fits = line(start, limit);
            assert_eq!(read(&[&fits], expecting), [Line::Whole(fits.clone())]);
            assert_eq!(read(&[&line(start, limit + 1)], expecting), [Line::TooLong(limit)]);
        }
    }

    #[test]
    fn the_rest_of_a_line_that_is_too_long_is_not_kept() {
        let mut reader = LineReader::default();
        for _ in 0..100 {
            assert_eq!(reader.read(&mut &[b'x'; 10_000][..], Expecting::Command), None);
            assert!(reader.line.is_empty());
        }
        assert_eq!(reader.read(&mut &b"\n"[..], Expecting::Command), Some(Line::TooLong(512)));
        let next = reader.read(&mut &b"NOOP\r\n"[..], Expecting::Command);
        assert_eq!(next, Some(Line::Whole(b"NOOP\r\n".to_vec())));
    }
}

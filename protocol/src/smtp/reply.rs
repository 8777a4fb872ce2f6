//! Replies (RFC 5321 §4.2), read from a stream that may cut them anywhere.
//!
//! One `recv` is not one reply: a reply may span many segments, and a segment may hold many replies. The
//! parser takes bytes as they come and gives a [`Reply`] when its last line is whole.
//!
//! ```text
//! reply = *( code "-" text CRLF ) code [ SP text ] CRLF
//! ```

use super::limits;
use super::status::{EnhancedCode, ReplyCode};
use bytes::Bytes;
use std::ops::Range;

/// A whole reply: the same code on each of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: ReplyCode,
    wire: Bytes,
}

/// One line of a reply, as offsets into its wire bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The whole line with its CR LF.
    pub whole: Range<usize>,
    /// What stands behind the code and its separator, without CR LF; may be empty.
    pub text: Range<usize>,
}

impl Reply {
    /// The reply code.
    pub fn code(&self) -> ReplyCode {
        self.code
    }

    /// The bytes as they came.
    pub fn wire(&self) -> &Bytes {
        &self.wire
    }

    /// Where its lines are; there is at least one.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        let mut start = 0;
        memchr::memchr_iter(b'\n', &self.wire).map(move |at| {
            let end = at + 1;
            let text = (start + 4).min(end - 2)..end - 2;
            Line { whole: std::mem::replace(&mut start, end)..end, text }
        })
    }

    /// The text of each line; bytes, since some servers write GBK.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.lines().map(|line| &self.wire[line.text])
    }

    /// The first line's text.
    pub fn first_text(&self) -> &[u8] {
        self.texts().next().unwrap_or_default()
    }

    /// The enhanced status code, where the first line has one of the reply's own class (RFC 2034 §4).
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        let (enhanced, _) = EnhancedCode::at_start_of(self.first_text())?;
        (u16::from(enhanced.class) == self.code.number() / 100).then_some(enhanced)
    }
}

/// Why bytes are not a reply. The parser reads no further after one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A reply line begins with a digit from 2 to 5 and two more.
    #[error(
        "expected a three-digit reply code, found the byte {found:#04x} at byte {at} of the line"
    )]
    NotACode {
        /// Offset in the line.
        at: usize,
        /// The byte there.
        found: u8,
    },
    /// Behind the code stands neither space, hyphen nor CR LF.
    #[error("expected a space or a hyphen behind the reply code, found the byte {found:#04x}")]
    NotASeparator {
        /// The byte there.
        found: u8,
    },
    /// The lines of one reply have different codes (RFC 5321 §4.2.1 has one code a reply).
    #[error("expected another line with {first}, found {found}")]
    CodesDiffer {
        /// The code of the first line.
        first: ReplyCode,
        /// The code of this one.
        found: ReplyCode,
    },
    /// LF without CR before it (RFC 5321 §2.3.8).
    #[error("expected CR LF at the end of the line, found LF alone")]
    BareLf,
    /// CR without LF behind it (RFC 5321 §2.3.8).
    #[error("expected LF behind CR, found the byte {found:#04x}")]
    BareCr {
        /// The byte behind the CR.
        found: u8,
    },
    /// A line without end.
    #[error("expected the line to end within {limit} bytes")]
    LineTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Plain text behind the reply to STARTTLS: what comes there is TLS, or was put in by somebody on the way.
    #[error("expected nothing but TLS behind the reply to STARTTLS, found plain text")]
    BehindStartTls,
    /// A reply without end.
    #[error("expected the reply to end within {limit} bytes")]
    ReplyTooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

/// Reads replies from bytes that come in any pieces.
#[derive(Debug, Default)]
pub struct ReplyParser {
    wire: Vec<u8>,
    line_start: usize,
    code: Option<ReplyCode>,
    last: bool,
}

impl ReplyParser {
    /// Whether nothing of a reply was read that is not whole.
    pub fn is_empty(&self) -> bool {
        self.wire.is_empty()
    }

    /// Reads from `input` up to the end of the next reply, and takes what it read off its front.
    ///
    /// `None` when the input ended first; the parser keeps what it has (at most
    /// [`limits::REPLY_READ`] bytes).
    ///
    /// # Errors
    /// At the first byte that cannot belong to a reply. That byte is read, and the parser is not to be asked
    /// again.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Result<Reply, ReplyError>> {
        while let Some((&byte, rest)) = input.split_first() {
            if let Some(line) = self.good_line(input) {
                self.wire.extend_from_slice(line);
                *input = &input[line.len()..];
                self.line_start = self.wire.len();
                if self.last {
                    return self.finish().map(Ok);
                }
                continue;
            }
            *input = rest;
            self.wire.push(byte);
            match self.accept(byte) {
                Ok(false) => {}
                Ok(true) => return self.finish().map(Ok),
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }

    /// The bytes read of a reply that is not whole yet.
    pub fn partial(&self) -> &[u8] {
        &self.wire
    }

    /// The line that comes, if it is there as a whole and nothing about it is wrong. Any other is read byte by
    /// byte, which finds the byte that is wrong.
    fn good_line<'a>(&mut self, input: &'a [u8]) -> Option<&'a [u8]> {
        let room = limits::REPLY_READ.saturating_sub(self.wire.len() + 1);
        let most = input.len().min(limits::REPLY_LINE_READ - 1).min(room);
        // At the first CR or LF: in a good line there is one CR, and it is followed by LF.
        let end = memchr::memchr2(b'\r', b'\n', &input[..most])?;
        let line = input[..most].get(..end + 2)?;
        let &[b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', separator @ (b' ' | b'-'), .., b'\r', b'\n'] =
            line
        else {
            return None;
        };
        let code = ReplyCode::from_digits([line[0] - b'0', line[1] - b'0', line[2] - b'0'])?;
        if self.wire.len() != self.line_start || self.code.is_some_and(|first| first != code) {
            return None;
        }
        self.last = separator == b' ';
        if self.code.replace(code).is_none() {
            self.wire.reserve_exact(if self.last { line.len() } else { 4 * line.len() + 128 });
        }
        Some(line)
    }

    /// Judges the byte just pushed; `true` when it ended the reply.
    fn accept(&mut self, byte: u8) -> Result<bool, ReplyError> {
        let at = self.wire.len() - 1 - self.line_start;
        if at > 0 && byte != b'\n' && self.wire[self.wire.len() - 2] == b'\r' {
            return Err(ReplyError::BareCr { found: byte });
        }
        match at {
            0..=2 => self.accept_digit(at, byte)?,
            3 => match byte {
                b'-' => self.last = false,
                b' ' | b'\r' => self.last = true,
                b'\n' => return Err(ReplyError::BareLf),
                found => return Err(ReplyError::NotASeparator { found }),
            },
            _ if byte == b'\n' => return self.end_line(),
            _ => {}
        }
        if at + 1 >= limits::REPLY_LINE_READ {
            return Err(ReplyError::LineTooLong { limit: limits::REPLY_LINE_READ });
        }
        if self.wire.len() >= limits::REPLY_READ {
            return Err(ReplyError::ReplyTooLong { limit: limits::REPLY_READ });
        }
        Ok(false)
    }

    fn accept_digit(&mut self, at: usize, byte: u8) -> Result<(), ReplyError> {
        let fits = if at == 0 { matches!(byte, b'2'..=b'5') } else { byte.is_ascii_digit() };
        if !fits {
            return Err(ReplyError::NotACode { at, found: byte });
        }
        if at < 2 {
            return Ok(());
        }
        let digit = |n: usize| self.wire[self.line_start + n] - b'0';
        let code = ReplyCode::from_digits([digit(0), digit(1), digit(2)]);
        let found = code.ok_or(ReplyError::NotACode { at, found: byte })?;
        match self.code {
            Some(first) if first != found => Err(ReplyError::CodesDiffer { first, found }),
            _ => {
                self.code = Some(found);
                Ok(())
            }
        }
    }

    fn end_line(&mut self) -> Result<bool, ReplyError> {
        let end = self.wire.len();
        if self.wire[end - 2] != b'\r' {
            return Err(ReplyError::BareLf);
        }
        self.line_start = end;
        Ok(self.last)
    }

    fn finish(&mut self) -> Option<Reply> {
        let whole = std::mem::take(self);
        whole.code.map(|code| Reply { code, wire: whole.wire.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(wire: &[u8]) -> Result<Reply, ReplyError> {
        let mut input = wire;
        ReplyParser::default().read(&mut input).expect("a whole reply")
    }

    #[test]
    fn one_line_many_lines_and_a_bare_code_are_replies() {
        let reply = read(b"535 5.7.8 Error: authentication failed\r\n").unwrap();
        assert_eq!(reply.code().number(), 535);
        assert_eq!(reply.enhanced(), Some(EnhancedCode::new(5, 7, 8)));
        let reply = read(b"250-mx.example.com\r\n250-SIZE 1000\r\n250 HELP\r\n").unwrap();
        assert_eq!(
            reply.texts().collect::<Vec<_>>(),
            [&b"mx.example.com"[..], b"SIZE 1000", b"HELP"]
        );
        assert_eq!(read(b"250\r\n").unwrap().first_text(), b"");
        assert_eq!(read(b"250 \r\n").unwrap().first_text(), b"");
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_text() {
        assert_eq!(read(b"250 5.7.8 odd\r\n").unwrap().enhanced(), None);
    }

    #[test]
    fn what_is_not_a_reply_is_said_at_its_first_wrong_byte() {
        let at = |wire: &[u8]| read(wire).unwrap_err();
        assert_eq!(at(b"HTTP/1.1"), ReplyError::NotACode { at: 0, found: b'H' });
        assert_eq!(at(b"\x15\x03\x01"), ReplyError::NotACode { at: 0, found: 0x15 });
        assert_eq!(at(b"100 no\r\n"), ReplyError::NotACode { at: 0, found: b'1' });
        assert_eq!(at(b"25x"), ReplyError::NotACode { at: 2, found: b'x' });
        assert_eq!(at(b"250_x"), ReplyError::NotASeparator { found: b'_' });
        assert_eq!(at(b"250 ok\n"), ReplyError::BareLf);
        assert_eq!(at(b"250\n"), ReplyError::BareLf);
        assert_eq!(at(b"250 o\rk"), ReplyError::BareCr { found: b'k' });
        assert_eq!(at(b"250\rx"), ReplyError::BareCr { found: b'x' });
        let codes = |a, b| (ReplyCode::new(a).unwrap(), ReplyCode::new(b).unwrap());
        let (first, found) = codes(250, 251);
        assert_eq!(at(b"250-a\r\n251 b\r\n"), ReplyError::CodesDiffer { first, found });
    }

    #[test]
    fn lines_and_replies_without_end_are_stopped_at_their_limits() {
        let mut parser = ReplyParser::default();
        let endless = [b"250 ".as_slice(), &[b'a'; 10_000]].concat();
        let error = parser.read(&mut endless.as_slice()).unwrap().unwrap_err();
        assert_eq!(error, ReplyError::LineTooLong { limit: limits::REPLY_LINE_READ });
        assert_eq!(parser.partial().len(), limits::REPLY_LINE_READ);

        let mut parser = ReplyParser::default();
        let endless = b"250-all work and no play\r\n".repeat(400_000);
        let error = parser.read(&mut endless.as_slice()).unwrap().unwrap_err();
        assert_eq!(error, ReplyError::ReplyTooLong { limit: limits::REPLY_READ });
        assert_eq!(parser.partial().len(), limits::REPLY_READ);
    }

    #[test]
    fn replies_come_one_by_one_whatever_the_pieces() {
        let wire = b"250-a\r\n250 b\r\n354 go\r\n221 bye\r\n";
        for cut in 1..wire.len() {
            let mut parser = ReplyParser::default();
            let mut codes = Vec::new();
            for mut piece in [&wire[..cut], &wire[cut..]] {
                while let Some(reply) = parser.read(&mut piece) {
                    codes.push(reply.unwrap().code().number());
                }
            }
            assert_eq!(codes, [250, 354, 221], "cut at {cut}");
        }
    }
}

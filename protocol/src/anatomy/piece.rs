//! What is sent, and its parts.

use super::mail::{Dots, MailPlace, split_line_end, take_line_end};
use super::{Field, Span};
use crate::auth::{Exchange, Mechanism};
use crate::message::with_crlf;
use crate::smtp::command::{self, Command, Reading};
use crate::smtp::cursor::Cursor;
use crate::smtp::data::{LinePlace, Stuffer};
use bytes::Bytes;
use std::sync::Arc;

/// What a person sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Exactly these bytes, line ends included.
    Line(Bytes),
    /// Mail data as the writer means it; dots are stuffed on the way (RFC 5321 §4.5.2).
    Data(Bytes),
}

/// What content means at its place in the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Command lines.
    Command {
        /// The server takes chunks behind BDAT.
        chunking: bool,
    },
    /// Responses of an AUTH exchange, the first of them the `n`-th, `n` from 0.
    AuthResponse {
        /// `None` when the mechanism is not known here.
        mechanism: Option<&'static Mechanism>,
        /// Which response.
        n: usize,
    },
    /// Octets of a chunk.
    Chunk {
        /// How many are owed; what stands behind them are command lines.
        left: u64,
        /// Where in the message they begin.
        at: Arc<MailPlace>,
    },
    /// Mail data.
    Data {
        /// Where in the message it begins.
        at: Arc<MailPlace>,
        /// Whether dots are stuffed on the way; if not, a lone dot ends the data.
        stuffed: bool,
    },
}

/// Content with its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes, shared and never copied.
    pub content: Content,
    /// What they mean here.
    pub meaning: Meaning,
}

/// The beginning of a piece as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The wire bytes.
    pub bytes: Bytes,
    /// How many bytes of the content they do not show.
    pub left_out: usize,
}

impl Content {
    /// A line as a person types it: CR LF is added.
    pub fn typed_line(text: &str) -> Self {
        Self::Line(format!("{text}\r\n").into())
    }

    /// Mail data as a person types it, with whatever line ends.
    pub fn typed_data(text: &str) -> Self {
        Self::Data(with_crlf(text).into())
    }

    /// The bytes as they were written.
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Line(bytes) | Self::Data(bytes) => bytes,
        }
    }
}

impl Piece {
    /// The first `limit` bytes of the content, as they travel.
    pub fn window(&self, limit: usize) -> Window {
        let bytes = self.content.bytes();
        let shown = bytes.slice(..bytes.len().min(limit));
        let left_out = bytes.len() - shown.len();
        let bytes = match (&self.content, &self.meaning) {
            (Content::Data(_), Meaning::Data { at, stuffed: true }) => {
                let mut wire = Vec::new();
                Stuffer::at(at.line()).push(&shown, &mut wire);
                wire.into()
            }
            _ => shown,
        };
        Window { bytes, left_out }
    }

    /// The parts of a window of this piece; they tile it.
    pub fn spans(&self, window: &Window) -> Vec<Span> {
        match &self.meaning {
            &Meaning::Command { chunking } => {
                CommandReader { exchange: None, chunking, ..CommandReader::default() }
                    .read(&window.bytes)
            }
            Meaning::Chunk { left, at } => {
                let chunk = Some((*left, MailPlace::clone(at)));
                CommandReader { chunking: true, chunk, ..CommandReader::default() }
                    .read(&window.bytes)
            }
            &Meaning::AuthResponse { mechanism, n } => {
                let exchange = Some(Exchange { mechanism, responses: n });
                CommandReader { exchange, ..CommandReader::default() }.read(&window.bytes)
            }
            Meaning::Data { at, stuffed } => {
                let dots = if *stuffed { Dots::Stuffed } else { Dots::AsTyped };
                let mut reader = DataReader { at: MailPlace::clone(at), dots, ended: false };
                by_line(&window.bytes, |line| reader.line(line))
            }
        }
    }
}

/// Takes each line apart with `read` and moves its spans to where the line stands.
fn by_line(wire: &[u8], mut read: impl FnMut(&[u8]) -> Vec<Span>) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in command::lines(wire) {
        spans.extend(read(line).into_iter().map(|span| span.moved(start)));
        start += line.len();
    }
    spans
}

/// Takes command lines apart, behind AUTH the responses that a server which agrees will ask for, and behind BDAT
/// its chunk.
#[derive(Default)]
struct CommandReader {
    exchange: Option<Exchange>,
    chunking: bool,
    /// The chunk under way: how many octets are owed, and what they are.
    chunk: Option<(u64, MailPlace)>,
}

impl CommandReader {
    fn read(mut self, wire: &[u8]) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = 0;
        while start < wire.len() {
            let line = command::lines(&wire[start..]).next().unwrap_or_default();
            let (taken, parts) = match &mut self.chunk {
                Some((left, place)) => {
                    let taken =
                        usize::try_from(*left).map_or(line.len(), |left| left.min(line.len()));
                    *left -= taken as u64;
                    let parts = place.read(&line[..taken], Dots::Free);
                    (taken, parts)
                }
                None => (line.len(), self.line(line)),
            };
            spans.extend(parts.into_iter().map(|span| span.moved(start)));
            start += taken;
            self.chunk = self.chunk.filter(|(left, _)| *left > 0);
        }
        spans
    }

    fn line(&mut self, line: &[u8]) -> Vec<Span> {
        let (spans, exchange) = if let Some(exchange) = self.exchange {
            (auth_response_spans(exchange, line), Some(exchange.after_response()))
        } else {
            let Reading { spans, command, .. } = Command::read(line);
            if let Ok(Command::Bdat { size, .. }) = command
                && self.chunking
            {
                self.chunk = Some((size, MailPlace::default()));
            }
            (spans, Exchange::begun_by(line))
        };
        self.exchange = exchange.filter(|exchange| exchange.goes_on());
        spans
    }
}

/// `base64 CRLF`, or `* CRLF` (RFC 4954 §4).
fn auth_response_spans(exchange: Exchange, line: &[u8]) -> Vec<Span> {
    let Exchange { mechanism, responses: n } = exchange;
    let (text, end) = split_line_end(line);
    let mut cursor = Cursor::new(line);
    if text == b"*" {
        cursor.take(Field::CancelAuth, 1);
    } else {
        let field = mechanism.map_or(Field::EncodedData, |known| known.response_field(n));
        let word = text.split(|&byte| byte == b' ').next().unwrap_or_default().len();
        cursor.take(field, word);
        // A response is one word; what more there is may be as secret as the next one.
        cursor.take(Field::EncodedData, text.len() - word);
    }
    take_line_end(&mut cursor, end);
    cursor.into_spans()
}

/// Takes lines of mail data apart, one after the other, and behind their end commands.
struct DataReader {
    at: MailPlace,
    dots: Dots,
    ended: bool,
}

impl DataReader {
    fn line(&mut self, line: &[u8]) -> Vec<Span> {
        if self.ended {
            return Command::read(line).spans;
        }
        if self.dots == Dots::AsTyped && self.at.line() == LinePlace::Start && line == b".\r\n" {
            self.ended = true;
            let mut cursor = Cursor::new(line);
            cursor.take(Field::FinalDot, 1);
            take_line_end(&mut cursor, b"\r\n");
            return cursor.into_spans();
        }
        self.at.read(line, self.dots)
    }
}

//! Replies that are none.

use super::Raw;
use crate::smtp::limits;
use crate::smtp::status::ReplyCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How a reply is broken on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// Its lines end in LF alone.
    BareLf,
    /// Its last line has this code instead of its own; a single line gets another one behind it.
    CodesDiffer(OtherCode),
    /// Its last line has no line end, and nothing comes any more.
    UnfinishedLine,
    /// Its last line says that more lines follow, and nothing comes any more.
    UnfinishedReply,
    /// Its last line goes on for longer than anybody reads, without an end.
    EndlessLine,
    /// Its lines go on for longer than anybody reads, without an end.
    EndlessReply,
    /// These bytes stand in front of it.
    Garbage(Raw),
    /// These bytes are said in its place, whatever it was.
    Exact(Raw),
}

/// A reply code; in JSON a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherCode(pub ReplyCode);

impl Broken {
    /// Breaks a whole reply.
    pub(in crate::server) fn break_up(&self, wire: &mut Vec<u8>) {
        match self {
            Self::BareLf => wire.retain(|&byte| byte != b'\r'),
            Self::CodesDiffer(OtherCode(code)) => {
                let last = last_line(wire);
                if last == 0 {
                    wire.extend_from_within(..);
                    set_separator(wire, 0, b'-');
                }
                let last = last_line(wire);
                let digits = code.digits().map(|digit| digit + b'0');
                wire.splice(last..last + digits.len(), digits);
            }
            Self::UnfinishedLine => take_line_end(wire),
            Self::UnfinishedReply => {
                let last = last_line(wire);
                set_separator(wire, last, b'-');
            }
            Self::EndlessLine => {
                take_line_end(wire);
                wire.resize(wire.len() + limits::REPLY_LINE_READ, b'.');
            }
            Self::EndlessReply => {
                let last = last_line(wire);
                set_separator(wire, last, b'-');
                let line = wire[last..].to_vec();
                while wire.len() <= limits::REPLY_READ {
                    wire.extend_from_slice(&line);
                }
            }
            Self::Garbage(garbage) => {
                wire.splice(..0, garbage.bytes().iter().copied());
            }
            Self::Exact(exact) => *wire = exact.bytes().to_vec(),
        }
    }

    /// Whether nothing can follow.
    pub(in crate::server) fn is_endless(&self) -> bool {
        matches!(
            self,
            Self::UnfinishedLine | Self::UnfinishedReply | Self::EndlessLine | Self::EndlessReply
        )
    }
}

/// Where the last line begins.
fn last_line(wire: &[u8]) -> usize {
    let before = wire.strip_suffix(b"\r\n").unwrap_or(wire);
    memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
}

fn take_line_end(wire: &mut Vec<u8>) {
    if wire.ends_with(b"\r\n") {
        wire.truncate(wire.len() - 2);
    }
}

/// What stands behind the three digits of the line that begins here.
fn set_separator(wire: &mut [u8], line: usize, separator: u8) {
    if let Some(byte) = wire.get_mut(line + 3) {
        *byte = separator;
    }
}

impl Serialize for OtherCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.0.number())
    }
}

impl<'de> Deserialize<'de> for OtherCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u16::deserialize(deserializer)?;
        super::reply::code(number).map(Self).map_err(de::Error::custom)
    }
}

//! What goes out of the client besides proposals: events, bytes, and why something was not sent.

use super::Step;
use crate::smtp::reply::{Reply, ReplyError};
use bytes::Bytes;

/// What the client makes of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole reply came.
    Replied {
        /// The step it answers; `None` for a reply nobody asked for.
        step: Option<Step>,
        /// What it says.
        reply: Reply,
        /// What it means for the step.
        verdict: Verdict,
    },
    /// The bytes are not SMTP. Nothing that comes later is read.
    Broken(ReplyError),
    /// The transcript is full. Nothing that comes later is read.
    TranscriptFull,
    /// The connection ended.
    Closed {
        /// How.
        how: Ending,
        /// The step that was waiting for a reply, if one was.
        during: Option<Step>,
    },
}

/// What a reply means for the step it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done, or go on.
    Accepted,
    /// Not now: 4yz.
    TryLater,
    /// No: 5yz.
    Refused,
    /// A reply that does not fit what it answers, such as 250 to DATA, or that answers nothing.
    OutOfPlace,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closed in good order.
    ByServer,
    /// This side closed it.
    ByUs,
    /// The connection was reset.
    Reset,
    /// Nobody answered for as long as RFC 5321 §4.5.3.2 has a client wait.
    PatienceOver,
    /// TLS was cut in the middle of a record or without its closing alert.
    Truncated,
    /// TLS could not begin, or one of the two ends gave it up.
    TlsFailed,
    /// The bridge, or the way to it, is gone.
    TransportLost,
    /// There was no connection to begin with.
    NeverOpened,
}

/// Something for the transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Write these bytes.
    Bytes(Bytes),
    /// Speak TLS from here on (RFC 3207).
    UpgradeTls,
}

/// Why something cannot be sent. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// There is no connection.
    #[error("expected a connection, found none")]
    NotConnected,
    /// The content is over its limit.
    #[error("expected at most {limit} bytes, found {length}")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The transport is going over to TLS; what is sent meanwhile would not be encrypted.
    #[error("expected TLS to have begun, found it under way")]
    TlsUnderWay,
    /// There is nothing in it.
    #[error("expected something to send, found nothing")]
    Empty,
    /// The transcript has no room for it and the replies to it.
    #[error("expected room in the transcript for this and its replies, found none")]
    TranscriptFull,
}

//! What happened, connection by connection.

use crate::anatomy::{Answer, Content, Meaning, Piece, Span};
use crate::auth::{self, Exchange, Mechanism, Speaker};
use crate::client::{Ending, Step, TlsFacts};
use crate::smtp::command::{Command, Verb};
use crate::smtp::limits;
use crate::smtp::reply::{Reply, ReplyError};
use crate::smtp::status::Severity;
use crate::tunnel::TunnelEvent;
use std::fmt;
use std::time::Duration;

/// Everything that happened on a walk.
#[derive(Debug, Default)]
pub struct Transcript {
    connections: Vec<Connection>,
}

/// One connection from its opening to its end.
#[derive(Debug)]
pub struct Connection {
    target: Target,
    began: Duration,
    entries: Vec<Entry>,
    /// Of replies and typed lines.
    bytes: usize,
}

/// Where a connection goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// A host name or an address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// What one side of a login says, out of base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaslMessage {
    /// By which mechanism.
    pub mechanism: &'static Mechanism,
    /// Who says it.
    pub speaker: Speaker,
    /// The how manieth challenge or response it is, from 0.
    pub n: usize,
    /// The bytes.
    pub message: Vec<u8>,
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// On the clock that the walk is given, whatever its beginning.
    pub at: Duration,
    /// What.
    pub item: Item,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// The transport told of itself.
    Transport(TunnelEvent),
    /// This side sent something.
    Sent {
        /// As which step.
        step: Step,
        /// What.
        piece: Piece,
    },
    /// The server sent a reply.
    Received {
        /// The step it answers.
        step: Option<Step>,
        /// What it answers.
        answer: Answer,
        /// The reply.
        reply: Reply,
    },
    /// From here on all is inside TLS.
    Upgraded(TlsFacts),
    /// The server sent something that is not SMTP.
    Broken {
        /// Why it is not.
        error: ReplyError,
        /// Its bytes, at most [`limits::GARBAGE_KEPT`].
        bytes: Vec<u8>,
    },
    /// The connection ended.
    Closed(Ending),
}

impl Transcript {
    /// Every connection, the oldest first; at most [`limits::CONNECTIONS`], of which the newest are kept.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// The newest connection.
    pub fn current(&self) -> Option<&Connection> {
        self.connections.last()
    }

    /// Whether the newest connection takes no more entries. Its last places are kept free for its end.
    pub fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// How many entries the newest connection still takes.
    pub(crate) fn room(&self) -> usize {
        match self.current() {
            Some(connection) if connection.bytes < limits::TRANSCRIPT_BYTES => {
                (limits::TRANSCRIPT_ENTRIES - 3).saturating_sub(connection.entries.len())
            }
            Some(_) => 0,
            None => limits::TRANSCRIPT_ENTRIES,
        }
    }

    pub(crate) fn begin(&mut self, now: Duration, target: Target) {
        if self.connections.len() >= limits::CONNECTIONS {
            self.connections.remove(0);
        }
        self.connections.push(Connection { target, began: now, entries: Vec::new(), bytes: 0 });
    }

    pub(crate) fn push(&mut self, now: Duration, item: Item) {
        if let Some(connection) = self.connections.last_mut()
            && connection.entries.len() < limits::TRANSCRIPT_ENTRIES
        {
            connection.bytes += item.held();
            connection.entries.push(Entry { at: now, item });
        }
    }

    /// Keeps a little more of what came behind bytes that are not SMTP, so that a person can see what it is.
    pub(crate) fn add_garbage(&mut self, more: &[u8]) {
        let last = self.connections.last_mut().and_then(|connection| connection.entries.last_mut());
        if let Some(Entry { item: Item::Broken { bytes, .. }, .. }) = last {
            let room = limits::GARBAGE_KEPT.saturating_sub(bytes.len());
            bytes.extend_from_slice(&more[..more.len().min(room)]);
        }
    }
}

impl Connection {
    /// The message of a login that an entry carries inside its base64, if it carries one.
    pub fn sasl_message(&self, index: usize) -> Option<SaslMessage> {
        match &self.entries.get(index)?.item {
            Item::Sent { piece, .. } => {
                let (exchange, message) = response_in(piece)?;
                let n = exchange.responses.checked_sub(1)?;
                let mechanism = exchange.mechanism?;
                Some(SaslMessage { mechanism, speaker: Speaker::Client, n, message: message? })
            }
            Item::Received { reply, answer, .. } if is_challenge(*answer, reply) => {
                let sent = |entry: &Entry| match &entry.item {
                    Item::Sent { piece, .. } => Some(response_in(piece)),
                    _ => None,
                };
                let (exchange, _) = self.entries[..index].iter().rev().find_map(sent)??;
                let message = auth::decode(reply.texts().next()?)?;
                let (mechanism, n) = (exchange.mechanism?, exchange.responses);
                Some(SaslMessage { mechanism, speaker: Speaker::Server, n, message })
            }
            _ => None,
        }
    }
}

/// How far an exchange is when this was sent, and what it says in its base64.
fn response_in(piece: &Piece) -> Option<(Exchange, Option<Vec<u8>>)> {
    let line = piece.content.bytes();
    match piece.meaning {
        Meaning::Command { .. } => {
            let Ok(Command::Auth { initial, .. }) = Command::read(line).command else {
                return None;
            };
            Some((Exchange::begun_by(line)?, initial))
        }
        Meaning::AuthResponse { mechanism, n } => {
            let message = auth::decode(line.strip_suffix(b"\r\n").unwrap_or(line));
            Some((Exchange { mechanism, responses: n + 1 }, message))
        }
        Meaning::Data { .. } | Meaning::Chunk { .. } => None,
    }
}

fn is_challenge(answer: Answer, reply: &Reply) -> bool {
    matches!(answer, Answer::To(Verb::Auth) | Answer::ToAuthResponse)
        && reply.code().severity() == Severity::Intermediate
}

impl SaslMessage {
    /// Its parts; they tile it.
    pub fn spans(&self) -> Vec<Span> {
        self.mechanism.anatomy(self.speaker, self.n, &self.message)
    }
}

impl Item {
    /// The bytes that count towards [`limits::TRANSCRIPT_BYTES`].
    fn held(&self) -> usize {
        match self {
            Self::Received { reply, .. } => reply.wire().len(),
            Self::Sent { piece: Piece { content: Content::Line(line), .. }, .. } => line.len(),
            _ => 0,
        }
    }
}

impl Connection {
    /// Where it goes to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// When it was begun, on the clock that the walk is given.
    pub fn began(&self) -> Duration {
        self.began
    }

    /// A connection that is known from elsewhere; entries over [`limits::TRANSCRIPT_ENTRIES`] are left out.
    pub(crate) fn with_entries(target: Target, mut entries: Vec<Entry>) -> Self {
        entries.truncate(limits::TRANSCRIPT_ENTRIES);
        let bytes = entries.iter().map(|entry| entry.item.held()).sum();
        Self { target, began: Duration::ZERO, entries, bytes }
    }

    /// Everything that happened, the oldest first; at most [`limits::TRANSCRIPT_ENTRIES`].
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

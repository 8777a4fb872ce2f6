//! One row of the stage: something that was sent, received or told.

use super::tls::Carried;
use protocol::anatomy::{Answer, Meaning, Piece, Span, Window, reply_spans};
use protocol::client::{Ending, Step, TlsFacts};
use protocol::diagnosis::{Context, Cure, Finding, diagnose};
use protocol::smtp::limits;
use protocol::smtp::reply::{Reply, ReplyError};
use protocol::transcript::{Entry, Item, SaslMessage};
use protocol::tunnel::{FailureReason, TunnelEvent};
use std::rc::Rc;
use std::time::Duration;
use tls_messages::{Facts, Finish, Record};

/// An entry of the transcript, taken apart once, when it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place among the rows of the walk.
    pub id: usize,
    /// When it happened, since the connection was begun.
    pub at: Duration,
    /// How long it took: a reply since what it answers.
    pub took: Option<Duration>,
    /// What happened.
    pub body: Body,
    /// What a login says inside its base64.
    pub login: Option<Login>,
    /// The records in which its bytes travelled, where that was inside TLS.
    pub carried: Carried,
}

/// A message of a login, out of base64.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// The bytes.
    pub message: Vec<u8>,
    /// Their parts.
    pub spans: Vec<Span>,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The transport told of itself.
    Note(TunnelEvent),
    /// This side sent something.
    Sent {
        /// As which step.
        step: Step,
        /// What.
        piece: Piece,
        /// Its beginning as it travelled.
        window: Window,
        /// The parts of that.
        spans: Vec<Span>,
    },
    /// The server sent a reply.
    Received {
        /// The step it answers.
        step: Option<Step>,
        /// What it answers.
        answer: Answer,
        /// The reply.
        reply: Reply,
        /// Its parts.
        spans: Vec<Span>,
        /// Why the server refused, the likeliest cause first; empty if it did not.
        findings: Vec<Finding>,
    },
    /// The server sent something that is not SMTP.
    Broken {
        /// Why it is not.
        error: ReplyError,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A record of TLS that carries none of the session's own bytes.
    Record(Rc<Record>),
    /// The server's certificate is not trusted.
    Untrusted(Rc<Facts>),
    /// From here on all is inside TLS.
    Upgraded(TlsFacts),
    /// TLS ended, and not as it should.
    TlsEnded(Rc<Finish>),
    /// The connection ended.
    Closed(Ending),
}

impl Row {
    /// Takes an entry apart. `began` is the connection's beginning, `sent` when the last thing was sent,
    /// `context` what was known of the session before.
    pub(super) fn new(
        id: usize,
        entry: &Entry,
        began: Duration,
        sent: Option<Duration>,
        context: Context,
    ) -> Self {
        let body = match &entry.item {
            Item::Transport(event) => Body::Note(event.clone()),
            Item::Sent { step, piece } => {
                let window = piece.window(limits::WINDOW);
                let spans = piece.spans(&window);
                Body::Sent { step: *step, piece: piece.clone(), window, spans }
            }
            Item::Received { step, answer, reply } => Body::Received {
                step: *step,
                answer: *answer,
                reply: reply.clone(),
                spans: reply_spans(*answer, reply),
                findings: diagnose(*answer, reply, context),
            },
            Item::Broken { error, bytes } => Body::Broken { error: *error, bytes: bytes.clone() },
            Item::Upgraded(facts) => Body::Upgraded(facts.clone()),
            Item::Closed(how) => Body::Closed(*how),
        };
        let took = match body {
            Body::Received { .. } => sent.and_then(|sent| entry.at.checked_sub(sent)),
            _ => None,
        };
        let at = entry.at.saturating_sub(began);
        Self { id, at, took, body, login: None, carried: Carried::default() }
    }

    /// Something that TLS tells of itself.
    pub(super) fn of_tls(id: usize, at: Duration, body: Body) -> Self {
        Self { id, at, took: None, body, login: None, carried: Carried::default() }
    }

    /// With the records in which its bytes travelled.
    pub(super) fn with_carried(self, carried: Carried) -> Self {
        Self { carried, ..self }
    }

    /// With what it says inside its base64.
    pub(super) fn with_login(self, message: Option<SaslMessage>) -> Self {
        let login = message.map(|said| Login { spans: said.spans(), message: said.message });
        Self { login, ..self }
    }

    /// The bytes on the wire and their parts, for rows that have some.
    pub fn wire(&self) -> Option<(&[u8], &[Span])> {
        match &self.body {
            Body::Sent { window, spans, .. } => Some((&window.bytes, spans)),
            Body::Received { reply, spans, .. } => Some((reply.wire(), spans)),
            Body::Broken { bytes, .. } => Some((bytes, &[])),
            Body::Note(_)
            | Body::Record(_)
            | Body::Untrusted(_)
            | Body::Upgraded(_)
            | Body::TlsEnded(_)
            | Body::Closed(_) => None,
        }
    }

    /// Whether there is more to see of it than its row says: bytes, or certificates.
    pub const fn can_be_opened(&self) -> bool {
        !matches!(self.body, Body::Note(_) | Body::Closed(_))
    }

    /// The step it belongs to.
    pub fn step(&self) -> Option<Step> {
        match &self.body {
            Body::Note(event) => step_of(event),
            Body::Record(_) | Body::Untrusted(_) | Body::Upgraded(_) | Body::TlsEnded(_) => {
                Some(Step::Handshake)
            }
            Body::Sent { step, .. } => Some(*step),
            Body::Received { step, .. } => *step,
            Body::Broken { .. } | Body::Closed(_) => None,
        }
    }

    /// Whether the server said no.
    pub fn is_refusal(&self) -> bool {
        matches!(&self.body, Body::Received { reply, .. } if reply.code().is_refusal())
    }

    /// What can be done about the likeliest cause of a refusal.
    pub fn cure(&self) -> Option<Cure> {
        match &self.body {
            Body::Received { findings, .. } => findings.first()?.cause.cure(),
            _ => None,
        }
    }

    /// Whether it travelled sealed.
    pub fn is_sealed(&self) -> bool {
        match &self.body {
            Body::Record(record) => record.sealed,
            _ => self.carried.count > 0,
        }
    }

    /// Whether it is mail data, which is shown as a block of lines.
    pub fn is_data(&self) -> bool {
        matches!(&self.body, Body::Sent { piece, .. } if matches!(piece.meaning, Meaning::Data { .. } | Meaning::Chunk { .. }))
    }
}

/// The step that the transport tells of.
const fn step_of(event: &TunnelEvent) -> Option<Step> {
    match event {
        TunnelEvent::Resolving { .. } | TunnelEvent::Resolved { .. } => Some(Step::LookUp),
        TunnelEvent::Connecting { .. } | TunnelEvent::Connected { .. } => Some(Step::Connect),
        TunnelEvent::Failed { reason, .. } => Some(match reason {
            FailureReason::BadTarget
            | FailureReason::Refused
            | FailureReason::NotFound
            | FailureReason::ResolverFailed => Step::LookUp,
            _ => Step::Connect,
        }),
        TunnelEvent::Closed { .. } => None,
    }
}

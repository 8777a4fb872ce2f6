//! Failures without a reply: there was no connection, it broke off, or what came was no SMTP.

use super::{Cause, Context, Finding, RecognisedBy};
use crate::client::Ending;
use crate::smtp::reply::ReplyError;
use crate::tunnel::FailureReason;

/// The port for mail between servers, which many networks let nobody reach.
const PORT_SMTP: u16 = 25;
/// The port for submission under TLS from the first byte (RFC 8314 §3.3).
const PORT_SUBMISSIONS: u16 = 465;

/// An end, and what is known of the connection before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// How it ended.
    pub how: How,
    /// The TCP port.
    pub port: u16,
    /// Whether a whole reply was heard before.
    pub heard: bool,
    /// Whether the last of them was a goodbye: 221 or 421.
    pub goodbye: bool,
    /// What else is known of the session.
    pub context: Context,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// There was no connection.
    Failed(FailureReason),
    /// What the server sent is not a reply.
    Broken(ReplyError),
    /// The connection was closed.
    Closed(Ending),
}

/// The causes that fit an end, the likeliest first. Empty where nothing went wrong, and where it was not the
/// server's or the network's doing but the wish of a person or the rule of a bridge.
pub fn diagnose_end(end: &End) -> Vec<Finding> {
    let by = RecognisedBy::End;
    causes(end).iter().map(|&cause| Finding { cause, by }).collect()
}

fn causes(end: &End) -> &'static [Cause] {
    match end.how {
        How::Failed(reason) => failed(reason, end.port),
        How::Broken(error) => broken(error, end),
        How::Closed(how) => closed(how, end),
    }
}

const fn failed(reason: FailureReason, port: u16) -> &'static [Cause] {
    use FailureReason as R;
    match (reason, port) {
        (R::NotFound | R::BadTarget, _) => &[Cause::HostUnknown],
        (R::ResolverFailed, _) => &[Cause::WayLost, Cause::HostUnknown],
        (R::TimedOut, PORT_SMTP) => &[Cause::PortBlocked, Cause::Silence],
        (R::TimedOut, _) => &[Cause::Silence, Cause::PortBlocked],
        (R::ConnectionRefused, PORT_SMTP) => &[Cause::NobodyListens, Cause::PortBlocked],
        (R::ConnectionRefused, _) => &[Cause::NobodyListens],
        (R::Unreachable | R::Other, PORT_SMTP) => &[Cause::NoRoute, Cause::PortBlocked],
        (R::Unreachable | R::Other, _) => &[Cause::NoRoute],
        (R::Refused, _) => &[],
    }
}

/// A TLS record begins with its type, 20 to 24 (RFC 8446 §5.1); 21 is an alert, 22 a handshake. No reply does.
fn broken(error: ReplyError, end: &End) -> &'static [Cause] {
    match error {
        _ if end.context.encrypted == Some(true) && !end.heard => {
            &[Cause::PortSpeaksPlain, Cause::NotSmtp]
        }
        ReplyError::NotACode { at: 0, found: 20..=24 } if end.port == PORT_SUBMISSIONS => {
            &[Cause::PortSpeaksTls]
        }
        ReplyError::NotACode { at: 0, found: 20..=24 } => {
            &[Cause::PortSpeaksTls, Cause::PortSpeaksPlain]
        }
        ReplyError::BehindStartTls => &[Cause::TextBehindStartTls],
        _ => &[Cause::NotSmtp],
    }
}

fn closed(how: Ending, end: &End) -> &'static [Cause] {
    let by_server =
        matches!(how, Ending::ByServer | Ending::Reset | Ending::PatienceOver | Ending::Truncated);
    if by_server && !end.heard {
        match (end.context.encrypted, end.port) {
            (Some(true), _) => return &[Cause::PortSpeaksPlain, Cause::CutOff],
            (_, PORT_SUBMISSIONS) => return &[Cause::PortSpeaksTls],
            _ => {}
        }
    }
    match (how, end.port) {
        // The transport that speaks TLS knows more of the reason than can be told from here.
        (Ending::ByUs | Ending::TlsFailed, _) => &[],
        (Ending::ByServer, _) if end.goodbye => &[],
        (Ending::ByServer, _) if end.heard => &[Cause::HungUp],
        (Ending::ByServer, _) => &[Cause::HungUp, Cause::Blocklisted],
        (Ending::Reset, PORT_SMTP) if !end.heard => &[Cause::CutOff, Cause::PortBlocked],
        (Ending::Reset | Ending::Truncated, _) => &[Cause::CutOff],
        (Ending::PatienceOver, PORT_SMTP) if !end.heard => &[Cause::PortBlocked, Cause::Silence],
        (Ending::PatienceOver, _) => &[Cause::Silence],
        (Ending::TransportLost | Ending::NeverOpened, _) => &[Cause::WayLost],
    }
}

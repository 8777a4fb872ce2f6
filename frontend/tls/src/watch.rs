//! Follows the records of both sides and tells what is in each of them.
//!
//! The library is the one that speaks TLS; here it is only looked over the shoulder of. A record of data is paired with
//! what the library made of it, since it gets one at a time. Messages of the handshake that it reads and does not show
//! are opened with the session's own secrets; what cannot be opened is said to be hidden.

use crate::anatomy::{self, Body, Chosen};
use crate::cursor::narrow;
use crate::limits;
use crate::opening::{Opener, Phase, Secrets};
use std::sync::Arc;
use tls_messages::{Content, Kept, Message, Record, Span};

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const FINISHED: u8 = 20;
const KEY_UPDATE: u8 = 24;

const TLS13: u16 = 0x0304;
/// The longest message that is put together; the library takes no longer one either.
const LONGEST_MESSAGE: usize = 64 * 1024 + 4;

/// Both sides of a session.
pub(crate) struct Watch {
    secrets: Arc<Secrets>,
    is_client: bool,
    chosen: Option<Chosen>,
    sent: Side,
    received: Side,
    /// The other side's certificates, as DER, once its message was seen.
    pub(crate) chain: Vec<Vec<u8>>,
}

/// What one side said so far.
#[derive(Default)]
struct Side {
    keys: Keys,
    /// The beginning of a message that goes on in the next record.
    partial: Vec<u8>,
}

/// How one side's records are sealed.
#[derive(Default)]
enum Keys {
    /// Not at all.
    #[default]
    None,
    /// As TLS 1.3 does: with one key during the handshake, with another behind it.
    Tls13(Phase, Option<Box<Opener>>),
    /// As TLS 1.2 does.
    Tls12,
    /// As TLS 1.3 does, with a key that is not known here.
    Changed,
}

impl Watch {
    pub(crate) fn new(is_client: bool, secrets: Arc<Secrets>) -> Self {
        let (sent, received) = Default::default();
        Self { secrets, is_client, chosen: None, sent, received, chain: Vec::new() }
    }

    /// What was chosen, once the `ServerHello` was seen.
    pub(crate) fn chosen(&self) -> Option<Chosen> {
        self.chosen
    }

    /// A record went over the wire. `data` is what was said in it to the one at the other end, if it was data.
    pub(crate) fn record(&mut self, sent: bool, wire: &[u8], data: Option<&[u8]>) -> Record {
        let suite = self.chosen.map_or(0, |chosen| chosen.suite);
        let of_client = sent == self.is_client;
        let side = if sent { &mut self.sent } else { &mut self.received };
        if let Keys::Tls13(phase, opener @ None) = &mut side.keys {
            *opener = self.secrets.opener(of_client, *phase, suite).map(Box::new);
        }
        let kind = wire.first().copied().unwrap_or_default();
        let fragment = wire.get(anatomy::HEADER..).unwrap_or_default();
        let (sealed, opened) = match &mut side.keys {
            Keys::Tls13(_, Some(opener)) if kind == APPLICATION_DATA => {
                if data.is_some() {
                    opener.skip();
                    (Some(0), None)
                } else {
                    (Some(0), opener.open(wire))
                }
            }
            Keys::Tls13(_, None) | Keys::Changed if kind == APPLICATION_DATA => (Some(0), None),
            Keys::Tls12 => (Some(explicit_nonce(suite)), None),
            // Alerts of a server that gave up before it had keys come as they are.
            _ => (None, Some((kind, fragment.to_vec()))),
        };
        let content = match (data, opened) {
            (Some(data), _) => Content::Data(kept(data, limits::DATA)),
            (None, Some((kind, inner))) => self.inside(sent, kind, &inner, sealed.is_some()),
            (None, None) => Content::Hidden,
        };
        let body = sealed.map_or(Body::Clear, |nonce| Body::Sealed { nonce });
        let limit = if data.is_some() { limits::DATA } else { limits::RECORD };
        let mut spans = anatomy::record(wire, body);
        cut(&mut spans, limit);
        Record { sent, wire: kept(wire, limit), spans, content, sealed: sealed.is_some() }
    }

    fn inside(&mut self, sent: bool, kind: u8, inner: &[u8], opened: bool) -> Content {
        match kind {
            CHANGE_CIPHER_SPEC => {
                if self.chosen.is_some_and(|chosen| chosen.version < TLS13) {
                    self.side(sent).keys = Keys::Tls12;
                }
                Content::ChangeCipherSpec
            }
            ALERT => anatomy::alert(inner).map_or(Content::Hidden, Content::Alert),
            HANDSHAKE => Content::Handshake(self.messages(sent, inner, opened)),
            _ => Content::Hidden,
        }
    }

    fn side(&mut self, sent: bool) -> &mut Side {
        if sent { &mut self.sent } else { &mut self.received }
    }

    /// The messages that end in this fragment.
    fn messages(&mut self, sent: bool, fragment: &[u8], opened: bool) -> Vec<Message> {
        let mut bytes = std::mem::take(&mut self.side(sent).partial);
        bytes.extend_from_slice(fragment);
        let mut rest = &bytes[..];
        let mut messages = Vec::new();
        while let [_, a, b, c, ..] = *rest {
            let length = 4 + u32::from_be_bytes([0, a, b, c]) as usize;
            let Some((message, behind)) = rest.split_at_checked(length) else { break };
            messages.push(self.message(sent, message, opened));
            rest = behind;
        }
        // The library gives up at a longer one, so it is never missed.
        let rest = &rest[..rest.len().min(LONGEST_MESSAGE)];
        self.side(sent).partial = rest.to_vec();
        messages
    }

    fn message(&mut self, sent: bool, bytes: &[u8], opened: bool) -> Message {
        let is_tls13 = self.chosen.is_some_and(|chosen| chosen.version == TLS13);
        let mut parts = anatomy::message(bytes, is_tls13);
        if let Some(chosen) = parts.chosen.filter(|_| self.chosen.is_none()) {
            self.chosen = Some(chosen);
            if chosen.version == TLS13 {
                self.sent.keys = Keys::Tls13(Phase::Handshake, None);
                self.received.keys = Keys::Tls13(Phase::Handshake, None);
            }
        }
        if !sent && !parts.certificates.is_empty() {
            self.chain = std::mem::take(&mut parts.certificates);
        }
        let keys = &mut self.side(sent).keys;
        match bytes[0] {
            FINISHED if matches!(keys, Keys::Tls13(Phase::Handshake, _)) => {
                *keys = Keys::Tls13(Phase::Application, None);
            }
            // The keys that follow are not logged: what is no data stays hidden from here on (RFC 8446 §4.6.3).
            KEY_UPDATE if is_tls13 => *keys = Keys::Changed,
            _ => {}
        }
        let mut spans = parts.spans;
        cut(&mut spans, limits::MESSAGE);
        Message { kind: parts.kind, bytes: kept(bytes, limits::MESSAGE), spans, opened }
    }
}

/// AES-GCM in TLS 1.2 sends a part of its nonce with each record (RFC 5288 §3); `ChaCha20` does not (RFC 7905 §2).
const fn explicit_nonce(suite: u16) -> usize {
    if matches!(suite, 0xcca8 | 0xcca9) { 0 } else { 8 }
}

fn kept(bytes: &[u8], limit: usize) -> Kept {
    Kept { bytes: bytes[..bytes.len().min(limit)].to_vec(), whole: narrow(bytes.len()) }
}

/// Leaves the spans of the first bytes.
fn cut(spans: &mut Vec<Span>, limit: usize) {
    let limit = narrow(limit);
    spans.retain(|span| span.start < limit);
    if let Some(last) = spans.last_mut() {
        last.end = last.end.min(limit);
    }
}

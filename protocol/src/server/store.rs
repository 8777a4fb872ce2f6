//! Where delivered messages are kept.

use super::fault::Attempts;
use super::trace;
use crate::smtp::address::{Domain, ForwardPath, ReversePath};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// Messages the practice server has taken, oldest first, within limits: when it is full, what is there is
/// kept and new mail is refused (452).
#[derive(Debug, Default)]
pub struct Store {
    messages: VecDeque<StoredMessage>,
    limits: StoreLimits,
    bytes: usize,
    last_id: u64,
    revision: u64,
    attempts: Attempts,
}

/// How much a [`Store`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreLimits {
    /// Messages.
    pub messages: usize,
    /// Bytes of all messages together, trace and data.
    pub bytes: usize,
}

/// A message and how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Counts from 1 and is never used twice; the number behind `queued as practice-`.
    pub id: u64,
    /// When, since the Unix epoch.
    pub received: Duration,
    /// Who sent it to whom: what MAIL and RCPT said, whatever the headers say.
    pub envelope: Envelope,
    /// The header lines the server put in front: Return-Path and Received (RFC 5321 §4.4).
    pub trace: Bytes,
    /// The mail data as it came, the dots of dot-stuffing taken away.
    pub data: Bytes,
}

/// The envelope, and the session around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The name the client gave itself.
    pub helo: Domain,
    /// The protocol of the session.
    pub protocol: Protocol,
    /// Who was logged in.
    pub user: Option<String>,
    /// The reverse-path.
    pub from: ReversePath,
    /// The forward-paths, in the order given; the members of a mailing list stand in its place, behind the others.
    pub to: Vec<ForwardPath>,
    /// MAIL's parameters, such as `BODY=8BITMIME`: the extensions that were used.
    pub parameters: Vec<String>,
    /// What RCPT asked beside the address, for those recipients with whom it did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient_wishes: Vec<RecipientWishes>,
}

/// What was asked for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientWishes {
    /// The forward-path as it was given; the list, where it is one.
    pub to: ForwardPath,
    /// RCPT's parameters, such as `NOTIFY=NEVER`.
    pub parameters: Vec<String>,
}

/// The "with" of a Received line (RFC 3848, RFC 6531 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// Begun with HELO.
    Smtp,
    /// Begun with EHLO.
    Esmtp,
    /// Begun with EHLO, and logged in.
    EsmtpA,
    /// Begun with EHLO, inside TLS.
    EsmtpS,
    /// The same, and logged in.
    EsmtpSA,
    /// Begun with EHLO, and the message asked for SMTPUTF8.
    Utf8Smtp,
    /// The same, and logged in.
    Utf8SmtpA,
    /// The same as [`Protocol::Utf8Smtp`], inside TLS.
    Utf8SmtpS,
    /// The same, and logged in.
    Utf8SmtpSA,
}

/// A stored message without its bytes, for a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// [`StoredMessage::id`].
    pub id: u64,
    /// [`StoredMessage::received`] in milliseconds.
    pub received_ms: u64,
    /// Bytes of trace and data.
    pub size: usize,
    /// Bytes of the trace alone, which stands first.
    pub trace_size: usize,
    /// [`StoredMessage::envelope`].
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// The store has no room for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected room for a message of {size} bytes, found {} of {} messages and {} of {} bytes taken",
    .taken.messages, .limits.messages, .taken.bytes, .limits.bytes
)]
pub struct StoreFull {
    /// The message's bytes.
    pub size: usize,
    /// What is taken.
    pub taken: StoreLimits,
    /// What there is in all.
    pub limits: StoreLimits,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { messages: 1000, bytes: 64 * 1024 * 1024 }
    }
}

impl Store {
    /// An empty store.
    pub fn new(limits: StoreLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The messages, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &StoredMessage> + ExactSizeIterator {
        self.messages.iter()
    }

    /// What a listing shows, oldest first.
    pub fn list(&self) -> Vec<Summary> {
        self.iter().map(StoredMessage::summary).collect()
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The message with this number.
    pub fn get(&self, id: u64) -> Option<&StoredMessage> {
        self.messages.get(self.index(id)?)
    }

    /// Takes the message with this number out.
    pub fn remove(&mut self, id: u64) -> Option<StoredMessage> {
        let message = self.messages.remove(self.index(id)?)?;
        self.bytes -= message.size();
        self.revision += 1;
        Some(message)
    }

    /// Takes every message out. Their numbers are not used again.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.bytes = 0;
        self.revision += 1;
    }

    /// Forgets who attempted what, so that faults count from 1 again, as for a lesson that starts over.
    pub fn forget_attempts(&mut self) {
        self.attempts.forget();
    }

    /// Who attempted what.
    pub(super) fn attempts_mut(&mut self) -> &mut Attempts {
        &mut self.attempts
    }

    /// Grows with every change, so that a view can tell whether it is still true.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether a message of `size` bytes can be taken.
    ///
    /// # Errors
    /// There are as many messages as there may be, or too few bytes are left.
    pub fn check_room(&self, size: usize) -> Result<(), StoreFull> {
        if self.len() < self.limits.messages && size <= self.limits.bytes.saturating_sub(self.bytes)
        {
            return Ok(());
        }
        let taken = StoreLimits { messages: self.len(), bytes: self.bytes };
        Err(StoreFull { size, taken, limits: self.limits })
    }

    /// Keeps a message that came from `peer` to the server called `name`, and gives its number.
    ///
    /// # Errors
    /// There is no room for it; the store is as before.
    pub fn deliver(
        &mut self,
        received: Duration,
        name: &Domain,
        peer: &str,
        envelope: Envelope,
        data: Bytes,
    ) -> Result<u64, StoreFull> {
        let id = self.last_id + 1;
        let trace = trace::header(id, received, name, peer, &envelope).into();
        let message = StoredMessage { id, received, envelope, trace, data };
        self.check_room(message.size())?;
        self.bytes += message.size();
        self.messages.push_back(message);
        self.last_id = id;
        self.revision += 1;
        Ok(id)
    }

    /// Messages stand in the order of their numbers.
    fn index(&self, id: u64) -> Option<usize> {
        self.messages.binary_search_by_key(&id, |message| message.id).ok()
    }
}

impl StoredMessage {
    /// The message as a mailbox holds it: the trace lines, then the data.
    pub fn raw(&self) -> Vec<u8> {
        [&*self.trace, &*self.data].concat()
    }

    /// Bytes of trace and data.
    pub fn size(&self) -> usize {
        self.trace.len() + self.data.len()
    }

    /// What a listing shows of it.
    pub fn summary(&self) -> Summary {
        Summary {
            id: self.id,
            received_ms: u64::try_from(self.received.as_millis()).unwrap_or(u64::MAX),
            size: self.size(),
            trace_size: self.trace.len(),
            envelope: self.envelope.clone(),
        }
    }
}

impl Protocol {
    /// What an extended session is called.
    pub(super) const fn extended(utf8: bool, tls: bool, login: bool) -> Self {
        match (utf8, tls, login) {
            (false, false, false) => Self::Esmtp,
            (false, false, true) => Self::EsmtpA,
            (false, true, false) => Self::EsmtpS,
            (false, true, true) => Self::EsmtpSA,
            (true, false, false) => Self::Utf8Smtp,
            (true, false, true) => Self::Utf8SmtpA,
            (true, true, false) => Self::Utf8SmtpS,
            (true, true, true) => Self::Utf8SmtpSA,
        }
    }

    /// The keyword (RFC 3848 §1, RFC 6531 §4.3).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Esmtp => "ESMTP",
            Self::EsmtpA => "ESMTPA",
            Self::EsmtpS => "ESMTPS",
            Self::EsmtpSA => "ESMTPSA",
            Self::Utf8Smtp => "UTF8SMTP",
            Self::Utf8SmtpA => "UTF8SMTPA",
            Self::Utf8SmtpS => "UTF8SMTPS",
            Self::Utf8SmtpSA => "UTF8SMTPSA",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn envelope() -> Envelope {
        Envelope {
            helo: "client.example".parse().unwrap(),
            protocol: Protocol::EsmtpA,
            user: Some("student@student.example".into()),
            from: ReversePath::Null,
            to: vec!["<teacher@practice.example>".parse().unwrap()],
            parameters: vec!["SIZE=9".into()],
            recipient_wishes: Vec::new(),
        }
    }

    fn deliver(store: &mut Store, data: &'static [u8]) -> Result<u64, StoreFull> {
        let name = "practice.example".parse().unwrap();
        store.deliver(
            Duration::from_secs(1),
            &name,
            "192.0.2.1",
            envelope(),
            Bytes::from_static(data),
        )
    }

    #[test]
    fn a_number_is_never_used_twice() {
        let mut store = Store::default();
        assert_eq!(deliver(&mut store, b"a"), Ok(1));
        assert_eq!(deliver(&mut store, b"b"), Ok(2));
        assert_eq!(store.remove(2).unwrap().data, "b");
        assert!(store.get(2).is_none() && store.remove(2).is_none());
        store.clear();
        assert_eq!(deliver(&mut store, b"c"), Ok(3));
        assert_eq!(store.get(3).unwrap().data, "c");
    }

    #[test]
    fn every_change_is_a_new_revision_and_a_refusal_is_none() {
        let mut store = Store::new(StoreLimits { messages: 1, ..StoreLimits::default() });
        let mut seen = vec![store.revision()];
        deliver(&mut store, b"a").unwrap();
        seen.push(store.revision());
        store.remove(1).unwrap();
        seen.push(store.revision());
        store.clear();
        seen.push(store.revision());
        assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
        deliver(&mut store, b"a").unwrap();
        let before = store.revision();
        deliver(&mut store, b"b").unwrap_err();
        assert_eq!(store.revision(), before);
    }

    #[test]
    fn a_full_store_keeps_what_it_has_and_says_how_full_it_is() {
        let mut store = Store::new(StoreLimits { messages: 5, bytes: 400 });
        deliver(&mut store, b"kept").unwrap();
        let size = store.get(1).unwrap().size();
        let error = deliver(&mut store, &[b'x'; 400]).unwrap_err();
        assert_eq!(error.taken, StoreLimits { messages: 1, bytes: size });
        assert!(
            error.to_string().ends_with(&format!("1 of 5 messages and {size} of 400 bytes taken"))
        );
        assert_eq!(store.get(1).unwrap().data, "kept");
        store.remove(1);
        assert_eq!(store.check_room(400), Ok(()));
        assert!(store.check_room(401).is_err());
    }

    #[test]
    fn a_listing_shows_everything_but_the_bytes() {
        let mut store = Store::default();
        deliver(&mut store, b"data").unwrap();
        let size = store.get(1).unwrap().size();
        let listing = serde_json::to_value(store.list()).unwrap();
        assert_eq!(
            listing,
            serde_json::json!([{
                "id": 1, "received_ms": 1000, "size": size,
                "trace_size": size - 4, "helo": "client.example",
                "protocol": "ESMTPA", "user": "student@student.example", "from": "<>",
                "to": ["<teacher@practice.example>"], "parameters": ["SIZE=9"],
            }])
        );
        assert_eq!(serde_json::from_value::<Vec<Summary>>(listing).unwrap(), store.list());
    }
}

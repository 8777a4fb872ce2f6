//! The practice mailboxes, the page's own and the bridge's, as letters to show.

use crate::bridge;
use bytes::Bytes;
use protocol::message::Message;
use protocol::server::{Store, StoredMessage, Summary};
use std::rc::Rc;
use std::time::Duration;

/// Which mailbox a letter is in, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LetterId {
    /// In this page.
    Here(u64),
    /// On the bridge.
    OnBridge(u64),
}

/// A delivered message.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Which one.
    pub id: LetterId,
    /// When it was accepted, since the Unix epoch.
    pub received: Duration,
    /// The envelope, as text.
    pub envelope: LetterEnvelope,
    /// The lines that the server put in front of it.
    pub trace: Bytes,
    /// The message as it was sent.
    pub message: Message,
}

/// What the server went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterEnvelope {
    /// The client's name for itself.
    pub client_name: String,
    /// Who had logged in.
    pub user: Option<String>,
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO.
    pub to: Vec<String>,
}

/// The largest message that is fetched from a bridge to be shown.
const LARGEST: usize = 32 * 1024 * 1024;

/// The letters of the page's own mailbox, the newest first.
pub fn here(store: &Store) -> Vec<Rc<Letter>> {
    store.iter().rev().map(|message| Rc::new(Letter::here(message))).collect()
}

/// The letters of the bridge's mailbox, the newest first; `None` when it cannot be read.
pub async fn on_bridge(address: &str) -> Option<Vec<Rc<Letter>>> {
    let list: Vec<Summary> = bridge::get_json(&format!("{address}/practice/messages")).await?;
    let mut letters = Vec::new();
    for summary in list.iter().rev() {
        // One deleted meanwhile is left out.
        let url = format!("{address}/practice/messages/{}", summary.id);
        if let Some(raw) = bridge::get_bytes(&url, LARGEST).await {
            letters.push(Rc::new(Letter::on_bridge(summary, &raw.into())));
        }
    }
    Some(letters)
}

impl Letter {
    fn here(stored: &StoredMessage) -> Self {
        Self {
            id: LetterId::Here(stored.id),
            received: stored.received,
            envelope: LetterEnvelope::of(&stored.envelope),
            trace: stored.trace.clone(),
            message: Message::from_raw(stored.data.clone()),
        }
    }

    /// The bridge hands out the raw message, trace and all.
    fn on_bridge(summary: &Summary, raw: &Bytes) -> Self {
        let trace = raw.len().min(summary.trace_size);
        Self {
            id: LetterId::OnBridge(summary.id),
            received: Duration::from_millis(summary.received_ms),
            envelope: LetterEnvelope::of(&summary.envelope),
            trace: raw.slice(..trace),
            message: Message::from_raw(raw.slice(trace..)),
        }
    }

    /// The subject as it stands in the headers, if there is one.
    pub fn subject(&self) -> Option<String> {
        let field = self
            .message
            .fields()
            .into_iter()
            .find(|field| field.name.eq_ignore_ascii_case("subject"))?;
        Some(field.value).filter(|value| !value.is_empty())
    }
}

impl LetterEnvelope {
    fn of(envelope: &protocol::server::Envelope) -> Self {
        Self {
            client_name: envelope.helo.to_string(),
            user: envelope.user.clone(),
            from: envelope.from.to_string(),
            to: envelope.to.iter().map(ToString::to_string).collect(),
        }
    }
}

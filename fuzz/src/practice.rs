//! A practice server with its store, and whoever carries bytes to it.

use protocol::client::Setup;
use protocol::form::Form;
use protocol::lesson::Lesson;
use protocol::server::{Config, REPLIES_PENDING, Server, Store, StoreLimits, Tls};
use protocol::smtp::limits;
use std::sync::Arc;
use std::time::Duration;

/// When everything begins: 9 September 2001, 01:46:40 UTC.
pub(crate) const START: Duration = Duration::from_secs(1_000_000_000);

/// Small, so that it is easily filled.
const ROOM: StoreLimits = StoreLimits { messages: 3, bytes: 4096 };

/// The server and its surroundings.
pub(crate) struct Practice {
    pub(crate) server: Server,
    pub(crate) store: Store,
    pub(crate) now: Duration,
}

/// The server that an input asks for in JSON; the classic one where it cannot be read.
pub(crate) fn config(json: &[u8]) -> Config {
    serde_json::from_slice(json).unwrap_or_default()
}

/// The walk that an input asks for, a form in JSON; the classic lab's where it cannot be read or walked.
pub(crate) fn setup(json: &[u8]) -> Setup {
    let form = serde_json::from_slice::<Form>(json).ok();
    form.and_then(|form| form.check().ok())
        .or_else(|| Lesson::classic_lab().form.check().ok())
        .expect("the classic lab can be walked")
}

/// Whether the server has no faults, so that all it says is as it should be.
pub(crate) fn is_faultless(config: &Config) -> bool {
    let json = serde_json::to_value(config).unwrap_or_default();
    json["faults"].as_array().is_none_or(Vec::is_empty)
}

impl Practice {
    pub(crate) fn new(config: Config) -> Self {
        let mut store = Store::new(ROOM);
        let server = Server::new(Arc::new(config), START, "192.0.2.1", &mut store);
        Self { server, store, now: START }
    }

    /// The server hears all of it, and what it says meanwhile goes to `said`. While it takes nothing, time passes:
    /// a reply is late.
    pub(crate) fn hear(&mut self, mut bytes: &[u8], said: &mut Vec<u8>) {
        while !bytes.is_empty() {
            let taken = self.server.receive(self.now, bytes, &mut self.store);
            assert!(taken <= bytes.len());
            bytes = &bytes[taken..];
            assert!(taken > 0 || self.say(said) || self.pass(), "it takes nothing, and for ever");
        }
    }

    /// Takes what the server says, and whether that was anything.
    pub(crate) fn say(&mut self, said: &mut Vec<u8>) -> bool {
        let Some(bytes) = self.server.poll_transmit() else { return false };
        assert!(!bytes.is_empty() && bytes.len() <= REPLIES_PENDING + 2 * limits::REPLY_READ);
        said.extend_from_slice(&bytes);
        true
    }

    /// Time passes until the server wants to be asked; `false` where it never does.
    pub(crate) fn pass(&mut self) -> bool {
        let Some(until) = self.server.poll_timeout() else { return false };
        self.now = self.now.max(until);
        self.server.handle_timeout(self.now);
        true
    }

    /// TLS begins, where the server waits for it.
    pub(crate) fn upgrade(&mut self) {
        if self.server.wants_tls() {
            self.server.upgraded(self.now, Tls::default());
        }
    }

    /// The store is within its limits.
    pub(crate) fn assert_in_bounds(&self) {
        let sizes = self.store.iter().map(|message| message.trace.len() + message.data.len());
        assert!(self.store.len() <= ROOM.messages && sizes.sum::<usize>() <= ROOM.bytes);
    }
}

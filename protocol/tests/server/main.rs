//! Whole sessions with the practice server, byte for byte.

mod fault_properties;
mod faults;
mod lab;
mod limits;
mod mail_data;
mod properties;
mod refusals;

use bytes::Bytes;
use protocol::server::{Config, Server, Store};
use std::sync::Arc;
use std::time::Duration;

/// 9 September 2001, 01:46:40 UTC.
pub(crate) const NOW: Duration = Duration::from_secs(1_000_000_000);

/// A server and what it keeps.
pub(crate) struct Host {
    pub(crate) server: Server,
    pub(crate) store: Store,
}

impl Host {
    pub(crate) fn new(config: Config) -> Self {
        let mut store = Store::default();
        let server = Server::new(Arc::new(config), NOW, "192.0.2.1", &mut store);
        Self { server, store }
    }

    /// Greeted, and introduced with EHLO.
    pub(crate) fn after_ehlo(config: Config) -> Self {
        let mut host = Self::new(config);
        host.say("EHLO client.example\r\n");
        host
    }

    /// Introduced and logged in.
    pub(crate) fn logged_in(config: Config) -> Self {
        let mut host = Self::after_ehlo(config);
        host.expect("AUTH PLAIN AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl\r\n", "235");
        host
    }

    /// Sends these bytes, as many segments as it takes, and gives all that is said to them.
    pub(crate) fn say(&mut self, wire: impl AsRef<[u8]>) -> String {
        let mut said = self.heard();
        let mut rest = wire.as_ref();
        while !rest.is_empty() {
            let taken = self.server.receive(NOW, rest, &mut self.store);
            rest = &rest[taken..];
            said += &self.heard();
        }
        said
    }

    pub(crate) fn heard(&mut self) -> String {
        let bytes: Vec<Bytes> = std::iter::from_fn(|| self.server.poll_transmit()).collect();
        String::from_utf8(bytes.concat()).expect("replies are ASCII")
    }

    /// Sends a line and expects the reply to begin so.
    #[track_caller]
    pub(crate) fn expect(&mut self, wire: impl AsRef<[u8]>, reply: &str) {
        self.heard();
        let wire = wire.as_ref();
        let said = self.say(wire);
        assert!(said.starts_with(reply), "{}: {said}", wire.escape_ascii());
    }
}

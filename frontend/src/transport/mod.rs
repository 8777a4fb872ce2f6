//! The ways to a mail server. The driver cannot tell them apart.

mod bridge;
mod practice;
mod secured;
mod tls;

pub use bridge::BridgeTransport;
pub use practice::{Door, Practice, PracticeTransport};
pub use secured::Secured;
pub use tls::{Fetching, TlsModule, TlsOpener, TlsSession};

use bytes::Bytes;
use protocol::client::Ending;
use protocol::server;
use protocol::tunnel::{CloseCode, TunnelEvent};
use std::time::Duration;
use tls_messages::Tell;

/// A connection to a mail server, whatever carries it.
///
/// Nothing here waits: what comes in is kept until [`Transport::poll`] asks for it, and the driver is woken
/// by the callback it gave when there is something to ask for.
pub trait Transport {
    /// Takes bytes to send. Look at [`Transport::buffered`] before giving more.
    fn send(&mut self, bytes: &Bytes);

    /// Bytes that were taken and have not left yet.
    fn buffered(&self) -> usize;

    /// The next thing that came in.
    fn poll(&mut self) -> Option<Incoming>;

    /// Ends the connection from this side. It may still have to say goodbye: [`Transport::is_leaving`].
    fn close(&mut self);

    /// Whether it was closed and has not said goodbye yet. [`Transport::poll`] gets it further, and brings nothing.
    fn is_leaving(&self) -> bool {
        false
    }

    /// When to ask [`Transport::poll`] again although nothing woke the driver, on the page's clock.
    fn due(&self) -> Option<Duration> {
        None
    }

    /// Goes on although the certificate is not trusted, where that was asked.
    fn go_on(&mut self) {}

    /// The server's own state, where the server is in this page and can be looked into.
    fn server_state(&self) -> Option<server::State> {
        None
    }
}

/// What comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The transport tells of itself.
    Told(TunnelEvent),
    /// Bytes from the mail server.
    Bytes(Bytes),
    /// TLS tells of itself.
    Tls(Tell),
    /// The connection ended.
    Ended(Ended),
}

/// How a connection ended, and what the bridge gave as the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// For the protocol.
    pub how: Ending,
    /// For the person: the WebSocket's close code where the bridge sent one of its own.
    pub code: Option<CloseCode>,
}

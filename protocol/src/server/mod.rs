//! The practice server: answers as a mail server does, keeps what it is given, and never connects out.
//!
//! It does no I/O and knows no clock. Bytes and times come in as values, replies go out as bytes:
//!
//! ```text
//!        the client              Server                    Store
//!   bytes ─────────▶ receive(now, bytes, store) ─────────▶ delivered messages
//!   bytes ◀───────── poll_transmit()
//!                    poll_timeout(), handle_timeout(now)   when the client is silent
//!   close ◀───────── is_closed()
//! ```
//!
//! ```
//! use protocol::server::{Config, Server, State, Store};
//! use std::{sync::Arc, time::Duration};
//!
//! let (mut store, now) = (Store::default(), Duration::from_secs(1_000_000_000));
//! let mut server = Server::new(Arc::new(Config::default()), now, "192.0.2.1");
//! assert_eq!(server.poll_transmit().unwrap(), "220 practice.example ESMTP ready\r\n");
//!
//! let taken = server.receive(now, b"HELO client.example\r\n", &mut store);
//! assert_eq!(taken, 21);
//! assert_eq!(server.poll_transmit().unwrap(), "250 practice.example\r\n");
//! assert_eq!(server.state(), State::Ready);
//! ```
//!
//! What it offers is true: commands may be pipelined (RFC 2920), sizes are checked (RFC 1870), eight-bit data
//! arrives as sent (RFC 6152), and logins are asked for and judged (RFC 4954). The same bytes always get the
//! same replies, however they are cut.

mod by_name;
mod config;
mod line;
mod login;
mod mail_data;
mod reply;
mod session;
mod store;
mod trace;
pub mod transition;

pub use config::{Account, Config, SpamRule, StartTls};
pub use login::Tls;
pub use store::{Envelope, Protocol, Store, StoreFull, StoreLimits, StoredMessage, Summary};
pub use transition::State;

use crate::smtp::limits;
use bytes::Bytes;
use line::LineReader;
use reply::Reply;
use session::Session;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of replies that may wait to be taken; from there on no more input is read.
pub const REPLIES_PENDING: usize = 64 * 1024;

/// One session with one client.
///
/// Holds at most a line, a message of [`Config::size`], and [`REPLIES_PENDING`] with one reply more.
pub struct Server {
    session: Session,
    line: LineReader,
    output: Vec<u8>,
    /// When the client was last heard.
    heard: Duration,
}

impl Server {
    /// A client has connected, and is greeted. `peer` is its address, or another word for who it is; it goes
    /// into the Received line of its messages.
    pub fn new(config: Arc<Config>, now: Duration, peer: &str) -> Self {
        let mut server = Self {
            session: Session::new(config, peer.to_owned()),
            line: LineReader::default(),
            output: Vec::new(),
            heard: now,
        };
        server.say(&Reply::Greeting);
        server
    }

    /// The session is inside TLS from the first byte (RFC 8314 §3); this is what TLS knows of the client.
    #[must_use]
    pub fn over_tls(mut self, tls: Tls) -> Self {
        self.session.over_tls(tls);
        self
    }

    /// Whether the client has been told to begin TLS. When [`Server::poll_transmit`] has nothing more, speak TLS
    /// and say [`Server::upgraded`]; bytes that came in plain text until then are still for
    /// [`Server::receive`], which refuses them.
    pub fn wants_tls(&self) -> bool {
        self.session.state() == State::StartingTls
    }

    /// TLS has begun; this is what it knows of the client, who now has to give its name again.
    pub fn upgraded(&mut self, now: Duration, tls: Tls) {
        if self.wants_tls() {
            self.heard = now;
            self.session.over_tls(tls);
        }
    }

    /// Takes bytes from the client, and gives how many it took; `now` is the time since the Unix epoch.
    ///
    /// They are fewer than given only when [`REPLIES_PENDING`] bytes of replies wait: take those with
    /// [`Server::poll_transmit`], then give the rest again. What comes after the end of the session is taken
    /// and ignored.
    #[must_use = "the bytes that were not taken have to be given again"]
    pub fn receive(&mut self, now: Duration, bytes: &[u8], store: &mut Store) -> usize {
        if !bytes.is_empty() {
            self.heard = now;
        }
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_closed() && self.wants_input() {
            if self.wants_tls() {
                // Somebody on the way could have put it there (RFC 3207 §5).
                rest = &[];
                self.hang_up(Reply::PlainBehindStartTls);
            } else if self.session.state() == State::Data {
                let (taken, reply) = self.session.data(now, rest, store);
                rest = &rest[taken..];
                if let Some(reply) = reply {
                    self.say(&reply);
                }
            } else if let Some(line) = self.line.read(&mut rest, self.session.expecting()) {
                let reply = self.session.line(&line, store);
                self.say(&reply);
            }
        }
        if self.is_closed() { bytes.len() } else { bytes.len() - rest.len() }
    }

    /// Whether input would be taken now. It is not while too many replies wait for a client that does not
    /// read them: then it should not be read from.
    pub fn wants_input(&self) -> bool {
        self.output.len() < REPLIES_PENDING
    }

    /// All bytes that are ready for the client, if there are any.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        (!self.output.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.output)))
    }

    /// When [`Server::handle_timeout`] wants to be called, unless the client is heard before that.
    pub fn poll_timeout(&self) -> Option<Duration> {
        (!self.is_closed()).then(|| self.heard.saturating_add(limits::WAIT_NEXT_COMMAND))
    }

    /// Hangs up if the client has been silent for too long (RFC 5321 §4.5.3.2.7).
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.hang_up(Reply::IdleTooLong);
        }
    }

    /// Hangs up because the host is going down (RFC 5321 §3.8).
    pub fn shut_down(&mut self) {
        if !self.is_closed() {
            self.hang_up(Reply::ShuttingDown);
        }
    }

    /// Whether the session is over: when [`Server::poll_transmit`] has nothing more, close the transport.
    pub fn is_closed(&self) -> bool {
        self.session.state() == State::Closed
    }

    /// Where the session is.
    pub fn state(&self) -> State {
        self.session.state()
    }

    fn hang_up(&mut self, farewell: Reply) {
        let farewell = self.session.interject(farewell);
        self.say(&farewell);
    }

    fn say(&mut self, reply: &Reply) {
        reply.write(self.session.config(), self.session.is_enhanced(), &mut self.output);
    }
}

/// Shows neither what was typed nor what was stored.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("state", &self.state()).finish_non_exhaustive()
    }
}

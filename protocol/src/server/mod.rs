//! The practice server: answers as a mail server does, keeps what it is given, and never connects out.
//!
//! It does no I/O and knows no clock. Bytes and times come in as values, replies go out as bytes:
//!
//! ```text
//!        the client              Server                    Store
//!   bytes ─────────▶ receive(now, bytes, store) ─────────▶ delivered messages
//!   bytes ◀───────── poll_transmit()
//!                    poll_timeout(), handle_timeout(now)   when the client is silent, or a reply is late
//!   close ◀───────── is_closed()
//! ```
//!
//! ```
//! use protocol::server::{Config, Server, State, Store};
//! use std::{sync::Arc, time::Duration};
//!
//! let (mut store, now) = (Store::default(), Duration::from_secs(1_000_000_000));
//! let mut server = Server::new(Arc::new(Config::default()), now, "192.0.2.1", &mut store);
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
//! same replies, however they are cut. What goes wrong on purpose stands in [`fault`].

mod by_name;
mod config;
pub mod fault;
mod line;
mod login;
mod lookup;
mod mail_data;
mod offer;
mod outgoing;
mod reply;
mod session;
mod store;
mod trace;
pub mod transition;
mod wishes;

pub use config::{Account, Config, MailingList, SpamRule, StartTls};
pub use fault::Fault;
pub use login::Tls;
pub use store::{
    Envelope, Protocol, RecipientWishes, Store, StoreFull, StoreLimits, StoredMessage, Summary,
};
pub use transition::State;

use crate::smtp::limits;
use bytes::Bytes;
use line::LineReader;
use outgoing::Outgoing;
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
    outgoing: Outgoing,
    /// When the client was last heard.
    heard: Duration,
}

impl Server {
    /// A client has connected, and is greeted. `peer` is its address, or another word for who it is; it goes
    /// into the Received line of its messages, and its attempts are counted by it.
    pub fn new(config: Arc<Config>, now: Duration, peer: &str, store: &mut Store) -> Self {
        let mut server = Self {
            session: Session::new(config, peer.to_owned(), store),
            line: LineReader::default(),
            outgoing: Outgoing::default(),
            heard: now,
        };
        let greeting = server.session.greet(store);
        server.say(now, &greeting);
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
        let is_said = self.outgoing.due().is_none() && !self.outgoing.is_mute();
        is_said && self.session.state() == State::StartingTls
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
    /// They are fewer than given only when [`REPLIES_PENDING`] bytes of replies wait, or while a reply is late:
    /// take those with [`Server::poll_transmit`], or wait until [`Server::poll_timeout`], then give the rest
    /// again. What comes after the end of the session is taken and ignored.
    #[must_use = "the bytes that were not taken have to be given again"]
    pub fn receive(&mut self, now: Duration, bytes: &[u8], store: &mut Store) -> usize {
        if !bytes.is_empty() {
            self.heard = now;
        }
        self.release(now);
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_deaf() && self.wants_input() {
            if self.wants_tls() {
                // Somebody on the way could have put it there (RFC 3207 §5).
                rest = &[];
                self.hang_up(now, Reply::PlainBehindStartTls);
            } else if self.session.wants_octets() {
                // They are taken below.
            } else if self.session.state() == State::Data {
                let (taken, reply) = self.session.data(now, rest, store);
                rest = &rest[taken..];
                if let Some(reply) = reply {
                    self.say(now, &reply);
                }
            } else if let Some(line) = self.line.read(&mut rest, self.session.expecting())
                && let Some(reply) = self.session.line(&line, store)
            {
                self.say(now, &reply);
            }
            // A chunk may be empty, and is whole then without a byte more.
            if self.session.wants_octets() {
                let (taken, reply) = self.session.octets(now, rest, store);
                rest = &rest[taken..];
                if let Some(reply) = reply {
                    self.say(now, &reply);
                }
            }
        }
        if self.is_deaf() { bytes.len() } else { bytes.len() - rest.len() }
    }

    /// Whether input would be taken now. It is not while a reply is late, nor while too many replies wait for
    /// a client that does not read them: then it should not be read from.
    pub fn wants_input(&self) -> bool {
        self.outgoing.len() < REPLIES_PENDING && self.outgoing.due().is_none()
    }

    /// All bytes that are ready for the client, if there are any.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        (self.outgoing.len() > 0).then(|| Bytes::from(self.outgoing.take()))
    }

    /// When [`Server::handle_timeout`] wants to be called: a late reply is due, or else the client has been
    /// silent for too long, unless it is heard before that.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let patience = || self.heard.saturating_add(limits::WAIT_NEXT_COMMAND);
        self.outgoing.due().or_else(|| (!self.has_ended()).then(patience))
    }

    /// Makes ready what is due, and hangs up if the client has been silent for too long (RFC 5321 §4.5.3.2.7).
    pub fn handle_timeout(&mut self, now: Duration) {
        self.release(now);
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.hang_up(now, Reply::IdleTooLong);
        }
    }

    /// Hangs up because the host is going down (RFC 5321 §3.8).
    pub fn shut_down(&mut self) {
        // What is late comes now or never.
        self.release(Duration::MAX);
        if !self.has_ended() {
            self.hang_up(self.heard, Reply::ShuttingDown);
        }
    }

    /// Whether the session is over: when [`Server::poll_transmit`] has nothing more, close the transport.
    pub fn is_closed(&self) -> bool {
        self.has_ended() && self.outgoing.due().is_none()
    }

    /// Where the session is.
    pub fn state(&self) -> State {
        self.session.state()
    }

    /// Whether nothing more is done; a reply may still be late.
    fn has_ended(&self) -> bool {
        self.session.state() == State::Closed
    }

    /// Whether nothing that comes means anything any more.
    fn is_deaf(&self) -> bool {
        self.has_ended() || self.outgoing.is_mute()
    }

    fn hang_up(&mut self, now: Duration, farewell: Reply) {
        let farewell = self.session.interject(farewell);
        self.say(now, &farewell);
    }

    fn say(&mut self, now: Duration, reply: &Reply) {
        let mut wire = Vec::new();
        reply.write(self.session.config(), self.session.is_enhanced(), &mut wire);
        let Some(fault) = self.session.take_fault() else { return self.outgoing.say(&wire) };
        self.outgoing.say_under(&fault, now, wire);
        if fault.disconnect.is_some() {
            self.session.close();
        }
        self.release(now);
    }

    /// Makes ready what is due. Patience begins anew when a late reply is out.
    fn release(&mut self, now: Duration) {
        if let Some(since) = self.outgoing.release(now) {
            self.heard = self.heard.max(since);
        }
    }
}

/// Shows neither what was typed nor what was stored.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("state", &self.state()).finish_non_exhaustive()
    }
}

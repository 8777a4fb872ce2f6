//! Both ends of a session in memory, under simulated time.
//!
//! A [`Pair`] holds the walkthrough client and a server, carries bytes between them, and checks what must
//! always be so: every byte that passes is explained, and the transcript holds exactly what passed.

#![allow(dead_code, unused_imports, reason = "each test target uses a part of this")]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod scripted;
mod tiles;

pub(crate) use scripted::{At, Scripted};
pub(crate) use tiles::{assert_tiles, reply, reply_parts, sent_parts};

use bytes::Bytes;
use protocol::anatomy::Content;
use protocol::auth::Nonce;
use protocol::client::{
    Again, Client, Ending, Event, Next, Proposal, Security, Setup, Status, Step, TlsFacts, Transmit,
};
use protocol::lesson::Lesson;
use protocol::server::{Config, Server, Store, Tls};
use protocol::smtp::limits;
use protocol::smtp::status::ReplyCode;
use protocol::transcript::{Item, Target};
use protocol::tunnel::TunnelEvent;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// When every test begins: 9 September 2001, 01:46:40 UTC.
pub(crate) const START: Duration = Duration::from_secs(1_000_000_000);
/// Who the server takes the client for.
const PEER: &str = "192.0.2.1";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 25));

/// The client, a server, and the wire between them.
pub(crate) struct Pair {
    pub(crate) client: Client,
    pub(crate) peer: Peer,
    pub(crate) now: Duration,
    /// Everything the client has made of it.
    pub(crate) events: Vec<Event>,
    /// All bytes of the current connection.
    pub(crate) sent: Vec<u8>,
    pub(crate) received: Vec<u8>,
    /// Bytes that were sent, and that the server does not want to hear yet.
    unheard: Vec<u8>,
    /// What TLS knows, once it is there: the same at both ends.
    pub(crate) tls: Tls,
    /// Whether the handshake comes to its end, and whether the certificate is the server's.
    pub(crate) handshakes: bool,
    pub(crate) verifies: bool,
    /// The largest piece in which the server's bytes reach the client.
    pub(crate) segment: usize,
    is_open: bool,
    /// Entries of the current transcript that have been looked at.
    checked: usize,
}

/// The other end.
pub(crate) enum Peer {
    Practice { server: Box<Server>, store: Store },
    Scripted(Scripted),
}

/// The classic lab's set-up.
pub(crate) fn lab() -> Setup {
    Lesson::classic_lab().form.check().unwrap()
}

/// The same without a login, to these recipients.
pub(crate) fn without_login(to: &[&str]) -> Setup {
    let to = to.iter().map(|path| path.parse().unwrap()).collect();
    Setup { login: None, to, ..lab() }
}

impl Pair {
    /// With the practice server, connected and greeted.
    pub(crate) fn practice(setup: Setup, config: Config) -> Self {
        let mut store = Store::default();
        let server = Server::new(Arc::new(config), START, PEER, &mut store);
        Self::served(setup, server, store)
    }

    /// The same inside TLS from the first byte, of which both ends only know what they need for a login.
    pub(crate) fn practice_over_tls(setup: Setup, config: Config, tls: Tls) -> Self {
        let setup = Setup { security: Security::Implicit, ..setup };
        let mut store = Store::default();
        let server = Server::new(Arc::new(config), START, PEER, &mut store).over_tls(tls.clone());
        let mut pair = Self::new(setup, Peer::practice(server, store));
        pair.tls = tls;
        pair.connect();
        pair.pump();
        pair
    }

    fn served(setup: Setup, server: Server, store: Store) -> Self {
        Self::connected(setup, Peer::practice(server, store))
    }

    /// Connects again, to the same practice server; the one before is over.
    pub(crate) fn practice_again(&mut self, config: Config) {
        let Peer::Practice { server, store } = &mut self.peer else { panic!("it is scripted") };
        **server = Server::new(Arc::new(config), self.now, PEER, store);
        self.unheard.clear();
        self.connect();
        self.pump();
    }

    /// With a scripted server, connected and greeted.
    pub(crate) fn scripted(setup: Setup, script: Scripted) -> Self {
        Self::connected(setup, Peer::Scripted(script))
    }

    fn connected(setup: Setup, peer: Peer) -> Self {
        let mut pair = Self::new(setup, peer);
        pair.connect();
        pair.pump();
        pair
    }

    /// Not connected yet.
    pub(crate) fn new(setup: Setup, peer: Peer) -> Self {
        Self {
            client: Client::new(setup),
            peer,
            now: START,
            events: Vec::new(),
            sent: Vec::new(),
            received: Vec::new(),
            unheard: Vec::new(),
            tls: Tls::default(),
            handshakes: true,
            verifies: true,
            segment: usize::MAX,
            is_open: false,
            checked: 0,
        }
    }

    /// Begins a connection that is not there yet.
    pub(crate) fn begin(&mut self) {
        (self.checked, self.sent, self.received) = (0, Vec::new(), Vec::new());
        let target = Target { host: "practice.example".into(), port: 25 };
        self.client.begin(self.now, target, Nonce::known());
    }

    /// Opens a connection, as every transport tells of it.
    pub(crate) fn connect(&mut self) {
        self.begin();
        let host = "practice.example".into();
        self.client.transport(self.now, TunnelEvent::Resolving { host });
        self.client.transport(self.now, TunnelEvent::Resolved { addresses: vec![ADDRESS] });
        self.connect_here();
    }

    /// Opens the connection that the client would try next.
    pub(crate) fn connect_again(&mut self, again: Again) {
        (self.checked, self.sent, self.received) = (0, Vec::new(), Vec::new());
        self.client.begin_again(self.now, again, Nonce::known());
        self.connect_here();
    }

    /// The host has been looked up.
    pub(crate) fn connect_here(&mut self) {
        let address = format!("{ADDRESS}:25");
        for told in [
            TunnelEvent::Connecting { address: address.clone() },
            TunnelEvent::Connected {
                address,
                local: "192.0.2.1:40001".into(),
                elapsed_ms: Duration::ZERO,
            },
        ] {
            self.client.transport(self.now, told);
        }
        self.is_open = true;
    }

    /// Carries bytes both ways until nobody has anything to say; a server that hangs up has hung up then.
    pub(crate) fn pump(&mut self) {
        while self.is_open && (self.carry_out() | self.hear() | self.carry_back()) {}
        if self.is_open && self.peer.is_closed() {
            self.end(Ending::ByServer);
        }
        self.check();
    }

    /// From the client to the server.
    fn carry_out(&mut self) -> bool {
        let Some(transmit) = self.client.poll_transmit() else { return false };
        let Transmit::Bytes(bytes) = transmit else {
            self.upgrade();
            return true;
        };
        assert!(!bytes.is_empty() && bytes.len() <= 2 * limits::CHUNK, "{}", bytes.len());
        self.sent.extend_from_slice(&bytes);
        self.unheard.extend_from_slice(&bytes);
        true
    }

    /// The server takes what it wants of what was sent.
    fn hear(&mut self) -> bool {
        if self.unheard.is_empty() {
            return false;
        }
        let taken = self.peer.hear(self.now, &self.unheard);
        self.unheard.drain(..taken);
        taken > 0
    }

    /// Both ends speak TLS from here on: what they say passes unchanged, since it is theirs alone.
    fn upgrade(&mut self) {
        if !self.handshakes {
            return;
        }
        let tls = self.tls.clone();
        let facts = TlsFacts {
            version: Some("TLSv1.3".into()),
            suite: Some("TLS_AES_128_GCM_SHA256".into()),
            verified: self.verifies,
            binding: tls.binding.clone(),
        };
        if let Peer::Practice { server, .. } = &mut self.peer {
            server.upgraded(self.now, tls);
        }
        self.client.upgraded(self.now, facts);
    }

    /// From the server to the client.
    fn carry_back(&mut self) -> bool {
        let Some(bytes) = self.peer.say() else { return false };
        self.deliver(&bytes);
        true
    }

    /// The client gets these bytes, whoever sent them.
    pub(crate) fn deliver(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
        for segment in bytes.chunks(self.segment) {
            self.events.extend(self.client.receive(self.now, segment));
        }
        self.check();
    }

    /// The connection ends.
    pub(crate) fn end(&mut self, how: Ending) {
        self.is_open = false;
        self.events.extend(self.client.closed(self.now, how));
        self.check();
    }

    /// What is proposed; it is somebody else's turn, or the walk is over, when there is nothing.
    pub(crate) fn proposal(&self) -> Option<Proposal> {
        match self.client.next() {
            Next::Send(proposal) => Some(proposal),
            _ => None,
        }
    }

    /// The step that is proposed.
    pub(crate) fn proposed(&self) -> Option<Step> {
        self.proposal().map(|proposal| proposal.step)
    }

    /// The proposal as it would be sent.
    pub(crate) fn proposed_line(&self) -> String {
        let proposal = self.proposal().expect("something is proposed");
        String::from_utf8(proposal.piece.content.bytes().to_vec()).unwrap()
    }

    /// Sends what is proposed.
    pub(crate) fn press(&mut self) -> Step {
        let Proposal { step, piece, .. } = self.proposal().expect("something is proposed");
        let window = piece.window(limits::WINDOW);
        assert_tiles(&window.bytes, &piece.spans(&window));
        self.commit(piece.content);
        let sent = |item: &Item| match item {
            Item::Sent { step, .. } => Some(*step),
            _ => None,
        };
        let entries = self.client.transcript().current().unwrap().entries();
        let noted = entries.iter().rev().find_map(|entry| sent(&entry.item));
        assert_eq!(noted, Some(step), "a proposal that is sent is the step it was proposed as");
        step
    }

    /// Sends what is proposed for as long as something is, and gives the steps.
    pub(crate) fn press_on(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while self.proposal().is_some() {
            assert!(steps.len() < 200, "the walk does not end: {steps:?}");
            steps.push(self.press());
        }
        steps
    }

    /// Sends what is proposed until this is.
    pub(crate) fn press_until(&mut self, step: Step) {
        for _ in 0..200 {
            if self.proposed() == Some(step) {
                return;
            }
            self.press();
        }
        panic!("{step:?} is never proposed");
    }

    /// Sends this.
    pub(crate) fn commit(&mut self, content: Content) {
        self.client.commit(self.now, content).unwrap();
        self.pump();
    }

    /// Sends a line typed by hand.
    pub(crate) fn type_line(&mut self, text: &str) {
        self.commit(Content::typed_line(text));
    }

    /// Sends exactly this.
    pub(crate) fn type_raw(&mut self, text: impl AsRef<[u8]>) {
        self.commit(Content::Line(Bytes::copy_from_slice(text.as_ref())));
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.wait_until(self.now + time);
    }

    /// Time passes up to here; both ends are asked at the times they wanted to be asked at.
    pub(crate) fn wait_until(&mut self, end: Duration) {
        while let Some(next) =
            [self.client.poll_timeout(), self.peer.poll_timeout()].into_iter().flatten().min()
            && self.is_open
            && next <= end
        {
            self.now = self.now.max(next);
            self.events.extend(self.client.handle_timeout(self.now));
            self.is_open = !self.client.state().is_over();
            self.peer.handle_timeout(self.now);
            self.pump();
        }
        self.now = end;
    }

    /// What became of a step of the plan.
    pub(crate) fn status(&self, step: Step) -> Status {
        self.client.progress().iter().find(|record| record.step == step).unwrap().status
    }

    /// The reply code with which a step was done or refused.
    pub(crate) fn code(&self, step: Step) -> Option<u16> {
        match self.status(step) {
            Status::Done(code) => code.map(ReplyCode::number),
            Status::Refused(code) => Some(code.number()),
            _ => None,
        }
    }

    /// The messages that the server has taken, as they were sent.
    pub(crate) fn delivered(&self) -> Vec<Bytes> {
        match &self.peer {
            Peer::Practice { store, .. } => {
                store.iter().map(|message| message.data.clone()).collect()
            }
            Peer::Scripted(script) => script.delivered.iter().cloned().map(Bytes::from).collect(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        match &self.peer {
            Peer::Practice { store, .. } => store,
            Peer::Scripted(_) => panic!("a scripted server has no store"),
        }
    }

    /// What is new in the transcript is explained byte by byte, and is what passed.
    fn check(&mut self) {
        let Some(connection) = self.client.transcript().current() else { return };
        for entry in &connection.entries()[self.checked..] {
            match &entry.item {
                Item::Sent { piece, .. } => {
                    let window = piece.window(limits::WINDOW);
                    assert_tiles(&window.bytes, &piece.spans(&window));
                }
                Item::Received { answer, reply, .. } => {
                    assert_tiles(reply.wire(), &protocol::anatomy::reply_spans(*answer, reply));
                }
                _ => {}
            }
        }
        self.checked = connection.entries().len();
    }

    /// What the transcript of the current connection says was sent.
    pub(crate) fn noted_as_sent(&self) -> Vec<u8> {
        let sent = |item: &Item| match item {
            Item::Sent { piece, .. } => piece.window(usize::MAX).bytes,
            _ => Bytes::new(),
        };
        let entries = self.client.transcript().current().unwrap().entries();
        entries.iter().map(|entry| sent(&entry.item)).collect::<Vec<_>>().concat()
    }

    /// What it says was received.
    pub(crate) fn noted_as_received(&self) -> Vec<u8> {
        let received = |item: &Item| match item {
            Item::Received { reply, .. } => reply.wire().clone(),
            _ => Bytes::new(),
        };
        let entries = self.client.transcript().current().unwrap().entries();
        entries.iter().map(|entry| received(&entry.item)).collect::<Vec<_>>().concat()
    }

    /// The transcript holds what passed, no more and no less.
    pub(crate) fn assert_transcript_is_the_wire(&self) {
        assert!(self.noted_as_sent() == self.sent, "the transcript says what was sent");
        assert!(self.noted_as_received() == self.received, "and what was received");
    }
}

impl Peer {
    fn practice(server: Server, store: Store) -> Self {
        Self::Practice { server: Box::new(server), store }
    }

    /// Takes bytes and says how many.
    fn hear(&mut self, now: Duration, bytes: &[u8]) -> usize {
        match self {
            Self::Practice { server, store } => server.receive(now, bytes, store),
            Self::Scripted(script) => script.hear(bytes),
        }
    }

    fn say(&mut self) -> Option<Bytes> {
        match self {
            Self::Practice { server, .. } => server.poll_transmit(),
            Self::Scripted(script) => script.say(),
        }
    }

    fn is_closed(&self) -> bool {
        match self {
            Self::Practice { server, .. } => server.is_closed(),
            Self::Scripted(script) => script.is_closed(),
        }
    }

    fn poll_timeout(&self) -> Option<Duration> {
        match self {
            Self::Practice { server, .. } => server.poll_timeout(),
            Self::Scripted(_) => None,
        }
    }

    fn handle_timeout(&mut self, now: Duration) {
        if let Self::Practice { server, .. } = self {
            server.handle_timeout(now);
        }
    }
}

//! The walkthrough client: proposes each step of a session, and follows whatever is really sent.
//!
//! It does no I/O and knows no clock. Bytes and times come in as values, events and bytes go out:
//!
//! ```text
//!             next() ──▶ what it would send, and why        the person
//!   commit(content)  ◀── that, or what was typed instead ◀──────┘
//!   poll_transmit()  ──▶ bytes for the transport
//!   receive(bytes)   ◀── bytes from the transport
//!             events ──▶ what they meant
//! ```
//!
//! The client never sends by itself. What a person types goes through the same machine: it is read as the
//! server will read it, so that the next proposal fits where the session really is.

mod again;
mod chunks;
mod event;
mod follow;
mod group;
mod login;
mod needs;
mod progress;
mod propose;
mod replied;
mod setup;
mod stop;
mod tls;
pub mod transition;
mod wishes;

pub use again::{Again, WhyAgain};
pub use event::{CommitError, Ending, Event, Transmit, Verdict};
pub use progress::{Record, Status, Step};
pub use propose::{Caution, Next, Patience, Proposal};
pub use setup::{Login, Setup};
pub use stop::{Leave, Place, Stop};
pub use tls::{Security, TlsFacts};
pub use transition::State;
pub use wishes::{USABLE, USUAL, Wishes};

use crate::anatomy::{Answer, Content, MailPlace, Meaning, Piece};
use crate::auth::{Exchange, Nonce};
use crate::secrets::Secrets;
use crate::smtp::command::Verb;
use crate::smtp::data::{Stuffer, Unstuffer};
use crate::smtp::extension::{Capabilities, Extension};
use crate::smtp::limits;
use crate::smtp::reply::{ReplyError, ReplyParser};
use crate::transcript::{Item, Target, Transcript};
use crate::tunnel::TunnelEvent;
use bytes::Bytes;
use chunks::{Chunk, Chunked};
use login::LoginEnd;
use needs::Needs;
use progress::{Known, Progress};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// One walk's client: where the session is, what is owed by whom, and the transcript.
#[derive(Debug)]
pub struct Client {
    setup: Setup,
    /// What the set-up's message needs of the server.
    needs: Needs,
    state: State,
    tls: Option<TlsFacts>,
    authenticated: bool,
    progress: Progress,
    capabilities: Capabilities,
    /// The AUTH exchange under way; `None` unless the state is [`State::Authenticating`].
    exchange: Option<Exchange>,
    /// What is known for the mechanisms' sake.
    login: LoginEnd,
    data: DataPhase,
    chunked: Chunked,
    /// The chunk under way.
    chunk: Option<Chunk>,
    /// How often the server has refused to be greeted, since the connection began or the person said to try
    /// again.
    hellos_refused: usize,
    /// A line begun by hand whose end has not been sent yet.
    unfinished: Vec<u8>,
    parser: ReplyParser,
    /// Replies the server owes, in order.
    awaited: VecDeque<Awaited>,
    outgoing: VecDeque<Outgoing>,
    /// Since when nothing has been sent or received.
    idle_since: Duration,
    transcript: Transcript,
    /// Every password of the walk but those of practice accounts.
    secrets: Secrets,
}

/// A reply that the server owes.
#[derive(Debug)]
struct Awaited {
    step: Step,
    answer: Answer,
    since: Duration,
    /// The line it answers, as it was sent; empty where it answers no line.
    line: Vec<u8>,
    /// The AUTH exchange of which the next line is a response, if the server goes along.
    exchange: Option<Exchange>,
    /// It is a chunk of so many octets.
    octets: Option<u64>,
}

/// What has been sent of the mail data.
#[derive(Clone, Debug)]
struct DataPhase {
    end: Unstuffer,
    /// Where in the message it left off.
    at: Arc<MailPlace>,
    written: Written,
    /// Nobody is to get it: the server agreed to DATA although it had accepted no recipient.
    for_nobody: bool,
}

/// How far the message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Nothing,
    Headers,
    Body,
    /// The person types it: nothing but the final dot is proposed any more.
    ByHand,
}

impl Default for DataPhase {
    fn default() -> Self {
        Self {
            end: Unstuffer::default(),
            at: Arc::default(),
            written: Written::Nothing,
            for_nobody: false,
        }
    }
}

/// Bytes on their way to the transport.
#[derive(Debug)]
enum Outgoing {
    /// As they are.
    Wire(Bytes),
    /// Mail data, to be dot-stuffed a chunk at a time.
    Data { text: Bytes, stuffer: Stuffer },
    /// From here on the transport speaks TLS.
    UpgradeTls,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(setup: Setup) -> Self {
        let mut client = Self {
            progress: Progress::for_setup(&setup, &Known::default()),
            needs: Needs::of(&setup),
            setup,
            state: State::Unconnected,
            tls: None,
            authenticated: false,
            capabilities: Capabilities::default(),
            exchange: None,
            login: LoginEnd::default(),
            data: DataPhase::default(),
            chunked: Chunked::default(),
            chunk: None,
            hellos_refused: 0,
            unfinished: Vec::new(),
            parser: ReplyParser::default(),
            awaited: VecDeque::new(),
            outgoing: VecDeque::new(),
            idle_since: Duration::ZERO,
            transcript: Transcript::default(),
            secrets: Secrets::default(),
        };
        client.plan_again();
        client.learn_secrets();
        client
    }

    /// What the walk is to do.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Changes what is still ahead; what was sent stays sent. A recipient that stays keeps what became of it,
    /// wherever in the list it now is.
    pub fn revise(&mut self, setup: Setup) {
        let moves = progress::moves(&self.setup, &setup);
        for awaited in &mut self.awaited {
            if let Step::Rcpt(n) = awaited.step {
                let place = moves.iter().position(|&from| from == Some(n));
                awaited.step = place.map_or(Step::Extra(Verb::Rcpt), Step::Rcpt);
            }
        }
        self.needs = Needs::of(&setup);
        self.setup = setup;
        self.progress.revise(&self.setup, &self.known(), &moves);
        self.prepare_response();
        self.learn_secrets();
    }

    /// Where the session is.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether the server accepted a login on this connection.
    pub fn is_authenticated(&self) -> bool {
        self.authenticated
    }

    /// What the server offered behind EHLO.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Everything that happened, connection by connection.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The steps of the plan, in order, each with what became of it.
    pub fn progress(&self) -> &[Record] {
        self.progress.records()
    }

    /// What must not be shown of this walk: every password it has had, of which those of practice accounts are
    /// shown for as long as there was no other.
    pub fn secrets(&self) -> Secrets {
        let is_public = self.setup.login.as_ref().is_some_and(|login| login.public);
        if is_public && self.secrets.is_empty() { Secrets::public() } else { self.secrets.clone() }
    }

    /// Whether this side should close the connection now: the server has said goodbye, or what it says is
    /// not SMTP.
    pub fn wants_close(&self) -> bool {
        matches!(self.state, State::Closing | State::Broken)
    }

    /// Begins a connection; the transport is to be opened to this target. The nonce is for the login: never
    /// the same twice, but for a lesson that is to be the same every time.
    pub fn begin(&mut self, now: Duration, target: Target, nonce: Nonce) {
        self.state = State::Opening;
        self.tls = None;
        self.authenticated = false;
        self.capabilities = Capabilities::default();
        self.exchange = None;
        self.login = LoginEnd::with(nonce);
        self.data = DataPhase::default();
        self.chunked = Chunked::default();
        self.chunk = None;
        self.hellos_refused = 0;
        self.unfinished.clear();
        self.parser = ReplyParser::default();
        self.awaited.clear();
        self.outgoing.clear();
        self.progress = Progress::for_setup(&self.setup, &self.known());
        self.progress.wait(Step::LookUp, now);
        self.idle_since = now;
        self.transcript.begin(now, target);
    }

    /// Takes note of what the transport tells of itself.
    pub fn transport(&mut self, now: Duration, event: TunnelEvent) {
        match &event {
            TunnelEvent::Resolving { .. } => self.progress.wait(Step::LookUp, now),
            TunnelEvent::Resolved { .. } => self.progress.done(Step::LookUp, now, None),
            TunnelEvent::Connecting { .. } => {
                self.progress.done(Step::LookUp, now, None);
                self.progress.wait(Step::Connect, now);
            }
            TunnelEvent::Connected { .. } if self.state != State::Opening => {}
            TunnelEvent::Connected { .. } => {
                self.progress.done(Step::LookUp, now, None);
                self.progress.done(Step::Connect, now, None);
                if self.setup.security == Security::Implicit {
                    self.start_tls(now);
                } else {
                    self.await_greeting(now);
                }
            }
            TunnelEvent::Failed { .. } => self.progress.fail_waiting(now),
            TunnelEvent::Closed { .. } => {}
        }
        self.idle_since = now;
        self.transcript.push(now, Item::Transport(event));
    }

    /// What `content` would be if it were sent now, with what to know before; nothing is sent.
    pub fn consider(&self, content: Content) -> Piece {
        Piece { meaning: self.meaning_of(&content), content }
    }

    /// Sends `content`: a proposal's, or what the person made of it.
    ///
    /// # Errors
    /// Nothing is sent and nothing changes when there is no connection, or when the content is empty or over
    /// its limit.
    pub fn commit(&mut self, now: Duration, content: Content) -> Result<(), CommitError> {
        let meaning = self.meaning_of(&content);
        self.check(&content, &meaning)?;
        let step = self.follow(now, &content, &meaning);
        self.outgoing.push_back(match (&content, &meaning) {
            (Content::Data(text), Meaning::Data { at, stuffed: true }) => {
                Outgoing::Data { text: text.clone(), stuffer: Stuffer::at(at.line()) }
            }
            (content, _) => Outgoing::Wire(content.bytes().clone()),
        });
        self.idle_since = now;
        self.transcript.push(now, Item::Sent { step, piece: Piece { content, meaning } });
        Ok(())
    }

    /// Whether content can be sent now.
    fn check(&self, content: &Content, meaning: &Meaning) -> Result<(), CommitError> {
        if !self.state.is_connected() {
            return Err(CommitError::NotConnected);
        }
        if self.state == State::StartingTls {
            return Err(CommitError::TlsUnderWay);
        }
        if content.bytes().is_empty() {
            return Err(CommitError::Empty);
        }
        let (length, limit) = match (content, meaning) {
            (Content::Data(text), Meaning::Data { .. } | Meaning::Chunk { .. }) => {
                (text.len(), limits::DATA_COMMITTED)
            }
            // A line may be sent in parts.
            _ => (self.unfinished.len() + content.bytes().len(), limits::LINE_COMMITTED),
        };
        if length > limit {
            return Err(CommitError::TooLong { length, limit });
        }
        if self.transcript.room() <= self.awaited.len() + self.replies_due(content, meaning) {
            return Err(CommitError::TranscriptFull);
        }
        Ok(())
    }

    /// Takes bytes from the transport. Any split of the same bytes gives the same events.
    pub fn receive(&mut self, now: Duration, mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        if !bytes.is_empty() {
            self.idle_since = now;
        }
        while !bytes.is_empty() && self.state.is_connected() {
            if self.transcript.is_full() {
                self.give_up(now);
                events.push(Event::TranscriptFull);
                break;
            }
            if self.state == State::StartingTls {
                events.push(self.broken(now, ReplyError::BehindStartTls, &[]));
                break;
            }
            match self.parser.read(&mut bytes) {
                None => break,
                Some(Ok(reply)) => events.push(self.replied(now, reply)),
                Some(Err(error)) => {
                    let garbage = self.parser.partial().to_vec();
                    events.push(self.broken(now, error, &garbage));
                }
            }
        }
        if self.state == State::Broken {
            self.transcript.add_garbage(bytes);
        }
        events
    }

    /// The connection ended.
    pub fn closed(&mut self, now: Duration, how: Ending) -> Vec<Event> {
        if matches!(self.state, State::Unconnected | State::Closed) {
            return Vec::new();
        }
        let during = self.awaited.front().map(|awaited| awaited.step);
        self.progress.fail_waiting(now);
        self.state = State::Closed;
        self.awaited.clear();
        self.outgoing.clear();
        self.transcript.push(now, Item::Closed(how));
        vec![Event::Closed { how, during }]
    }

    /// Pieces that were committed and have not left as a whole; what [`Client::poll_transmit`] gives next is of the
    /// first of them.
    pub fn pieces_leaving(&self) -> usize {
        self.outgoing.len()
    }

    /// The next bytes for the transport, at most about [`limits::CHUNK`] at a time.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        loop {
            match self.outgoing.front_mut()? {
                Outgoing::Wire(bytes) => {
                    let chunk = bytes.split_to(bytes.len().min(limits::CHUNK));
                    if bytes.is_empty() {
                        self.outgoing.pop_front();
                    }
                    return Some(Transmit::Bytes(chunk));
                }
                Outgoing::UpgradeTls => {
                    self.outgoing.pop_front();
                    return Some(Transmit::UpgradeTls);
                }
                Outgoing::Data { text, .. } if text.is_empty() => {
                    self.outgoing.pop_front();
                }
                Outgoing::Data { text, stuffer } => {
                    let chunk = text.split_to(text.len().min(limits::CHUNK));
                    let mut wire = Vec::with_capacity(chunk.len() + 64);
                    stuffer.push(&chunk, &mut wire);
                    return Some(Transmit::Bytes(wire.into()));
                }
            }
        }
    }

    /// Whether what was received last ended amid a reply.
    pub fn is_amid_reply(&self) -> bool {
        !self.parser.is_empty()
    }

    /// When [`Self::handle_timeout`] wants to be called, if nothing comes before.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.patience().filter(|patience| !patience.of_server).map(|patience| patience.until)
    }

    /// Gives up when the server has not answered for as long as a client waits (RFC 5321 §4.5.3.2).
    pub fn handle_timeout(&mut self, now: Duration) -> Vec<Event> {
        if self.poll_timeout().is_none_or(|until| now < until) {
            return Vec::new();
        }
        // It cannot answer what it has not got: while bytes are still on their way, the wait begins anew.
        if let Some(awaited) = self.awaited.front_mut()
            && !self.outgoing.is_empty()
        {
            awaited.since = now;
            return Vec::new();
        }
        self.closed(now, Ending::PatienceOver)
    }

    /// Makes a step that was refused, and all that depended on it, ready to be proposed again.
    pub fn retry(&mut self, step: Step) {
        if step.is_in_transaction() && self.state == State::Ready {
            self.progress.reset_transaction();
        }
        if step == self.hello_step() {
            self.hellos_refused = 0;
        }
        self.progress.reset(step);
    }

    /// The server speaks first.
    fn await_greeting(&mut self, now: Duration) {
        self.state = State::Greeting;
        self.expect(now, Step::Greeting, Answer::Greeting);
    }

    /// The server owes a reply, to something else than a line.
    fn expect(&mut self, now: Duration, step: Step, answer: Answer) {
        self.progress.wait(step, now);
        self.awaited.push_back(Awaited {
            step,
            answer,
            since: now,
            line: Vec::new(),
            exchange: None,
            octets: None,
        });
    }

    /// What came cannot be read: keeps the end of it to be looked at, and goes no further.
    fn broken(&mut self, now: Duration, error: ReplyError, garbage: &[u8]) -> Event {
        self.give_up(now);
        let kept = &garbage[garbage.len().saturating_sub(limits::GARBAGE_KEPT)..];
        self.transcript.push(now, Item::Broken { error, bytes: kept.to_vec() });
        Event::Broken(error)
    }

    /// Reads and sends no more.
    fn give_up(&mut self, now: Duration) {
        self.state = State::Broken;
        self.outgoing.clear();
        self.progress.fail_waiting(now);
    }

    /// What the server's offer settles of the plan.
    fn known(&self) -> Known {
        let has_tls = self.tls.is_some();
        let is_greeted = matches!(self.progress.status(Step::Hello), Status::Done(_));
        let starttls = (has_tls || is_greeted).then(|| has_tls || self.offers_starttls());
        let is_greeted = matches!(self.progress.status(self.hello_step()), Status::Done(_));
        let chunking = is_greeted.then(|| self.capabilities.offers(Extension::Chunking));
        Known { mechanism: self.planned_mechanism(), starttls, chunking }
    }

    fn learn_secrets(&mut self) {
        if let Some(login) = self.setup.login.as_ref().filter(|login| !login.public) {
            self.secrets.add(&login.credentials);
        }
    }
}

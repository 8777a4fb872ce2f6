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

mod follow;
mod progress;
mod propose;
mod setup;
pub mod transition;

pub use progress::{Record, Status, Step};
pub use propose::{Caution, Next, Patience, Proposal};
pub use setup::{Login, Setup};
pub use transition::State;

use crate::anatomy::{Answer, Content, Meaning, Piece};
use crate::auth::Mechanism;
use crate::secrets::Secrets;
use crate::smtp::data::{Stuffer, Unstuffer};
use crate::smtp::extension::Capabilities;
use crate::smtp::limits;
use crate::smtp::reply::{Reply, ReplyError, ReplyParser};
use crate::transcript::{Item, Target, Transcript};
use crate::tunnel::TunnelEvent;
use bytes::Bytes;
use progress::Progress;
use std::collections::VecDeque;
use std::time::Duration;

/// One walk's client: where the session is, what is owed by whom, and the transcript.
#[derive(Debug)]
pub struct Client {
    setup: Setup,
    state: State,
    authenticated: bool,
    progress: Progress,
    capabilities: Capabilities,
    exchange: Option<Exchange>,
    data: DataPhase,
    /// A line begun by hand whose end has not been sent yet.
    unfinished: Vec<u8>,
    parser: ReplyParser,
    /// Replies the server owes, in order.
    awaited: VecDeque<Awaited>,
    outgoing: VecDeque<Outgoing>,
    /// Since when nothing has been sent or received.
    idle_since: Duration,
    transcript: Transcript,
}

/// A reply that the server owes.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    step: Step,
    answer: Answer,
    since: Duration,
}

/// An AUTH exchange under way.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    /// `None` when the person typed a mechanism that is not known here.
    mechanism: Option<&'static Mechanism>,
    /// How many responses have been sent.
    responses: usize,
}

/// What has been sent of the mail data.
#[derive(Clone, Debug)]
struct DataPhase {
    end: Unstuffer,
    /// The empty line has not been sent yet.
    in_headers: bool,
    written: Written,
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
        Self { end: Unstuffer::default(), in_headers: true, written: Written::Nothing }
    }
}

/// Bytes on their way to the transport.
#[derive(Debug)]
enum Outgoing {
    /// As they are.
    Wire(Bytes),
    /// Mail data, to be dot-stuffed a chunk at a time.
    Data { text: Bytes, stuffer: Stuffer },
}

/// What the client makes of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole reply came.
    Replied {
        /// The step it answers; `None` for a reply nobody asked for.
        step: Option<Step>,
        /// What it says.
        reply: Reply,
        /// What it means for the step.
        verdict: Verdict,
    },
    /// The bytes are not SMTP. Nothing that comes later is read.
    Broken(ReplyError),
    /// The transcript is full. Nothing that comes later is read.
    TranscriptFull,
    /// The connection ended.
    Closed {
        /// How.
        how: Ending,
        /// The step that was waiting for a reply, if one was.
        during: Option<Step>,
    },
}

/// What a reply means for the step it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done, or go on.
    Accepted,
    /// Not now: 4yz.
    TryLater,
    /// No: 5yz.
    Refused,
    /// A reply that does not fit what it answers, such as 250 to DATA, or that answers nothing.
    OutOfPlace,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closed in good order.
    ByServer,
    /// This side closed it.
    ByUs,
    /// The connection was reset.
    Reset,
    /// Nobody answered for as long as RFC 5321 §4.5.3.2 has a client wait.
    PatienceOver,
    /// TLS was cut in the middle of a record or without its closing alert.
    Truncated,
    /// The bridge, or the way to it, is gone.
    TransportLost,
    /// There was no connection to begin with.
    NeverOpened,
}

/// Something for the transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Write these bytes.
    Bytes(Bytes),
    /// Speak TLS from here on (RFC 3207).
    UpgradeTls,
}

/// Why something cannot be sent. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// There is no connection.
    #[error("expected a connection, found none")]
    NotConnected,
    /// The content is over its limit.
    #[error("expected at most {limit} bytes, found {length}")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// There is nothing in it.
    #[error("expected something to send, found nothing")]
    Empty,
    /// The transcript is full.
    #[error("the transcript holds {} entries and takes no more", limits::TRANSCRIPT_ENTRIES)]
    TranscriptFull,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(setup: Setup) -> Self {
        Self {
            progress: Progress::for_setup(&setup),
            setup,
            state: State::Unconnected,
            authenticated: false,
            capabilities: Capabilities::default(),
            exchange: None,
            data: DataPhase::default(),
            unfinished: Vec::new(),
            parser: ReplyParser::default(),
            awaited: VecDeque::new(),
            outgoing: VecDeque::new(),
            idle_since: Duration::ZERO,
            transcript: Transcript::default(),
        }
    }

    /// What the walk is to do.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Changes what is still ahead; what was sent stays sent.
    pub fn revise(&mut self, setup: Setup) {
        self.progress.revise(&setup);
        self.setup = setup;
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

    /// What must not be shown of this walk.
    pub fn secrets(&self) -> Secrets {
        match &self.setup.login {
            Some(login) if login.public => Secrets::public(),
            Some(login) => Secrets::of(&login.credentials),
            None => Secrets::default(),
        }
    }

    /// Whether this side should close the connection now: the server has said goodbye, or what it says is
    /// not SMTP.
    pub fn wants_close(&self) -> bool {
        matches!(self.state, State::Closing | State::Broken)
    }

    /// Begins a connection; the transport is to be opened to this target.
    pub fn begin(&mut self, now: Duration, target: Target) {
        self.state = State::Opening;
        self.authenticated = false;
        self.capabilities = Capabilities::default();
        self.exchange = None;
        self.data = DataPhase::default();
        self.unfinished.clear();
        self.parser = ReplyParser::default();
        self.awaited.clear();
        self.outgoing.clear();
        self.progress = Progress::for_setup(&self.setup);
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
            TunnelEvent::Connected { .. } => {
                self.progress.done(Step::LookUp, now, None);
                self.progress.done(Step::Connect, now, None);
                self.state = State::Greeting;
                self.expect(now, Step::Greeting, Answer::Greeting);
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
        let limit = match content {
            Content::Line(_) => limits::LINE_COMMITTED,
            Content::Data(_) => limits::DATA_COMMITTED,
        };
        let length = content.bytes().len();
        if !self.state.is_connected() {
            return Err(CommitError::NotConnected);
        }
        if length == 0 {
            return Err(CommitError::Empty);
        }
        if length > limit {
            return Err(CommitError::TooLong { length, limit });
        }
        if self.transcript.is_full() {
            return Err(CommitError::TranscriptFull);
        }
        let meaning = self.meaning_of(&content);
        let step = self.follow(now, &content, meaning);
        self.outgoing.push_back(match (&content, meaning) {
            (Content::Data(text), Meaning::Data { place, stuffed: true, .. }) => {
                Outgoing::Data { text: text.clone(), stuffer: Stuffer::at(place) }
            }
            (content, _) => Outgoing::Wire(content.bytes().clone()),
        });
        self.idle_since = now;
        self.transcript.push(now, Item::Sent { step, piece: Piece { content, meaning } });
        Ok(())
    }

    /// Takes bytes from the transport. Any split of the same bytes gives the same events.
    pub fn receive(&mut self, now: Duration, mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        while !bytes.is_empty() && self.state.is_connected() {
            if self.transcript.is_full() {
                self.state = State::Broken;
                self.progress.fail_waiting(now);
                events.push(Event::TranscriptFull);
                break;
            }
            match self.parser.read(&mut bytes) {
                None => break,
                Some(Ok(reply)) => events.push(self.replied(now, reply)),
                Some(Err(error)) => {
                    self.state = State::Broken;
                    self.progress.fail_waiting(now);
                    let garbage = self.parser.partial();
                    let kept = &garbage[garbage.len().saturating_sub(limits::GARBAGE_KEPT)..];
                    self.transcript.push(now, Item::Broken { error, bytes: kept.to_vec() });
                    events.push(Event::Broken(error));
                }
            }
        }
        if self.state == State::Broken {
            self.transcript.add_garbage(bytes);
        }
        self.idle_since = now;
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

    /// When [`Self::handle_timeout`] wants to be called, if nothing comes before.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.patience().filter(|patience| !patience.of_server).map(|patience| patience.until)
    }

    /// Gives up when the server has not answered for as long as a client waits (RFC 5321 §4.5.3.2).
    pub fn handle_timeout(&mut self, now: Duration) -> Vec<Event> {
        match self.poll_timeout() {
            Some(until) if now >= until => self.closed(now, Ending::PatienceOver),
            _ => Vec::new(),
        }
    }

    /// Makes a step that was refused, and all that depended on it, ready to be proposed again.
    pub fn retry(&mut self, step: Step) {
        if step.is_in_transaction() && self.state == State::Ready {
            self.progress.reset_transaction();
        }
        self.progress.reset(step);
    }

    fn expect(&mut self, now: Duration, step: Step, answer: Answer) {
        self.progress.wait(step, now);
        self.awaited.push_back(Awaited { step, answer, since: now });
    }
}

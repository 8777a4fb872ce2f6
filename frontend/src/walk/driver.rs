//! Holds both ends: the client, which knows SMTP, and the transport, which knows bytes.
//!
//! ```text
//! send() → client.commit → poll_transmit → transport → … → transport → client.receive → snapshot()
//! ```
//!
//! One way round. No Yew here: the page calls it, and is told through a callback when there is something
//! new to draw.

use super::linted::Linted;
use super::tls::{RECORDS_SHOWN, Seen, TlsWalk, facts_for_client};
use super::{Body, Row, Snapshot, TlsEnds};
use crate::clock;
use crate::transport::{Door, Ended, Incoming, Practice, Secured, Transport};
use protocol::anatomy::{Content, Piece};
use protocol::auth::Nonce;
use protocol::client::{
    Client, CommitError, Ending, Next, Security, Setup, State, Status, Step, Transmit,
};
use protocol::diagnosis::Context;
use protocol::transcript::{Item, Target};
use std::rc::Rc;
use std::time::Duration;
use tls_messages::{Content as Sealed, Finish, Looks, Tell};

/// The way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The practice server in this page.
    Practice,
    /// Through a bridge.
    Bridge {
        /// The bridge's address, such as `http://127.0.0.1:8025`.
        bridge: String,
        /// The token it wants, if it does.
        token: Option<String>,
        /// The mail server.
        target: Target,
    },
}

/// Opens transports; the page's own, or a test's.
pub type Opener = Rc<dyn Fn(&Route, &Practice, Door) -> Box<dyn Transport>>;

/// Bytes that a transport may hold before it is given no more.
const HIGH_WATER: usize = 256 * 1024;
/// Chunks moved in one go, so that the page stays awake while a large message goes out.
const CHUNKS_AT_ONCE: usize = 64;

/// One walk from its set-up to its end.
pub struct Driver {
    client: Client,
    practice: Practice,
    route: Route,
    opener: Opener,
    transport: Option<Box<dyn Transport>>,
    /// The transport before, for as long as it says goodbye.
    leaving: Option<Box<dyn Transport>>,
    ended: Option<Ended>,
    rows: Vec<Rc<Row>>,
    /// Connection and entry up to which the transcript has been turned into rows.
    drawn: (usize, usize),
    /// When the last thing was sent, or the connection was made.
    last_sent: Option<Duration>,
    /// What is known of the session up to there.
    known: Context,
    revision: u64,
    /// What is wrong with the message.
    linted: Linted,
    tls: TlsWalk,
    /// There is more to move than one go of [`Driver::pump`] moved.
    unfinished: bool,
}

impl Driver {
    /// A walk that has not begun.
    pub fn new(setup: Setup, route: Route, practice: Practice, opener: Opener) -> Self {
        Self {
            client: Client::new(setup),
            practice,
            route,
            opener,
            transport: None,
            leaving: None,
            ended: None,
            rows: Vec::new(),
            drawn: (0, 0),
            last_sent: None,
            known: Context::default(),
            revision: 0,
            linted: Linted::default(),
            tls: TlsWalk::default(),
            unfinished: false,
        }
    }

    /// The same, that can go over to TLS.
    #[must_use]
    pub fn with_tls(mut self, ends: TlsEnds) -> Self {
        self.tls.ends = Some(ends);
        self
    }

    /// What the walk is to do.
    pub fn setup(&self) -> &Setup {
        self.client.setup()
    }

    /// Changes what is still ahead.
    pub fn revise(&mut self, setup: Setup) {
        self.client.revise(setup);
    }

    /// Opens the connection.
    pub fn connect(&mut self) {
        let target = self.target();
        self.ended = None;
        self.leaving = None;
        self.tls.forget();
        let nonce = match self.route {
            Route::Practice => Nonce::known(),
            Route::Bridge { .. } => fresh_nonce(),
        };
        self.client.begin(clock::now(), target, nonce);
        self.transport = Some((self.opener)(&self.route, &self.practice, self.door()));
        self.pump();
    }

    /// Sends this.
    ///
    /// # Errors
    /// The client says why it cannot be sent; nothing changes.
    pub fn send(&mut self, content: Content) -> Result<(), CommitError> {
        self.client.commit(clock::now(), content)?;
        self.pump();
        Ok(())
    }

    /// Goes on although the server's certificate is not trusted: with this one, and with no other.
    pub fn go_on(&mut self) {
        let Some(facts) = self.tls.view.question.take() else { return };
        self.tls.accepted.extend(facts.chain.first().map(|own| own.fingerprint));
        if let Some(transport) = &mut self.transport {
            transport.go_on();
        }
        self.pump();
    }

    /// What this would be if it were sent now.
    pub fn consider(&self, content: Content) -> Piece {
        self.client.consider(content)
    }

    /// Makes a refused step ready to be proposed again.
    pub fn retry(&mut self, step: Step) {
        self.client.retry(step);
    }

    /// Ends the connection from this side.
    pub fn stop(&mut self) {
        self.end(Ended { how: Ending::ByUs, code: None });
    }

    /// Looks at the clock: gives up where the server has been silent for too long.
    pub fn tick(&mut self) {
        // A person may think about a certificate for as long as they like.
        if self.tls.view.question.is_none() && !self.client.handle_timeout(clock::now()).is_empty()
        {
            self.drop_transport();
            self.ended = Some(Ended { how: Ending::PatienceOver, code: None });
        }
        self.pump();
    }

    /// Moves bytes both ways for as long as there are some, up to a measure. Says whether anything came in that can be
    /// seen.
    pub fn pump(&mut self) -> bool {
        self.take_leave();
        self.unfinished = true;
        let mut came_in = false;
        for _ in 0..CHUNKS_AT_ONCE {
            let sent = self.transmit_one();
            let received = self.receive_one();
            came_in |= received == Some(Seen::Yes);
            if !sent && received.is_none() {
                self.unfinished = self.is_held_up();
                break;
            }
        }
        came_in
    }

    /// Whether [`Driver::pump`] is to be called again soon.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished
    }

    /// When [`Driver::pump`] is to be called again although nothing came in: something is due then.
    pub fn due(&self) -> Option<Duration> {
        self.transport.as_ref().and_then(|transport| transport.due())
    }

    /// Whose turn it is.
    pub fn next(&self) -> Next {
        self.client.next()
    }

    /// Whether bytes wait until the transport takes more.
    fn is_held_up(&self) -> bool {
        self.transport.as_ref().is_some_and(|transport| transport.buffered() >= HIGH_WATER)
    }

    fn transmit_one(&mut self) -> bool {
        if self.transport.as_ref().is_none_or(|transport| transport.buffered() >= HIGH_WATER) {
            return false;
        }
        let leaving = self.client.pieces_leaving();
        match self.client.poll_transmit() {
            Some(Transmit::Bytes(bytes)) => {
                if self.tls.view.facts.is_some()
                    && let Some(row) = self.row_of_piece(leaving)
                {
                    self.tls.seals(row, bytes.len());
                }
                if let Some(transport) = &mut self.transport {
                    transport.send(&bytes);
                }
                true
            }
            Some(Transmit::UpgradeTls) => self.begin_tls(),
            None => false,
        }
    }

    /// The row of the piece that is the first of so many that have not left.
    fn row_of_piece(&mut self, leaving: usize) -> Option<usize> {
        self.draw();
        let mut sent = self.rows.iter().rev().filter(|row| matches!(row.body, Body::Sent { .. }));
        Some(sent.nth(leaving.checked_sub(1)?)?.id)
    }

    fn begin_tls(&mut self) -> bool {
        let (Some(ends), Some(inner)) = (&self.tls.ends, self.transport.take()) else {
            return false;
        };
        let secured = Secured::client(inner, (ends.open)(), ends.client.clone());
        self.transport = Some(Box::new(secured));
        true
    }

    /// Takes the next thing that came in, if there is one.
    fn receive_one(&mut self) -> Option<Seen> {
        let incoming = self.transport.as_mut()?.poll()?;
        let now = clock::now();
        match incoming {
            Incoming::Told(event) => self.client.transport(now, event),
            Incoming::Bytes(bytes) => {
                self.client.receive(now, &bytes);
                // At once, while it is known which records it came in.
                if self.tls.view.facts.is_some() {
                    self.draw();
                    self.tls.read_on(self.client.is_amid_reply());
                }
                if self.client.state() == State::Broken {
                    self.end(Ended { how: Ending::ByUs, code: None });
                }
            }
            Incoming::Tls(tell) => return Some(self.told_by_tls(now, tell)),
            Incoming::Ended(ended) => self.end(ended),
        }
        Some(Seen::Yes)
    }

    fn told_by_tls(&mut self, now: Duration, tell: Tell) -> Seen {
        match tell {
            Tell::Record(record) => {
                let record = Rc::new(*record);
                if !self.tls.may_show(&record) {
                    return self.too_many_records(now);
                }
                match (&record.content, record.sent) {
                    (Sealed::Data(data), true) => {
                        let row = self.tls.row_of_sealed(data.whole as usize);
                        let row = row.and_then(|row| self.rows.get_mut(row));
                        return row.map_or(Seen::No, |row| Rc::make_mut(row).carried.add(record));
                    }
                    // The reply in it is what is seen.
                    (Sealed::Data(_), false) => {
                        self.tls.heard(record);
                        return Seen::No;
                    }
                    _ => self.add_row(now, Body::Record(record)),
                }
            }
            Tell::Untrusted(facts) if self.tls.was_accepted(&facts) => {
                if let Some(transport) = &mut self.transport {
                    transport.go_on();
                }
            }
            Tell::Untrusted(facts) => {
                let facts = Rc::new(*facts);
                self.tls.view.question = Some(facts.clone());
                self.add_row(now, Body::Untrusted(facts));
            }
            Tell::Begun(facts) => {
                self.client.upgraded(now, facts_for_client(&facts));
                self.tls.view.facts = Some(Rc::new(*facts));
            }
            // Plain text behind the 220 to STARTTLS may come from anybody; the client refuses it by that name.
            Tell::Ended(Finish::NotTls { bytes, looks: Looks::Smtp | Looks::Text })
                if self.client.setup().security != Security::Implicit =>
            {
                self.client.receive(now, &bytes);
            }
            Tell::Ended(finish) if finish != Finish::Clean => {
                let finish = Rc::new(finish);
                self.tls.view.finish = Some(finish.clone());
                self.tls.view.question = None;
                self.add_row(now, Body::TlsEnded(finish));
            }
            // A clean end is the connection's to tell; the others are between the transport and the session.
            Tell::Ended(_) | Tell::Wire(_) | Tell::Plain(_) | Tell::Sealed(_) => {}
        }
        Seen::Yes
    }

    /// A server that sends record upon record of which none carries anything is left: each of them is kept to be shown.
    fn too_many_records(&mut self, now: Duration) -> Seen {
        let records = u32::try_from(RECORDS_SHOWN).unwrap_or(u32::MAX);
        let finish = Rc::new(Finish::Endless { records });
        self.tls.view.finish = Some(finish.clone());
        self.add_row(now, Body::TlsEnded(finish));
        self.end(Ended { how: Ending::TlsFailed, code: None });
        Seen::Yes
    }

    /// Something that does not stand in the transcript, behind all that does.
    fn add_row(&mut self, now: Duration, body: Body) {
        self.draw();
        let connection = self.client.transcript().current();
        let began = connection.map_or(now, protocol::transcript::Connection::began);
        let row = Row::of_tls(self.rows.len(), now.saturating_sub(began), body);
        self.rows.push(Rc::new(row));
    }

    fn end(&mut self, ended: Ended) {
        self.client.closed(clock::now(), ended.how);
        self.ended.get_or_insert(ended);
        self.drop_transport();
    }

    fn drop_transport(&mut self) {
        if let Some(mut transport) = self.transport.take() {
            transport.close();
            self.leaving = Some(transport).filter(|transport| transport.is_leaving());
        }
    }

    fn take_leave(&mut self) {
        if let Some(leaving) = &mut self.leaving {
            leaving.poll();
            if !leaving.is_leaving() {
                self.leaving = None;
            }
        }
    }

    /// Where the walk goes.
    pub fn target(&self) -> Target {
        match &self.route {
            Route::Practice => Target { host: self.practice.name(), port: self.door().port() },
            Route::Bridge { target, .. } => target.clone(),
        }
    }

    /// How the practice server in the page is reached.
    fn door(&self) -> Door {
        match self.client.setup().security {
            Security::None => Door::Plain,
            Security::Opportunistic | Security::Required | Security::Verified => Door::StartTls,
            Security::Implicit => Door::Tls,
        }
    }

    /// Whether *Run* may go on by itself: a proposal is there, nothing was refused, and there is nothing
    /// that the person should read first.
    pub fn may_run_on(&self) -> bool {
        let fine = |status| !matches!(status, Status::Refused(_) | Status::Failed);
        let all_fine = self.client.progress().iter().all(|record| fine(record.status));
        match self.client.next() {
            Next::Connect | Next::Wait { .. } | Next::HangUp => all_fine,
            Next::Send(proposal) => all_fine && proposal.cautions.is_empty(),
            Next::UpgradeTls => all_fine && self.tls.view.question.is_none(),
            Next::Over => false,
        }
    }

    /// The walk as it is now.
    pub fn snapshot(&mut self) -> Rc<Snapshot> {
        self.draw();
        self.revision += 1;
        let client = &self.client;
        Rc::new(Snapshot {
            revision: self.revision,
            target: client.transcript().current().map(|connection| connection.target().clone()),
            route: self.route.clone(),
            state: client.state(),
            authenticated: client.is_authenticated(),
            progress: client.progress().into(),
            rows: self.rows.as_slice().into(),
            next: Rc::new(client.next()),
            patience: client.patience().filter(|_| self.tls.view.question.is_none()),
            mechanism: client.mechanism(),
            capabilities: Rc::new(client.capabilities().clone()),
            flaws: self.linted.of(client),
            at: clock::now(),
            secrets: Rc::new(client.secrets()),
            ended: self.ended,
            tls: self.tls.view.clone(),
            server_state: self.transport.as_ref().and_then(|transport| transport.server_state()),
        })
    }

    /// Turns what is new in the transcript into rows.
    fn draw(&mut self) {
        let connections = self.client.transcript().connections();
        while let Some(connection) = connections.get(self.drawn.0) {
            if self.drawn.1 == 0 {
                let implicit = self.client.setup().security == Security::Implicit;
                self.known = Context::opened(&connection.target().host, implicit);
            }
            for (index, entry) in connection.entries().iter().enumerate().skip(self.drawn.1) {
                let (id, began) = (self.rows.len(), connection.began());
                let mut row = Row::new(id, entry, began, self.last_sent, self.known)
                    .with_login(connection.sasl_message(index));
                if matches!(entry.item, Item::Received { .. } | Item::Broken { .. }) {
                    row = row.with_carried(self.tls.carried());
                }
                self.rows.push(Rc::new(row));
                match &entry.item {
                    Item::Received { answer, reply, .. } => self.known.note(*answer, reply),
                    _ => self.last_sent = Some(entry.at),
                }
            }
            if self.drawn.0 + 1 == connections.len() {
                self.drawn.1 = connection.entries().len();
                break;
            }
            self.drawn = (self.drawn.0 + 1, 0);
        }
    }
}

/// Never the same twice.
fn fresh_nonce() -> Nonce {
    let mut random = [0; 18];
    getrandom::fill(&mut random).expect("every browser has random bytes to give");
    Nonce::from_random(random)
}

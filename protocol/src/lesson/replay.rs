//! A lesson walked to its end in memory, under a clock of its own: the same every time.

use super::{Lesson, Move, MoveKind, Turn};
use crate::anatomy::Content;
use crate::auth::{ChannelBinding, Nonce};
use crate::client::{Again, Client, Ending, Next, Place, Security, Status, TlsFacts, Transmit};
use crate::export::{escape, kebab};
use crate::server::{Server, Store, Tls};
use crate::smtp::limits;
use crate::transcript::{Connection, Item, Target};
use crate::tunnel::TunnelEvent;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

/// When every replay begins: 9 September 2001, 01:46:40 UTC.
const START: Duration = Duration::from_secs(1_000_000_000);
/// Where the server says it is: an address kept for documentation (RFC 5737).
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 25));
/// What is done at most before a walk counts as one without end.
const ACTIONS: usize = 1000;

/// What came of a lesson.
#[derive(Debug)]
pub struct Replay {
    /// The client, with the transcript.
    pub client: Client,
    /// The server's mailbox.
    pub store: Store,
    /// How many of the lesson's moves were made. A move is not made when the walk never comes to its place.
    pub moves_made: usize,
    /// The walk did not come to its end.
    pub endless: bool,
}

impl Lesson {
    /// Walks the lesson: sends what is proposed, does what [`Lesson::moves`] says in between, and connects again
    /// as often as [`Lesson::again`] allows. Where TLS is to begin both ends are told that it has; its bytes
    /// are simulated.
    ///
    /// # Errors
    /// The form is not well formed.
    pub fn replay(&self) -> Result<Replay, Vec<crate::form::FormError>> {
        let mut walk = Walk {
            lesson: self,
            client: Client::new(self.form.check()?),
            store: Store::default(),
            server: None,
            now: START,
            moves: &self.moves,
        };
        let endless = !walk.run();
        let moves_made = self.moves.len() - walk.moves.len();
        Ok(Replay { client: walk.client, store: walk.store, moves_made, endless })
    }
}

impl Lesson {
    /// Whether this is what the lesson says both sides say. Of a reply it names the beginning of each line.
    pub fn goes_as(&self, turns: &[Turn]) -> bool {
        let begins = |said: &String, expected: &String| said.starts_with(expected.as_str());
        turns.len() == self.turns.len()
            && turns.iter().zip(&self.turns).all(|(said, expected)| {
                said.client == expected.client
                    && said.end == expected.end
                    && said.server.len() == expected.server.len()
                    && said.server.iter().zip(&expected.server).all(|(it, of)| begins(it, of))
            })
    }
}

struct Walk<'a> {
    lesson: &'a Lesson,
    client: Client,
    store: Store,
    /// `None` while there is no connection.
    server: Option<Server>,
    now: Duration,
    /// Those that have not been made.
    moves: &'a [Move],
}

impl<'a> Walk<'a> {
    /// Whether it came to its end.
    fn run(&mut self) -> bool {
        let mut again = self.lesson.again;
        for _ in 0..ACTIONS {
            self.carry();
            match self.client.next() {
                Next::Connect => self.connect(None),
                Next::Send(proposal) => match self.move_at(Place::of(proposal.step)) {
                    Some(made) => self.make(made),
                    None => self.send(proposal.piece.content),
                },
                Next::Wait { .. } | Next::UpgradeTls => {
                    if !self.wait() {
                        return false;
                    }
                }
                Next::HangUp => self.end(Ending::ByUs),
                Next::Over if self.server.is_some() => self.end(Ending::ByUs),
                Next::Over => match self.client.again().filter(|_| again > 0) {
                    Some(next) => {
                        again -= 1;
                        self.connect(Some(next));
                    }
                    None => return true,
                },
            }
        }
        false
    }

    /// The next move, if its place is here.
    fn move_at(&mut self, place: Option<Place>) -> Option<&'a MoveKind> {
        let (next, rest) = self.moves.split_first()?;
        if Some(next.at) != place {
            return None;
        }
        self.moves = rest;
        Some(&next.kind)
    }

    fn make(&mut self, made: &MoveKind) {
        match made {
            MoveKind::Type(line) => self.send(Content::typed_line(line)),
            MoveKind::Raw(text) => self.send(Content::Line(text.clone().into())),
            MoveKind::Retry(place) => {
                let refused = self.client.progress().iter().find(|record| {
                    Place::of(record.step) == Some(*place)
                        && matches!(record.status, Status::Refused(_) | Status::Failed)
                });
                if let Some(step) = refused.map(|record| record.step) {
                    self.client.retry(step);
                }
            }
        }
    }

    fn send(&mut self, content: Content) {
        if self.client.commit(self.now, content).is_err() {
            self.end(Ending::ByUs);
        }
    }

    fn connect(&mut self, again: Option<Again>) {
        let host = self.lesson.server.name.to_string();
        if let Some(again) = again {
            self.now += again.wait;
            self.client.begin_again(self.now, again, Nonce::known());
        } else {
            self.client.begin(self.now, Target { host: host.clone(), port: 25 }, Nonce::known());
        }
        let config = Arc::new(self.lesson.server.clone());
        let server = Server::new(config, self.now, "192.0.2.1", &mut self.store);
        let is_implicit = self.client.setup().security == Security::Implicit;
        self.server = Some(if is_implicit { server.over_tls(self.tls()) } else { server });
        let address = format!("{ADDRESS}:25");
        for told in [
            TunnelEvent::Resolving { host },
            TunnelEvent::Resolved { addresses: vec![ADDRESS] },
            TunnelEvent::Connecting { address: address.clone() },
            TunnelEvent::Connected {
                address,
                local: "192.0.2.1:40001".into(),
                elapsed_ms: Duration::ZERO,
            },
        ] {
            self.client.transport(self.now, told);
        }
    }

    /// What both ends know of the simulated TLS.
    fn tls(&self) -> Tls {
        let binding =
            ChannelBinding { kind: "tls-exporter".into(), data: b"known to both ends".to_vec() };
        Tls { binding: Some(binding), identity: self.lesson.tls.identity.clone() }
    }

    /// Carries bytes both ways until nobody has anything to say; a server that hangs up has hung up then.
    fn carry(&mut self) {
        while self.carry_out() | self.carry_back() {}
        if self.server.as_ref().is_some_and(Server::is_closed) {
            self.end(Ending::ByServer);
        }
    }

    fn carry_out(&mut self) -> bool {
        let Some(transmit) = self.client.poll_transmit() else { return false };
        let Transmit::Bytes(bytes) = transmit else {
            self.upgrade();
            return true;
        };
        let mut rest = &bytes[..];
        while let Some(server) = &mut self.server
            && !rest.is_empty()
        {
            let taken = server.receive(self.now, rest, &mut self.store);
            rest = &rest[taken..];
            if taken == 0 && !self.carry_back() && !self.wait() {
                break;
            }
        }
        true
    }

    fn carry_back(&mut self) -> bool {
        let Some(bytes) = self.server.as_mut().and_then(Server::poll_transmit) else {
            return false;
        };
        self.client.receive(self.now, &bytes);
        true
    }

    fn upgrade(&mut self) {
        let tls = self.tls();
        let verified = self.lesson.tls.verified;
        let facts = TlsFacts { verified, binding: tls.binding.clone(), ..TlsFacts::default() };
        if let Some(server) = &mut self.server {
            server.upgraded(self.now, tls);
        }
        self.client.upgraded(self.now, facts);
    }

    /// Lets the time pass until one of the ends wants to be asked; `false` when neither does.
    fn wait(&mut self) -> bool {
        let ends =
            [self.client.poll_timeout(), self.server.as_ref().and_then(Server::poll_timeout)];
        let Some(until) = ends.into_iter().flatten().min() else { return false };
        self.now = self.now.max(until);
        if let Some(server) = &mut self.server {
            server.handle_timeout(self.now);
        }
        if !self.client.handle_timeout(self.now).is_empty() {
            self.server = None;
        }
        true
    }

    fn end(&mut self, how: Ending) {
        self.client.closed(self.now, how);
        self.server = None;
    }
}

impl Replay {
    /// What both sides said, connection by connection.
    pub fn turns(&self) -> Vec<Turn> {
        self.client.transcript().connections().iter().flat_map(turns_of).collect()
    }
}

fn turns_of(connection: &Connection) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut goodbye = false;
    for entry in connection.entries() {
        match &entry.item {
            Item::Sent { piece, .. } => {
                let wire = piece.window(limits::WINDOW).bytes;
                let text = escape_lines(wire.strip_suffix(b"\r\n").unwrap_or(&wire));
                turns.push(Turn { client: Some(text), ..Turn::default() });
            }
            Item::Received { reply, .. } => {
                goodbye = matches!(reply.code().number(), 221 | 421);
                let lines = reply.lines().map(|line| {
                    let wire = &reply.wire()[line.whole];
                    escape(wire.strip_suffix(b"\r\n").unwrap_or(wire))
                });
                last(&mut turns).server.extend(lines);
            }
            Item::Broken { error, .. } => last(&mut turns).end = Some(error.to_string()),
            Item::Closed(Ending::ByServer) if goodbye => {}
            Item::Closed(how) => {
                last(&mut turns).end.get_or_insert_with(|| kebab(how));
            }
            Item::Transport(_) | Item::Upgraded(_) => {}
        }
    }
    turns
}

/// The newest turn; before anything was sent, that of the greeting.
fn last(turns: &mut Vec<Turn>) -> &mut Turn {
    if turns.is_empty() {
        turns.push(Turn::default());
    }
    let newest = turns.len() - 1;
    &mut turns[newest]
}

/// Bytes as text that keeps its lines.
fn escape_lines(bytes: &[u8]) -> String {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n').map(|line| {
        line.strip_suffix(b"\r\n").map_or_else(|| escape(line), |text| escape(text) + "\r\n")
    });
    lines.collect()
}

//! The walkthrough client and the practice server together.

use crate::must;
use crate::practice::{Practice, START, config, is_faultless, setup};
use crate::records::{Record, head, records};
use protocol::anatomy::Content;
use protocol::auth::Nonce;
use protocol::client::{Client, Ending, Next, Setup, State, Step, TlsFacts, Transmit};
use protocol::server;
use protocol::transcript::{Item, Target};
use protocol::tunnel::TunnelEvent;
use std::time::Duration;

/// Whatever a person types, the client is where the server is, nothing is waited for that does not come, and the
/// transcript is what passed. A server with faults may lead the client astray, but not make it panic.
///
/// The input is the server's configuration as JSON, the separator, a form as JSON, and records: `p` send what is
/// proposed, `l` exactly this, `t` this line, `d` this mail data, `y` try a step again, `w` wait so many seconds.
pub fn pair(input: &[u8]) {
    let (json, rest) = head(input);
    let (form, rest) = head(rest);
    let config = config(json);
    let is_faultless = is_faultless(&config);
    let mut pair = Pair::new(setup(form), Practice::new(config));
    pair.carry();
    for record in records(rest) {
        pair.act(record);
        if is_faultless && pair.is_open {
            pair.agree();
        }
    }
    pair.note_all();
}

struct Pair {
    client: Client,
    practice: Practice,
    is_open: bool,
    /// All bytes that passed.
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Pair {
    fn new(setup: Setup, practice: Practice) -> Self {
        let mut client = Client::new(setup);
        let target = Target { host: "practice.example".into(), port: 25 };
        client.begin(START, target, Nonce::known());
        let connected = TunnelEvent::Connected {
            address: "192.0.2.25:25".into(),
            local: "192.0.2.1:40001".into(),
            elapsed_ms: Duration::ZERO,
        };
        client.transport(START, connected);
        Self { client, practice, is_open: true, sent: Vec::new(), received: Vec::new() }
    }

    fn act(&mut self, record: Record<'_>) {
        let now = self.practice.now;
        match record.kind {
            b'p' => {
                if let Next::Send(proposal) = self.client.next() {
                    must::be_explained(&proposal.piece);
                    let step = proposal.step;
                    let sent = self.client.commit(now, proposal.piece.content);
                    assert!(sent.is_ok(), "what is proposed can be sent: {step:?} {sent:?}");
                }
            }
            // That something cannot be sent is an answer too.
            b'l' => _ = self.client.commit(now, Content::Line(record.bytes())),
            b't' => {
                let text = String::from_utf8_lossy(record.rest);
                _ = self.client.commit(now, Content::typed_line(&text));
            }
            b'd' => _ = self.client.commit(now, Content::Data(record.bytes())),
            b'y' => self.client.retry(record.choose(&RETRIED).unwrap_or(Step::Hello)),
            b'w' => self.wait(record.number(100_000)),
            _ => {}
        }
        self.carry();
    }

    /// Time passes; both ends are asked when they want to be.
    fn wait(&mut self, seconds: usize) {
        let end = self.practice.now + Duration::from_secs(seconds as u64);
        for _ in 0..100 {
            let wishes = [self.client.poll_timeout(), self.practice.server.poll_timeout()];
            let next = wishes.into_iter().flatten().min().filter(|&next| next <= end);
            let Some(next) = next.filter(|_| self.is_open) else { break };
            self.practice.now = self.practice.now.max(next);
            self.client.handle_timeout(self.practice.now);
            self.is_open = !self.client.state().is_over();
            self.practice.server.handle_timeout(self.practice.now);
            self.carry();
        }
        self.practice.now = self.practice.now.max(end);
    }

    /// Bytes go both ways until nobody has anything to say; a server that hangs up has hung up then.
    fn carry(&mut self) {
        while self.is_open {
            let mut said = Vec::new();
            let moved = match self.client.poll_transmit() {
                Some(Transmit::Bytes(bytes)) => {
                    self.sent.extend_from_slice(&bytes);
                    self.practice.hear(&bytes, &mut said);
                    true
                }
                Some(Transmit::UpgradeTls) => {
                    self.practice.upgrade();
                    self.client.upgraded(self.practice.now, TlsFacts::default());
                    true
                }
                None => self.practice.say(&mut said) || self.await_late(),
            };
            self.received.extend_from_slice(&said);
            self.client.receive(self.practice.now, &said);
            if !moved {
                break;
            }
        }
        if self.is_open && (self.practice.server.is_closed() || self.client.wants_close()) {
            self.is_open = false;
            self.client.closed(self.practice.now, Ending::ByServer);
        }
        self.practice.assert_in_bounds();
    }

    /// Time passes until a reply that is late comes, if there is one.
    fn await_late(&mut self) -> bool {
        let is_late = !self.practice.server.wants_input() && self.practice.pass();
        self.client.handle_timeout(self.practice.now);
        self.is_open = !self.client.state().is_over();
        is_late
    }

    /// Both are at the same place, and nothing is waited for.
    fn agree(&self) {
        let (here, there) = (self.client.state(), self.practice.server.state());
        assert_eq!(here, as_client(there), "behind {}", self.sent.escape_ascii());
        let next = self.client.next();
        let waits = matches!(next, Next::Wait { .. });
        assert!(!waits, "waits for what never comes: {next:?} behind {}", self.sent.escape_ascii());
    }

    /// The transcript holds what passed, no more and no less.
    fn note_all(&self) {
        let Some(connection) = self.client.transcript().current() else { return };
        must::be_in_order(connection, 0);
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        for entry in connection.entries() {
            match &entry.item {
                Item::Sent { piece, .. } => {
                    sent.extend_from_slice(&piece.window(usize::MAX).bytes);
                }
                Item::Received { reply, .. } => received.extend_from_slice(reply.wire()),
                Item::Broken { .. } => return,
                _ => {}
            }
        }
        assert!(sent.starts_with(&self.sent), "{}", self.sent.escape_ascii());
        assert!(self.received.starts_with(&received), "{}", self.received.escape_ascii());
    }
}

const RETRIED: [Step; 8] = [
    Step::Hello,
    Step::StartTls,
    Step::Auth,
    Step::Mail,
    Step::Rcpt(0),
    Step::Data,
    Step::FinalDot,
    Step::Quit,
];

/// The same place in the session, as the client calls it.
fn as_client(state: server::State) -> State {
    match state {
        server::State::Greeted => State::Greeted,
        server::State::Refusing => State::TurnedAway,
        server::State::Ready => State::Ready,
        server::State::StartingTls => State::StartingTls,
        server::State::Authenticating => State::Authenticating,
        server::State::Sender => State::Sender,
        server::State::Recipients => State::Recipients,
        server::State::Chunks => State::Chunks,
        server::State::Data => State::Data,
        server::State::Closed => State::Closed,
    }
}

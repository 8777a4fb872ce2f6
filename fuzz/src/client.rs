//! The walkthrough client against any server, any person and any transport.

use crate::must;
use crate::practice;
use crate::records::{Record, head, pieces, records};
use protocol::anatomy::{Content, reply_spans};
use protocol::auth::{self, Credentials, Nonce};
use protocol::client::{Client, Ending, Event, Login, Next, Setup, Step, TlsFacts, Transmit};
use protocol::export::{Export, FORMS};
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
use protocol::transcript::{Item, Target};
use protocol::tunnel::TunnelEvent;
use std::time::Duration;

/// No text has it by chance.
const PASSWORD: &str = "Tr0ub4dor&3-zxq";
const USER: &str = "student@student.example";

/// Whatever is done in whatever order: the client neither panics nor piles up, explains all it proposes and all
/// that passed, makes the same of the server's bytes in any pieces, and shows the password nowhere.
///
/// The input is a form as JSON, the separator, and records. The person: `p` sends what is proposed, `l` exactly this,
/// `t` this line, `d` this mail data, `y` tries a step again, `v` changes the form. The transport: `r` brings bytes,
/// `x` takes so many pieces, `o` is open, `u` speaks TLS, `e` tells something in JSON, `c` is closed. Beside them:
/// `w` so many seconds pass, `b` a connection begins, `a` the one that makes sense does.
pub fn client(input: &[u8]) {
    let (form, rest) = head(input);
    let setup = setup(form);
    // One hears the server in whole pieces, the other cut small.
    let (mut one, mut other) = (Walk::new(setup.clone()), Walk::new(setup));
    for record in records(rest) {
        let whole = one.act(record, |bytes| vec![bytes]);
        let cut = other.act(record, |bytes| pieces(bytes).collect());
        assert_eq!(whole, cut, "any split gives the same events");
        assert_eq!(one.client.next(), other.client.next());
        one.be_in_order();
    }
    one.hide_the_password();
}

struct Walk {
    client: Client,
    now: Duration,
    /// Entries of the current connection that have been looked at.
    checked: usize,
    /// Whether it has been told the password: then it knows what to hide.
    has_password: bool,
}

impl Walk {
    fn new(setup: Setup) -> Self {
        let has_password = setup.login.is_some();
        let client = Client::new(setup);
        let mut walk = Self { client, now: Duration::ZERO, checked: 0, has_password };
        walk.begin();
        walk.connected();
        walk
    }

    fn act(&mut self, record: Record<'_>, cut: impl Fn(&[u8]) -> Vec<&[u8]>) -> Vec<Event> {
        let Self { client, now, .. } = self;
        match record.kind {
            b'r' => {
                return cut(record.rest)
                    .into_iter()
                    .flat_map(|bytes| client.receive(*now, bytes))
                    .collect();
            }
            b'p' => self.press(),
            // That something cannot be sent is an answer too.
            b'l' => _ = client.commit(*now, Content::Line(record.bytes())),
            b't' => {
                let text = String::from_utf8_lossy(record.rest);
                _ = client.commit(*now, Content::typed_line(&text));
            }
            b'd' => _ = client.commit(*now, Content::Data(record.bytes())),
            b'x' => self.transmit(record.number(10)),
            b'w' => {
                *now += Duration::from_secs(record.number(10_000) as u64);
                return client.handle_timeout(*now);
            }
            b'c' => return client.closed(*now, record.choose(&ENDINGS).unwrap_or(Ending::ByUs)),
            b'y' => client.retry(record.choose(&steps()).unwrap_or(Step::Hello)),
            b'v' => {
                client.revise(setup(record.rest));
                self.has_password |= client.setup().login.is_some();
            }
            b'b' => self.begin(),
            b'o' => self.connected(),
            b'u' => {
                let verified = record.rest.is_empty();
                client.upgraded(*now, TlsFacts { verified, ..TlsFacts::default() });
            }
            b'e' => {
                if let Ok(told) = serde_json::from_slice::<TunnelEvent>(record.rest) {
                    client.transport(*now, told);
                }
            }
            b'a' => {
                if let Some(again) = client.again() {
                    client.begin_again(*now, again, Nonce::known());
                    self.checked = 0;
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn begin(&mut self) {
        let target = Target { host: "mx.example.com".into(), port: 25 };
        self.client.begin(self.now, target, Nonce::known());
        self.checked = 0;
    }

    fn connected(&mut self) {
        let connected = TunnelEvent::Connected {
            address: "192.0.2.25:25".into(),
            local: "192.0.2.1:40001".into(),
            elapsed_ms: Duration::ZERO,
        };
        self.client.transport(self.now, connected);
    }

    fn press(&mut self) {
        if let Next::Send(proposal) = self.client.next() {
            let step = proposal.step;
            let sent = self.client.commit(self.now, proposal.piece.content);
            assert!(sent.is_ok(), "what is proposed can be sent: {step:?} {sent:?}");
        }
    }

    fn transmit(&mut self, times: usize) {
        for _ in 0..times {
            if let Some(Transmit::Bytes(bytes)) = self.client.poll_transmit() {
                assert!(!bytes.is_empty() && bytes.len() <= 2 * limits::CHUNK);
            }
        }
    }

    /// What a page looks at after everything that happens.
    fn be_in_order(&mut self) {
        let client = &self.client;
        let next = client.next();
        assert_eq!(next, client.next(), "looking changes nothing");
        if let Next::Send(proposal) = next {
            must::be_explained(&proposal.piece);
            client.cautions(proposal.step, &proposal.piece);
        }
        if let Some(patience) = client.patience().filter(|patience| !patience.of_server) {
            assert_eq!(client.poll_timeout(), Some(patience.until));
        }
        client.again();
        let connections = client.transcript().connections();
        assert!(connections.len() <= limits::CONNECTIONS);
        if let Some(connection) = connections.last() {
            must::be_in_order(connection, self.checked);
            self.checked = connection.entries().len();
        }
    }

    /// In nothing that is shown or taken along, in none of the forms in which a login holds it.
    fn hide_the_password(&self) {
        let secrets = self.client.secrets();
        let connection = self.client.transcript().current().filter(|_| self.has_password);
        let Some(connection) = connection else { return };
        let show = |item: &Item| match item {
            Item::Sent { piece, .. } => {
                let window = piece.window(usize::MAX);
                secrets.masked(&window.bytes, &piece.spans(&window))
            }
            Item::Received { answer, reply, .. } => {
                secrets.masked(reply.wire(), &reply_spans(*answer, reply))
            }
            _ => String::new(),
        };
        let shown = connection.entries().iter().map(|entry| show(&entry.item));
        let setup = self.client.setup();
        let export = Export { connection, setup, secrets: &secrets, over_tls: false };
        let written = FORMS.iter().map(|form| form.write(&export));
        let plain = format!("\0{USER}\0{PASSWORD}");
        let forms = [
            PASSWORD.to_owned(),
            auth::encode(PASSWORD.as_bytes()),
            auth::encode(plain.as_bytes()),
        ];
        for text in shown.chain(written) {
            for form in &forms {
                assert!(!text.contains(form), "{form:?} is shown:\n{text}");
            }
        }
    }
}

const ENDINGS: [Ending; 8] = [
    Ending::ByServer,
    Ending::ByUs,
    Ending::Reset,
    Ending::PatienceOver,
    Ending::Truncated,
    Ending::TlsFailed,
    Ending::TransportLost,
    Ending::NeverOpened,
];

fn steps() -> Vec<Step> {
    let plan = [
        Step::LookUp,
        Step::Connect,
        Step::Greeting,
        Step::Hello,
        Step::StartTls,
        Step::Handshake,
        Step::HelloOverTls,
        Step::Auth,
        Step::AuthResponse(0),
        Step::AuthResponse(usize::MAX),
        Step::Mail,
        Step::Rcpt(0),
        Step::Rcpt(1),
        Step::Rcpt(usize::MAX),
        Step::Data,
        Step::Headers,
        Step::Body,
        Step::FinalDot,
        Step::Chunk(0),
        Step::LastChunk,
        Step::Quit,
        Step::Typed,
    ];
    plan.into_iter().chain(Verb::ALL.map(Step::Extra)).collect()
}

/// A walk with a password that must not be shown, if with any.
fn setup(json: &[u8]) -> Setup {
    let setup = practice::setup(json);
    let credentials = Credentials { user: USER.into(), password: PASSWORD.into() };
    let login = setup.login.map(|login| Login { credentials, public: false, ..login });
    Setup { login, ..setup }
}

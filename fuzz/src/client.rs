//! The walkthrough client against any server, any person and any transport.

use crate::must;
use crate::records::{Record, chosen, pieces, records};
use protocol::anatomy::{Content, reply_spans};
use protocol::auth::{self, Credentials, Nonce};
use protocol::client::{
    Client, Ending, Event, Leave, Login, Next, Place, Security, Setup, Step, Stop, TlsFacts,
    Transmit,
};
use protocol::export::{Export, FORMS};
use protocol::form::Form;
use protocol::message::Message;
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
/// The input is records; their kinds stand in [`Walk::act`]. The first, if it is an `s`, is the set-up.
pub fn client(input: &[u8]) {
    let mut records = records(input).peekable();
    let setup =
        records.next_if(|record| record.kind == b's').map_or(setup(b""), |it| setup(it.rest));
    // One hears the server in whole pieces, the other cut small.
    let (mut one, mut other) = (Walk::new(setup.clone()), Walk::new(setup));
    for record in records {
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

const ENDINGS: [Ending; 7] = [
    Ending::ByServer,
    Ending::ByUs,
    Ending::Reset,
    Ending::PatienceOver,
    Ending::Truncated,
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
        Step::Quit,
        Step::Typed,
    ];
    plan.into_iter().chain(Verb::ALL.map(Step::Extra)).collect()
}

/// A set-up by letters: the mechanism of the login, the security, the recipients, and where to leave. The password
/// is always one that must not be shown.
fn setup(choice: &[u8]) -> Setup {
    let at = |n: usize| choice.get(n).copied();
    let mechanism = chosen(at(0), auth::MECHANISMS);
    let credentials = Credentials { user: USER.into(), password: PASSWORD.into() };
    let form = Form {
        client_name: "client.example".into(),
        security: chosen(at(1), &Security::ALL).unwrap_or_default(),
        pipelining: at(2).is_some_and(|letter| letter % 2 == 0),
        stop: chosen(at(4), &stops()),
        from: USER.into(),
        to: vec!["teacher@practice.example".into()],
        subject: "Hello".into(),
        body: "A line\n.\nanother\n".into(),
        ..Form::default()
    };
    let setup = form.check().expect("it is well formed");
    let recipients = chosen(at(3), &[1, 0, 2, 5]).unwrap_or(1);
    let to = setup.to.into_iter().cycle().take(recipients).collect();
    let message = match chosen(at(5), &[0, 1, 2]) {
        Some(1) => Message::default(),
        Some(2) => Message::from_raw("Subject: no end"),
        _ => setup.message,
    };
    let login = Some(Login { mechanism, credentials, public: false });
    Setup { login: login.filter(|_| at(0) != Some(b'-')), to, message, ..setup }
}

fn stops() -> Vec<Stop> {
    let places = [
        Place::Greeting,
        Place::Hello,
        Place::Tls,
        Place::Auth,
        Place::AuthResponse,
        Place::Mail,
        Place::Rcpt,
        Place::Data,
        Place::Headers,
        Place::Body,
        Place::FinalDot,
        Place::Quit,
    ];
    let by = [Leave::Quit, Leave::Drop];
    places.into_iter().flat_map(|after| by.map(|by| Stop { after, by })).collect()
}

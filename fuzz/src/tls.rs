//! TLS for the page, against any server, any way between the two, and any person.

use crate::records::{Record, chosen, head, records};
use bytes::Bytes;
use std::cell::RefCell;
use tls::Module;
use tls_messages::{
    Ask, Client, Content, End, Finish, FromModule, Kept, Server, SessionId, Span, Tell, ToModule,
    Trusts, Versions,
};

const CLIENT: SessionId = 1;
const SERVER: SessionId = 2;

/// The practice servers' good host, and some of the bad ones.
const HOSTS: [&str; 4] = [
    "practice.example",
    "self-signed.practice.example",
    "expired.practice.example",
    "mx.example.com",
];

/// The most of a record, of a message and of what is no TLS that is kept for a report, in bytes.
const RECORD: usize = 4096;
const MESSAGE: usize = 16 * 1024;
const STRANGE: usize = 2048;

thread_local! {
    /// Its practice servers' certificates are made once, and not for every input.
    static MODULE: RefCell<Module> = RefCell::default();
}

/// Whatever comes over the wire, in whatever pieces: no end panics, what is told of records tiles and is bounded,
/// nothing is told after the end, and nothing is sent or handed on that a person has to decide about first.
///
/// The input is a choice of versions and of a host, the separator, and records. `w` brings the client these bytes and
/// `v` the practice server, `s` and `t` likewise a separator. `f` carries what both have said, `d` carries it with the
/// server's byte of this number changed. `p` and `q` are said by the client and by the server, `g` goes on with the
/// certificate, `e` ends the transport, `c` and `u` are goodbyes.
pub fn tls(input: &[u8]) {
    MODULE.with_borrow_mut(|module| {
        let (choice, rest) = head(input);
        let mut pair = Pair::begin(module, choice);
        for record in records(rest) {
            pair.act(record);
        }
        pair.ask(CLIENT, Ask::WireEnded);
        pair.ask(SERVER, Ask::WireEnded);
        for end in [&pair.client, &pair.server] {
            assert_eq!(end.stage, Stage::Ended, "the transport is over, and so is TLS");
        }
    });
}

struct Pair<'a> {
    module: &'a mut Module,
    client: Told,
    server: Told,
}

/// What one end has told so far.
#[derive(Default)]
struct Told {
    wire: Vec<u8>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// The person is asked about the certificate.
    Asking,
    Decided,
    Begun,
    Ended,
}

impl<'a> Pair<'a> {
    fn begin(module: &'a mut Module, choice: &[u8]) -> Self {
        let versions = [Versions::Both, Versions::Tls12, Versions::Tls13];
        let versions = chosen(choice.first().copied(), &versions).unwrap_or_default();
        let host = chosen(choice.get(1).copied(), &HOSTS).unwrap_or(HOSTS[0]).to_owned();
        let client = Client { host, trusts: Trusts::Practice, identity: None, versions };
        let mut pair = Self { module, client: Told::default(), server: Told::default() };
        for (id, end) in [(CLIENT, End::Client(client)), (SERVER, End::Server(Server::default()))] {
            pair.ask(id, Ask::Forget);
            pair.ask(id, Ask::Open(end));
        }
        pair
    }

    fn act(&mut self, record: Record<'_>) {
        let separator = Bytes::from_static(&[crate::records::SEPARATOR]);
        match record.kind {
            b'w' | b'v' => {
                let id = if record.kind == b'w' { CLIENT } else { SERVER };
                for piece in record.pieces() {
                    self.ask(id, Ask::Wire(Bytes::copy_from_slice(piece)));
                }
            }
            b's' => self.ask(CLIENT, Ask::Wire(separator)),
            b't' => self.ask(SERVER, Ask::Wire(separator)),
            b'f' => self.carry(None),
            b'd' => self.carry(Some(record.number(100_000))),
            b'p' => self.ask(CLIENT, Ask::Plain(record.bytes())),
            b'q' => self.ask(SERVER, Ask::Plain(record.bytes())),
            b'g' => {
                if self.client.stage == Stage::Asking {
                    self.client.stage = Stage::Decided;
                }
                self.ask(CLIENT, Ask::GoOn);
            }
            b'e' => self.ask(CLIENT, Ask::WireEnded),
            b'c' => self.ask(CLIENT, Ask::Close),
            b'u' => self.ask(SERVER, Ask::Close),
            _ => {}
        }
    }

    fn carry(&mut self, changed: Option<usize>) {
        let to_server = std::mem::take(&mut self.client.wire);
        let mut to_client = std::mem::take(&mut self.server.wire);
        if let Some(byte) = changed.and_then(|at| to_client.get_mut(at)) {
            *byte ^= 1;
        }
        self.ask(SERVER, Ask::Wire(to_server.into()));
        self.ask(CLIENT, Ask::Wire(to_client.into()));
    }

    fn ask(&mut self, id: SessionId, what: Ask) {
        for told in self.module.handle([ToModule { id, what }]) {
            let FromModule::Session { id: of, what } = told else {
                panic!("expected what a session tells, found {told:?}")
            };
            assert_eq!(of, id, "whoever is asked answers");
            if id == CLIENT { &mut self.client } else { &mut self.server }.hear(what);
        }
    }
}

impl Told {
    fn hear(&mut self, tell: Tell) {
        assert_ne!(self.stage, Stage::Ended, "nothing follows the end: {tell:?}");
        match tell {
            Tell::Wire(bytes) => {
                assert_ne!(self.stage, Stage::Asking, "nothing is sent before the person decides");
                self.wire.extend_from_slice(&bytes);
            }
            Tell::Plain(bytes) => assert!(self.stage == Stage::Begun && !bytes.is_empty()),
            Tell::Sealed(_) => assert_eq!(self.stage, Stage::Begun),
            Tell::Record(record) => {
                let wire = explained(&record.wire, &record.spans, RECORD);
                assert!(wire > 0);
                match &record.content {
                    Content::Handshake(messages) => {
                        for message in messages {
                            explained(&message.bytes, &message.spans, MESSAGE);
                        }
                    }
                    Content::Data(kept) => assert!(kept.bytes.len() <= RECORD),
                    Content::ChangeCipherSpec | Content::Alert(_) | Content::Hidden => {}
                }
            }
            Tell::Untrusted(facts) => {
                assert!(self.stage == Stage::Open && !facts.problems.is_empty());
                self.stage = Stage::Asking;
            }
            Tell::Begun(_) => {
                assert!(matches!(self.stage, Stage::Open | Stage::Decided), "{:?}", self.stage);
                self.stage = Stage::Begun;
            }
            Tell::Ended(finish) => {
                if let Finish::NotTls { bytes, .. } = finish {
                    assert!((1..=STRANGE).contains(&bytes.len()));
                }
                self.stage = Stage::Ended;
            }
        }
    }
}

/// The spans follow each other without gap or overlap over all that was kept, which is no more than this.
#[track_caller]
fn explained(kept: &Kept, spans: &[Span], limit: usize) -> usize {
    let mut at = 0;
    for span in spans {
        assert!(span.start == at && span.end > at, "{spans:?}");
        at = span.end;
    }
    let length = kept.bytes.len();
    assert!(at as usize == length && length <= limit && length <= kept.whole as usize, "{spans:?}");
    length
}

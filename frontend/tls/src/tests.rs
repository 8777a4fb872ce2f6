//! Both ends of a session, speaking to each other without a wire.

mod ending;
mod strange;
mod trust;
mod values;

use crate::anatomy::{self, Body};
use crate::session::Session;
use certificates::{Kind, Practice};
use proptest::prelude::*;
use rustls::pki_types::UnixTime;
use std::sync::LazyLock;
use std::time::Duration;
use tls_messages::{
    Alert, Client, Content, Facts, Field, Finish, Identity, Looks, MessageKind, Problem, Record,
    Server, Span, Tell, Trusts, Versions,
};

static PRACTICE: LazyLock<Practice> =
    LazyLock::new(|| Practice::new(Duration::from_secs(UnixTime::now().as_secs())).unwrap());

fn client(host: &str) -> Client {
    Client { host: host.to_owned(), trusts: Trusts::Practice, ..Client::default() }
}

/// A client and a server, and what each of them told.
struct Pair {
    client: Session,
    server: Session,
    by_client: Vec<Tell>,
    by_server: Vec<Tell>,
    /// So many bytes are delivered at once.
    piece: usize,
}

impl Pair {
    fn new(client: &Client, versions: Versions) -> Self {
        Self {
            client: Session::client(client, &PRACTICE).unwrap(),
            server: Session::server(&Server { versions }, &PRACTICE).unwrap(),
            by_client: Vec::new(),
            by_server: Vec::new(),
            piece: usize::MAX,
        }
    }

    /// Carries what both say to each other until neither has anything to say.
    fn run(&mut self) {
        loop {
            let to_server = drain(&mut self.client, &mut self.by_client);
            let to_client = drain(&mut self.server, &mut self.by_server);
            if to_server.is_empty() && to_client.is_empty() {
                return;
            }
            for piece in to_server.chunks(self.piece) {
                self.server.wire(piece);
            }
            for piece in to_client.chunks(self.piece) {
                self.client.wire(piece);
            }
        }
    }

    fn begun(tells: &[Tell]) -> Option<&Facts> {
        tells.iter().find_map(|tell| match tell {
            Tell::Begun(facts) => Some(&**facts),
            _ => None,
        })
    }

    fn untrusted(&self) -> Option<&Facts> {
        self.by_client.iter().find_map(|tell| match tell {
            Tell::Untrusted(facts) => Some(&**facts),
            _ => None,
        })
    }
}

/// Takes what a session tells; gives what is for the wire.
fn drain(session: &mut Session, told: &mut Vec<Tell>) -> Vec<u8> {
    let mut wire = Vec::new();
    while let Some(tell) = session.poll() {
        if let Tell::Wire(bytes) = &tell {
            wire.extend_from_slice(bytes);
        }
        told.push(tell);
    }
    wire
}

fn records(tells: &[Tell]) -> impl Iterator<Item = &Record> {
    tells.iter().filter_map(|tell| match tell {
        Tell::Record(record) => Some(&**record),
        _ => None,
    })
}

fn messages(tells: &[Tell]) -> Vec<(bool, MessageKind)> {
    let of = |record: &Record| match &record.content {
        Content::Handshake(messages) => {
            messages.iter().map(|message| (record.sent, message.kind)).collect()
        }
        _ => Vec::new(),
    };
    records(tells).flat_map(of).collect()
}

fn plain(tells: &[Tell]) -> Vec<u8> {
    let bytes = tells.iter().filter_map(|tell| match tell {
        Tell::Plain(bytes) => Some(&bytes[..]),
        _ => None,
    });
    bytes.collect::<Vec<_>>().concat()
}

fn finish(tells: &[Tell]) -> Option<&Finish> {
    tells.iter().find_map(|tell| match tell {
        Tell::Ended(finish) => Some(finish),
        _ => None,
    })
}

fn assert_tiles(spans: &[Span], length: usize) {
    let mut at = 0;
    for span in spans {
        assert_eq!(span.start, at, "{spans:?}");
        assert!(span.end > span.start, "{spans:?}");
        at = span.end;
    }
    assert_eq!(at as usize, length, "{spans:?}");
}

/// Every byte of every record and message is something that is known.
fn assert_all_explained(tells: &[Tell]) {
    for record in records(tells) {
        assert_tiles(&record.spans, record.wire.bytes.len());
        assert!(record.spans.iter().all(|span| span.field != Field::Unparsed), "{record:?}");
        let Content::Handshake(messages) = &record.content else { continue };
        for message in messages {
            assert_tiles(&message.spans, message.bytes.bytes.len());
            let known = message.spans.iter().all(|span| span.field != Field::Unparsed);
            assert!(known, "{message:?}");
        }
    }
}

#[test]
fn tls13_begins_and_every_message_is_shown() {
    use MessageKind as K;
    let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Both);
    pair.run();
    let facts = Pair::begun(&pair.by_client).expect("it begins");
    assert_eq!(facts.version, "TLSv1.3");
    assert_eq!(facts.suite, "TLS_CHACHA20_POLY1305_SHA256");
    assert_eq!(facts.group.as_deref(), Some("x25519"));
    assert_eq!(facts.problems, []);
    assert_eq!(facts.chain.len(), 2);
    assert_eq!(facts.chain[0].names, ["practice.example", "localhost", "127.0.0.1", "::1"]);
    assert_eq!(facts.chain[0].key, "EC P-256");
    assert_eq!(facts.chain[0].signature, "ecdsa-with-SHA256");
    assert!(facts.chain[1].is_authority && !facts.chain[0].is_authority);
    assert_eq!(
        messages(&pair.by_client),
        [
            (true, K::ClientHello),
            (false, K::ServerHello),
            (false, K::EncryptedExtensions),
            (false, K::CertificateRequest),
            (false, K::Certificate),
            (false, K::CertificateVerify),
            (false, K::Finished),
            (true, K::Certificate),
            (true, K::Finished),
        ]
    );
    assert_all_explained(&pair.by_client);
    assert_all_explained(&pair.by_server);
    assert!(records(&pair.by_client).all(|record| record.content != Content::Hidden));
}

#[test]
fn tls12_begins_and_its_last_messages_are_said_to_be_hidden() {
    use MessageKind as K;
    let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Tls12);
    pair.run();
    let facts = Pair::begun(&pair.by_client).expect("it begins");
    assert_eq!(facts.version, "TLSv1.2");
    assert_eq!(facts.suite, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    assert_eq!(
        messages(&pair.by_client),
        [
            (true, K::ClientHello),
            (false, K::ServerHello),
            (false, K::Certificate),
            (false, K::ServerKeyExchange),
            (false, K::CertificateRequest),
            (false, K::ServerHelloDone),
            (true, K::Certificate),
            (true, K::ClientKeyExchange),
        ]
    );
    assert_all_explained(&pair.by_client);
    let hidden = |sent| {
        let of = records(&pair.by_client).filter(move |record| record.sent == sent);
        of.filter(|record| record.content == Content::Hidden).count()
    };
    assert_eq!((hidden(true), hidden(false)), (1, 1), "the two Finished");
}

/// The page shows the chain that the library reports, and beside it the messages that were opened here.
#[test]
fn what_was_opened_is_what_the_library_reports() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        for kind in Kind::ALL {
            let mut pair = Pair::new(&client(kind.host()), versions);
            pair.run();
            pair.client.go_on();
            pair.run();
            let facts = Pair::begun(&pair.by_client).expect("it begins");
            let seen = pair.client.watched_chain().iter();
            let seen: Vec<_> = seen.map(|der| crate::certificate::read(der)).collect();
            assert_eq!(facts.chain, seen);
            assert!(!seen.is_empty());
        }
    }
}

#[test]
fn both_ends_know_the_same_binding_and_no_other_connection_does() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let binding = || {
            let mut pair = Pair::new(&client(Kind::Good.host()), versions);
            pair.run();
            let client = Pair::begun(&pair.by_client).unwrap().binding.clone();
            assert_eq!(client, Pair::begun(&pair.by_server).unwrap().binding);
            assert_eq!(client.as_ref().map(Vec::len), Some(32));
            client
        };
        assert_ne!(binding(), binding());
    }
}

#[test]
fn what_is_said_is_paired_with_the_record_it_travelled_in() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let mut pair = Pair::new(&client(Kind::Good.host()), versions);
        pair.run();
        let (asked, answered) = (b"EHLO client.example\r\n", vec![b'x'; 40_000]);
        pair.client.plain(asked);
        pair.run();
        pair.server.plain(&answered);
        pair.run();
        assert_eq!(plain(&pair.by_server), asked);
        assert_eq!(plain(&pair.by_client), answered);
        let data = |sent| {
            let of = records(&pair.by_client).filter(move |record| record.sent == sent);
            of.filter_map(|record| match &record.content {
                Content::Data(kept) => Some(kept.whole),
                _ => None,
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(data(true), [21]);
        assert_eq!(data(false), [16_384, 16_384, 7_232]);
        let sealed = records(&pair.by_client)
            .find(|record| matches!(&record.content, Content::Data(kept) if kept.bytes == asked));
        let sealed = sealed.expect("it was paired");
        assert!(sealed.sealed);
        assert!(!sealed.wire.bytes.windows(4).any(|window| window == b"EHLO"));
        assert_all_explained(&pair.by_client);
    }
}

#[test]
fn any_pieces_of_the_wire_tell_the_same() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let told = |piece| {
            let mut pair = Pair::new(&client(Kind::Good.host()), versions);
            pair.piece = piece;
            pair.run();
            pair.client.plain(b"QUIT\r\n");
            pair.run();
            pair.server.plain(b"221 Bye\r\n");
            pair.server.close();
            pair.run();
            assert_eq!(finish(&pair.by_client), Some(&Finish::Clean));
            (messages(&pair.by_client), plain(&pair.by_client), plain(&pair.by_server))
        };
        let whole = told(usize::MAX);
        for piece in [1, 2, 7, 100] {
            assert_eq!(told(piece), whole, "{piece} at a time");
        }
    }
}

proptest! {
    #[test]
    fn the_spans_of_any_bytes_tile_them(bytes in proptest::collection::vec(any::<u8>(), 1..400), is_tls13: bool) {
        assert_tiles(&anatomy::message(&bytes, is_tls13).spans, bytes.len());
        for body in [Body::Clear, Body::Sealed { nonce: 0 }, Body::Sealed { nonce: 8 }] {
            assert_tiles(&anatomy::record(&bytes, body), bytes.len());
        }
    }

    /// A ClientHello in which anything has been changed is still taken apart without a gap.
    #[test]
    fn a_changed_hello_is_tiled_too(at in 4_usize..200, to: u8) {
        let mut session = Session::client(&client(Kind::Good.host()), &PRACTICE).unwrap();
        let mut told = Vec::new();
        let mut hello = drain(&mut session, &mut told).split_off(anatomy::HEADER);
        let at = at.min(hello.len() - 1);
        hello[at] = to;
        assert_tiles(&anatomy::message(&hello, true).spans, hello.len());
    }

    /// Whatever happens to the bytes of a server, the client ends and says how, and shows what came.
    #[test]
    fn damage_on_the_way_ends_in_a_reason(at in 0_usize..1500, change in 1_u8.., cut in proptest::option::of(0_usize..1500)) {
        let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Both);
        let hello = drain(&mut pair.client, &mut pair.by_client);
        pair.server.wire(&hello);
        let mut flight = drain(&mut pair.server, &mut pair.by_server);
        let at = at.min(flight.len() - 1);
        flight[at] ^= change;
        flight.truncate(cut.unwrap_or(flight.len()).max(1));
        pair.client.wire(&flight);
        pair.client.wire_ended();
        drain(&mut pair.client, &mut pair.by_client);
        prop_assert!(finish(&pair.by_client).is_some());
        for record in records(&pair.by_client) {
            assert_tiles(&record.spans, record.wire.bytes.len());
        }
    }

    #[test]
    fn no_bytes_of_a_stranger_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), as_server: bool) {
        let mut session = if as_server {
            Session::server(&Server::default(), &PRACTICE).unwrap()
        } else {
            Session::client(&client(Kind::Good.host()), &PRACTICE).unwrap()
        };
        let mut told = Vec::new();
        for kind in [&b"\x16\x03\x01"[..], b"\x14\x03\x03", b"\x17\x03\x03", b""] {
            session.wire(kind);
            session.wire(&bytes);
        }
        session.wire_ended();
        drain(&mut session, &mut told);
        prop_assert!(finish(&told).is_some());
    }
}

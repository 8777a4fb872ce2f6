//! Servers that do what the practice servers never do.

use super::*;
use certificates::Identity as Shown;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ServerConfig, ServerConnection};
use std::io::{Read as _, Write as _};
use std::sync::Arc;

/// A client, and at the other end the library by itself.
pub(super) struct Strange {
    pub(super) client: Session,
    pub(super) by_client: Vec<Tell>,
    pub(super) server: ServerConnection,
    /// What the server was told.
    pub(super) heard: Vec<u8>,
}

impl Strange {
    pub(super) fn new(client: &Client, config: ServerConfig) -> Self {
        Self {
            client: Session::client(client, &PRACTICE).unwrap(),
            by_client: Vec::new(),
            server: ServerConnection::new(Arc::new(config)).unwrap(),
            heard: Vec::new(),
        }
    }

    /// Carries what both say to each other until neither has anything to say.
    pub(super) fn run(&mut self) {
        loop {
            let to_server = drain(&mut self.client, &mut self.by_client);
            let mut rest = &to_server[..];
            while !rest.is_empty() {
                self.server.read_tls(&mut rest).unwrap();
                let state = self.server.process_new_packets().unwrap();
                let mut told = vec![0; state.plaintext_bytes_to_read()];
                self.server.reader().read_exact(&mut told).unwrap();
                self.heard.extend(told);
            }
            let mut to_client = Vec::new();
            while self.server.wants_write() {
                self.server.write_tls(&mut to_client).unwrap();
            }
            self.client.wire(&to_client);
            if to_server.is_empty() && to_client.is_empty() {
                return;
            }
        }
    }

    pub(super) fn say(&mut self, bytes: &[u8]) {
        self.server.writer().write_all(bytes).unwrap();
    }
}

/// A server that shows this, and asks for no certificate.
pub(super) fn config(shown: Shown, versions: Versions, ocsp: &[u8]) -> ServerConfig {
    config_with(ring::default_provider(), shown, versions, ocsp)
}

pub(super) fn config_with(
    provider: CryptoProvider,
    shown: Shown,
    versions: Versions,
    ocsp: &[u8],
) -> ServerConfig {
    let (chain, key) = certificates::as_rustls(shown);
    ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&crate::config::versions(versions))
        .unwrap()
        .with_no_client_auth()
        .with_single_cert_with_ocsp(chain, key, ocsp.to_vec())
        .unwrap()
}

/// What a practice server of this kind shows.
pub(super) fn shown(kind: Kind) -> Shown {
    PRACTICE.authority().server(kind).unwrap()
}

#[test]
fn a_server_that_staples_an_answer_is_explained_to_the_last_byte() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let config = config(shown(Kind::Good), versions, b"an answer");
        let mut strange = Strange::new(&client(Kind::Good.host()), config);
        strange.run();
        assert!(Pair::begun(&strange.by_client).is_some());
        assert_all_explained(&strange.by_client);
        let stapled = records(&strange.by_client).any(|record| {
            let Content::Handshake(messages) = &record.content else { return false };
            let mut spans = messages.iter().flat_map(|message| &message.spans);
            spans.any(|span| span.field == Field::CertificateType && span.says == "ocsp")
        });
        assert!(stapled);
    }
}

/// A server that speaks as soon as it can (RFC 8446 §4.4.4), before it has heard the end of the handshake.
fn hasty(kind: Kind, says: &[u8]) -> Strange {
    let mut config = config(shown(kind), Versions::Tls13, b"");
    config.send_half_rtt_data = true;
    let mut strange = Strange::new(&client(kind.host()), config);
    strange.say(says);
    strange.run();
    strange
}

fn place(tells: &[Tell], of: impl Fn(&Tell) -> bool) -> Option<usize> {
    tells.iter().position(of)
}

#[test]
fn what_a_server_says_early_is_held_until_the_person_has_decided() {
    let greeting = b"220 mx.example ESMTP\r\n";
    let mut trusted = hasty(Kind::Good, greeting);
    assert_eq!(plain(&trusted.by_client), greeting);
    trusted.run();

    let mut strange = hasty(Kind::SelfSigned, greeting);
    let is_asked = |tell: &Tell| matches!(tell, Tell::Untrusted(_));
    assert!(place(&strange.by_client, is_asked).is_some());
    assert_eq!(plain(&strange.by_client), b"", "nobody has decided");
    let shown = records(&strange.by_client).last().unwrap();
    assert!(matches!(&shown.content, Content::Data(kept) if kept.bytes == greeting));
    strange.client.go_on();
    strange.run();
    assert_eq!(plain(&strange.by_client), greeting);
    let begun = place(&strange.by_client, |tell| matches!(tell, Tell::Begun(_)));
    let said = place(&strange.by_client, |tell| matches!(tell, Tell::Plain(_)));
    assert!(begun.unwrap() < said.unwrap());
}

#[test]
fn a_server_that_says_goodbye_while_the_person_is_asked_ends_in_good_order() {
    let mut strange = hasty(Kind::SelfSigned, b"421 busy\r\n");
    strange.server.send_close_notify();
    strange.run();
    assert_eq!(finish(&strange.by_client), None, "the person is still asked");
    strange.client.go_on();
    strange.run();
    assert_eq!(plain(&strange.by_client), b"421 busy\r\n");
    assert_eq!(finish(&strange.by_client), Some(&Finish::Clean));
}

#[test]
fn a_server_that_says_too_much_before_anybody_has_decided_is_given_up() {
    let mut strange = hasty(Kind::SelfSigned, b"");
    for _ in 0..5 {
        strange.say(&[b'x'; 16 * 1024]);
        strange.run();
    }
    let Some(Finish::Failed { why, .. }) = finish(&strange.by_client) else {
        panic!("{:?}", finish(&strange.by_client));
    };
    assert!(why.contains("65536"), "{why}");
    assert_eq!(plain(&strange.by_client), b"");
}

#[test]
fn after_a_change_of_keys_data_is_still_shown_and_the_rest_is_hidden() {
    let config = config(shown(Kind::Good), Versions::Tls13, b"");
    let mut strange = Strange::new(&client(Kind::Good.host()), config);
    strange.run();
    strange.server.refresh_traffic_keys().unwrap();
    strange.say(b"220 mx.example ESMTP\r\n");
    strange.run();
    strange.client.plain(b"QUIT\r\n");
    strange.run();
    assert_eq!(
        (&strange.heard[..], &plain(&strange.by_client)[..]),
        (&b"QUIT\r\n"[..], &b"220 mx.example ESMTP\r\n"[..])
    );
    let updates = messages(&strange.by_client);
    let updates = updates.iter().filter(|(_, kind)| *kind == MessageKind::KeyUpdate);
    // The client answers with its own, under the keys that it had.
    assert_eq!(updates.map(|(sent, _)| *sent).collect::<Vec<_>>(), [false, true]);
    assert!(records(&strange.by_client).all(|record| record.content != Content::Hidden));

    strange.server.refresh_traffic_keys().unwrap();
    strange.server.send_close_notify();
    strange.run();
    let rest: Vec<_> = records(&strange.by_client).map(|it| (it.sent, &it.content)).collect();
    let goodbye = Alert { fatal: false, name: "close_notify".to_owned() };
    let hidden = &Content::Hidden;
    assert_eq!(
        rest[rest.len() - 4..],
        [
            (false, hidden),
            // The library says of this one what it was.
            (false, &Content::Alert(goodbye)),
            (true, hidden),
            (true, hidden),
        ]
    );
    assert_all_explained(&strange.by_client);
    assert_eq!(finish(&strange.by_client), Some(&Finish::Clean));
}

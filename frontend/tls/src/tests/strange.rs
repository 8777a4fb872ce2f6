//! Servers that do what the practice servers never do.

use super::*;
use certificates::Identity as Shown;
use rustls::crypto::ring;
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
    let (chain, key) = certificates::as_rustls(shown);
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
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

//! The practice server inside TLS: behind STARTTLS and from the first byte, with each of its certificates.

use crate::harness::*;
use protocol::tunnel::{BridgeInfo, PracticeInfo};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use std::{io, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

async fn told(bridge: &Bridge) -> PracticeInfo {
    let info: BridgeInfo = serde_json::from_slice(&bridge.http("GET /bridge").await.body).unwrap();
    info.practice.unwrap()
}

/// Speaks TLS as somebody who trusts the authority that the bridge tells of.
async fn handshake(
    practice: &PracticeInfo,
    host: &str,
    versions: &[&'static SupportedProtocolVersion],
    with_identity: bool,
    stream: TcpStream,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = practice.authority.as_ref().unwrap();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions);
    let config = config.unwrap().with_root_certificates(roots);
    let config = if with_identity {
        let pem = practice.identity.as_ref().unwrap().as_bytes();
        let chain = CertificateDer::pem_slice_iter(pem).map(Result::unwrap).collect();
        config.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(pem).unwrap()).unwrap()
    } else {
        config.with_no_client_auth()
    };
    let name = ServerName::try_from(host.to_owned()).unwrap();
    within(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}

/// Says a line, if there is one, and hears a whole reply.
async fn say(stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>, line: &str) -> String {
    if !line.is_empty() {
        stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut reply = String::new();
    loop {
        let begun = reply.len();
        let read = within(stream.read_line(&mut reply)).await.unwrap();
        if read == 0 || reply.as_bytes()[begun..].get(3) != Some(&b'-') {
            return reply;
        }
    }
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12, &rustls::version::TLS13];

#[tokio::test]
async fn starttls_begins_tls_and_all_is_said_anew_inside() {
    for version in BOTH {
        let bridge = Bridge::start(with_rules(&[])).await;
        let practice = told(&bridge).await;
        let mut plain = BufReader::new(TcpStream::connect(bridge.practice.unwrap()).await.unwrap());
        assert!(say(&mut plain, "").await.starts_with("220 "));
        assert!(say(&mut plain, "EHLO client.example").await.contains("STARTTLS"));
        assert!(say(&mut plain, "STARTTLS").await.starts_with("220 "));
        let stream = plain.into_inner();
        let stream = handshake(&practice, "practice.example", &[version], false, stream).await;
        let mut sealed = BufReader::new(stream.unwrap());
        let said = say(&mut sealed, "EHLO client.example").await;
        assert!(!said.contains("STARTTLS"), "{said}");
        assert!(said.contains("SCRAM-SHA-256-PLUS") && !said.contains("EXTERNAL"), "{said}");
        assert!(say(&mut sealed, "QUIT").await.starts_with("221 "));
        let mut rest = String::new();
        let end = within(sealed.read_line(&mut rest)).await;
        assert_eq!(end.unwrap(), 0, "it ends with TLS's goodbye, or this would be an error");
        bridge.stop().await;
    }
}

#[tokio::test]
async fn a_certificate_logs_in_behind_the_port_that_begins_with_tls() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let practice = told(&bridge).await;
    let stream = TcpStream::connect(bridge.practice_tls.unwrap()).await.unwrap();
    let stream = handshake(&practice, "localhost", BOTH, true, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let mut sealed = BufReader::new(stream);
    assert!(say(&mut sealed, "").await.starts_with("220 "));
    assert!(say(&mut sealed, "EHLO client.example").await.contains("EXTERNAL"));
    assert!(say(&mut sealed, "AUTH EXTERNAL =").await.starts_with("235 "));
    bridge.stop().await;
}

#[tokio::test]
async fn each_bad_certificate_is_shown_to_whom_asks_for_it_by_name() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let practice = told(&bridge).await;
    for (host, why) in [
        ("expired.practice.example", "expired"),
        ("not-yet.practice.example", "not valid yet"),
        ("other-name.practice.example", "not valid for name"),
        ("self-signed.practice.example", "UnknownIssuer"),
        ("unknown.practice.example", "UnknownIssuer"),
        ("incomplete.practice.example", "UnknownIssuer"),
    ] {
        let stream = TcpStream::connect(bridge.practice_tls.unwrap()).await.unwrap();
        let refused = handshake(&practice, host, BOTH, false, stream).await;
        let error = refused.map(drop).unwrap_err().to_string();
        assert!(error.contains(why), "{host}: {error}");
    }
    bridge.stop().await;
}

#[tokio::test]
async fn what_is_no_handshake_ends_the_session_and_harms_nobody() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let mut stream =
        BufReader::new(TcpStream::connect(bridge.practice_tls.unwrap()).await.unwrap());
    // A client that speaks plain SMTP hears an alert, which is no reply.
    stream.write_all(b"EHLO client.example\r\n").await.unwrap();
    let mut heard = Vec::new();
    within(stream.read_until(b'\n', &mut heard)).await.unwrap();
    assert_eq!(heard.first(), Some(&21), "{heard:?}");
    let practice = told(&bridge).await;
    let stream = TcpStream::connect(bridge.practice_tls.unwrap()).await.unwrap();
    assert!(handshake(&practice, "practice.example", BOTH, false, stream).await.is_ok());
    bridge.stop().await;
}

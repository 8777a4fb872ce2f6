//! What stands in the messages, value by value.

use super::strange::{Strange, config_with, shown};
use super::*;
use tls_messages::Message;

/// A message's fields with their bytes, and what they say; those of the lengths are left out.
fn fields(bytes: &[u8], spans: &[Span]) -> Vec<(Field, String, Vec<u8>)> {
    let lengths = [Field::Length, Field::MessageLength];
    let told = spans.iter().filter(|span| !lengths.contains(&span.field));
    told.map(|span| {
        let bytes = &bytes[span.start as usize..span.end as usize];
        (span.field, span.says.clone(), bytes.to_vec())
    })
    .collect()
}

/// What the fields of one kind say, in their order.
fn says(message: &Message, field: Field) -> Vec<&str> {
    let of = message.spans.iter().filter(|span| span.field == field);
    of.map(|span| &span.says[..]).collect()
}

/// The same of one extension alone: the library sends them in any order.
fn inside<'a>(message: &'a Message, extension: &str, field: Field) -> Vec<&'a str> {
    let mut spans = message.spans.iter();
    spans.by_ref().find(|span| span.field == Field::ExtensionType && span.says == extension);
    let of = spans.take_while(|span| span.field != Field::ExtensionType);
    of.filter(|span| span.field == field).map(|span| &span.says[..]).collect()
}

/// A made-up message: its kind, its length, and this.
fn made(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

#[test]
fn a_stapled_answer_of_the_authority_is_taken_apart() {
    let message = made(22, b"\x01\x00\x00\x05reply");
    let parts = anatomy::message(&message, false);
    assert_eq!(parts.kind, MessageKind::CertificateStatus);
    assert_tiles(&parts.spans, message.len());
    assert_eq!(
        fields(&message, &parts.spans),
        [
            (Field::MessageType, "certificate_status".to_owned(), vec![22]),
            (Field::CertificateType, "ocsp".to_owned(), vec![1]),
            (Field::ExtensionData, String::new(), b"reply".to_vec()),
        ]
    );
    let short = made(22, b"\x01\x00\x00\x09reply");
    let spans = anatomy::message(&short, false).spans;
    assert_tiles(&spans, short.len());
    assert_eq!(spans.last().map(|span| span.field), Some(Field::Unparsed));
}

/// The only message of this kind that a session told of.
fn only(tells: &[Tell], kind: MessageKind) -> Message {
    let of = records(tells).filter_map(|record| match &record.content {
        Content::Handshake(messages) => Some(messages),
        _ => None,
    });
    let mut found = of.flatten().filter(|message| message.kind == kind);
    let message = found.next().expect("there is one").clone();
    assert!(found.next().is_none(), "there is one");
    message
}

#[test]
fn a_client_hello_says_which_host_is_wanted_and_what_can_be_chosen_from() {
    let suites13 =
        ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"];
    let suites12 = [
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    ];
    let groups = ["x25519", "secp256r1", "secp384r1"];
    let both = [&suites13[..], &suites12[..]].concat();
    for (versions, offered, suites) in [
        (Versions::Both, &["TLSv1.3", "TLSv1.2"][..], &both[..]),
        // The library offers all its suites whatever the version, but for the one of old renegotiation.
        (Versions::Tls13, &["TLSv1.3"], &both[..both.len() - 1]),
        (Versions::Tls12, &["TLSv1.2"], &both),
    ] {
        let asked = Client { versions, ..client("mx.example.com") };
        let mut session = Session::client(&asked, &PRACTICE).unwrap();
        let mut told = Vec::new();
        drain(&mut session, &mut told);
        let hello = only(&told, MessageKind::ClientHello);
        assert_eq!(says(&hello, Field::MessageType), ["client_hello"]);
        assert_eq!(says(&hello, Field::LegacyVersion), ["TLSv1.2"]);
        assert_eq!(says(&hello, Field::NameType), ["host_name"]);
        assert_eq!(says(&hello, Field::ServerName), ["mx.example.com"]);
        assert_eq!(says(&hello, Field::SupportedVersion), offered);
        assert_eq!(says(&hello, Field::CipherSuite), suites);
        assert_eq!(says(&hello, Field::Compression), ["null"]);
        assert!(!hello.opened, "everybody can read it");
        let shares = if versions == Versions::Tls12 { &[][..] } else { &["x25519"] };
        assert_eq!(inside(&hello, "supported_groups", Field::Group), groups);
        assert_eq!(inside(&hello, "key_share", Field::Group), shares);
        assert_eq!(says(&hello, Field::KeyShare).len(), shares.len());
        let scheme = says(&hello, Field::SignatureScheme);
        assert!(scheme.contains(&"ecdsa_secp256r1_sha256"), "{scheme:?}");
    }
}

#[test]
fn an_address_is_not_told_as_a_server_name() {
    let mut session = Session::client(&client("192.0.2.1"), &PRACTICE).unwrap();
    let mut told = Vec::new();
    drain(&mut session, &mut told);
    // RFC 6066 §3 has no addresses in it.
    assert_eq!(says(&only(&told, MessageKind::ClientHello), Field::ServerName).len(), 0);
}

#[test]
fn a_server_hello_of_tls13_says_what_was_chosen() {
    let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Tls13);
    pair.run();
    let hello = only(&pair.by_client, MessageKind::ServerHello);
    assert_eq!(says(&hello, Field::LegacyVersion), ["TLSv1.2"]);
    assert_eq!(says(&hello, Field::SupportedVersion), ["TLSv1.3"]);
    assert_eq!(says(&hello, Field::CipherSuite), ["TLS_CHACHA20_POLY1305_SHA256"]);
    assert_eq!(says(&hello, Field::Group), ["x25519"]);
    let share = hello.spans.iter().find(|span| span.field == Field::KeyShare).unwrap();
    assert_eq!(share.end - share.start, 32, "a half of X25519 (RFC 7748 §5)");
    let facts = Pair::begun(&pair.by_client).unwrap();
    assert_eq!(says(&hello, Field::CipherSuite), [&facts.suite[..]], "as the library says");
    assert_eq!(says(&hello, Field::SupportedVersion), [&facts.version[..]]);
    assert_eq!(says(&hello, Field::Group), [facts.group.as_deref().unwrap()]);
}

#[test]
fn a_server_hello_of_tls12_says_what_was_chosen_and_its_key_share_comes_by_itself() {
    let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Tls12);
    pair.run();
    let hello = only(&pair.by_client, MessageKind::ServerHello);
    assert_eq!(says(&hello, Field::LegacyVersion), ["TLSv1.2"]);
    assert_eq!(says(&hello, Field::SupportedVersion).len(), 0);
    let facts = Pair::begun(&pair.by_client).unwrap();
    assert_eq!(facts.suite, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    assert_eq!(says(&hello, Field::CipherSuite), [&facts.suite[..]]);
    let extensions = says(&hello, Field::ExtensionType);
    assert!(extensions.contains(&"extended_master_secret"), "{extensions:?}");
    let exchange = only(&pair.by_client, MessageKind::ServerKeyExchange);
    assert_eq!(says(&exchange, Field::CurveType), ["named_curve"]);
    assert_eq!(says(&exchange, Field::Group), [facts.group.as_deref().unwrap()]);
    assert_eq!(says(&exchange, Field::SignatureScheme), ["ecdsa_secp256r1_sha256"]);
}

#[test]
fn a_server_that_wants_another_group_is_followed() {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.kx_groups.retain(|group| group.name() == rustls::NamedGroup::secp384r1);
    let config = config_with(provider, shown(Kind::Good), Versions::Tls13, b"");
    let mut strange = Strange::new(&client(Kind::Good.host()), config);
    strange.run();
    let retry = only(&strange.by_client, MessageKind::HelloRetryRequest);
    assert_eq!(says(&retry, Field::Group), ["secp384r1"]);
    assert_eq!(says(&retry, Field::SupportedVersion), ["TLSv1.3"]);
    assert_eq!(says(&retry, Field::KeyShare).len(), 0, "it only names the group");
    let hellos = messages(&strange.by_client);
    let hellos = hellos.iter().filter(|(_, kind)| *kind == MessageKind::ClientHello);
    assert_eq!(hellos.count(), 2);
    assert_eq!(
        says(&only(&strange.by_client, MessageKind::ServerHello), Field::Group),
        ["secp384r1"]
    );
    let facts = Pair::begun(&strange.by_client).expect("it begins");
    assert_eq!(facts.group.as_deref(), Some("secp384r1"));
    assert_all_explained(&strange.by_client);
    assert!(records(&strange.by_client).all(|record| record.content != Content::Hidden));
}

#[test]
fn protocols_to_be_spoken_inside_are_taken_apart() {
    // EncryptedExtensions with one extension, ALPN (RFC 7301 §3.1), and two names in it.
    let message = made(8, b"\x00\x0d\x00\x10\x00\x09\x00\x07\x04smtp\x01x");
    let spans = anatomy::message(&message, true).spans;
    assert_tiles(&spans, message.len());
    assert_eq!(
        fields(&message, &spans)[1..],
        [
            (
                Field::ExtensionType,
                "application_layer_protocol_negotiation".to_owned(),
                vec![0, 16]
            ),
            (Field::Protocol, "smtp".to_owned(), b"smtp".to_vec()),
            (Field::Protocol, "x".to_owned(), b"x".to_vec()),
        ]
    );
}

//! How sessions end, and what is said of it.

use super::*;

#[test]
fn a_clean_end_and_an_end_that_was_cut_off_differ() {
    let begun = || {
        let mut pair = Pair::new(&client(Kind::Good.host()), Versions::Both);
        pair.run();
        pair
    };
    let mut clean = begun();
    clean.server.close();
    clean.run();
    clean.client.wire_ended();
    clean.run();
    assert_eq!(finish(&clean.by_client), Some(&Finish::Clean));

    let mut cut = begun();
    cut.client.wire_ended();
    cut.run();
    let expected = Finish::Cut { in_handshake: false, in_record: false };
    assert_eq!(finish(&cut.by_client), Some(&expected));

    let mut in_record = begun();
    in_record.client.wire(b"\x17\x03\x03\x00\x50half of it");
    in_record.client.wire_ended();
    in_record.run();
    let expected = Finish::Cut { in_handshake: false, in_record: true };
    assert_eq!(finish(&in_record.by_client), Some(&expected));

    let mut early = Session::client(&client(Kind::Good.host()), &PRACTICE).unwrap();
    early.wire_ended();
    let mut told = Vec::new();
    drain(&mut early, &mut told);
    let expected = Finish::Cut { in_handshake: true, in_record: false };
    assert_eq!(finish(&told), Some(&expected));
}

#[test]
fn what_is_not_tls_is_called_by_its_name() {
    let alert = |fatal, name: &str| Finish::Alert(Alert { fatal, name: name.to_owned() });
    let not_tls = |looks, bytes: &[u8]| Finish::NotTls { looks, bytes: bytes.to_vec() };
    let cases: [(&[u8], Finish); 6] = [
        (b"220 mx.example.com\r\n", not_tls(Looks::Smtp, b"220 mx.example.com\r\n")),
        (b"5", not_tls(Looks::Smtp, b"5")),
        (b"HTTP/1.1 400\r\n", not_tls(Looks::Text, b"HTTP/1.1 400\r\n")),
        (b"\x00\x01\x02\x03", not_tls(Looks::Unknown, b"\x00\x01\x02\x03")),
        (b"\x16\x03\x03\xff\xff", not_tls(Looks::Unknown, b"\x16\x03\x03\xff\xff")),
        (b"\x15\x03\x03\x00\x02\x02\x28", alert(true, "handshake_failure")),
    ];
    for (bytes, expected) in cases {
        let mut session = Session::client(&client(Kind::Good.host()), &PRACTICE).unwrap();
        session.wire(bytes);
        let mut told = Vec::new();
        drain(&mut session, &mut told);
        assert_eq!(finish(&told), Some(&expected), "{bytes:?}");
    }
}

#[test]
fn versions_that_do_not_meet_end_with_an_alert_on_both_sides() {
    let old = Client { versions: Versions::Tls12, ..client(Kind::Good.host()) };
    let mut pair = Pair::new(&old, Versions::Tls13);
    pair.run();
    let Some(Finish::Alert(alert)) = finish(&pair.by_client) else {
        panic!("{:?}", finish(&pair.by_client));
    };
    assert_eq!((alert.fatal, &alert.name[..]), (true, "protocol_version"));
    assert!(matches!(finish(&pair.by_server), Some(Finish::Failed { alert: Some(_), .. })));
}

/// Both ends, begun, and what the client says then changed on its way: the server cannot open it.
fn damaged(versions: Versions) -> Pair {
    let mut pair = Pair::new(&client(Kind::Good.host()), versions);
    pair.run();
    pair.client.plain(b"EHLO client.example\r\n");
    let mut wire = drain(&mut pair.client, &mut pair.by_client);
    *wire.last_mut().unwrap() ^= 1;
    pair.server.wire(&wire);
    pair.run();
    pair
}

#[test]
fn a_sealed_alert_is_called_by_its_name_in_every_version() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let pair = damaged(versions);
        let expected = Alert { fatal: true, name: "bad_record_mac".to_owned() };
        assert_eq!(finish(&pair.by_client), Some(&Finish::Alert(expected.clone())));
        let last = records(&pair.by_client).last().unwrap();
        assert!(!last.sent && last.sealed);
        assert_eq!(last.content, Content::Alert(expected));
        assert_all_explained(&pair.by_client);
    }
}

#[test]
fn the_servers_sealed_goodbye_is_called_by_its_name_in_every_version() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let mut pair = Pair::new(&client(Kind::Good.host()), versions);
        pair.run();
        pair.server.close();
        pair.run();
        let received = records(&pair.by_client).filter(|record| !record.sent).last().unwrap();
        let goodbye = Alert { fatal: false, name: "close_notify".to_owned() };
        assert_eq!(received.content, Content::Alert(goodbye));
    }
}

#[test]
fn whoever_goes_on_with_a_certificate_after_the_end_sends_nothing() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let mut pair = Pair::new(&client(Kind::SelfSigned.host()), versions);
        pair.run();
        pair.client.wire_ended();
        pair.run();
        assert!(pair.untrusted().is_some() && finish(&pair.by_client).is_some());
        let told = pair.by_client.len();
        pair.client.go_on();
        pair.run();
        assert_eq!(pair.by_client.len(), told);
    }
}

//! The classic lab, in one go and in pieces.

use crate::{Host, NOW};
use protocol::lesson::Lesson;
use protocol::server::{Config, State};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The lab's own server, which offers less than servers of today.
fn config() -> Config {
    Lesson::classic_lab().server
}

/// The classic lab: what the client sends, and what it gets.
const CLASSIC_LAB: &[(&str, &str)] = &[
    ("", "220 practice.example ESMTP ready\r\n"),
    (
        "EHLO client.example\r\n",
        "250-practice.example greets client.example\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n\
         250-8BITMIME\r\n250-AUTH LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER\r\n250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n",
    ),
    ("AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n"),
    ("c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n", "334 UGFzc3dvcmQ6\r\n"),
    ("cHJhY3RpY2U=\r\n", "235 2.7.0 Authentication successful\r\n"),
    ("MAIL FROM:<student@student.example>\r\n", "250 2.1.0 Sender ok\r\n"),
    ("RCPT TO:<teacher@practice.example>\r\n", "250 2.1.5 Recipient ok\r\n"),
    ("DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n"),
    (
        "From: student@student.example\r\nTo: teacher@practice.example\r\nSubject: My first mail\r\n\
         \r\nHello!\r\n..a line that begins with a dot\r\n",
        "",
    ),
    (".\r\n", "250 2.0.0 Ok: queued as practice-1\r\n"),
    ("QUIT\r\n", "221 2.0.0 practice.example closing connection\r\n"),
];

fn whole_lab() -> (String, String) {
    CLASSIC_LAB.iter().fold((String::new(), String::new()), |(sent, got), (wire, reply)| {
        (sent + wire, got + reply)
    })
}

#[test]
fn the_classic_lab_runs_and_the_message_is_kept() {
    let mut host = Host::new(config());
    for (wire, reply) in CLASSIC_LAB {
        assert!(!host.server.is_closed());
        assert_eq!(host.say(wire), *reply);
    }
    assert!(host.server.is_closed());
    let message = host.store.get(1).unwrap();
    assert_eq!(
        String::from_utf8(message.raw()).unwrap(),
        "Return-Path: <student@student.example>\r\n\
         Received: from client.example ([192.0.2.1])\r\n\
         \tby practice.example with ESMTPA id practice-1\r\n\
         \tfor <teacher@practice.example>;\r\n\
         \tSun, 9 Sep 2001 01:46:40 +0000\r\n\
         From: student@student.example\r\nTo: teacher@practice.example\r\nSubject: My first mail\r\n\
         \r\nHello!\r\n.a line that begins with a dot\r\n"
    );
    assert_eq!(message.received, NOW);
    assert_eq!(message.envelope.user.as_deref(), Some("student@student.example"));
}

#[test]
fn a_whole_session_may_come_in_one_segment() {
    let (sent, got) = whole_lab();
    let mut host = Host::new(config());
    assert_eq!(host.say(sent), got);
    assert_eq!(host.store.len(), 1);
}

#[test]
fn a_session_may_come_byte_by_byte() {
    let (sent, got) = whole_lab();
    let mut host = Host::new(config());
    let said: String = sent.bytes().map(|byte| host.say([byte])).collect();
    assert_eq!(said, got);
    assert_eq!(host.store.len(), 1);
}

#[test]
fn the_state_is_there_to_be_drawn() {
    let mut host = Host::new(config());
    let states: Vec<_> = CLASSIC_LAB
        .iter()
        .map(|(wire, _)| {
            host.say(wire);
            host.server.state()
        })
        .collect();
    assert_eq!(
        states,
        [
            State::Greeted,
            State::Ready,
            State::Authenticating,
            State::Authenticating,
            State::Ready,
            State::Sender,
            State::Recipients,
            State::Data,
            State::Data,
            State::Ready,
            State::Closed
        ]
    );
}

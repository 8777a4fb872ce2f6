//! From DATA to the final dot.

use crate::Host;
use protocol::server::{Config, State, Store, StoreLimits};
use protocol::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Ready for mail data.
fn in_data(config: Config) -> Host {
    let mut host = Host::after_ehlo(config);
    host.say("MAIL FROM:<a@example.com>\r\nRCPT TO:<teacher@practice.example>\r\n");
    host.expect("DATA\r\n", "354");
    host
}

#[test]
fn spam_is_refused_and_the_same_message_without_it_is_not() {
    let mut host = in_data(Config::default());
    host.expect("Subject: Win a FREE prize\r\n\r\n.\r\n", "554 5.7.1 Message refused: its content");
    assert!(host.store.is_empty());
    assert_eq!(host.server.state(), State::Ready);
    host.say("MAIL FROM:<a@example.com>\r\nRCPT TO:<teacher@practice.example>\r\nDATA\r\n");
    host.expect("Subject: Lunch\r\n\r\n.\r\n", "250 2.0.0");
}

#[test]
fn a_message_over_the_size_is_refused_behind_its_dot() {
    let config = || Config { size: 100, ..Config::default() };
    let body = |length: usize| format!("{}\r\n.\r\n", "x".repeat(length - 2));
    in_data(config()).expect(body(100), "250");
    let mut host = in_data(config());
    assert_eq!(host.say("x".repeat(5_000_000)), "");
    host.expect("\r\n.\r\n", "552 5.3.4 The message is over the limit of 100 bytes\r\n");
    host.expect("NOOP\r\n", "250");
    assert!(host.store.is_empty());
}

#[test]
fn a_line_of_mail_data_over_its_limit_is_refused() {
    let line = "x".repeat(limits::TEXT_LINE - 2);
    in_data(Config::default()).expect(format!("{line}\r\n.\r\n"), "250");
    let long = format!("short\r\n{line}x\r\n.\r\n");
    in_data(Config::default()).expect(long, "554 5.6.0 Line 2 of the message");
}

#[test]
fn only_a_dot_between_two_crlf_ends_the_data() {
    let mut host = in_data(Config::default());
    let smuggled = "MAIL FROM:<b@example.com>\r\n";
    for end in ["a\n.\n", "a\n.\r\n", "a\r\n.\n", "a\r.\r", "a\r\n.\r"] {
        assert_eq!(host.say(format!("{end}{smuggled}")), "", "{end:?}");
    }
    host.expect("\r\n.\r\n", "250 2.0.0 Ok: queued as practice-1\r\n");
    assert_eq!(host.store.len(), 1);
}

#[test]
fn data_arrives_as_it_was_sent() {
    let mut host = in_data(Config::default());
    host.expect(b"\xff\x00\x80\tbare\nline\r\n..\r\n...x\r\n.\r\n", "250");
    assert_eq!(host.store.get(1).unwrap().data, b"\xff\x00\x80\tbare\nline\r\n.\r\n..x\r\n"[..]);
}

#[test]
fn a_message_cut_off_before_its_dot_is_not_kept() {
    let mut host = in_data(Config::default());
    host.say("Subject: half\r\n\r\nof it\r\n");
    assert!(host.store.is_empty());
    host.server.shut_down();
    assert_eq!(host.heard(), "421 4.3.2 practice.example is shutting down, closing connection\r\n");
    host.say("\r\n.\r\n");
    assert!(host.store.is_empty());
}

#[test]
fn a_full_store_refuses_mail_and_keeps_what_it_has() {
    let mut host = in_data(Config::default());
    host.store = Store::new(StoreLimits { messages: 1, bytes: 1000 });
    host.expect(format!("{}\r\n.\r\n", "x".repeat(990)), "452 4.3.1");
    host.expect("MAIL FROM:<a@example.com> SIZE=1001\r\n", "452 4.3.1");
    host.say("MAIL FROM:<a@example.com>\r\nRCPT TO:<teacher@practice.example>\r\nDATA\r\n");
    host.expect("kept\r\n.\r\n", "250 2.0.0 Ok: queued as practice-1");
    host.expect("MAIL FROM:<a@example.com>\r\n", "452 4.3.1 The practice mailbox is full");
    assert_eq!(host.store.get(1).unwrap().data, "kept\r\n");
    host.store.clear();
    host.expect("MAIL FROM:<a@example.com>\r\n", "250");
}

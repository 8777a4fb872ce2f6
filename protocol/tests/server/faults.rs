//! What goes wrong on purpose, byte for byte.

use crate::{Host, NOW};
use protocol::server::{Config, Server, StartTls, State, Tls};
use protocol::smtp::limits;
use std::sync::Arc;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The classic server with these rules.
pub(crate) fn with(faults: &str) -> Config {
    let faults = serde_json::from_str(faults).expect("the rules are well formed");
    Config { faults, ..Config::default() }
}

/// A recipient is next.
fn before_rcpt(config: Config) -> Host {
    let mut host = Host::after_ehlo(config);
    host.expect("MAIL FROM:<a@example.com>\r\n", "250");
    host
}

/// The next connection of the same client, or of another.
fn connect_again(host: &mut Host, config: Config, peer: &str) {
    host.server = Server::new(Arc::new(config), NOW, peer, &mut host.store);
}

/// All that is ready, whatever its charset.
fn ready(host: &mut Host) -> Vec<u8> {
    std::iter::from_fn(|| host.server.poll_transmit()).collect::<Vec<_>>().concat()
}

const RCPT: &str = "RCPT TO:<teacher@practice.example>\r\n";

#[test]
fn each_step_takes_a_chosen_reply() {
    let before_message = "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n\
        RCPT TO:<teacher@practice.example>\r\n";
    for (at, before, line) in [
        ("ehlo", "", "EHLO client.example\r\n"),
        ("helo", "", "HELO client.example\r\n"),
        ("starttls", "EHLO client.example\r\n", "STARTTLS\r\n"),
        ("auth", "EHLO client.example\r\n", "AUTH LOGIN\r\n"),
        ("auth_response", "EHLO client.example\r\nAUTH LOGIN\r\n", "YQ==\r\n"),
        ("mail", "EHLO client.example\r\n", "MAIL FROM:<a@example.com>\r\n"),
        ("rcpt", "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n", RCPT),
        ("data", before_message, "DATA\r\n"),
        ("message", &format!("{before_message}DATA\r\n"), "\r\n.\r\n"),
        ("rset", "", "RSET\r\n"),
        ("vrfy", "", "VRFY teacher\r\n"),
        ("expn", "", "EXPN staff\r\n"),
        ("help", "", "HELP\r\n"),
        ("noop", "", "NOOP\r\n"),
        ("quit", "", "QUIT\r\n"),
    ] {
        let mut host =
            Host::new(with(&format!(r#"[{{"at": "{at}", "reply": "451 4.3.0 Later"}}]"#)));
        host.say(before);
        assert_eq!(host.say(line), "451 4.3.0 Later\r\n", "{at}");
        assert!(!host.server.is_closed() && host.store.is_empty(), "{at}");
    }
}

#[test]
fn a_refused_command_is_not_carried_out() {
    let mut host = before_rcpt(with(
        r#"[{"at": "rcpt", "reply": "550 5.7.1 No"}, {"at": "message", "reply": "554 5.6.0 No"}]"#,
    ));
    host.expect(RCPT, "550 5.7.1 No\r\n");
    host.expect("DATA\r\n", "554 5.5.1 No valid recipients");
    let mut host = before_rcpt(with(r#"[{"at": "message", "reply": "554 5.6.0 No"}]"#));
    host.say(format!("{RCPT}DATA\r\n"));
    host.expect("\r\n.\r\n", "554 5.6.0 No\r\n");
    assert!(host.store.is_empty() && host.server.state() == State::Ready);
}

#[test]
fn a_kind_reply_changes_the_words_and_not_the_outcome() {
    let mut host = before_rcpt(with(
        r#"[{"at": "rcpt", "reply": "251 2.1.5 Will forward"}, {"at": "ehlo", "when": {"nth": 2},
            "reply": {"code": 250, "text": ["mx.example", "SIZE 7", "X-MAGIC"]}}]"#,
    ));
    host.expect("RCPT TO:<nobody@practice.example>\r\n", "251 2.1.5 Will forward\r\n");
    assert_eq!(host.server.state(), State::Sender, "there is no such mailbox all the same");
    host.expect(RCPT, "251 2.1.5 Will forward\r\n");
    assert_eq!(host.server.state(), State::Recipients);
    host.expect("EHLO client.example\r\n", "250-mx.example\r\n250-SIZE 7\r\n250 X-MAGIC\r\n");
    assert_eq!(host.server.state(), State::Ready);
}

#[test]
fn a_code_out_of_place_moves_along_the_table_like_any_other() {
    for (rule, line, state) in [
        (r#"{"at": "data", "reply": "250 Done already"}"#, "DATA\r\n", State::Recipients),
        (r#"{"at": "rcpt", "reply": "354 Go on"}"#, "NOOP\r\n", State::Sender),
        (r#"{"at": "noop", "reply": "421 Bye"}"#, "NOOP\r\n", State::Closed),
        (r#"{"at": "quit", "reply": "250 Ok"}"#, "QUIT\r\n", State::Closed),
        (r#"{"at": "quit", "reply": "500 Stay"}"#, "QUIT\r\n", State::Recipients),
    ] {
        let mut host = before_rcpt(with(&format!("[{rule}]")));
        host.say(RCPT);
        host.say(line);
        assert_eq!(host.server.state(), state, "{rule}");
    }
}

#[test]
fn behind_helo_a_chosen_reply_has_no_enhanced_code() {
    let mut host = Host::new(with(r#"[{"at": "noop", "reply": "250 2.0.0 Fine"}]"#));
    host.say("HELO client.example\r\n");
    assert_eq!(host.say("NOOP\r\n"), "250 Fine\r\n");
}

#[test]
fn a_greeting_can_refuse_and_then_waits_for_quit() {
    let mut host = Host::new(with(r#"[{"at": "greeting", "reply": "554 5.7.1 Not you"}]"#));
    assert_eq!(host.heard(), "554 5.7.1 Not you\r\n");
    assert_eq!(host.server.state(), State::Refusing);
    host.expect(
        "EHLO client.example\r\n",
        "503 5.5.1 Bad sequence of commands: no mail is taken here",
    );
    host.expect("NOOP\r\n", "503");
    host.expect("QUIT\r\n", "221");
    assert!(host.server.is_closed());
}

#[test]
fn connections_are_counted_by_client_address() {
    let config =
        || with(r#"[{"at": "greeting", "when": {"from": 3}, "reply": "421 4.7.0 Too many"}]"#);
    let mut host = Host::new(config());
    for (peer, reply) in [
        ("192.0.2.1", "220"),
        ("192.0.2.2", "220"),
        ("192.0.2.1", "421 4.7.0 Too many\r\n"),
        ("192.0.2.2", "220"),
    ] {
        connect_again(&mut host, config(), peer);
        assert!(host.heard().starts_with(reply), "{peer}");
        assert_eq!(host.server.is_closed(), reply.starts_with("421"));
    }
}

#[test]
fn greylisting_is_by_client_sender_and_recipient_and_outlives_connections() {
    let config =
        || with(r#"[{"at": "rcpt", "when": {"first": 1}, "reply": "450 4.7.1 Greylisted"}]"#);
    let mut host = before_rcpt(config());
    host.expect(RCPT, "450 4.7.1 Greylisted");
    host.expect("RCPT TO:<student@student.example>\r\n", "450");
    host.expect("RCPT TO:<TEACHER@practice.example>\r\n", "250");
    host.say("RSET\r\nMAIL FROM:<b@example.com>\r\n");
    host.expect(RCPT, "450");
    connect_again(&mut host, config(), "192.0.2.2");
    host.say("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n");
    host.expect(RCPT, "450");
    connect_again(&mut host, config(), "192.0.2.1");
    host.say("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n");
    host.expect(RCPT, "250");
    host.expect("RCPT TO:<student@student.example>\r\n", "250");
    host.store.forget_attempts();
    host.expect(RCPT, "450");
}

#[test]
fn a_rate_is_counted_for_the_client_the_connection_or_the_message() {
    for (per, again, anew) in
        [("client", "452", "452"), ("connection", "452", "250"), ("message", "250", "250")]
    {
        let rule = format!(
            r#"[{{"at": "rcpt", "per": "{per}", "when": {{"from": 2}}, "reply": "452 4.5.3 Many"}}]"#
        );
        let mut host = before_rcpt(with(&rule));
        host.expect(RCPT, "250");
        host.expect("RCPT TO:<student@student.example>\r\n", "452");
        host.say("RSET\r\nMAIL FROM:<b@example.com>\r\n");
        host.expect(RCPT, again);
        connect_again(&mut host, with(&rule), "192.0.2.1");
        host.say("EHLO client.example\r\nMAIL FROM:<b@example.com>\r\n");
        host.expect(RCPT, anew);
    }
}

#[test]
fn a_mailbox_has_a_quota() {
    for holds in [r#"{"messages": 1}"#, r#"{"bytes": 100}"#] {
        let mut host = before_rcpt(with(&format!(
            r#"[{{"at": "rcpt", "to": "teacher@", "holds": {holds}, "reply": "452 4.2.2 Mailbox full"}}]"#
        )));
        host.expect(RCPT, "250");
        host.say("DATA\r\n");
        host.expect("\r\n.\r\n", "250");
        host.say("MAIL FROM:<a@example.com>\r\n");
        host.expect(RCPT, "452 4.2.2 Mailbox full");
        host.expect("RCPT TO:<student@student.example>\r\n", "250");
        host.store.clear();
        host.expect(RCPT, "250");
    }
}

#[test]
fn content_sender_and_size_are_looked_at() {
    let rules = r#"[
        {"at": "mail", "from": "@spam.example", "reply": "554 5.7.1 Not from there"},
        {"at": "mail", "from": "<>", "reply": "550 5.7.1 No reports"},
        {"at": "message", "phrase": "casino", "to": "teacher@", "reply": "554 5.7.1 No casinos"},
        {"at": "message", "larger_than": 30, "reply": "552 5.3.4 Too large"}
    ]"#;
    let mut host = Host::after_ehlo(with(rules));
    host.expect("MAIL FROM:<a@spam.example>\r\n", "554 5.7.1 Not from there");
    host.expect("MAIL FROM:<>\r\n", "550 5.7.1 No reports");
    for (to, text, reply) in [
        ("teacher@practice.example", "The Casino!", "554 5.7.1 No casinos"),
        ("student@student.example", "The Casino!", "250"),
        ("teacher@practice.example", "thirty-one bytes with line end", "552 5.3.4 Too large"),
        ("teacher@practice.example", "thirty bytes with a line end", "250"),
    ] {
        host.say(format!("MAIL FROM:<a@example.com>\r\nRCPT TO:<{to}>\r\nDATA\r\n"));
        host.expect(format!("{text}\r\n.\r\n"), reply);
    }
}

#[test]
fn a_late_reply_comes_when_it_is_due_and_nothing_is_read_before() {
    let mut host = Host::after_ehlo(with(r#"[{"at": "noop", "delay": 2.5}]"#));
    host.heard();
    let wire = b"NOOP\r\nNOOP\r\nHELP\r\n";
    assert_eq!(host.server.receive(NOW, wire, &mut host.store), 6);
    assert!(host.heard().is_empty() && !host.server.wants_input());
    let due = NOW + Duration::from_millis(2500);
    assert_eq!(host.server.poll_timeout(), Some(due));
    let almost = due.checked_sub(Duration::from_nanos(1)).unwrap();
    host.server.handle_timeout(almost);
    assert_eq!(host.server.receive(almost, &wire[6..], &mut host.store), 0);
    assert_eq!(host.heard(), "");
    host.server.handle_timeout(due);
    assert_eq!(host.heard(), "250 2.0.0 Ok: nothing done\r\n");
    assert_eq!(host.server.receive(due, &wire[6..], &mut host.store), 6);
    assert_eq!(host.server.poll_timeout(), Some(due + Duration::from_millis(2500)));
}

#[test]
fn a_reply_drips() {
    let rule =
        r#"[{"at": "noop", "reply": "250 Hello", "delay": 1, "drip": {"bytes": 4, "every": 60}}]"#;
    let mut host = Host::after_ehlo(with(rule));
    host.say("NOOP\r\n");
    let mut times = Vec::new();
    while let Some(due) = host.server.poll_timeout().filter(|_| !host.server.wants_input()) {
        host.server.handle_timeout(due);
        times.push((due.as_secs() - NOW.as_secs(), host.heard()));
    }
    let expected = [(1, "250 "), (61, "Hell"), (121, "o\r\n")].map(|(at, text)| (at, text.into()));
    assert_eq!(times, expected);
    let patience = NOW + Duration::from_secs(121) + limits::WAIT_NEXT_COMMAND;
    assert_eq!(host.server.poll_timeout(), Some(patience), "the client's turn begins at the end");
    // Whoever asks late gets what has become due.
    host.say("NOOP\r\n");
    host.server.handle_timeout(NOW + Duration::from_secs(100));
    assert_eq!(host.heard(), "250 Hell");
}

#[test]
fn a_disconnection_is_before_inside_or_behind_the_reply() {
    for (disconnect, said, kept) in [
        (r#""before""#, "", 0),
        (r#"{"inside": 0}"#, "", 1),
        (r#"{"inside": 9}"#, "250 2.0.0", 1),
        (r#""after""#, "250 2.0.0 Ok: queued as practice-1\r\n", 1),
    ] {
        let rule = format!(r#"[{{"at": "message", "disconnect": {disconnect}}}]"#);
        let mut host = before_rcpt(with(&rule));
        host.say(format!("{RCPT}DATA\r\n"));
        assert_eq!(host.say("\r\n.\r\nNOOP\r\n"), said);
        assert!(host.server.is_closed() && host.server.poll_timeout().is_none());
        assert_eq!(host.store.len(), kept, "{disconnect}");
    }
    let mut host = Host::new(with(r#"[{"at": "greeting", "disconnect": "before"}]"#));
    assert_eq!(host.heard(), "");
    assert!(host.server.is_closed());
}

#[test]
fn a_late_disconnection_is_open_until_then() {
    let mut host =
        Host::after_ehlo(with(r#"[{"at": "noop", "delay": 7, "disconnect": "before"}]"#));
    assert_eq!(host.say("NOOP\r\nNOOP\r\n"), "");
    assert!(!host.server.is_closed());
    let due = host.server.poll_timeout().unwrap();
    assert_eq!(due, NOW + Duration::from_secs(7));
    host.server.handle_timeout(due);
    assert_eq!(host.heard(), "");
    assert!(host.server.is_closed());
}

#[test]
fn each_way_to_break_a_reply_is_byte_exact() {
    for (broken, said) in [
        (r#""bare_lf""#, &b"250-one\n250 two\n"[..]),
        (r#"{"codes_differ": 550}"#, b"250-one\r\n550 two\r\n"),
        (r#""unfinished_line""#, b"250-one\r\n250 two"),
        (r#""unfinished_reply""#, b"250-one\r\n250-two\r\n"),
        (r#"{"garbage": "HTTP/1.1\r\n"}"#, b"HTTP/1.1\r\n250-one\r\n250 two\r\n"),
        (r#"{"exact": {"hex": "b5c7 00ff"}}"#, b"\xb5\xc7\x00\xff"),
    ] {
        let rule = r#"{"at": "noop", "reply": {"code": 250, "text": ["one", "two"]}, "broken": "#;
        let mut host = Host::new(with(&format!("[{rule}{broken}}}]")));
        host.heard();
        assert_eq!(host.server.receive(NOW, b"NOOP\r\n", &mut host.store), 6);
        assert_eq!(ready(&mut host), said, "{broken}");
    }
    let mut host = Host::new(with(r#"[{"at": "noop", "broken": {"codes_differ": 550}}]"#));
    let ok = "2.0.0 Ok: nothing done\r\n";
    host.heard();
    assert_eq!(host.say("NOOP\r\n"), format!("250-{ok}550 {ok}"));
}

#[test]
fn behind_a_reply_without_end_nothing_is_said_and_nothing_done() {
    for (broken, more_than) in [
        ("unfinished_line", 10),
        ("unfinished_reply", 10),
        ("endless_line", limits::REPLY_LINE_READ),
        ("endless_reply", limits::REPLY_READ),
    ] {
        let mut host =
            Host::after_ehlo(with(&format!(r#"[{{"at": "noop", "broken": "{broken}"}}]"#)));
        host.heard();
        let said = host.say("NOOP\r\n");
        assert!(said.len() > more_than && said.len() < more_than + limits::REPLY_LINE, "{broken}");
        assert_eq!(host.say("NOOP\r\nQUIT\r\n"), "");
        assert!(!host.server.is_closed());
        host.server.handle_timeout(NOW + limits::WAIT_NEXT_COMMAND);
        assert_eq!(host.heard(), "");
        assert!(host.server.is_closed());
    }
}

#[test]
fn text_in_gbk_goes_out_as_it_is() {
    let rule =
        r#"[{"at": "noop", "reply": {"code": 535, "text": [{"hex": "b5c7 c2bc"}, "登录"]}}]"#;
    let mut host = Host::new(with(rule));
    host.heard();
    assert_eq!(host.server.receive(NOW, b"NOOP\r\n", &mut host.store), 6);
    assert_eq!(ready(&mut host), b"535-\xb5\xc7\xc2\xbc\r\n535 \xe7\x99\xbb\xe5\xbd\x95\r\n");
}

#[test]
fn a_host_that_goes_down_says_what_is_late_and_then_goodbye() {
    let mut host = Host::after_ehlo(with(r#"[{"at": "noop", "drip": {"bytes": 5, "every": 9}}]"#));
    host.heard();
    assert_eq!(host.say("NOOP\r\n"), "250 2");
    host.server.shut_down();
    let said = host.heard();
    assert!(said.starts_with(".0.0 Ok: nothing done\r\n421 4.3.2 "), "{said}");
    assert!(host.server.is_closed());
}

#[test]
fn addresses_put_off_and_dawdle_as_their_name_says() {
    let mut host = before_rcpt(Config::default());
    host.expect("RCPT TO:<greylist@practice.example>\r\n", "450 4.7.1 Greylisted");
    host.expect("RCPT TO:<greylist@student.example>\r\n", "450 4.7.1");
    host.expect("RCPT TO:<greylist@practice.example>\r\n", "250 2.1.5");
    host.expect("RCPT TO:<greylist@example.org>\r\n", "554 5.7.1 Relay access denied");
    assert_eq!(host.say("RCPT TO:<slow@practice.example>\r\n"), "");
    assert_eq!(host.server.poll_timeout(), Some(NOW + Duration::from_secs(5)));
    host.server.handle_timeout(NOW + Duration::from_secs(5));
    assert_eq!(host.heard(), "250 2.1.5 Recipient ok\r\n");
    host.say("DATA\r\n");
    host.expect("\r\n.\r\n", "250");
    assert_eq!(host.store.get(1).unwrap().envelope.to.len(), 2);
    // Not where a lesson has such a mailbox, or does not want it.
    let listed = ["greylist@practice.example".parse().unwrap()].to_vec();
    let mut host = before_rcpt(Config { mailboxes: listed, ..Config::default() });
    host.expect("RCPT TO:<greylist@practice.example>\r\n", "250");
    let mut host = before_rcpt(Config { refusing_names: false, ..Config::default() });
    host.expect("RCPT TO:<slow@practice.example>\r\n", "550 5.1.1");
}

#[test]
fn rules_come_with_a_lesson_and_survive_it() {
    let config = with(r#"[{"at": "rcpt", "when": {"first": 1}, "reply": "450 4.7.1 Greylisted"}]"#);
    let json = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
    let wrong =
        serde_json::from_str::<Config>(r#"{"faults": [{"at": "noop", "reply": "199 Ok"}]}"#);
    assert!(wrong.unwrap_err().to_string().starts_with("expected a reply code from 200 to 599"));
}

#[test]
fn tls_begins_when_a_late_reply_to_starttls_is_out() {
    let config = |faults| Config { starttls: StartTls::Offered, ..with(faults) };
    let mut host = Host::after_ehlo(config(r#"[{"at": "starttls", "delay": 4}]"#));
    assert_eq!(host.say("STARTTLS\r\n"), "");
    assert!(!host.server.wants_tls());
    let due = NOW + Duration::from_secs(4);
    host.server.handle_timeout(due);
    assert!(host.heard().starts_with("220 2.0.0 ") && host.server.wants_tls());
    // Without it nothing changes, and a refusal is only that.
    let mut host =
        Host::after_ehlo(config(r#"[{"at": "starttls", "reply": "454 4.7.0 No TLS now"}]"#));
    host.expect("STARTTLS\r\n", "454 4.7.0 No TLS now\r\n");
    assert!(!host.server.wants_tls() && host.server.state() == State::Ready);
    let mut host = Host::after_ehlo(with(r#"[{"at": "starttls", "reply": "220 Go ahead"}]"#));
    host.expect("STARTTLS\r\n", "220 Go ahead\r\n");
    assert!(!host.server.wants_tls(), "a kind word about TLS makes none");
}

#[test]
fn a_refusing_greeting_refuses_inside_tls_too() {
    let mut host = Host::new(with(r#"[{"at": "greeting", "reply": "554 5.7.1 Not you"}]"#));
    host.server = host.server.over_tls(Tls::default());
    assert_eq!(host.server.state(), State::Refusing);
}

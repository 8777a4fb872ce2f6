//! What is refused at each step, and what is taken beside it.

use crate::Host;
use protocol::server::{Config, State};
use protocol::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn each_command_out_of_order_is_refused() {
    let mut host = Host::new(Config::default());
    for line in ["MAIL FROM:<>\r\n", "RCPT TO:<a@b>\r\n", "DATA\r\n", "AUTH LOGIN\r\n"] {
        host.expect(line, "503 5.5.1 Bad sequence of commands: send EHLO first");
    }
    host.say("EHLO client.example\r\n");
    host.expect("RCPT TO:<a@b>\r\n", "503 5.5.1 Bad sequence of commands: send MAIL FROM first");
    host.expect("DATA\r\n", "503 5.5.1");
    host.expect("MAIL FROM:<a@example.com>\r\n", "250 2.1.0");
    host.expect("MAIL FROM:<a@example.com>\r\n", "503 5.5.1");
    host.expect("AUTH LOGIN\r\n", "503 5.5.1");
    host.expect("DATA\r\n", "554 5.5.1 No valid recipients");
    host.expect("RCPT TO:<teacher@practice.example>\r\n", "250 2.1.5");
    host.expect("MAIL FROM:<a@example.com>\r\n", "503 5.5.1");
    host.expect("DATA\r\n", "354");
}

#[test]
fn each_malformed_line_is_refused_with_what_is_wrong() {
    let mut host = Host::after_ehlo(Config::default());
    for (line, reply) in [
        (&b"FOO bar\r\n"[..], "500 5.5.2 Command not recognized; HELP lists the commands\r\n"),
        (b"\r\n", "500 5.5.2"),
        (b"EHLO\r\n", "501 EHLO: expected one space, found nothing more at byte 4"),
        (b"EHLO \xe4\xbe\x8b.example\r\n", "501 Give a name in ASCII"),
        (
            b"MAIL FROM: <a@example.com>\r\n",
            "501 5.5.4 MAIL: expected <, found \" <a@example.com>\"",
        ),
        (b"MAIL FROM:a@example.com\r\n", "501 5.5.4"),
        (b"MAIL FROM:<\xe4\xbe\x8b@example.com>\r\n", "553 5.6.7"),
        (b"QUIT now\r\n", "501 5.5.4"),
        (b"NOOP\n", "500 5.5.2 Lines must end in CR LF"),
        (b"NO\0OP\r\n", "500 5.5.2 Control characters"),
        (b"NOOP a\rb\r\n", "500 5.5.2 Control characters"),
        (b"AUTH PLAIN not base64!\r\n", "501 5.5.2 Expected base64"),
        (
            b"AUTH LOGIN: cHJhY3RpY2U=\r\n",
            "501 5.5.4 AUTH: expected the end of the line at byte 10\r\n",
        ),
    ] {
        host.expect(line, reply);
        host.expect("NOOP\r\n", "250 2.0.0");
    }
}

#[test]
fn white_space_behind_a_command_is_let_pass() {
    let mut host = Host::after_ehlo(Config::default());
    host.expect("MAIL FROM:<a@example.com>  \r\n", "250 2.1.0");
    host.expect("RSET \r\n", "250 2.0.0");
}

#[test]
fn a_line_over_its_limit_is_refused_and_the_next_one_is_heard() {
    let mut host = Host::after_ehlo(Config::default());
    let long = |length: usize| "x".repeat(length);
    host.expect(format!("NOOP {}\r\n", long(505)), "250");
    host.expect(
        format!("NOOP {}\r\n", long(506)),
        "500 5.5.2 Line too long: this command has at most 512",
    );
    host.expect(format!("{}\r\nNOOP\r\n", long(1_000_000)), "500 5.5.2 Line too long");
    host.expect(format!("AUTH PLAIN {}\r\n", long(20_000)), "500 5.5.6");
    host.expect("AUTH LOGIN\r\n", "334");
    host.expect(format!("{}\r\n", long(20_000)), "500 5.5.6");
    assert_eq!(host.server.state(), State::Ready);
}

#[test]
fn recipients_are_told_apart_by_where_they_are() {
    let mut host = Host::after_ehlo(Config::default());
    host.say("MAIL FROM:<a@example.com>\r\n");
    host.expect("RCPT TO:<nobody@practice.example>\r\n", "550 5.1.1");
    host.expect("RCPT TO:<b@example.org>\r\n", "554 5.7.1 Relay access denied");
    host.expect("RCPT TO:<teacher@practice.example>\r\n", "250 2.1.5 Recipient ok\r\n");
    host.expect("RCPT TO:<Postmaster>\r\n", "250 2.1.5");
    host.expect("RCPT TO:<teacher@practice.example> X-OWN=1\r\n", "555 5.5.4 RCPT");
    host.expect("RCPT TO:<\u{4f8b}@practice.example>\r\n", "553 5.6.7");
}

#[test]
fn an_address_is_refused_as_its_name_says() {
    let mut host = Host::after_ehlo(Config::default());
    host.say("MAIL FROM:<a@example.com>\r\n");
    for (local, reply) in [
        ("450", "450 4.2.0 "),
        ("full", "452 4.2.2 "),
        ("551", "551 5.1.6 "),
        ("599", "599 5.0.0 "),
        ("421", "421 4.3.2 "),
    ] {
        host.expect(format!("RCPT TO:<{local}@practice.example>\r\n"), reply);
    }
    assert!(host.server.is_closed(), "421 says that it closes");
    // Elsewhere a name is but a name.
    let mut host = Host::after_ehlo(Config::default());
    host.say("MAIL FROM:<a@example.com>\r\n");
    host.expect("RCPT TO:<450@example.org>\r\n", "554 5.7.1");
    let config = Config { refusing_names: false, ..Config::default() };
    let mut host = Host::after_ehlo(config);
    host.say("MAIL FROM:<a@example.com>\r\n");
    host.expect("RCPT TO:<450@practice.example>\r\n", "550 5.1.1");
}

#[test]
fn mail_for_elsewhere_is_taken_from_who_is_logged_in_and_kept_here() {
    let mut host = Host::logged_in(Config::default());
    host.say("MAIL FROM:<student@student.example>\r\n");
    host.expect(
        "RCPT TO:<b@example.org>\r\n",
        "250 2.1.5 Recipient ok, kept here: this server never",
    );
    host.expect("DATA\r\n", "354");
    host.expect("\r\n.\r\n", "250 2.0.0");
    assert_eq!(host.store.get(1).unwrap().envelope.to[0].to_string(), "<b@example.org>");
}

#[test]
fn a_message_has_at_most_a_hundred_recipients() {
    let mut host = Host::after_ehlo(Config::default());
    host.say("MAIL FROM:<a@example.com>\r\n");
    for _ in 0..limits::RECIPIENTS {
        host.expect("RCPT TO:<teacher@practice.example>\r\n", "250");
    }
    host.expect("RCPT TO:<teacher@practice.example>\r\n", "452 4.5.3");
    host.expect("DATA\r\n", "354");
}

#[test]
fn each_way_of_failing_to_log_in_has_its_reply() {
    let mut host = Host::after_ehlo(Config::default());
    host.expect(
        "AUTH KERBEROS_V4\r\n",
        "504 5.5.4 Mechanism not known here; choose from LOGIN PLAIN CRAM-MD5",
    );
    for (response, reply) in [
        ("*\r\n", "501 5.7.0 Authentication cancelled\r\n"),
        ("student\r\n", "501 5.5.2"),
        ("c3R1ZGVudA==\n", "500 5.5.2 Lines must end"),
    ] {
        host.expect("AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n");
        host.expect(response, reply);
        assert_eq!(host.server.state(), State::Ready);
    }
    host.expect("AUTH PLAIN\r\n", "334 \r\n");
    host.expect("AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl\r\n", "235 2.7.0");
    host.expect("AUTH LOGIN\r\n", "503 5.5.1 Already logged in");
}

#[test]
fn the_fifth_wrong_password_ends_the_session() {
    let mut host = Host::after_ehlo(Config::default());
    for reply in ["535 5.7.8", "535 5.7.8", "535 5.7.8", "535 5.7.8", "421 4.7.0"] {
        assert!(!host.server.is_closed());
        host.say("AUTH LOGIN\r\n");
        host.say("c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n");
        host.expect("d3Jvbmc=\r\n", reply);
    }
    assert!(host.server.is_closed());
}

#[test]
fn a_lesson_may_ask_for_a_login_and_for_the_senders_own_address() {
    let config = || Config { require_auth: true, sender_must_match: true, ..Config::default() };
    let mut host = Host::after_ehlo(config());
    host.expect("MAIL FROM:<a@example.com>\r\n", "530 5.7.0 Authentication required");
    let mut host = Host::logged_in(config());
    host.expect("MAIL FROM:<teacher@practice.example>\r\n", "553 5.7.1");
    host.expect("MAIL FROM:<>\r\n", "553 5.7.1");
    host.expect("MAIL FROM:<Student@STUDENT.example>\r\n", "250");
}

#[test]
fn parameters_of_mail_are_those_that_ehlo_offers() {
    let mut host = Host::after_ehlo(Config::default());
    for (parameters, reply) in [
        ("SIZE=10485760 body=8bitmime AUTH=<>", "250"),
        ("BODY=7BIT AUTH=a+3Db@example.com", "250"),
        ("SIZE=10485761", "552 5.3.4"),
        ("SIZE=99999999999999999999", "552 5.3.4"),
        ("SIZE=big", "501 5.5.4 MAIL: expected a number of bytes, found \"big\" at byte 31"),
        ("SIZE", "501 5.5.4"),
        ("BODY=9BIT", "501 5.5.4 MAIL: expected 7BIT, 8BITMIME or BINARYMIME, found"),
        ("BODY=BINARYMIME", "555 5.5.4 MAIL does not take the parameter BODY=BINARYMIME"),
        ("AUTH", "501 5.5.4"),
        ("X-OWN", "555 5.5.4 MAIL does not take the parameter X-OWN"),
    ] {
        host.expect(format!("MAIL FROM:<a@example.com> {parameters}\r\n"), reply);
        host.say("RSET\r\n");
    }
    let longest = format!(
        "MAIL FROM:<a@example.com> AUTH={}@{}\r\n",
        "+41".repeat(60),
        "b.".repeat(125) + "c"
    );
    host.expect(longest, "250");
}

#[test]
fn behind_helo_there_are_no_extensions() {
    let mut host = Host::new(Config::default());
    assert!(host.say("HELO client.example\r\n").ends_with("250 practice.example\r\n"));
    assert_eq!(
        host.say("AUTH LOGIN\r\n"),
        "503 AUTH is an extension: send EHLO instead of HELO first\r\n"
    );
    assert!(host.say("MAIL FROM:<a@example.com> SIZE=1\r\n").starts_with("555 MAIL"));
    assert_eq!(host.say("MAIL FROM:<a@example.com>\r\n"), "250 Sender ok\r\n");
    host.say("RCPT TO:<teacher@practice.example>\r\nDATA\r\n");
    assert_eq!(host.say("\r\n.\r\n"), "250 Ok: queued as practice-1\r\n");
    let trace = host.store.get(1).unwrap().trace.clone();
    assert!(trace.windows(11).any(|found| found == b" with SMTP "));
}

#[test]
fn ehlo_and_rset_drop_the_transaction_and_keep_the_login() {
    let mut host = Host::logged_in(Config::default());
    for reset in ["RSET\r\n", "EHLO again.example\r\n"] {
        host.say("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\n");
        assert_eq!(host.server.state(), State::Recipients);
        host.expect(reset, "250");
        host.expect("DATA\r\n", "503");
    }
    host.say("MAIL FROM:<a@example.com>\r\n");
    host.expect("RCPT TO:<b@example.org>\r\n", "250");
}

#[test]
fn the_small_commands_are_answered_in_every_state() {
    let mut host = Host::new(Config::default());
    for line in ["", "EHLO client.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<postmaster>\r\n"] {
        host.say(line);
        let state = host.server.state();
        host.expect("NOOP whatever\r\n", "250 2.0.0");
        host.expect("HELP\r\n", "214-2.0.0");
        host.expect("VRFY teacher\r\n", "250 2.1.5 <teacher@practice.example>\r\n");
        host.expect("VRFY <nobody@practice.example>\r\n", "550 5.1.1");
        host.expect("VRFY nobody\r\n", "550 5.1.1");
        host.expect("VRFY postmaster\r\n", "553 5.1.4");
        host.expect("VRFY b@example.org\r\n", "252 2.0.0");
        host.expect("EXPN staff\r\n", "502 5.5.1 EXPN");
        host.expect("STARTTLS\r\n", "502 5.5.1 STARTTLS");
        assert_eq!(host.server.state(), state);
    }
    host.expect("QUIT\r\n", "221 2.0.0 practice.example closing connection\r\n");
}

#[test]
fn a_password_sent_too_late_is_not_repeated() {
    let mut host = Host::after_ehlo(Config::default());
    host.say("AUTH LOGIN\r\n*\r\n");
    assert!(!host.say("cHJhY3RpY2U=\r\n").contains("cHJhY3RpY2U"));
    assert!(!host.say("AUTH: cHJhY3RpY2U=\r\n").contains("cHJhY3RpY2U"));
    assert!(!host.say("AUTH LOGIN: cHJhY3RpY2U=\r\n").contains("cHJhY3RpY2U"));
}

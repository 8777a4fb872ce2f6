use super::*;
use crate::client::Step;
use crate::export::Form as Written;
use crate::smtp::limits;
use crate::transcript::Target;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SWAKS: &str = "\
=== Trying mail.example.com:587...
=== Connected to mail.example.com.
<-  220 mail.example.com ESMTP
 -> EHLO student.example
<-  250-mail.example.com
<-  250 STARTTLS
 -> STARTTLS
<-  220 2.0.0 Ready
=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256
 ~> EHLO student.example
<~  250-mail.example.com
<~  250 AUTH LOGIN
 ~> AUTH LOGIN
<~  334 VXNlcm5hbWU6
 ~> dGlt
<~  334 UGFzc3dvcmQ6
 ~> dGFuc3RhYWY=
<~  235 2.7.0 Ok
 ~> MAIL FROM:<tim@example.com>
<~  250 2.1.0 Ok
 ~> RCPT TO:<nobody@example.org>
<~* 550 5.1.1 No such user
 ~> QUIT
<~  221 2.0.0 Bye
=== Connection closed with remote host.
";

const TELNET: &str = "\
$ telnet mail.example.com 25
Trying 192.0.2.25...
Connected to mail.example.com.
Escape character is '^]'.
220 mail.example.com ESMTP
EHLO student.example
250-mail.example.com
250 HELP
MAIL FROM:<a@example.com>
250 2.1.0 Ok
RCPT TO:<b@example.com>
250 2.1.5 Ok
DATA
354 End data with <CR><LF>.<CR><LF>
From: a@example.com
Subject: C: and S: are no markers here

250 of these are data, not a reply
..
.
250 2.0.0 Ok
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
$ 
";

const OPENSSL: &str = "\
$ openssl s_client -starttls smtp -connect mail.example.com:587
CONNECTED(00000003)
depth=0 CN = mail.example.com
verify return:1
---
Certificate chain
 0 s:CN = mail.example.com
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIU
-----END CERTIFICATE-----
---
250 AUTH PLAIN
---
Post-Handshake New Session Ticket arrived:
SSL-Session:
    Protocol  : TLSv1.3
    Verify return code: 0 (ok)
---
read R BLOCK
ehlo student.example
250-mail.example.com
250 AUTH PLAIN
auth plain AHRpbQB0YW5zdGFhZg==
535 5.7.8 Authentication failed
quit
221 Bye
closed
";

const SMTPLIB: &str = r#"connect: to ('localhost', 2525) None
reply: b'220 practice.example ESMTP\r\n'
reply: retcode (220); Msg: b'practice.example ESMTP'
connect: b'practice.example ESMTP'
send: 'ehlo [127.0.0.1]\r\n'
reply: b'250-practice.example\r\n'
reply: b'250 8BITMIME\r\n'
reply: retcode (250); Msg: b'practice.example\n8BITMIME'
send: 'mail FROM:<a@example.com> size=10\r\n'
reply: b'250 2.1.0 Ok\r\n'
reply: retcode (250); Msg: b'2.1.0 Ok'
send: 'rcpt TO:<b@example.com>\r\n'
reply: b'250 2.1.5 Ok\r\n'
send: 'data\r\n'
reply: b'354 go\r\n'
data: (354, b'go')
send: b"Subject: It's\r\n\r\n\xe4\xbd\xa0\r\n..\r\n.\r\n"
reply: b'554 5.7.1 spam\r\n'
data: (554, b'5.7.1 spam')
10:11:12.123456 send: 'QUIT\r\n'
10:11:12.123999 reply: b'221 Bye\r\n'
"#;

const DOCUMENT: &str = "\
      S: 220 mail.example.com Simple Mail Transfer Service Ready
      C: EHLO student.example
      S: 250-mail.example.com greets student.example
      S: 250 HELP
      C: MAIL FROM:<a@example.com>
      S: 451 4.7.1 Greylisted, come again
";

fn read(text: &str) -> Session {
    Session::read(text).unwrap()
}

fn sent(session: &Session) -> Vec<(Step, String)> {
    let entries = session.connection.entries().iter();
    entries
        .filter_map(|entry| match &entry.item {
            Item::Sent { step, piece } => {
                let wire = piece.window(usize::MAX).bytes;
                Some((*step, String::from_utf8_lossy(&wire).into_owned()))
            }
            _ => None,
        })
        .collect()
}

fn codes(session: &Session) -> Vec<u16> {
    let shown = session.export().shown();
    shown.into_iter().filter_map(|shown| shown.code).collect()
}

fn target(session: &Session) -> String {
    session.connection.target().to_string()
}

#[test]
fn what_swaks_prints_is_read_through_starttls_and_the_turns_of_auth() {
    let session = read(SWAKS);
    assert_eq!((session.source, session.unread), (Source::Swaks, 0));
    assert_eq!(target(&session), "mail.example.com:587");
    assert_eq!(codes(&session), [220, 250, 220, 250, 334, 334, 235, 250, 550, 221]);
    let steps: Vec<_> = sent(&session).into_iter().map(|(step, _)| step).collect();
    assert_eq!(steps[3..6], [Step::Auth, Step::AuthResponse(0), Step::AuthResponse(1)]);
    assert_eq!(steps[6..], [Step::Mail, Step::Rcpt(0), Step::Quit]);
    let shown = session.export().shown();
    let refused = shown.iter().find(|shown| shown.code == Some(550)).unwrap();
    assert_eq!(refused.reasons[0].cause, "no-such-mailbox");
}

#[test]
fn a_telnet_window_is_told_apart_by_whose_turn_it_is() {
    let session = read(TELNET);
    assert_eq!((session.source, session.unread), (Source::Telnet, 0));
    assert_eq!(target(&session), "mail.example.com:25");
    assert_eq!(codes(&session), [220, 250, 250, 250, 354, 250, 221]);
    let sent = sent(&session);
    let steps: Vec<_> = sent.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps[4..7], [Step::Headers, Step::Body, Step::FinalDot]);
    assert_eq!(sent[5].1, "250 of these are data, not a reply\r\n..\r\n");
    assert_eq!(session.setup.message.body, "250 of these are data, not a reply\r\n.\r\n");
}

#[test]
fn openssls_certificates_and_tickets_are_passed_over() {
    let session = read(OPENSSL);
    assert_eq!((session.source, session.unread), (Source::Openssl, 0));
    assert_eq!(target(&session), "mail.example.com:587");
    assert_eq!(codes(&session), [250, 250, 535, 221]);
    assert_eq!(sent(&session).len(), 3);
    assert_eq!(session.setup.login.as_ref().unwrap().credentials.user, "tim");
}

#[test]
fn what_was_sent_over_tls_is_not_repeated_in_the_clear() {
    let implicit = SWAKS.replace(":587", ":465");
    let unnamed = OPENSSL.replace(" -connect mail.example.com:587", "");
    for (text, curl) in [
        (SWAKS, "--ssl-reqd"),
        (&implicit, "'smtps://mail.example.com:465/"),
        (OPENSSL, "--ssl-reqd"),
        (&unnamed, "--ssl-reqd"),
    ] {
        let session = read(text);
        let written = |form: &str| Written::named(form).unwrap().write(&session.export());
        assert!(session.over_tls && written("curl").contains(curl), "{}", written("curl"));
        assert!(written("swaks").contains("--tls"), "{}", written("swaks"));
        assert!(written("smtplib").contains("ssl.create_default_context()"));
        assert!(!written("lettre").contains("builder_dangerous"));
        assert!(read(&written("text")).over_tls, "{}", written("text"));
    }
    assert!(!read(TELNET).over_tls);
}

/// The user's name stands inside the base64 of each in its own way; what masks a response leaves its mechanism.
#[test]
fn a_login_by_any_mechanism_is_repeated_by_that_mechanism() {
    for (line, login) in [
        ("AUTH SCRAM-SHA-1 biwsbj11c2VyLHI9eA==", "'AUTH=SCRAM-SHA-1' \\\n  --user 'user':"),
        ("AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=", "--oauth2-bearer \"$"),
        ("AUTH PLAIN ••••••••", "'AUTH=PLAIN' \\\n  --user 'a@example.com':"),
    ] {
        let session = read(&format!(
            "S: 220 hi\nC: EHLO me.example\nS: 250 ok\nC: {line}\nS: 235 ok\nC: MAIL FROM:<a@example.com>\nS: 250 ok\n"
        ));
        let curl = Written::named("curl").unwrap().write(&session.export());
        assert!(curl.contains(login) && !curl.contains("token"), "{curl}");
    }
}

#[test]
fn smtplibs_literals_are_the_bytes_that_travelled() {
    let session = read(SMTPLIB);
    assert_eq!((session.source, session.unread), (Source::Smtplib, 0));
    assert_eq!(target(&session), "localhost:2525");
    assert_eq!(codes(&session), [220, 250, 250, 250, 354, 554, 221]);
    assert_eq!(session.setup.message.body, "你\r\n.\r\n");
    assert_eq!(session.export().shown().last().unwrap().step.as_deref(), Some("quit"));
}

#[test]
fn a_document_s_example_is_read_too() {
    let session = read(DOCUMENT);
    assert_eq!(session.source, Source::Text);
    assert_eq!(target(&session), "mail.example.com:25");
    assert_eq!(codes(&session), [220, 250, 451]);
}

#[test]
fn a_part_of_a_session_is_read_from_where_it_begins() {
    let session =
        read("C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 550 no\n");
    assert_eq!(codes(&session), [250, 550]);
    assert_eq!(sent(&session)[1].0, Step::Rcpt(0));
}

#[test]
fn a_password_in_the_text_is_hidden_wherever_it_is_shown() {
    for text in [SWAKS, OPENSSL] {
        let session = read(text);
        for form in crate::export::FORMS {
            let written = form.write(&session.export());
            for secret in ["tanstaaf", "dGFuc3RhYWY", "AHRpbQB0YW5zdGFhZg"] {
                assert!(!written.contains(secret), "{}: {written}", form.name);
            }
        }
    }
}

#[test]
fn what_is_no_session_is_an_error_that_says_what_came() {
    for text in ["", "\n\n", "Dear all,\nhelp me\n", "C:\\windows\n", "C: EHLO me.example\n"] {
        let error = Session::read(text).unwrap_err();
        let first = text.lines().find(|line| !line.is_empty());
        assert_eq!(error, ImportError::NoSession { first: first.map(str::to_owned) });
    }
    let long = "250 ok\n".repeat(TEXT / 7 + 1);
    let error = Session::read(&long).unwrap_err();
    assert_eq!(error, ImportError::TooLong { length: long.len(), limit: TEXT });
}

#[test]
fn a_session_that_breaks_says_how_much_was_not_read() {
    let session = read("S: 220 hello\nS: garbage\nC: QUIT\nS: 221 bye\n");
    assert_eq!(session.unread, 2);
    assert!(matches!(session.connection.entries()[1].item, Item::Broken { .. }));
}

/// Lines that sessions are made of, and others.
fn any_session() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => prop::sample::select(
            [SWAKS, TELNET, OPENSSL, SMTPLIB, DOCUMENT].concat().lines().map(str::to_owned).collect::<Vec<_>>()
        ),
        1 => "[ -~]{0,20}",
        1 => any::<String>(),
        1 => "(send: |reply: )b?'[a-z\\\\xuU0-9']{0,12}'?",
        1 => "( ->|<- |<\\*\\*| ~>|\\*\\*>|C:|S:|1.5 C:) ?[ -~]{0,12}",
        1 => Just("STARTTLS".to_owned()),
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn nothing_that_is_pasted_makes_it_panic(text in any_session(), noise in any::<String>()) {
        for text in [text, noise] {
            if let Ok(session) = Session::read(&text) {
                prop_assert!(session.connection.entries().len() <= limits::TRANSCRIPT_ENTRIES);
                for form in crate::export::FORMS {
                    prop_assert!(!form.write(&session.export()).is_empty());
                }
            }
        }
    }

    #[test]
    fn the_text_form_can_be_read_again(text in any_session()) {
        let Ok(first) = Session::read(&text) else { return Ok(()) };
        let secrets = Secrets::public();
        let export = Export { secrets: &secrets, ..first.export() };
        let written = Written::named("text").unwrap().write(&export);
        let Ok(again) = Session::read(&written) else {
            return Err(TestCaseError::fail(format!("not read again: {written}")));
        };
        prop_assert_eq!(again.source, Source::Text);
        prop_assert_eq!(again.connection.target(), first.connection.target());
        let wire = |session: &Session| sent(session).into_iter().map(|(_, wire)| wire).collect::<String>();
        prop_assert_eq!(wire(&again), wire(&first));
        prop_assert_eq!(codes(&again), codes(&first));
    }
}

#[test]
fn a_target_may_be_an_address_of_version_6() {
    let session = read("SMTP session with [2001:db8::1]:25\n    0.500  S: 220 hello\n");
    let target = Target { host: "2001:db8::1".into(), port: 25 };
    assert_eq!(session.connection.target(), &target);
    assert_eq!(session.connection.entries()[0].at.as_millis(), 500);
}

//! The classic lab's program, as a student runs it, against a real Postfix.

use std::{fs, net::SocketAddr};

use e2e::{
    artifacts,
    examples::{self, Ran},
    net,
    postfix::{Options, Postfix, as_sent},
};

const LETTER: [&str; 4] = ["--from", "alice@example.test", "--to", "bob@example.test"];

/// The password of the harness's Alice, and all forms it travels in: as it is, in base64 (AUTH
/// LOGIN, RFC 4954), and within AUTH PLAIN's message (RFC 4616), for both forms of her user name.
const PASSWORD: &str = "correct-horse";
const SECRETS: [&str; 4] = [
    PASSWORD,
    "Y29ycmVjdC1ob3JzZQ",
    "AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0LWhvcnNl",
    "AGFsaWNlAGNvcnJlY3QtaG9yc2U",
];

#[tokio::test]
async fn an_accepted_message_ends_with_0_and_is_in_the_mailbox() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let ran = console(
        postfix.address(),
        &[&LETTER[..], &["--subject", "A lab", "--body", "Hello Bob"]].concat(),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    for line in ["127.0.0.1", "S: 220 mx.example.test", "C: MAIL FROM:<alice@example.test>"] {
        assert!(ran.printed.contains(line), "no {line:?} in: {}", ran.printed);
    }
    let stored = postfix.deliveries("bob@example.test", 1).await.unwrap();
    let sent = String::from_utf8(as_sent(&stored[0])).unwrap();
    let (header, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(header.lines().any(|line| line == "Subject: A lab"), "{header}");
    assert!(header.contains("alice@example.test") && header.contains("bob@example.test"));
    assert_eq!(body, "Hello Bob\r\n");
}

#[tokio::test]
async fn a_message_from_a_file_arrives_byte_for_byte() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let message = "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Dots\r\n\r\n\
                   .one dot\r\n..two dots\r\n.\r\nafter a lone dot\r\n";
    let file = artifacts::path("message.eml").unwrap();
    fs::write(&file, message).unwrap();
    let ran =
        console(postfix.address(), &[&LETTER[..], &["--message", file.to_str().unwrap()]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let stored = postfix.deliveries("bob@example.test", 1).await.unwrap();
    assert_eq!(String::from_utf8(as_sent(&stored[0])).unwrap(), message);
}

#[tokio::test]
async fn every_mechanism_works_and_the_password_is_never_printed() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    for (mechanism, command) in [
        ("login", "C: AUTH LOGIN"),
        ("plain", "C: AUTH PLAIN "),
        ("cram-md5", "C: AUTH CRAM-MD5"),
        ("scram-sha-1", "C: AUTH SCRAM-SHA-1 "),
        ("scram-sha-256", "C: AUTH SCRAM-SHA-256 "),
        ("strongest", "C: AUTH SCRAM-SHA-256 "),
    ] {
        let login = ["--auth", mechanism, "--user", "alice@example.test", "--password", PASSWORD];
        // A foreign recipient is accepted from those alone who are logged in.
        let abroad = ["--from", "alice@example.test", "--to", "someone@example.org"];
        let ran = console(postfix.address(), &[&abroad[..], &login].concat());
        assert_eq!(ran.code, Some(0), "{mechanism}: {}", ran.printed);
        assert!(ran.printed.contains("S: 235 2.7.0"), "{}", ran.printed);
        assert!(ran.printed.contains(command), "{}", ran.printed);
        for secret in SECRETS {
            assert!(!ran.printed.contains(secret), "{mechanism}: {secret:?} in {}", ran.printed);
        }
    }
}

#[tokio::test]
async fn the_envelope_goes_in_one_segment_and_the_walk_leaves_where_it_is_told_to() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let ran = console(
        postfix.address(),
        &[&LETTER[..], &["--with", r#"{"wishes": {"extensions": ["PIPELINING"]}}"#]].concat(),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let together =
        "C: MAIL FROM:<alice@example.test>\nC: RCPT TO:<bob@example.test>\nC: DATA\nS: 250";
    assert!(ran.printed.contains(together), "{}", ran.printed);
    postfix.deliveries("bob@example.test", 1).await.unwrap();

    let leaves = |by: &str| format!(r#"{{"stop": {{"after": "rcpt", "by": "{by}"}}}}"#);
    for (by, last) in [("quit", "S: 221 2.0.0 Bye"), ("drop", "S: 250 2.1.5 Ok")] {
        let ran = console(postfix.address(), &[&LETTER[..], &["--with", &leaves(by)]].concat());
        assert_eq!(ran.code, Some(2), "{by}: {}", ran.printed);
        let said = ran.printed.lines().rfind(|line| line.starts_with("S: "));
        assert_eq!(said, Some(last), "{by}: {}", ran.printed);
        assert!(!ran.printed.contains("C: DATA"), "{by}: {}", ran.printed);
    }
}

#[tokio::test]
async fn what_mail_and_rcpt_say_besides_the_address_is_taken() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let message = "From: alice@example.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
                   Content-Type: text/plain; charset=utf-8\r\n\
                   Content-Transfer-Encoding: 8bit\r\n\r\n你好\r\n";
    let file = artifacts::path("eight-bit.eml").unwrap();
    fs::write(&file, message).unwrap();
    let wishes = r#"{"wishes": {"extensions": ["SIZE", "8BITMIME", "SMTPUTF8", "DSN"],
        "notify": "FAILURE,DELAY", "ret": "HDRS", "envelope_id": "lab 1"}}"#;
    let more = ["--message", file.to_str().unwrap(), "--with", wishes];
    let ran = console(postfix.address(), &[&LETTER[..], &more].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let size = message.len();
    for line in [
        format!(
            "C: MAIL FROM:<alice@example.test> SIZE={size} BODY=8BITMIME RET=HDRS ENVID=lab+201\n"
        ),
        "C: RCPT TO:<bob@example.test> NOTIFY=FAILURE,DELAY\n".to_owned(),
    ] {
        assert!(ran.printed.contains(&line), "no {line:?} in: {}", ran.printed);
    }
    let stored = postfix.deliveries("bob@example.test", 1).await.unwrap();
    assert_eq!(String::from_utf8(as_sent(&stored[0])).unwrap(), message);
}

#[tokio::test]
async fn a_refusal_at_any_step_ends_with_1_and_names_step_and_reply() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let wrong = ["--auth", "login", "--user", "alice@example.test", "--password", "wrong"];
    let cases: [(&str, Vec<&str>, &str); 4] = [
        ("AUTH", [&LETTER[..], &wrong].concat(), "535 5.7.8"),
        ("RCPT", vec!["--from", LETTER[1], "--to", "nobody@example.test"], "550 5.1.1"),
        ("RCPT", vec!["--from", LETTER[1], "--to", "someone@example.org"], "554 5.7.1"),
        ("DATA", [&LETTER[..], &["--body", "Cheap watches!"]].concat(), "550 5.7.1"),
    ];
    for (step, arguments, reply) in cases {
        let ran = console(postfix.address(), &arguments);
        assert_eq!(ran.code, Some(1), "{step}: {}", ran.printed);
        assert!(ran.printed.contains(&format!("S: {reply}")), "{step}: {}", ran.printed);
        let last = ran.printed.trim_end().lines().last().unwrap_or_default();
        assert!(last.contains(step) && last.contains(&reply[..3]), "{step}: {last:?}");
    }
    assert!(postfix.mailbox("bob@example.test").unwrap().is_empty());
}

#[tokio::test]
async fn one_refused_recipient_among_several_ends_with_1() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let ran = console(postfix.address(), &[&LETTER[..], &["--to", "nobody@example.test"]].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.printed);
    assert!(ran.printed.contains("S: 550 5.1.1 <nobody@example.test>"), "{}", ran.printed);
}

#[test]
fn a_connection_that_fails_ends_with_2() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], net::free_port().unwrap()));
    let ran = console(nobody, &LETTER);
    assert_eq!(ran.code, Some(2), "{}", ran.printed);
    assert!(ran.printed.contains("refused"), "{}", ran.printed);
}

#[test]
fn a_wrong_call_ends_with_64() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], net::free_port().unwrap()));
    let wrong: [&[&str]; 4] = [
        &[],
        &["--from", "alice@example.test"],
        &["--from", "not an address", "--to", "bob@example.test"],
        &["--from", "alice@example.test", "--to", "bob@example.test", "--nonsense"],
    ];
    for arguments in wrong {
        let ran = console(nobody, arguments);
        assert_eq!(ran.code, Some(64), "{arguments:?}: {}", ran.printed);
    }
}

fn console(server: SocketAddr, arguments: &[&str]) -> Ran {
    examples::console(server, arguments).expect("cargo runs")
}

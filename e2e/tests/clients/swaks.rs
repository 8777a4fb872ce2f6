//! swaks: pipelining, and leaving early.

use super::{NOBODY, PASSWORD, TEACHER, USER, as_sent, messages, run};
use e2e::bridge::Bridge;
use std::process::Command;

/// No recipient was accepted.
const NO_RECIPIENT: Option<i32> = Some(24);
/// No mechanism was accepted.
const NO_LOGIN: Option<i32> = Some(28);

/// swaks, about to send its test message.
pub(super) fn sending(bridge: &Bridge, from: &str, to: &[&str]) -> Command {
    let mut swaks = Command::new("swaks");
    swaks.args(["--server", &bridge.practice().to_string(), "--helo", "client.example"]);
    swaks.args(["--from", from, "--to", &to.join(",")]);
    swaks
}

#[tokio::test]
async fn a_pipelined_envelope_is_answered_command_by_command() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let mut swaks = sending(&bridge, USER, &[TEACHER, NOBODY, USER]);
    let ran = run(swaks.args(["--pipeline", "--body", "one\n.two\n..\n.\nend"]));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    // swaks reads the four replies behind the four commands.
    let codes: Vec<_> = ran
        .printed
        .lines()
        .skip_while(|line| !line.starts_with(" -> DATA"))
        .filter_map(|line| line.strip_prefix('<')?.get(3..6))
        .take(5)
        .collect();
    assert_eq!(codes, ["250", "250", "550", "250", "354"], "{}", ran.printed);
    let messages = messages(&bridge).await;
    assert_eq!(messages[0]["to"].as_array().unwrap().len(), 2);
    let sent = as_sent(&bridge, &messages[0]).await;
    assert!(sent.contains("\r\n\r\none\r\n.two\r\n..\r\n.\r\nend\r\n"), "{sent}");
}

/// DATA is on its way before anything is known of the recipients (RFC 2920 §3.1).
#[tokio::test]
async fn a_pipelined_envelope_without_a_recipient_sends_no_mail() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let ran = run(sending(&bridge, USER, &[NOBODY]).arg("--pipeline"));
    assert_eq!(ran.code, NO_RECIPIENT, "{}", ran.printed);
    assert!(ran.printed.contains("<** 554 5.5.1"), "{}", ran.printed);
    assert!(messages(&bridge).await.is_empty());
}

#[tokio::test]
async fn swaks_may_leave_after_any_step_in_a_friendly_way_or_not() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let login = ["--auth", "LOGIN", "--auth-user", USER, "--auth-password", PASSWORD];
    for step in ["CONNECT", "BANNER", "EHLO", "AUTH", "MAIL", "RCPT"] {
        let mut swaks = sending(&bridge, USER, &[TEACHER]);
        let ran = run(swaks.args(login).args(["--quit-after", step]));
        assert_eq!(ran.code, Some(0), "{step}: {}", ran.printed);
        assert!(ran.printed.contains(" -> QUIT\n<-  221 2.0.0"), "{step}: {}", ran.printed);
    }
    for step in ["CONNECT", "BANNER", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"] {
        let mut swaks = sending(&bridge, USER, &[TEACHER]);
        let ran = run(swaks.args(login).args(["--drop-after", step]));
        assert_eq!(ran.code, Some(0), "{step}: {}", ran.printed);
        assert!(!ran.printed.contains(" -> QUIT"), "{step}: {}", ran.printed);
    }
    assert!(messages(&bridge).await.is_empty());
}

#[tokio::test]
async fn before_esmtp_there_was_helo_which_knows_no_enhanced_codes() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let ran = run(sending(&bridge, "<>", &[TEACHER]).args(["--protocol", "SMTP"]));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    assert!(ran.printed.contains(" -> HELO client.example\n<-  250 practice.example\n"));
    assert!(ran.printed.contains(" -> MAIL FROM:<>\n<-  250 Sender ok"), "{}", ran.printed);
    let messages = messages(&bridge).await;
    assert_eq!((&messages[0]["from"], &messages[0]["protocol"]), (&"<>".into(), &"SMTP".into()));
}

#[tokio::test]
async fn a_wrong_password_is_told_to_swaks_by_every_mechanism_it_tries_in_turn() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let login = ["--auth", "--auth-user", USER, "--auth-password", "wrong"];
    let ran = run(sending(&bridge, USER, &[TEACHER]).args(login));
    assert_eq!(ran.code, NO_LOGIN, "{}", ran.printed);
    assert_eq!(ran.printed.matches("<** 535 5.7.8").count(), 3, "{}", ran.printed);
    assert!(ran.printed.contains(" -> QUIT\n<-  221 2.0.0"), "{}", ran.printed);
    assert!(messages(&bridge).await.is_empty());
}

//! curl: sending, and its other commands.

use super::{LETTER, NOBODY, TEACHER, USER, as_sent, letter, messages, run};
use e2e::{artifacts, bridge::Bridge};
use std::{fs, path::Path, process::Command};

/// `CURLE_SEND_ERROR`: a command on the way to the mail data was refused.
const REFUSED: Option<i32> = Some(55);
/// `CURLE_WEIRD_SERVER_REPLY`: a command of its own was refused.
const COMMAND_REFUSED: Option<i32> = Some(8);

/// curl, about to send [`LETTER`].
pub(super) fn sending(bridge: &Bridge, from: &str, to: &[&str]) -> Command {
    sending_file(bridge, from, to, &letter())
}

fn sending_file(bridge: &Bridge, from: &str, to: &[&str], file: &Path) -> Command {
    let mut curl = quiet(bridge);
    curl.args(["--mail-from", from]).args(to.iter().flat_map(|to| ["--mail-rcpt", to]));
    curl.arg("--upload-file").arg(file);
    curl
}

fn quiet(bridge: &Bridge) -> Command {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error"]);
    curl.arg(format!("smtp://{}/client.example", bridge.practice()));
    curl
}

#[tokio::test]
async fn what_curl_uploads_arrives_byte_for_byte_with_its_size() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let ran = run(&mut sending(&bridge, USER, &[TEACHER]));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let messages = messages(&bridge).await;
    assert_eq!(as_sent(&bridge, &messages[0]).await, LETTER);
    assert_eq!(messages[0]["helo"], "client.example");
    let parameters = messages[0]["parameters"].as_array().unwrap();
    assert!(parameters.contains(&format!("SIZE={}", LETTER.len()).into()), "{parameters:?}");
}

/// curl sends a file as it is, and doubles a dot only behind CR LF. Whoever took the dot between bare line feeds
/// for the end would hear a second mail behind it: SMTP smuggling.
#[tokio::test]
async fn a_dot_between_bare_line_feeds_ends_no_mail() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let file = artifacts::path("bare.eml").unwrap();
    let text = "Subject: x\n\none\n.\nMAIL FROM:<evil@example.com>\n..two\nend\n";
    fs::write(&file, text).unwrap();
    for more in [&[][..], &["--crlf"]] {
        let ran = run(sending_file(&bridge, USER, &[TEACHER], &file).args(more));
        assert_eq!(ran.code, Some(0), "{more:?}: {}", ran.printed);
    }
    let [bare, proper] = &messages(&bridge).await[..] else { panic!("two messages") };
    // Its last line is ended as it has to be, before the dot.
    assert_eq!(as_sent(&bridge, bare).await, text.to_owned() + "\r\n");
    assert_eq!(as_sent(&bridge, proper).await, text.replace('\n', "\r\n"));
}

#[tokio::test]
async fn of_several_recipients_a_refused_one_stops_curl_unless_it_may_fail() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let to = [TEACHER, NOBODY, USER];
    let ran = run(&mut sending(&bridge, USER, &to));
    assert_eq!(ran.code, REFUSED, "{}", ran.printed);
    assert!(ran.printed.contains("RCPT failed: 550"), "{}", ran.printed);
    assert!(messages(&bridge).await.is_empty());

    let ran = run(sending(&bridge, USER, &to).arg("--mail-rcpt-allowfails"));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let accepted = [TEACHER, USER].map(|to| format!("<{to}>"));
    assert_eq!(messages(&bridge).await[0]["to"], serde_json::json!(accepted));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_by_the_size_curl_declares() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let file = artifacts::path("too-large.eml").unwrap();
    fs::write(&file, "0123456789\r\n".repeat(1_000_000)).unwrap();
    let ran = run(&mut sending_file(&bridge, USER, &[TEACHER], &file));
    fs::remove_file(file).unwrap();
    assert_eq!(ran.code, REFUSED, "{}", ran.printed);
    assert!(ran.printed.contains("MAIL failed: 552"), "{}", ran.printed);
}

#[tokio::test]
async fn the_sender_of_a_bounce_is_empty_and_the_submitter_may_be_named() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let ran = run(&mut sending(&bridge, "", &[TEACHER]));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    // RFC 4954 §5; curl adds it once it is logged in.
    let login = ["--user", "student@student.example:practice", "--mail-auth", USER];
    let ran = run(sending(&bridge, USER, &[TEACHER]).args(login));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let messages = messages(&bridge).await;
    assert_eq!(messages[0]["from"], "<>");
    let parameters = messages[1]["parameters"].to_string();
    assert!(parameters.contains("AUTH=") && parameters.contains(USER), "{parameters}");
}

#[tokio::test]
async fn curl_verifies_addresses_and_is_helped() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for (arguments, said) in [
        (&["--request", "VRFY student"][..], "250 2.1.5 <student@student.example>"),
        (&["--mail-rcpt", USER], "250 2.1.5 <student@student.example>"),
        (&["--mail-rcpt", "someone@example.org"], "252 2."),
        (&["--request", "HELP"], "MAIL RCPT DATA"),
        (&[], "MAIL RCPT DATA"),
        (&["--request", "NOOP"], "250 2.0.0"),
        (&["--request", "RSET"], "250 2.0.0"),
    ] {
        let ran = run(quiet(&bridge).args(arguments));
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.printed);
        assert!(ran.printed.contains(said), "{arguments:?}: {}", ran.printed);
    }
    for (arguments, code) in [
        (["--mail-rcpt", NOBODY], "550"),
        (["--request", "VRFY nobody@student.example"], "550"),
        (["--request", "EXPN nobody"], "5"),
        (["--request", "NONSENSE"], "500"),
    ] {
        let ran = run(quiet(&bridge).args(arguments));
        assert_eq!(ran.code, COMMAND_REFUSED, "{arguments:?}: {}", ran.printed);
        let said = format!("Command failed: {code}");
        assert!(ran.printed.contains(&said), "{arguments:?}: {}", ran.printed);
    }
}

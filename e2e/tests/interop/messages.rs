//! What is sent arrives, byte for byte, and at those who were accepted.

use super::{ALICE, BOB, CAROL, DAVE, last, peer, walk};
use e2e::{artifacts, peer::Kind};
use serde_json::json;
use std::fs;

/// Dots where they have to be doubled, a dot alone, text that is not ASCII, blanks at the end of lines, what would
/// be commands, empty lines at the end; and the longest line there may be (RFC 5321 §4.5.3.1.6), which its dot
/// makes one byte longer on the wire.
fn message() -> String {
    let longest = format!(".{}x", "长".repeat(332));
    assert_eq!(longest.len(), 998);
    format!(
        "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Dots\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n\
         .one dot\r\n..two\r\n.\r\n...\r\n你好，世界 \u{1f600} \r\n\ttab \t\r\n{longest}\r\n\
         DATA\r\nQUIT\r\n\r\n\r\n"
    )
}

#[tokio::test]
async fn a_message_with_dots_and_chinese_arrives_byte_for_byte() {
    let (file, message) = (artifacts::path("message.eml").unwrap(), message());
    fs::write(&file, &message).unwrap();
    for kind in Kind::ALL {
        let peer = peer(kind, json!({})).await;
        let ran = walk(&peer, &["--message", file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{kind:?}: {}", ran.printed);
        let letter = &peer.letters(1).await.unwrap()[0];
        assert_eq!(String::from_utf8_lossy(&letter.data), message, "{kind:?}");
        assert_eq!((&*letter.sender, &*letter.hello), (ALICE, "student.example"), "{kind:?}");
        assert_eq!(letter.recipients, [BOB], "{kind:?}");
        assert_eq!(letter.user, "", "{kind:?}");
    }
}

/// Larger than any buffer on the way.
#[tokio::test]
async fn a_message_of_some_megabytes_arrives_byte_for_byte() {
    let file = artifacts::path("large.eml").unwrap();
    let message = "Subject: large\r\n\r\n".to_owned() + &".a line with a dot\r\n".repeat(200_000);
    fs::write(&file, &message).unwrap();
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "size": 10_000_000 })).await;
        let ran = walk(&peer, &["--message", file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{kind:?}: {}", last(&ran));
        let letter = &peer.letters(1).await.unwrap()[0];
        assert!(letter.data == message.as_bytes(), "{kind:?}: {} bytes", letter.data.len());
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_behind_its_data_or_before() {
    let file = artifacts::path("too-large.eml").unwrap();
    fs::write(&file, "Subject: x\r\n\r\n".to_owned() + &"0123456789\r\n".repeat(1000)).unwrap();
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "size": 5000 })).await;
        let ran = walk(&peer, &["--message", file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        assert!(last(&ran).contains(": 552 "), "{kind:?}: {}", ran.printed);
        assert!(ran.printed.contains("C: QUIT\nS: 221"), "{kind:?}: {}", ran.printed);
    }
}

#[tokio::test]
async fn a_refused_recipient_does_not_keep_the_mail_from_the_others() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "refuse": [BOB], "defer": [DAVE] })).await;
        let ran = walk(&peer, &["--to", BOB, "--to", CAROL, "--to", DAVE]);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        assert!(last(&ran).contains("RCPT TO: 550 5.1.1 No such user"), "{}", ran.printed);
        assert!(ran.printed.contains("S: 451 4."), "{kind:?}: {}", ran.printed);
        assert_eq!(peer.letters(1).await.unwrap()[0].recipients, [CAROL], "{kind:?}");
    }
}

#[tokio::test]
async fn where_every_recipient_is_refused_no_mail_is_sent() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "refuse": [BOB, CAROL] })).await;
        let ran = walk(&peer, &["--to", BOB, "--to", CAROL]);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        assert!(ran.printed.contains("C: QUIT\nS: 221"), "{kind:?}: {}", ran.printed);
        assert!(!ran.printed.contains("C: DATA"), "{kind:?}: {}", ran.printed);
        assert!(peer.seen("message").is_empty(), "{kind:?}");
    }
}

/// As a bounce has it (RFC 5321 §4.5.5).
#[tokio::test]
async fn an_empty_sender_is_understood() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({})).await;
        let ran = walk(&peer, &["--from", "", "--to", BOB]);
        assert_eq!(ran.code, Some(0), "{kind:?}: {}", ran.printed);
        assert!(ran.printed.contains("C: MAIL FROM:<>"), "{kind:?}: {}", ran.printed);
        assert_eq!(peer.letters(1).await.unwrap()[0].sender, "", "{kind:?}");
    }
}

//! Servers, and walks, that do not go the usual way.

use super::{ALICE, PASSWORD, last, peer, walk};
use e2e::peer::Kind;
use serde_json::json;

#[tokio::test]
async fn a_server_that_refuses_ehlo_is_greeted_with_helo() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "helo_only": true })).await;
        let ran = walk(&peer, &[]);
        assert_eq!(ran.code, Some(0), "{kind:?}: {}", ran.printed);
        for line in ["C: EHLO student.example\nS: 50", "C: HELO student.example\nS: 250"] {
            assert!(ran.printed.contains(line), "{kind:?}: {}", ran.printed);
        }
        assert_eq!(peer.letters(1).await.unwrap()[0].hello, "student.example", "{kind:?}");
    }
}

#[tokio::test]
async fn a_greeting_of_several_lines_is_one_greeting() {
    let greeting = ["peer.example ESMTP", "No spam, please", "Be brief"];
    let peer = peer(Kind::Aiosmtpd, json!({ "greeting": greeting })).await;
    let ran = walk(&peer, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    let whole = "S: 220-peer.example ESMTP\nS: 220-No spam, please\nS: 220 Be brief\nC: EHLO";
    assert!(ran.printed.contains(whole), "{}", ran.printed);
}

#[tokio::test]
async fn a_server_that_turns_clients_away_is_understood() {
    for code in [421, 554] {
        let peer = peer(Kind::SmtpServer, json!({ "turn_away": code })).await;
        let ran = walk(&peer, &[]);
        assert_eq!(ran.code, Some(1), "{code}: {}", ran.printed);
        assert!(ran.printed.contains(&format!("S: {code} No service for you")), "{}", ran.printed);
        assert!(last(&ran).contains(&format!("{code} No service")), "{}", ran.printed);
        assert!(!ran.printed.contains("EHLO"), "{code}: {}", ran.printed);
    }
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_ends_the_walk_where_it_was() {
    for (close_at, step) in
        [("greeting", "the connection"), ("MAIL", "MAIL FROM"), ("DATA", "the mail behind DATA")]
    {
        for kind in Kind::ALL {
            let peer = peer(kind, json!({ "close_at": close_at })).await;
            let ran = walk(&peer, &[]);
            assert_eq!(ran.code, Some(2), "{kind:?}, {close_at}: {}", ran.printed);
            let end = last(&ran);
            assert!(
                end.starts_with(&format!("The connection broke at {step}: ")),
                "{kind:?}, {close_at}: {end}"
            );
            // Whether it arrived is not known; the server did have it.
            assert_eq!(peer.seen("message").len(), usize::from(close_at == "DATA"), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_walk_that_is_to_end_early_sends_no_mail_however_it_leaves() {
    let login = ["--auth", "cram-md5", "--user", ALICE, "--password", PASSWORD];
    for kind in Kind::ALL {
        let peer = peer(kind, json!({})).await;
        let leave = |after: &str, by: &str| {
            let stop = json!({ "stop": { "after": after, "by": by } }).to_string();
            let ran = walk(&peer, &[&login[..], &["--with", &stop]].concat());
            assert_eq!(ran.code, Some(2), "{kind:?}, {after}, {by}: {}", ran.printed);
            ran.printed
        };
        for place in ["greeting", "hello", "auth", "mail", "rcpt"] {
            let printed = leave(place, "quit");
            assert!(printed.contains("C: QUIT\nS: 221"), "{kind:?}, {place}: {printed}");
        }
        for place in ["greeting", "hello", "auth", "mail", "rcpt", "data", "headers", "body"] {
            let printed = leave(place, "drop");
            assert!(!printed.contains("C: QUIT"), "{kind:?}, {place}: {printed}");
        }
        // The server is still there, and has had no mail but this one.
        walk(&peer, &[]);
        assert_eq!(peer.letters(1).await.unwrap().len(), 1, "{kind:?}");
    }
}

//! What the servers offer behind EHLO is read for what it is.

use super::{ALICE, BOB, CAROL, DAVE, entries, last, peer, walk};
use e2e::peer::Kind;
use serde_json::{Value, json};

#[tokio::test]
async fn every_offer_of_aiosmtpd_is_read() {
    let peer = peer(Kind::Aiosmtpd, json!({ "size": 54_321 })).await;
    let offered = offers(&entries(&walk(&peer, &[])));
    assert_eq!(
        offered,
        [
            "SIZE 54321",
            "8BITMIME",
            "SMTPUTF8",
            "AUTH CRAM-MD5 LOGIN OAUTHBEARER PLAIN XOAUTH2",
            "HELP"
        ]
    );
}

#[tokio::test]
async fn every_offer_of_smtp_server_is_read() {
    let peer = peer(Kind::SmtpServer, json!({ "size": 54_321 })).await;
    let offered = offers(&entries(&walk(&peer, &[])));
    assert_eq!(
        offered,
        [
            "PIPELINING",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "DSN",
            "AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2",
            "SIZE 54321"
        ]
    );
}

#[tokio::test]
async fn nothing_that_either_server_says_is_left_unread() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "refuse": [BOB] })).await;
        let ran = walk(&peer, &["--to", BOB, "--to", CAROL]);
        let entries = entries(&ran);
        let steps: Vec<_> = entries
            .iter()
            .filter(|entry| entry["kind"] == "received")
            .filter_map(|entry| Some(format!("{} {}", entry["step"].as_str()?, entry["code"])))
            .collect();
        assert_eq!(
            steps,
            [
                "greeting 220",
                "hello 250",
                "mail 250",
                "rcpt 550",
                "rcpt 250",
                "data 354",
                "final-dot 250",
                "quit 221"
            ],
            "{kind:?}"
        );
        for part in entries.iter().flat_map(|entry| entry["parts"].as_array().unwrap()) {
            assert_ne!(part["field"], "unparsed", "{kind:?}: {part} in {}", ran.printed);
        }
    }
}

/// RFC 2920 §3.1: what may share a segment does, and each reply is matched to its command.
#[tokio::test]
async fn an_envelope_goes_in_one_where_pipelining_is_offered_and_only_there() {
    let arguments = ["--with", r#"{"pipelining": true}"#, "--to", CAROL, "--to", BOB, "--to", DAVE];
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "refuse": [BOB] })).await;
        let ran = walk(&peer, &arguments);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        // The commands without their parameters, up to the first reply.
        let lines = ran.printed.lines().skip_while(|line| !line.starts_with("C: MAIL"));
        let together = lines.take_while(|line| line.starts_with("C: "));
        let together: Vec<_> = together.filter_map(|line| line[3..].split('>').next()).collect();
        let mail = format!("MAIL FROM:<{ALICE}");
        let [one, two, three] = [CAROL, BOB, DAVE].map(|to| format!("RCPT TO:<{to}"));
        match kind {
            Kind::Aiosmtpd => assert_eq!(together, [mail], "{}", ran.printed),
            Kind::SmtpServer => {
                assert_eq!(together, [&mail, &one, &two, &three, "DATA"], "{}", ran.printed);
            }
        }
        assert!(last(&ran).contains("RCPT TO: 550 5.1.1"), "{kind:?}: {}", ran.printed);
        assert_eq!(peer.letters(1).await.unwrap()[0].recipients, [CAROL, DAVE], "{kind:?}");
    }
}

#[tokio::test]
async fn data_on_its_way_behind_refused_recipients_sends_no_mail() {
    let peer = peer(Kind::SmtpServer, json!({ "refuse": [BOB, CAROL] })).await;
    let ran = walk(&peer, &["--with", r#"{"pipelining": true}"#, "--to", BOB, "--to", CAROL]);
    assert_eq!(ran.code, Some(1), "{}", ran.printed);
    assert!(ran.printed.contains("C: DATA\nS: 250 "), "{}", ran.printed);
    assert!(ran.printed.contains("S: 503 5.5.1 Error: need RCPT"), "{}", ran.printed);
    assert!(ran.printed.contains("C: QUIT\nS: 221"), "{}", ran.printed);
    assert!(peer.seen("message").is_empty());
}

/// The program itself does not speak TLS: it ends where that would begin.
#[tokio::test]
async fn starttls_is_used_where_it_is_offered_and_wanted() {
    let usual = (Some(0), "S: 250 SIZE 1000000\nC: MAIL FROM:");
    let upgraded = (Some(64), "C: STARTTLS\nS: 220 ");
    let given_up = (Some(2), "S: 250 SIZE 1000000\nC: QUIT");
    for (offered, wanted, (code, said)) in [
        (true, "none", usual),
        (true, "opportunistic", upgraded),
        (true, "required", upgraded),
        (false, "opportunistic", usual),
        (false, "required", given_up),
    ] {
        let peer = peer(Kind::SmtpServer, json!({ "starttls": offered })).await;
        let ran = walk(&peer, &["--with", &json!({ "security": wanted }).to_string()]);
        assert_eq!(ran.code, code, "{offered}, {wanted}: {}", ran.printed);
        assert!(ran.printed.contains(said), "{offered}, {wanted}: {}", ran.printed);
        assert_eq!(ran.printed.contains("S: 250-STARTTLS\n"), offered, "{}", ran.printed);
        assert_eq!(ran.printed.contains("MAIL FROM"), code == Some(0), "{}", ran.printed);
    }
}

/// The keywords with their parameters, from the fields of the reply to EHLO.
fn offers(entries: &[Value]) -> Vec<String> {
    let hello = |entry: &&Value| entry["kind"] == "received" && entry["step"] == "hello";
    let parts = entries.iter().find(hello).unwrap()["parts"].as_array().unwrap();
    let mut offers: Vec<String> = Vec::new();
    for part in parts {
        let (field, text) = (part["field"].as_str().unwrap(), part["text"].as_str().unwrap());
        match (field, offers.last_mut()) {
            ("extension-keyword", _) => offers.push(text.to_owned()),
            ("extension-parameter" | "mechanism" | "size", Some(offer)) => {
                *offer += " ";
                *offer += text;
            }
            _ => {}
        }
    }
    offers
}

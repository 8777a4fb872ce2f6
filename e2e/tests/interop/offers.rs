//! What the servers offer behind EHLO is read for what it is.

use super::{entries, peer, walk};
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
        let peer = peer(kind, json!({ "refuse": ["bob@example.test"] })).await;
        let ran = walk(&peer, &["--to", "bob@example.test", "--to", "carol@example.test"]);
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

//! Logging in, by every mechanism that the servers know or were taught.

use super::{ALICE, BOB, PASSWORD, last, peer, walk};
use e2e::peer::Kind;
use serde_json::json;

/// Mechanisms as the program is told them, with how it begins each. LOGIN's questions differ: `Username:` and
/// `Password:` at the one, `User Name` and `Password` with a NUL behind each at the other.
const KNOWN: [(Kind, &[(&str, &str)]); 2] = [
    (
        Kind::Aiosmtpd,
        &[
            ("login", "C: AUTH LOGIN"),
            ("plain", "C: AUTH PLAIN "),
            ("cram-md5", "C: AUTH CRAM-MD5"),
            ("xoauth2", "C: AUTH XOAUTH2 "),
            ("oauthbearer", "C: AUTH OAUTHBEARER "),
        ],
    ),
    (
        Kind::SmtpServer,
        &[
            ("login", "C: AUTH LOGIN"),
            ("plain", "C: AUTH PLAIN "),
            ("cram-md5", "C: AUTH CRAM-MD5"),
            ("xoauth2", "C: AUTH XOAUTH2 "),
        ],
    ),
];

/// The password, in all the forms that it can be read from where it is printed.
const SECRETS: [&str; 3] =
    [PASSWORD, "Y29ycmVjdC1ob3JzZQ", "AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0LWhvcnNl"];

#[tokio::test]
async fn every_mechanism_of_both_servers_logs_in_and_no_password_is_printed() {
    for (kind, mechanisms) in KNOWN {
        let peer = peer(kind, json!({ "login_required": true })).await;
        for (mechanism, command) in mechanisms {
            let ran = walk(&peer, &["--auth", mechanism, "--user", ALICE, "--password", PASSWORD]);
            assert_eq!(ran.code, Some(0), "{kind:?}, {mechanism}: {}", ran.printed);
            assert!(ran.printed.contains("S: 235 "), "{kind:?}, {mechanism}: {}", ran.printed);
            assert!(ran.printed.contains(command), "{kind:?}, {mechanism}: {}", ran.printed);
            for secret in SECRETS {
                assert!(!ran.printed.contains(secret), "{kind:?}, {mechanism}: {}", ran.printed);
            }
        }
        let letters = peer.letters(mechanisms.len()).await.unwrap();
        assert!(letters.iter().all(|letter| letter.user == ALICE), "{letters:?}");
        let logins = peer.seen("login");
        let used: Vec<_> = logins.iter().filter_map(|login| login["mechanism"].as_str()).collect();
        let asked: Vec<_> = mechanisms.iter().map(|(name, _)| name.to_uppercase()).collect();
        assert_eq!(used, asked, "{kind:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_every_mechanism_and_the_walk_says_so() {
    for (kind, mechanisms) in KNOWN {
        let peer = peer(kind, json!({ "login_required": true })).await;
        for (mechanism, _) in mechanisms {
            let ran = walk(&peer, &["--auth", mechanism, "--user", ALICE, "--password", "wrong"]);
            assert_eq!(ran.code, Some(1), "{kind:?}, {mechanism}: {}", ran.printed);
            assert!(last(&ran).contains("AUTH: 535"), "{kind:?}, {mechanism}: {}", ran.printed);
            // It leaves as one should.
            assert!(ran.printed.contains("C: QUIT\nS: 221"), "{kind:?}: {}", ran.printed);
        }
        let logins = peer.seen("login");
        assert_eq!(logins.len(), mechanisms.len(), "{kind:?}: {logins:?}");
        assert!(logins.iter().all(|login| login["accepted"] == false), "{kind:?}: {logins:?}");
        assert!(peer.seen("message").is_empty());
    }
}

/// To a refused token belongs a question whose answer says nothing: an empty line in XOAUTH2, ^A in OAUTHBEARER
/// (RFC 7628 §3.2.3). Only behind it comes 535.
#[tokio::test]
async fn a_refused_token_is_answered_as_its_mechanism_wants() {
    let peer = peer(Kind::Aiosmtpd, json!({})).await;
    for mechanism in ["xoauth2", "oauthbearer"] {
        walk(&peer, &["--auth", mechanism, "--user", ALICE, "--password", "expired"]);
    }
    let answers: Vec<_> = peer.seen("answer").iter().map(|event| event["text"].clone()).collect();
    assert_eq!(answers, ["", "\u{1}"]);
}

#[tokio::test]
async fn the_strongest_of_the_mechanisms_offered_is_taken() {
    let strongest = ["--auth", "strongest", "--user", ALICE, "--password", PASSWORD];
    for (kind, options, taken) in [
        (Kind::Aiosmtpd, json!({}), "CRAM-MD5"),
        (Kind::Aiosmtpd, json!({ "without": ["CRAM-MD5", "XOAUTH2", "OAUTHBEARER"] }), "PLAIN"),
        (Kind::SmtpServer, json!({}), "CRAM-MD5"),
        (Kind::SmtpServer, json!({ "mechanisms": ["LOGIN"] }), "LOGIN"),
    ] {
        let peer = peer(kind, options.clone()).await;
        let ran = walk(&peer, &strongest);
        assert_eq!(ran.code, Some(0), "{kind:?}, {options}: {}", ran.printed);
        assert_eq!(peer.seen("login")[0]["mechanism"], taken, "{kind:?}, {options}");
    }
}

#[tokio::test]
async fn a_mechanism_that_is_not_there_is_refused_and_nothing_else_is_tried() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({})).await;
        let ran =
            walk(&peer, &["--auth", "scram-sha-256", "--user", ALICE, "--password", PASSWORD]);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        assert!(last(&ran).contains("AUTH: 50"), "{kind:?}: {}", ran.printed);
        assert!(peer.seen("login").is_empty() && peer.seen("message").is_empty(), "{kind:?}");
    }
}

#[tokio::test]
async fn without_the_login_it_wants_a_server_refuses_the_sender() {
    for kind in Kind::ALL {
        let peer = peer(kind, json!({ "login_required": true })).await;
        let ran = walk(&peer, &["--to", BOB]);
        assert_eq!(ran.code, Some(1), "{kind:?}: {}", ran.printed);
        assert!(last(&ran).contains("MAIL FROM: 530 5.7.0"), "{kind:?}: {}", ran.printed);
    }
}

//! Every mechanism in a whole walk, the choice among them, and the ways out of an exchange.

use crate::pair::{At, Pair, Scripted, lab};
use protocol::anatomy::Field;
use protocol::auth::Speaker::{Client, Server};
use protocol::auth::{ChannelBinding, Credentials, GiveUp, MECHANISMS, Mechanism, Protection};
use protocol::client::{Caution, Login, Setup, Status, Step};
use protocol::server::{Config, Tls};
use protocol::smtp::command::Verb;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The lab with a login by this mechanism, and with this password or token.
fn by(mechanism: Option<&'static Mechanism>, password: &str) -> Setup {
    let credentials =
        Credentials { user: "student@student.example".into(), password: password.into() };
    Setup { login: Some(Login { mechanism, credentials, public: true }), ..lab() }
}

/// A practice server that offers everything, inside TLS that knows the student's certificate.
fn over_tls(setup: Setup) -> Pair {
    let config = Config { mechanisms: MECHANISMS.to_vec(), ..Config::default() };
    let binding = ChannelBinding { kind: "tls-exporter".into(), data: b"both know this".to_vec() };
    let identity = Some("student@student.example".to_owned());
    let tls = Tls { binding: Some(binding), identity };
    Pair::practice_over_tls(setup, config, tls)
}

fn login_status(pair: &Pair) -> Vec<(Step, Status)> {
    let steps = pair.client.progress().iter().map(|record| (record.step, record.status));
    steps.filter(|(step, _)| matches!(step, Step::Auth | Step::AuthResponse(_))).collect()
}

#[test]
fn each_mechanism_logs_in_by_the_turns_it_was_planned_with() {
    for mechanism in MECHANISMS {
        let mut pair = over_tls(by(Some(mechanism), "practice"));
        let planned = login_status(&pair).len();
        pair.press_until(Step::Mail);
        assert!(pair.client.is_authenticated(), "{}", mechanism.name);
        let steps = login_status(&pair);
        assert_eq!(steps.len(), planned, "{}", mechanism.name);
        assert!(
            steps.iter().all(|(_, status)| matches!(status, Status::Done(_))),
            "{}: {steps:?}",
            mechanism.name
        );
    }
}

#[test]
fn a_wrong_secret_is_refused_whatever_the_mechanism() {
    let secret = |known: &&&Mechanism| known.protection < Protection::Outside;
    for mechanism in MECHANISMS.iter().filter(secret).filter(|it| it.name != "ANONYMOUS") {
        let mut pair = over_tls(by(Some(mechanism), "wrong"));
        pair.press_until(Step::Quit);
        assert!(!pair.client.is_authenticated(), "{}", mechanism.name);
        let refused = login_status(&pair)
            .iter()
            .any(|(_, status)| matches!(status, Status::Refused(code) if code.number() == 535));
        assert!(refused, "{}: {:?}", mechanism.name, login_status(&pair));
    }
}

#[test]
fn the_strongest_that_is_offered_is_chosen_and_the_plan_follows() {
    let mut pair = Pair::practice(by(None, "practice"), Config::default());
    assert_eq!(login_status(&pair), [(Step::Auth, Status::Ahead)], "the offer is not known yet");
    pair.press();
    assert_eq!(pair.client.mechanism().map(|it| it.name), Some("SCRAM-SHA-256"));
    assert_eq!(login_status(&pair).len(), 3);
    assert!(pair.proposed_line().starts_with("AUTH SCRAM-SHA-256 "));
    pair.press_until(Step::Mail);
    assert!(pair.client.is_authenticated());

    let mut pair = over_tls(by(None, "practice"));
    pair.press();
    assert_eq!(pair.client.mechanism().map(|it| it.name), Some("SCRAM-SHA-256-PLUS"));
}

#[test]
fn where_nothing_known_is_offered_the_oldest_is_tried_and_that_is_said() {
    let script =
        Scripted::saying(&[(At::Command(Verb::Ehlo), "250-mx.example.com\r\n250 AUTH GSSAPI")]);
    let mut pair = Pair::scripted(by(None, "practice"), script);
    pair.press();
    let proposal = pair.proposal().unwrap();
    assert_eq!(pair.proposed_line(), "AUTH LOGIN\r\n");
    assert!(proposal.cautions.contains(&Caution::MechanismNotOffered));
}

#[test]
fn why_a_token_was_refused_is_read_before_the_refusal_comes() {
    let mut pair = over_tls(by(Mechanism::named("XOAUTH2"), "expired"));
    pair.press_until(Step::AuthResponse(1));
    assert_eq!(pair.proposed_line(), "\r\n");
    pair.press();
    assert_eq!(pair.proposed(), Some(Step::Quit));
    assert_eq!(pair.code(Step::Auth), Some(535));
}

#[test]
fn a_server_that_cannot_prove_itself_is_left_with_the_reason() {
    // It knows the nonce, as everybody on the way does, and makes up the rest.
    let script = Scripted::saying(&[
        (At::Command(Verb::Ehlo), "250-mx.example.com\r\n250 AUTH SCRAM-SHA-256"),
        (At::Command(Verb::Auth), &challenge("r=not-so-randomserver,s=QSXCR+Q6sek8bf92,i=4096")),
        (At::Response, &challenge("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")),
        (At::Response, "501 5.7.0 cancelled"),
    ]);
    let mut pair = Pair::scripted(by(Mechanism::named("SCRAM-SHA-256"), "practice"), script);
    pair.press_until(Step::AuthResponse(2));
    let proposal = pair.proposal().unwrap();
    assert_eq!(pair.proposed_line(), "*\r\n");
    assert_eq!(proposal.cautions, [Caution::GivesUp(GiveUp::ServerUnproven)]);
    pair.press();
    assert!(!pair.client.is_authenticated());
    assert_eq!(pair.proposed(), Some(Step::Quit));
}

#[test]
fn a_mechanism_that_needs_tls_says_so_before_it_is_tried_without() {
    let mut pair =
        Pair::practice(by(Mechanism::named("SCRAM-SHA-256-PLUS"), "practice"), Config::default());
    pair.press_until(Step::Auth);
    let cautions = pair.proposal().unwrap().cautions;
    assert!(cautions.contains(&Caution::MechanismNotOffered), "{cautions:?}");
    assert!(cautions.contains(&Caution::GivesUp(GiveUp::NoChannelBinding)), "{cautions:?}");
}

#[test]
fn a_password_that_is_put_right_within_the_exchange_is_the_one_that_counts() {
    let mut pair = Pair::practice(by(Mechanism::named("CRAM-MD5"), "wrong"), Config::default());
    pair.press_until(Step::AuthResponse(0));
    pair.client.revise(by(Mechanism::named("CRAM-MD5"), "practice"));
    pair.press();
    assert!(pair.client.is_authenticated());
}

#[test]
fn what_both_sides_say_inside_their_base64_is_found_again_with_its_parts() {
    let mut pair = over_tls(by(Mechanism::named("SCRAM-SHA-256"), "practice"));
    pair.press_until(Step::Mail);
    let connection = pair.client.transcript().current().unwrap();
    let said: Vec<_> =
        (0..connection.entries().len()).filter_map(|it| connection.sasl_message(it)).collect();
    let turns: Vec<_> = said.iter().map(|it| (it.speaker, it.n)).collect();
    assert_eq!(turns, [(Client, 0), (Server, 1), (Client, 1), (Server, 2), (Client, 2)]);
    for message in said {
        let named = message.spans().iter().all(|span| span.field != Field::Unparsed);
        assert!(named, "{:?}", message.spans());
    }
}

fn challenge(text: &str) -> String {
    format!("334 {}", protocol::auth::encode(text.as_bytes()))
}

#[test]
fn a_practice_server_that_offers_no_mechanism_does_not_know_auth() {
    let config = Config { mechanisms: Vec::new(), ..Config::default() };
    let mut pair = Pair::practice(by(Mechanism::named("LOGIN"), "practice"), config);
    pair.press();
    assert!(pair.client.capabilities().iter().all(|it| it.keyword != "AUTH"));
    pair.press();
    assert_eq!(pair.code(Step::Auth), Some(502));
}

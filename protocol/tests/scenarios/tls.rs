//! Going over to TLS: when it is asked for, what is forgotten, and what must not come in between.

use crate::pair::{At, Pair, Peer, Scripted, lab, without_login};
use protocol::anatomy::Content;
use protocol::auth::{MECHANISMS, Mechanism};
use protocol::client::{
    Caution, Client, CommitError, Ending, Event, Next, Security, Setup, State, Status, Step,
};
use protocol::server::{self, Config, StartTls, Tls};
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
use protocol::smtp::reply::ReplyError;
use protocol::transcript::Item;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &[&str] = &["<teacher@practice.example>"];

fn secured(security: Security) -> Setup {
    Setup { security, ..without_login(TEACHER) }
}

fn offering_starttls() -> Config {
    Config { starttls: StartTls::Offered, ..Config::default() }
}

/// A server that offers STARTTLS and says this to it.
fn answering_starttls(reply: &str) -> Scripted {
    Scripted::saying(&[
        (At::Command(Verb::Ehlo), "250-mx.example.com\r\n250-AUTH PLAIN\r\n250 STARTTLS"),
        (At::Command(Verb::StartTls), reply),
    ])
}

#[test]
fn starttls_is_taken_up_and_everything_before_it_forgotten() {
    let setup = Setup { security: Security::Required, ..lab() };
    let mut pair = Pair::practice(setup, offering_starttls());
    pair.press_until(Step::StartTls);
    assert!(pair.client.capabilities().get(Extension::StartTls).is_some());
    pair.press();
    assert_eq!(pair.code(Step::StartTls), Some(220));
    assert_eq!(pair.status(Step::Handshake), Status::Done(None));
    assert_eq!(pair.client.state(), State::Greeted);
    assert!(pair.client.capabilities().is_empty(), "what was offered in plain text counts no more");
    assert!(pair.client.tls().is_some());

    assert_eq!(pair.proposed(), Some(Step::HelloOverTls), "the server has forgotten the client");
    pair.press();
    assert!(pair.client.capabilities().get(Extension::StartTls).is_none(), "once is enough");
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(250));
    assert_eq!(pair.delivered().len(), 1);
    let transcript = pair.client.transcript().current().unwrap();
    let upgrades = transcript.entries().iter().filter(|it| matches!(it.item, Item::Upgraded(_)));
    assert_eq!(upgrades.count(), 1);
}

#[test]
fn every_kind_of_security_plans_its_own_steps() {
    let tls = |client: &Client| -> Vec<Step> {
        let steps = client.progress().iter().map(|record| record.step);
        let is_tls =
            |step: &Step| matches!(step, Step::StartTls | Step::Handshake | Step::HelloOverTls);
        steps.filter(is_tls).collect()
    };
    let all = vec![Step::StartTls, Step::Handshake, Step::HelloOverTls];
    for (security, without, with) in [
        (Security::None, vec![], vec![]),
        (Security::Opportunistic, vec![], all.clone()),
        (Security::Required, all.clone(), all.clone()),
        (Security::Verified, all.clone(), all.clone()),
    ] {
        assert_eq!(tls(&Client::new(secured(security))).is_empty(), security == Security::None);
        for (starttls, planned) in [(StartTls::No, &without), (StartTls::Offered, &with)] {
            let config = Config { starttls, ..Config::default() };
            let mut pair = Pair::practice(secured(security), config);
            pair.press();
            assert_eq!(&tls(&pair.client), planned, "{security:?}, {starttls:?}");
        }
    }
    let implicit = Client::new(secured(Security::Implicit));
    let steps: Vec<_> = implicit.progress().iter().map(|record| record.step).collect();
    assert_eq!(steps[1..4], [Step::Connect, Step::Handshake, Step::Greeting]);
}

#[test]
fn implicit_tls_comes_before_the_greeting() {
    let mut pair =
        Pair::practice_over_tls(secured(Security::None), offering_starttls(), Tls::default());
    assert_eq!(pair.status(Step::Handshake), Status::Done(None));
    assert_eq!(pair.code(Step::Greeting), Some(220));
    pair.press();
    assert!(pair.client.capabilities().get(Extension::StartTls).is_none());
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn opportunistic_goes_on_in_plain_text_where_there_is_no_tls() {
    let refusal = "454 4.7.0 TLS not available at the moment";
    for mut pair in [
        Pair::practice(secured(Security::Opportunistic), Config::default()),
        Pair::scripted(secured(Security::Opportunistic), answering_starttls(refusal)),
    ] {
        let steps = pair.press_on();
        assert!(steps.contains(&Step::Mail) && pair.client.tls().is_none());
        assert_eq!(pair.delivered().len(), 1);
    }
}

#[test]
fn without_required_tls_the_walk_leaves_and_says_why() {
    let refusal = "454 4.7.0 TLS not available at the moment";
    for mut pair in [
        Pair::practice(secured(Security::Required), Config::default()),
        Pair::scripted(secured(Security::Required), answering_starttls(refusal)),
        Pair::practice(secured(Security::Verified), Config::default()),
    ] {
        pair.press_until(Step::Quit);
        assert_eq!(pair.proposal().unwrap().cautions, [Caution::TlsNotToBeHad]);
        assert_eq!(pair.status(Step::Mail), Status::Ahead);
        pair.type_line("MAIL FROM:<a@example.com>");
        assert_eq!(pair.code(Step::Mail), Some(250), "a person may go on all the same");
    }
}

#[test]
fn a_server_that_requires_tls_offers_no_login_before_it() {
    let config = Config { starttls: StartTls::Required, ..Config::default() };
    let plain = Mechanism::named("PLAIN");
    let mut login = lab().login.unwrap();
    login.mechanism = plain;
    let setup = Setup { security: Security::None, login: Some(login), ..lab() };
    let mut pair = Pair::practice(setup.clone(), config.clone());
    pair.press();
    assert!(pair.client.capabilities().get(Extension::Auth).is_none());
    for line in ["AUTH PLAIN", "MAIL FROM:<student@student.example>"] {
        pair.type_line(line);
        let reply = pair.client.transcript().current().unwrap().entries().last().unwrap();
        let Item::Received { reply, .. } = &reply.item else { panic!("{line}: {reply:?}") };
        assert_eq!(reply.wire(), "530 5.7.0 Encryption required: send STARTTLS first\r\n");
    }

    let mut pair = Pair::practice(Setup { security: Security::Required, ..setup }, config);
    pair.press_on();
    assert_eq!((pair.code(Step::Auth), pair.delivered().len()), (Some(235), 1));
}

#[test]
fn a_login_before_starttls_is_forgotten_at_both_ends() {
    let mut pair = Pair::practice(lab(), offering_starttls());
    pair.press_until(Step::Mail);
    assert!(pair.client.is_authenticated());
    pair.type_line("STARTTLS");
    assert!(!pair.client.is_authenticated(), "it was said where others could have said it");
    assert_eq!(pair.proposed(), Some(Step::Hello));
    pair.press();
    pair.type_line("RCPT TO:<b@example.com>");
    pair.type_line("MAIL FROM:<student@student.example>");
    pair.type_line("RCPT TO:<b@example.com>");
    let entries = pair.client.transcript().current().unwrap().entries();
    let Item::Received { reply, .. } = &entries.last().unwrap().item else { panic!("a reply") };
    assert!(reply.wire().starts_with(b"554 5.7.1 Relay"), "{reply:?}");
}

#[test]
fn a_password_is_warned_of_in_plain_text_and_at_an_unverified_server() {
    let mut login = lab().login.unwrap();
    (login.public, login.mechanism) = (false, Mechanism::named("PLAIN"));
    let setup = Setup { login: Some(login), ..lab() };
    let cautions = |security, verified| {
        let setup = Setup { security, ..setup.clone() };
        let mut pair = Pair::practice(setup, offering_starttls());
        pair.verifies = verified;
        pair.press_until(Step::Auth);
        pair.proposal().unwrap().cautions
    };
    assert_eq!(cautions(Security::None, true), [Caution::PasswordInClear]);
    assert_eq!(cautions(Security::Required, false), [Caution::PasswordToUnverified]);
    assert_eq!(cautions(Security::Required, true), []);
    assert_eq!(cautions(Security::Verified, true), []);
}

#[test]
fn every_real_login_is_warned_of_where_nobody_vouches_for_the_server() {
    let cautions = |mechanism: &str, public, security, verified| {
        let mut login = lab().login.unwrap();
        (login.public, login.mechanism) = (public, Mechanism::named(mechanism));
        let config = Config { mechanisms: MECHANISMS.to_vec(), ..offering_starttls() };
        let setup = Setup { security, login: Some(login), ..lab() };
        let mut pair = Pair::practice(setup, config);
        pair.verifies = verified;
        pair.press_until(Step::Auth);
        let mut cautions = pair.proposal().unwrap().cautions;
        cautions.retain(|caution| caution.risks_login());
        cautions
    };
    for name in ["LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "EXTERNAL"] {
        let at_start = |public, security, verified| cautions(name, public, security, verified);
        let (none, tls) = (Security::None, Security::Required);
        assert_eq!(at_start(false, tls, false), [Caution::LoginToUnverified], "{name}");
        assert_eq!(at_start(true, tls, false), [], "{name}: everybody knows a practice account");
        assert_eq!(at_start(false, tls, true), [], "{name}");
        assert_eq!(at_start(false, none, true), [], "{name}: its secret is not read from this");
    }
    assert_eq!(
        cautions("PLAIN", false, Security::Required, false),
        [Caution::PasswordToUnverified]
    );
}

#[test]
fn what_is_typed_is_warned_of_by_what_it_means_there() {
    let setup = Setup { security: Security::Required, ..lab() };
    let mut pair = Pair::practice(setup, offering_starttls());
    pair.press_until(Step::Auth);
    let caution = |pair: &Pair, line: &str, verified| {
        Caution::of_login(&pair.client.consider(Content::typed_line(line)), verified)
    };
    for (line, in_clear, unverified) in [
        ("NOOP", None, None),
        ("AUTH LOGIN", None, Some(Caution::LoginToUnverified)),
        ("auth cram-md5", None, Some(Caution::LoginToUnverified)),
        (
            "AUTH PLAIN:AHRpbQBvdGhlcg==",
            Some(Caution::PasswordInClear),
            Some(Caution::PasswordToUnverified),
        ),
    ] {
        assert_eq!(caution(&pair, line, None), in_clear, "{line}");
        assert_eq!(caution(&pair, line, Some(false)), unverified, "{line}");
        assert_eq!(caution(&pair, line, Some(true)), None, "{line}");
    }
    pair.press_until(Step::AuthResponse(1));
    assert_eq!(caution(&pair, "a slip", None), Some(Caution::PasswordInClear));
    assert_eq!(caution(&pair, "*", None), None);
}

#[test]
fn where_only_a_verified_certificate_will_do_the_walk_leaves_without_one() {
    let mut pair = Pair::practice(secured(Security::Verified), offering_starttls());
    pair.verifies = false;
    pair.press_until(Step::Quit);
    assert_eq!(pair.proposal().unwrap().cautions, [Caution::NotVerified]);
    assert_eq!(pair.status(Step::HelloOverTls), Status::Ahead, "nothing was said inside");

    let mut pair = Pair::practice(secured(Security::Verified), offering_starttls());
    pair.verifies = true;
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn plain_text_behind_the_reply_to_starttls_stops_the_walk() {
    let injected = "220 2.0.0 go ahead\r\n250 AUTH PLAIN is fine, and so am I";
    for segment in [1, 7, usize::MAX] {
        let script = answering_starttls(injected);
        let mut pair = Pair::new(secured(Security::Required), Peer::Scripted(script));
        (pair.segment, pair.handshakes) = (segment, false);
        pair.connect();
        pair.pump();
        pair.press_until(Step::StartTls);
        pair.press();
        assert_eq!(pair.client.state(), State::Broken, "{segment}");
        assert_eq!(pair.events.last(), Some(&Event::Broken(ReplyError::BehindStartTls)));
        let entries = pair.client.transcript().current().unwrap().entries();
        let Item::Broken { bytes, .. } = &entries.last().unwrap().item else { panic!("kept") };
        assert_eq!(bytes, b"250 AUTH PLAIN is fine, and so am I\r\n");
        assert!(pair.client.tls().is_none());
    }
}

#[test]
fn what_is_typed_behind_starttls_is_refused_by_the_server_and_owed_no_reply() {
    let mut pair = Pair::practice(secured(Security::None), offering_starttls());
    pair.press();
    pair.type_raw("STARTTLS\r\nMAIL FROM:<a@example.com>\r\n");
    let Peer::Practice { server, .. } = &pair.peer else { unreachable!() };
    assert_eq!(server.state(), server::State::Closed);
    assert!(pair.client.state().is_over(), "{:?}", pair.client.state());
    assert!(pair.received.ends_with(
        b"421 4.7.0 practice.example got plain text where TLS should begin, closing connection\r\n"
    ));
    assert_eq!(pair.status(Step::Mail), Status::Ahead);
}

#[test]
fn nothing_is_sent_while_the_handshake_is_under_way() {
    let mut pair = Pair::practice(secured(Security::Required), offering_starttls());
    pair.handshakes = false;
    pair.press_until(Step::StartTls);
    pair.press();
    assert_eq!(pair.client.next(), Next::UpgradeTls);
    assert_eq!(pair.status(Step::Handshake), Status::Waiting);
    let typed = protocol::anatomy::Content::typed_line("EHLO student.example");
    assert_eq!(pair.client.commit(pair.now, typed), Err(CommitError::TlsUnderWay));
    pair.end(Ending::Truncated);
    assert_eq!(pair.status(Step::Handshake), Status::Failed);
    assert_eq!(pair.client.next(), Next::Over);
}

#[test]
fn starttls_out_of_order_or_twice_is_refused() {
    let mut pair = Pair::practice(secured(Security::None), offering_starttls());
    let codes = |pair: &Pair| -> Vec<u16> {
        let entries = pair.client.transcript().current().unwrap().entries();
        let code = |item: &Item| match item {
            Item::Received { reply, .. } => Some(reply.code().number()),
            _ => None,
        };
        entries.iter().filter_map(|entry| code(&entry.item)).collect()
    };
    for line in [
        "STARTTLS",
        "EHLO a.example",
        "STARTTLS now",
        "MAIL FROM:<a@example.com>",
        "STARTTLS",
        "RSET",
        "STARTTLS",
        "EHLO a.example",
        "STARTTLS",
    ] {
        pair.type_line(line);
    }
    assert_eq!(codes(&pair), [220, 503, 250, 501, 250, 503, 250, 220, 250, 503]);
    assert!(pair.client.tls().is_some());
}

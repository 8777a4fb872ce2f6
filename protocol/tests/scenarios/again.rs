//! A walk of several connections: why one more makes sense, and what must not reach from one into the next.

use crate::pair::{At, Pair, Peer, START, Scripted, lab, without_login};
use protocol::auth::Nonce;
use protocol::client::{Ending, Next, State, Status, Step, WhyAgain};
use protocol::secrets::Secrets;
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
use protocol::smtp::status::ReplyCode;
use protocol::transcript::Target;
use protocol::tunnel::{FailureReason, TunnelEvent};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Connects again, to the same server.
fn again(pair: &mut Pair) {
    let Peer::Scripted(script) = &mut pair.peer else { panic!("it is scripted") };
    script.again();
    pair.connect();
    pair.pump();
}

/// Takes up what the client would try next, after the wait.
fn take_up(pair: &mut Pair) -> WhyAgain {
    let again = pair.client.again().expect("another connection makes sense");
    let why = again.why;
    pair.wait(again.wait);
    let Peer::Scripted(script) = &mut pair.peer else { panic!("it is scripted") };
    script.again();
    pair.connect_again(again);
    pair.pump();
    why
}

/// Connections to a host with these addresses that all fail for this reason, for as long as the client would
/// try another.
fn failing(
    addresses: &[&str],
    reason: FailureReason,
) -> (Pair, Vec<(WhyAgain, Target, Option<IpAddr>)>) {
    let addresses: Vec<IpAddr> = addresses.iter().map(|it| it.parse().unwrap()).collect();
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::polite()));
    pair.begin();
    let mut tried = Vec::new();
    let mut address = addresses[0];
    loop {
        for told in [
            TunnelEvent::Resolved { addresses: addresses.clone() },
            TunnelEvent::Connecting { address: SocketAddr::new(address, 25).to_string() },
            TunnelEvent::Failed { reason, detail: String::new() },
        ] {
            pair.client.transport(pair.now, told);
        }
        pair.end(Ending::NeverOpened);
        let Some(again) = pair.client.again() else { return (pair, tried) };
        tried.push((again.why, again.target.clone(), again.address));
        address = again.address.unwrap_or(addresses[0]);
        pair.client.begin_again(pair.now, again, Nonce::known());
    }
}

#[test]
fn a_message_put_off_is_delivered_over_a_second_connection() {
    let greylisted = [(At::Command(Verb::Rcpt), "451 4.7.1 greylisted, come again in 15 minutes")];
    let mut pair = Pair::scripted(lab(), Scripted::saying(&greylisted));
    pair.press_on();
    assert_eq!((pair.client.state(), pair.delivered().len()), (State::Closed, 0));
    let code = ReplyCode::new(451).unwrap();
    assert_eq!(take_up(&mut pair), WhyAgain::PutOff { step: Step::Rcpt(0), code });
    assert_eq!(pair.proposed(), Some(Step::Hello));
    assert_eq!(pair.status(Step::Rcpt(0)), Status::Ahead, "the plan begins anew");
    assert!(!pair.client.is_authenticated() && pair.client.capabilities().is_empty());
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    assert_eq!(pair.client.again(), None, "nothing is left to do");
    let connections = pair.client.transcript().connections();
    assert_eq!(connections.len(), 2);
    assert_eq!(connections[0].began(), START);
    assert_eq!(connections[1].began(), START + Duration::from_mins(15));
    assert!(connections.iter().all(|it| it.entries().len() > 10));
    pair.assert_transcript_is_the_wire();
}

#[test]
fn only_those_get_it_again_who_were_put_off() {
    let put_off = Scripted::saying(&[
        (At::Command(Verb::Rcpt), "450 4.2.0 mailbox busy"),
        (At::Command(Verb::Rcpt), "550 5.1.1 no such user"),
    ]);
    let mut pair = Pair::scripted(
        without_login(&["<a@b.example>", "<c@d.example>", "<e@f.example>"]),
        put_off,
    );
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    let again = pair.client.again().unwrap();
    assert_eq!(again.wait, limits::WAIT_AGAIN, "RFC 5321 has a client wait");
    assert_eq!(
        again.setup.to.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["<a@b.example>"]
    );
    take_up(&mut pair);
    assert_eq!(pair.press_on().iter().filter(|step| matches!(step, Step::Rcpt(_))).count(), 1);
    assert_eq!((pair.delivered().len(), pair.client.again()), (2, None));
}

#[test]
fn what_was_refused_for_good_is_not_tried_again() {
    for (at, reply) in [
        (At::Greeting, "554 5.7.1 go away"),
        (At::Command(Verb::Mail), "550 5.7.1 not you"),
        (At::Command(Verb::Rcpt), "550 5.1.1 no such user"),
        (At::Dot, "554 5.7.1 spam"),
    ] {
        let mut pair =
            Pair::scripted(without_login(&["<a@b.example>"]), Scripted::saying(&[(at, reply)]));
        assert_eq!(pair.client.again(), None, "the walk goes on");
        pair.press_on();
        assert_eq!(pair.client.again(), None, "{at:?}");
    }
}

#[test]
fn each_step_put_off_or_cut_off_is_tried_again() {
    let steps = [
        (At::Greeting, Step::Greeting),
        (At::Command(Verb::Mail), Step::Mail),
        (At::Command(Verb::Rcpt), Step::Rcpt(0)),
        (At::Command(Verb::Data), Step::Data),
        (At::Dot, Step::FinalDot),
    ];
    for (at, step) in steps {
        let setup = without_login(&["<a@b.example>"]);
        let script = Scripted::saying(&[(at, "421 4.3.2 closing")]);
        let mut pair = Pair::scripted(setup.clone(), script);
        pair.press_on();
        let code = ReplyCode::new(421).unwrap();
        assert_eq!(pair.client.again().unwrap().why, WhyAgain::PutOff { step, code });

        let mut pair = Pair::scripted(setup, Scripted::saying(&[(at, "")]));
        pair.press_on();
        pair.end(Ending::Reset);
        assert_eq!(take_up(&mut pair), WhyAgain::CutOff, "{at:?}");
        pair.press_on();
        assert_eq!(pair.delivered().len(), 1, "{at:?}");
    }
}

#[test]
fn every_address_is_tried_and_then_the_port_for_submission() {
    let (pair, tried) = failing(&["192.0.2.25", "2001:db8::25"], FailureReason::TimedOut);
    let to = |port| Target { host: "practice.example".into(), port };
    assert_eq!(
        tried,
        [
            (WhyAgain::NextAddress, to(25), Some("2001:db8::25".parse().unwrap())),
            (WhyAgain::OtherPort, to(587), None),
            (WhyAgain::NextAddress, to(587), Some("2001:db8::25".parse().unwrap())),
        ]
    );
    assert_eq!(pair.client.transcript().connections().len(), 4);
    let (_, tried) = failing(&["192.0.2.25"], FailureReason::Refused);
    assert!(tried.is_empty(), "a bridge that forbids it will forbid it again");
}

#[test]
fn a_server_that_turns_the_client_away_may_have_another_address() {
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::saying(&[(At::Greeting, "554 no")])));
    pair.begin();
    let addresses = ["192.0.2.25", "192.0.2.26"].map(|it| it.parse().unwrap()).to_vec();
    pair.client.transport(pair.now, TunnelEvent::Resolved { addresses });
    pair.connect_here();
    pair.pump();
    pair.press_on();
    let again = pair.client.again().unwrap();
    assert_eq!((again.why, again.address), (WhyAgain::NextAddress, "192.0.2.26".parse().ok()));
}

#[test]
fn a_wait_is_taken_from_the_reply_where_it_can_be_believed() {
    for (reply, seconds) in [
        ("450 4.7.1 Greylisted, try again in 300 seconds", 300),
        ("450 4.7.1 please retry in 5 min.", 300),
        ("450-4.7.1 wait\r\n450 4.7.1 2 hours", 7200),
        ("450 4.7.1 wait 99999999999999999999 seconds", 1800),
        ("450 4.7.1 wait 900 hours", 1800),
        ("450 4.7.1 later", 1800),
    ] {
        let script = Scripted::saying(&[(At::Command(Verb::Mail), reply)]);
        let mut pair = Pair::scripted(without_login(&["<a@b.example>"]), script);
        pair.press_on();
        assert_eq!(pair.client.again().unwrap().wait, Duration::from_secs(seconds), "{reply}");
    }
}

#[test]
fn nothing_of_a_connection_that_broke_reaches_into_the_next() {
    for (at, left_over) in [
        (At::Command(Verb::Ehlo), &b"250-half a rep"[..]),
        (At::Command(Verb::Auth), b"334 VXNlcm5hbWU6\r\n"),
        (At::Command(Verb::Data), b"354 go\r\n"),
        (At::Command(Verb::Mail), b"garbage\r\n"),
    ] {
        let mut pair = Pair::scripted(lab(), Scripted::saying(&[(at, "")]));
        pair.press_on();
        pair.deliver(left_over);
        if pair.proposal().is_some() {
            pair.client.commit(pair.now, pair.proposal().unwrap().piece.content).unwrap();
        }
        pair.end(Ending::Reset);
        again(&mut pair);
        assert_eq!(pair.proposed(), Some(Step::Hello), "{at:?}");
        pair.press_on();
        assert_eq!(pair.delivered().len(), 1, "{at:?}");
        pair.assert_transcript_is_the_wire();
    }
}

#[test]
fn of_very_many_connections_the_newest_are_kept() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    for n in 0..u64::try_from(limits::CONNECTIONS).unwrap() + 5 {
        pair.now = START + Duration::from_secs(n);
        again(&mut pair);
        pair.end(Ending::ByUs);
    }
    let connections = pair.client.transcript().connections();
    assert_eq!(connections.len(), limits::CONNECTIONS);
    assert_eq!(connections.last().unwrap().began(), pair.now);
    assert_eq!(pair.client.next(), Next::Over);
}

#[test]
fn a_password_of_one_connection_stays_hidden_after_the_login_was_changed() {
    let mut private = lab();
    let login = private.login.as_mut().unwrap();
    login.public = false;
    login.credentials.password = "tanstaafl".into();
    let mut pair = Pair::scripted(private, Scripted::polite());
    assert!(masks(&pair.client.secrets(), "tanstaafl"));
    pair.press_on();
    pair.client.revise(lab());
    assert!(masks(&pair.client.secrets(), "tanstaafl"), "the transcript still holds it");

    let public = Pair::scripted(lab(), Scripted::polite());
    assert!(!masks(&public.client.secrets(), "practice"), "a practice account is no secret");
}

fn masks(secrets: &Secrets, password: &str) -> bool {
    !secrets.masked(password.as_bytes(), &[]).contains(password)
}

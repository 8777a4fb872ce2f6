//! A walk of several connections.

use crate::pair::{At, Pair, Peer, START, Scripted, lab};
use protocol::client::{Ending, Next, State, Status, Step};
use protocol::secrets::Secrets;
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
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

#[test]
fn a_message_put_off_is_delivered_over_a_second_connection() {
    let greylisted = [(At::Command(Verb::Rcpt), "451 4.7.1 greylisted, come again")];
    let mut pair = Pair::scripted(lab(), Scripted::saying(&greylisted));
    pair.press_on();
    assert_eq!((pair.client.state(), pair.delivered().len()), (State::Closed, 0));
    pair.wait(Duration::from_mins(15));
    again(&mut pair);
    assert_eq!(pair.proposed(), Some(Step::Hello));
    assert_eq!(pair.status(Step::Rcpt(0)), Status::Ahead, "the plan begins anew");
    assert!(!pair.client.is_authenticated() && pair.client.capabilities().is_empty());
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    let connections = pair.client.transcript().connections();
    assert_eq!(connections.len(), 2);
    assert_eq!(connections[0].began(), START);
    assert_eq!(connections[1].began(), START + Duration::from_mins(15));
    assert!(connections.iter().all(|it| it.entries().len() > 10));
    pair.assert_transcript_is_the_wire();
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

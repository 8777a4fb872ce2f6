//! Patience: how long each side waits for the other (RFC 5321 §4.5.3.2).

use crate::pair::{At, Pair, Peer, Scripted, lab};
use protocol::client::{Ending, Event, Next, Patience, Security, Setup, State, Status, Step};
use protocol::server::{Config, StartTls};
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn just_before(time: Duration) -> Duration {
    time.checked_sub(Duration::from_nanos(1)).unwrap()
}

/// A walk whose server falls silent here, pressed on until it has.
fn silent_at(at: At) -> Pair {
    let mut pair = Pair::scripted(lab(), Scripted::saying(&[(at, "")]));
    pair.press_on();
    pair
}

#[test]
fn to_receive_nothing_does_not_prolong_the_wait() {
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::polite()));
    let target = protocol::transcript::Target { host: "mail.example.com".into(), port: 25 };
    pair.client.begin(pair.now, target, protocol::auth::Nonce::known());
    for mut pair in [pair, silent_at(At::Greeting)] {
        let (until, next) = (pair.client.poll_timeout(), pair.client.next());
        pair.client.receive(pair.now + Duration::from_mins(1), b"");
        assert_eq!((pair.client.poll_timeout(), pair.client.next()), (until, next));
    }
}

#[test]
fn the_client_waits_as_long_as_the_standard_says_and_no_longer() {
    for (at, step, minutes) in [
        (At::Greeting, Step::Greeting, 5),
        (At::Command(Verb::Ehlo), Step::Hello, 5),
        (At::Command(Verb::Auth), Step::Auth, 5),
        (At::Response, Step::AuthResponse(0), 5),
        (At::Command(Verb::Mail), Step::Mail, 5),
        (At::Command(Verb::Rcpt), Step::Rcpt(0), 5),
        (At::Command(Verb::Data), Step::Data, 2),
        (At::Dot, Step::FinalDot, 10),
        (At::Command(Verb::Quit), Step::Quit, 5),
    ] {
        let mut pair = silent_at(at);
        let until = pair.now + Duration::from_mins(minutes);
        assert_eq!(pair.client.poll_timeout(), Some(until), "{at:?}");
        assert_eq!(pair.client.patience(), Some(Patience { of_server: false, until }));
        let events = pair.events.len();
        pair.wait_until(just_before(until));
        assert_eq!(pair.events.len(), events, "{at:?}: not yet");
        assert_eq!(pair.client.handle_timeout(pair.now), []);
        pair.wait_until(until);
        let over = Event::Closed { how: Ending::PatienceOver, during: Some(step) };
        assert_eq!(pair.events.last(), Some(&over), "{at:?}");
        assert_eq!((pair.client.state(), pair.client.next()), (State::Closed, Next::Over));
        assert_eq!(pair.status(step), Status::Failed);
        assert_eq!(pair.client.poll_timeout(), None);
    }
}

#[test]
fn a_handshake_is_the_servers_turn() {
    let setup = Setup { security: Security::Required, ..lab() };
    let mut pair =
        Pair::practice(setup, Config { starttls: StartTls::Offered, ..Config::default() });
    pair.press_until(Step::StartTls);
    let since = pair.now;
    let transmit = pair.client.next();
    let Next::Send(proposal) = transmit else { panic!("{transmit:?}") };
    pair.client.commit(since, proposal.piece.content).unwrap();
    while pair.client.poll_transmit().is_some() {}
    pair.client.receive(since, b"220 Go ahead\r\n");
    assert_eq!(pair.client.next(), Next::UpgradeTls);
    let until = since + limits::WAIT_COMMAND;
    assert_eq!(pair.client.patience(), Some(Patience { of_server: false, until }));
    assert_eq!(pair.client.handle_timeout(just_before(until)), []);
    pair.client.handle_timeout(until);
    assert_eq!(pair.client.state(), State::Closed);
}

#[test]
fn while_it_is_the_persons_turn_the_client_is_patient_and_the_server_is_not() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::Mail);
    assert_eq!(pair.client.poll_timeout(), None);
    let until = pair.now + limits::WAIT_NEXT_COMMAND;
    assert_eq!(pair.client.patience(), Some(Patience { of_server: true, until }));
    pair.wait_until(just_before(until));
    assert_eq!(pair.proposed(), Some(Step::Mail));
    pair.wait_until(until);
    assert!(
        pair.received
            .ends_with(b"421 4.4.2 practice.example waited 5 minutes, closing connection\r\n")
    );
    assert_eq!(pair.events.last(), Some(&Event::Closed { how: Ending::ByServer, during: None }));
}

#[test]
fn a_reply_that_trickles_in_does_not_make_patience_longer() {
    let mut pair = silent_at(At::Command(Verb::Mail));
    for _ in 0..5 {
        pair.deliver(b"250-one more\r\n");
        pair.wait(Duration::from_mins(1));
    }
    let over = Event::Closed { how: Ending::PatienceOver, during: Some(Step::Mail) };
    assert_eq!(pair.events.last(), Some(&over));
}

#[test]
fn of_several_replies_each_is_waited_for_anew() {
    let silent = [(At::Command(Verb::Noop), ""), (At::Command(Verb::Noop), "")];
    let mut pair = Pair::scripted(lab(), Scripted::saying(&silent));
    pair.type_line("NOOP\r\nNOOP");
    pair.wait(Duration::from_mins(4));
    pair.deliver(b"250 ok\r\n");
    assert_eq!(pair.client.poll_timeout(), Some(pair.now + limits::WAIT_COMMAND));
    pair.wait(Duration::from_mins(4));
    pair.deliver(b"250 ok\r\n");
    assert_eq!(pair.proposed(), Some(Step::Hello));
}

#[test]
fn patience_does_not_run_out_while_the_message_is_still_on_its_way() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::FinalDot);
    pair.client.commit(pair.now, pair.proposal().unwrap().piece.content).unwrap();
    let first = pair.client.poll_timeout().unwrap();
    assert_eq!(pair.client.handle_timeout(first), [], "the dot has not even left");
    assert_eq!(pair.client.poll_timeout(), Some(first + limits::WAIT_FINAL_DOT));
    pair.now = first;
    pair.pump();
    assert_eq!(pair.code(Step::FinalDot), Some(250));
}

#[test]
fn nobody_is_waited_for_where_there_is_no_connection() {
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::polite()));
    assert_eq!(pair.client.patience(), None);
    pair.begin();
    assert_eq!((pair.client.patience(), pair.client.poll_timeout()), (None, None));
    assert_eq!(pair.client.handle_timeout(pair.now + Duration::from_hours(9)), []);
}

#[test]
fn each_step_says_how_long_it_took() {
    let mut pair = silent_at(At::Command(Verb::Mail));
    pair.wait(Duration::from_secs(7));
    pair.deliver(b"250 at last\r\n");
    let record = |step| *pair.client.progress().iter().find(|it| it.step == step).unwrap();
    assert_eq!(record(Step::Mail).took(), Some(Duration::from_secs(7)));
    assert_eq!(record(Step::Hello).took(), Some(Duration::ZERO));
    assert_eq!(record(Step::Quit).took(), None);
}

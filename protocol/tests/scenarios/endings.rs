//! The connection ends at each step, in each way: what is said, and that nothing of what was is lost.

use crate::pair::{At, Pair, Peer, Scripted, lab};
use protocol::anatomy::Content;
use protocol::client::{CommitError, Ending, Event, Next, State, Status, Step};
use protocol::smtp::command::Verb;
use protocol::transcript::Item;
use protocol::tunnel::{FailureReason, TunnelEvent};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ENDINGS: [Ending; 8] = [
    Ending::ByServer,
    Ending::ByUs,
    Ending::Reset,
    Ending::PatienceOver,
    Ending::Truncated,
    Ending::TlsFailed,
    Ending::TransportLost,
    Ending::NeverOpened,
];

/// The occasions on which a reply is waited for, and the step it answers.
const WAITS: [(At, Step); 9] = [
    (At::Greeting, Step::Greeting),
    (At::Command(Verb::Ehlo), Step::Hello),
    (At::Command(Verb::Auth), Step::Auth),
    (At::Response, Step::AuthResponse(0)),
    (At::Command(Verb::Mail), Step::Mail),
    (At::Command(Verb::Rcpt), Step::Rcpt(0)),
    (At::Command(Verb::Data), Step::Data),
    (At::Dot, Step::FinalDot),
    (At::Command(Verb::Quit), Step::Quit),
];

/// Ends it, and looks at what holds for every end.
fn assert_ends(pair: &mut Pair, how: Ending, during: Option<Step>) {
    let before = pair.client.transcript().current().unwrap().entries().to_vec();
    pair.end(how);
    assert_eq!(pair.events.last(), Some(&Event::Closed { how, during }));
    let entries = pair.client.transcript().current().unwrap().entries();
    assert_eq!(entries[..before.len()], before[..], "what was there is kept");
    assert_eq!(entries.last().unwrap().item, Item::Closed(how));
    assert_eq!((pair.client.state(), pair.client.next()), (State::Closed, Next::Over));
    assert!(pair.client.progress().iter().all(|record| record.status != Status::Waiting));
    assert_eq!(pair.client.patience(), None);
    assert_eq!(pair.client.poll_transmit(), None);
    let late = pair.client.commit(pair.now, Content::typed_line("NOOP"));
    assert_eq!(late, Err(CommitError::NotConnected));
    assert_eq!(pair.client.receive(pair.now, b"250 late\r\n"), []);
    assert_eq!(pair.client.closed(pair.now, Ending::Reset), [], "it ends once");
}

#[test]
fn the_connection_may_end_while_any_reply_is_waited_for() {
    for (at, step) in WAITS {
        for how in ENDINGS {
            let mut pair = Pair::scripted(lab(), Scripted::saying(&[(at, "")]));
            while pair.proposal().is_some() {
                pair.press();
            }
            assert!(
                matches!(pair.client.next(), Next::Wait { step: waited, .. } if waited == step)
            );
            assert_ends(&mut pair, how, Some(step));
            assert_eq!(pair.status(step), Status::Failed, "{at:?} {how:?}");
        }
    }
}

#[test]
fn the_connection_may_end_while_it_is_the_persons_turn() {
    let steps = Pair::scripted(lab(), Scripted::polite()).press_on();
    for step in steps {
        for how in ENDINGS {
            let mut pair = Pair::scripted(lab(), Scripted::polite());
            pair.press_until(step);
            assert_ends(&mut pair, how, None);
            assert_eq!(pair.status(step), Status::Ahead, "{step:?} {how:?}");
        }
    }
}

#[test]
fn the_connection_may_end_before_it_was_made() {
    for how in ENDINGS {
        let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::polite()));
        pair.begin();
        assert!(matches!(pair.client.next(), Next::Wait { step: Step::Connect, .. }));
        let failed =
            TunnelEvent::Failed { reason: FailureReason::NotFound, detail: "no address".into() };
        pair.client.transport(pair.now, failed);
        assert_eq!(pair.status(Step::LookUp), Status::Failed);
        assert_ends(&mut pair, how, None);
    }
}

#[test]
fn an_end_in_mid_reply_is_an_end_while_waiting_for_it() {
    let mut pair = Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Ehlo), "")]));
    pair.press();
    pair.deliver(b"250-mx.example.com\r\n250-SI");
    assert_ends(&mut pair, Ending::Reset, Some(Step::Hello));
}

#[test]
fn a_message_cut_off_before_its_dot_is_not_delivered_and_not_said_to_be() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::FinalDot);
    pair.end(Ending::TransportLost);
    assert!(pair.delivered().is_empty());
    assert_eq!(pair.status(Step::FinalDot), Status::Ahead);
}

#[test]
fn before_it_has_begun_there_is_nothing_to_end() {
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::polite()));
    assert_eq!(pair.client.next(), Next::Connect);
    pair.end(Ending::ByUs);
    assert_eq!(pair.events, []);
    assert_eq!(pair.client.next(), Next::Connect);
}

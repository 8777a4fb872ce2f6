//! After a refusal the walk is put right and goes on to delivery, over the same connection.

use crate::pair::{At, Pair, Scripted, lab};
use protocol::client::{Setup, State, Status, Step};
use protocol::message::Message;
use protocol::server::Config;
use protocol::smtp::command::Verb;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_step_that_was_refused_once_is_tried_again_and_the_message_delivered() {
    for (at, step) in [
        (At::Command(Verb::Ehlo), Step::Hello),
        (At::Command(Verb::Auth), Step::Auth),
        (At::Response, Step::AuthResponse(0)),
        (At::Command(Verb::Mail), Step::Mail),
        (At::Command(Verb::Rcpt), Step::Rcpt(0)),
        (At::Command(Verb::Data), Step::Data),
        (At::Dot, Step::FinalDot),
    ] {
        for said in ["451 4.3.0 not now", "554 5.0.0 no", "354 odd"] {
            if said.starts_with('3')
                && matches!(step, Step::Auth | Step::AuthResponse(_) | Step::Data)
            {
                continue; // There it is not odd.
            }
            let mut pair = Pair::scripted(lab(), Scripted::saying(&[(at, said)]));
            while matches!(pair.status(step), Status::Ahead) {
                pair.press();
            }
            pair.client.retry(step);
            pair.press_on();
            assert_eq!(pair.delivered().len(), 1, "{step:?} {said}");
            assert_eq!(pair.client.state(), State::Closed, "{step:?} {said}");
            let done = |step: &Step| matches!(pair.status(*step), Status::Done(_));
            assert!(pair.client.progress().iter().all(|record| done(&record.step)), "{step:?}");
            pair.assert_transcript_is_the_wire();
        }
    }
}

#[test]
fn another_sender_is_taken_where_the_first_was_not() {
    let config = Config { sender_must_match: true, ..Config::default() };
    let wrong = Setup { from: "<somebody@example.com>".parse().unwrap(), ..lab() };
    let mut pair = Pair::practice(wrong, config);
    pair.press_until(Step::Quit);
    assert_eq!(pair.code(Step::Mail), Some(553));
    pair.client.revise(lab());
    pair.client.retry(Step::Mail);
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn another_name_is_taken_where_the_first_was_not() {
    let wrong = Setup { client_name: "例子.example".parse().unwrap(), ..lab() };
    let mut pair = Pair::practice(wrong, Config::default());
    pair.press();
    assert_eq!(pair.code(Step::Hello), Some(501));
    pair.client.revise(lab());
    pair.client.retry(Step::Hello);
    assert_eq!(pair.proposed_line(), "EHLO student.example\r\n");
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn another_mechanism_is_tried_where_the_first_was_refused() {
    let mut pair =
        Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Auth), "504 5.5.4 no")]));
    pair.press_until(Step::Quit);
    let mut plain = lab();
    plain.login.as_mut().unwrap().mechanism = protocol::auth::Mechanism::named("PLAIN");
    pair.client.revise(plain);
    pair.client.retry(Step::Auth);
    assert!(pair.proposed_line().starts_with("AUTH PLAIN "));
    pair.press_on();
    assert!(pair.client.is_authenticated());
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn a_smaller_message_is_taken_where_the_first_was_too_large() {
    let config = Config { size: 500, ..Config::default() };
    let large = Setup { message: Message::from_raw("x\r\n".repeat(500)), ..lab() };
    let mut pair = Pair::practice(large, config);
    pair.press_until(Step::Quit);
    assert_eq!(pair.code(Step::FinalDot), Some(552));
    pair.client.revise(lab());
    pair.client.retry(Step::FinalDot);
    pair.press_on();
    let message = lab().message;
    assert_eq!(pair.delivered(), [[message.headers, message.body].concat()]);
}

#[test]
fn a_retry_of_what_was_never_refused_changes_nothing_that_was_sent() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::Data);
    let before = pair.sent.clone();
    for step in [Step::LookUp, Step::Rcpt(9), Step::Typed, Step::Data, Step::Quit] {
        pair.client.retry(step);
    }
    assert_eq!(pair.sent, before);
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

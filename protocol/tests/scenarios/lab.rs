//! The classic lab, and its four mistakes.

use crate::pair::Pair;
use protocol::anatomy::Field;
use protocol::auth::Mechanism;
use protocol::client::{Event, Setup, State, Status, Step, Verdict};
use protocol::diagnosis::{Cause, Context, diagnose};
use protocol::lesson::Lesson;
use protocol::message::lint::{self, Lint, Severity};
use protocol::server::Config;
use protocol::smtp::limits;
use protocol::transcript::Item;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn lesson(setup: Setup) -> Pair {
    Pair::practice(setup, Lesson::classic_lab().server)
}

fn right() -> Setup {
    Lesson::classic_lab().form.check().unwrap()
}

/// The lesson's walk with one of its mistakes.
fn mistaken(id: &str) -> Setup {
    let lesson = Lesson::classic_lab();
    let mistake = lesson.mistakes.iter().find(|mistake| mistake.id == id).unwrap();
    lesson.with(mistake).unwrap().form.check().unwrap()
}

/// Presses *Next* until something is refused, and gives its step, its code and the likeliest cause.
fn first_refusal(pair: &mut Pair) -> (Step, u16, Cause) {
    loop {
        pair.press();
        let entries = pair.client.transcript().current().unwrap().entries();
        if let Some(Item::Received { step: Some(step), answer, reply }) =
            entries.last().map(|entry| &entry.item)
            && reply.code().is_refusal()
        {
            let findings = diagnose(*answer, reply, Context::default());
            return (*step, reply.code().number(), findings[0].cause);
        }
    }
}

fn assert_is_delivered(pair: &Pair) {
    let message = right().message;
    assert_eq!(pair.delivered(), [[message.headers, message.body].concat()]);
    assert_eq!(pair.client.state(), State::Closed);
}

#[test]
fn the_classic_lab_replays_exactly_in_both_directions() {
    let mut pair = lesson(right());
    let (mut sent, mut received) = (0, 0);
    for turn in Lesson::classic_lab().turns {
        if let Some(line) = &turn.client {
            pair.press();
            let wire = String::from_utf8(pair.sent[sent..].to_vec()).unwrap();
            assert_eq!(wire, format!("{line}\r\n"));
            sent = pair.sent.len();
        }
        let answer = String::from_utf8(pair.received[received..].to_vec()).unwrap();
        received = pair.received.len();
        let lines: Vec<_> = answer.lines().collect();
        assert_eq!(lines.len(), turn.server.len(), "{turn:?}: {answer}");
        for (line, begins) in lines.iter().zip(&turn.server) {
            assert!(line.starts_with(begins), "{line:?} begins with {begins:?}");
        }
    }
    assert_is_delivered(&pair);
    pair.assert_transcript_is_the_wire();
    assert!(pair.client.progress().iter().all(|record| matches!(record.status, Status::Done(_))));
    assert!(!pair.events.iter().any(|event| matches!(
        event,
        Event::Replied { verdict: Verdict::Refused | Verdict::TryLater | Verdict::OutOfPlace, .. }
    )));
}

#[test]
fn the_classic_lab_is_the_same_every_time() {
    let wire = || {
        let mut pair = lesson(right());
        pair.press_on();
        (pair.sent, pair.received)
    };
    assert_eq!(wire(), wire());
}

#[test]
fn the_lab_goes_with_plain_in_one_turn() {
    let mut setup = right();
    setup.login.as_mut().unwrap().mechanism = Mechanism::named("PLAIN");
    let mut pair = lesson(setup);
    pair.press_until(Step::Auth);
    assert_eq!(pair.proposed_line(), "AUTH PLAIN AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl\r\n");
    pair.press();
    assert!(pair.client.is_authenticated());
    assert_eq!(pair.proposed(), Some(Step::Mail));
    pair.press_on();
    assert_is_delivered(&pair);
}

#[test]
fn the_lab_goes_without_a_login_where_none_is_wanted() {
    let mut pair = Pair::practice(Setup { login: None, ..right() }, Config::default());
    let steps = pair.press_on();
    assert!(!steps.contains(&Step::Auth), "{steps:?}");
    assert_is_delivered(&pair);
}

#[test]
fn where_a_login_is_wanted_mail_without_one_is_refused_and_a_login_mends_it() {
    let mut pair = lesson(Setup { login: None, ..right() });
    assert_eq!(first_refusal(&mut pair), (Step::Mail, 530, Cause::LoginRequired));
    pair.client.revise(right());
    pair.client.retry(Step::Mail);
    assert_eq!(pair.proposed(), Some(Step::Auth));
    pair.press_on();
    assert_is_delivered(&pair);
}

#[test]
fn a_missing_empty_line_is_seen_in_the_message_and_in_its_anatomy() {
    let setup = mistaken("empty-line");
    let at = setup.message.headers.len();
    let flaws = setup.message.lints(lint::Context::default());
    let worst = flaws.iter().find(|flaw| flaw.lint.severity() == Severity::Breaks).unwrap();
    assert_eq!(worst.lint, Lint::EmptyLineMissing);
    assert_eq!(worst.place.as_ref().unwrap().bytes.start, at);
    let mut pair = lesson(setup);
    pair.press_until(Step::Body);
    let body = pair.proposal().unwrap().piece;
    let window = body.window(limits::WINDOW);
    let fields: Vec<_> = body.spans(&window).iter().map(|span| span.field).collect();
    assert!(fields.contains(&Field::Unparsed), "prose is no header field: {fields:?}");
    assert!(!fields[..2].contains(&Field::BodyText), "the body has not begun: {fields:?}");
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(250), "no server need refuse it");
}

#[test]
fn a_missing_empty_line_can_be_put_right_until_the_headers_are_sent() {
    let mut pair = lesson(mistaken("empty-line"));
    pair.press_until(Step::Headers);
    pair.client.revise(right());
    pair.press_until(Step::Body);
    let body = pair.proposal().unwrap().piece;
    let spans = body.spans(&body.window(limits::WINDOW));
    assert!(spans.iter().all(|span| matches!(span.field, Field::BodyText | Field::LineEnd)));
    pair.press_on();
    assert_is_delivered(&pair);
}

#[test]
fn a_wrong_password_is_refused_and_put_right_in_the_same_walk() {
    let mut pair = lesson(mistaken("wrong-password"));
    assert_eq!(first_refusal(&mut pair), (Step::AuthResponse(1), 535, Cause::BadCredentials));
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.client.revise(right());
    pair.client.retry(Step::AuthResponse(1));
    assert_eq!(pair.proposed(), Some(Step::Auth));
    pair.press_on();
    assert_is_delivered(&pair);
}

#[test]
fn a_wrong_recipient_is_refused_and_put_right_in_the_same_walk() {
    let mut pair = lesson(mistaken("wrong-recipient"));
    assert_eq!(first_refusal(&mut pair), (Step::Rcpt(0), 550, Cause::NoSuchMailbox));
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.client.revise(right());
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
    pair.press_on();
    assert_is_delivered(&pair);
}

#[test]
fn spam_is_refused_behind_the_dot_and_put_right_in_the_same_walk() {
    let mut pair = lesson(mistaken("spam"));
    assert_eq!(first_refusal(&mut pair), (Step::FinalDot, 554, Cause::Spam));
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.client.revise(right());
    pair.client.retry(Step::FinalDot);
    assert_eq!(pair.proposed(), Some(Step::Mail));
    pair.press_on();
    assert_is_delivered(&pair);
}

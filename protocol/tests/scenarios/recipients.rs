//! Several recipients, of whom some are refused.

use crate::pair::{At, Pair, Scripted, without_login};
use protocol::client::{State, Status, Step};
use protocol::server::Config;
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";
const STUDENT: &str = "<student@student.example>";
const NOBODY: &str = "<nobody@practice.example>";
const ELSEWHERE: &str = "<b@example.org>";

fn practice(to: &[&str]) -> Pair {
    Pair::practice(without_login(to), Config::default())
}

fn envelope(pair: &Pair) -> Vec<String> {
    let message = pair.store().iter().next().expect("a message was delivered");
    message.envelope.to.iter().map(ToString::to_string).collect()
}

#[test]
fn every_recipient_is_named_in_order() {
    let mut pair = practice(&[TEACHER, STUDENT, "<Postmaster>"]);
    let steps = pair.press_on();
    let recipients: Vec<_> = steps.iter().filter(|step| matches!(step, Step::Rcpt(_))).collect();
    assert_eq!(recipients, [&Step::Rcpt(0), &Step::Rcpt(1), &Step::Rcpt(2)]);
    assert_eq!(envelope(&pair), [TEACHER, STUDENT, "<Postmaster>"]);
}

#[test]
fn the_message_goes_to_those_who_were_accepted() {
    let mut pair = practice(&[NOBODY, TEACHER, ELSEWHERE, STUDENT]);
    pair.press_on();
    let codes = [0, 1, 2, 3].map(|n| pair.code(Step::Rcpt(n)));
    assert_eq!(codes, [Some(550), Some(250), Some(554), Some(250)]);
    assert_eq!(envelope(&pair), [TEACHER, STUDENT]);
    assert_eq!(pair.client.state(), State::Closed);
}

#[test]
fn when_all_are_refused_there_is_nothing_to_send() {
    let mut pair = practice(&[NOBODY, ELSEWHERE]);
    pair.press_until(Step::Quit);
    assert_eq!(pair.client.state(), State::Sender);
    pair.press_on();
    assert_eq!(pair.status(Step::Data), Status::Ahead);
    assert!(pair.store().is_empty());
}

#[test]
fn the_last_one_refused_for_now_still_lets_the_others_have_it() {
    let at = At::Command(Verb::Rcpt);
    let script = Scripted::saying(&[(at, "250 ok"), (at, "451 4.7.1 greylisted")]);
    let mut pair = Pair::scripted(without_login(&[TEACHER, STUDENT]), script);
    pair.press_until(Step::Data);
    assert_eq!((pair.code(Step::Rcpt(0)), pair.code(Step::Rcpt(1))), (Some(250), Some(451)));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn a_hundred_recipients_are_a_walk_too() {
    let to = vec![TEACHER; limits::RECIPIENTS];
    let mut pair = practice(&to);
    pair.press_on();
    assert_eq!(envelope(&pair).len(), limits::RECIPIENTS);
}

#[test]
fn a_recipient_that_stays_keeps_its_answer_when_the_list_changes() {
    let mut pair = practice(&[TEACHER, NOBODY, STUDENT]);
    pair.press_until(Step::Data);
    pair.client.revise(without_login(&[STUDENT, "<postmaster@student.example>", TEACHER]));
    assert_eq!(pair.proposed(), Some(Step::Rcpt(1)), "the new one is still ahead");
    let codes = [0, 1, 2].map(|n| pair.code(Step::Rcpt(n)));
    assert_eq!(codes, [Some(250), None, Some(250)]);
    pair.press_on();
    assert_eq!(envelope(&pair), [TEACHER, STUDENT, "<postmaster@student.example>"]);
}

#[test]
fn a_recipient_taken_off_the_list_while_its_answer_is_under_way_is_not_taken_for_another() {
    let silent = Scripted::saying(&[(At::Command(Verb::Rcpt), "")]);
    let mut pair = Pair::scripted(without_login(&[NOBODY, TEACHER]), silent);
    pair.press_until(Step::Rcpt(0));
    pair.press();
    pair.client.revise(without_login(&[TEACHER]));
    pair.deliver(b"550 5.1.1 nobody\r\n");
    assert_eq!(pair.status(Step::Rcpt(0)), Status::Ahead);
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
    assert_eq!(pair.proposed_line(), format!("RCPT TO:{TEACHER}\r\n"));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn the_same_recipient_twice_is_two_steps() {
    let mut pair = practice(&[TEACHER, TEACHER]);
    pair.press_on();
    assert_eq!((pair.code(Step::Rcpt(0)), pair.code(Step::Rcpt(1))), (Some(250), Some(250)));
}

//! PIPELINING by the client: what leaves together, and what becomes of it when a part is refused.

use crate::pair::{At, Pair, Scripted, without_login};
use protocol::client::{Leave, Place, Setup, State, Status, Step, Stop, Wishes};
use protocol::server::Config;
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";
const STUDENT: &str = "<student@student.example>";
const NOBODY: &str = "<nobody@practice.example>";

fn pipelining(to: &[&str]) -> Setup {
    let extensions = vec![Extension::Pipelining];
    let wishes = Wishes { extensions, ..Wishes::default() };
    Setup { wishes, ..without_login(to) }
}

fn practice(to: &[&str]) -> Pair {
    let mut pair = Pair::practice(pipelining(to), Config::default());
    pair.press();
    pair
}

#[test]
fn the_envelope_and_data_share_a_segment_where_pipelining_is_offered() {
    let mut pair = practice(&[TEACHER, STUDENT]);
    let proposal = pair.proposal().unwrap();
    assert_eq!(proposal.step, Step::Mail);
    assert_eq!(*proposal.along, [Step::Rcpt(0), Step::Rcpt(1), Step::Data]);
    assert_eq!(
        pair.proposed_line(),
        format!(
            "MAIL FROM:<student@student.example>\r\nRCPT TO:{TEACHER}\r\nRCPT TO:{STUDENT}\r\nDATA\r\n"
        )
    );
    pair.press();
    let codes = [Step::Mail, Step::Rcpt(0), Step::Rcpt(1), Step::Data].map(|step| pair.code(step));
    assert_eq!(codes, [Some(250), Some(250), Some(250), Some(354)]);
    assert_eq!(pair.press_on(), [Step::Headers, Step::Body, Step::FinalDot, Step::Quit]);
    assert_eq!(pair.delivered().len(), 1);
    pair.assert_transcript_is_the_wire();
}

#[test]
fn without_the_extension_or_the_wish_every_command_waits_for_its_reply() {
    let old = Scripted::saying(&[(At::Command(Verb::Ehlo), "250-mx.example.com\r\n250 SIZE 1000")]);
    for mut pair in [
        Pair::scripted(pipelining(&[TEACHER]), old),
        Pair::practice(without_login(&[TEACHER]), Config::default()),
    ] {
        pair.press();
        let proposal = pair.proposal().unwrap();
        assert!(proposal.along.is_empty());
        assert_eq!(pair.press_on()[..3], [Step::Mail, Step::Rcpt(0), Step::Data]);
        assert_eq!(pair.delivered().len(), 1);
    }
}

#[test]
fn a_refused_recipient_does_not_hold_up_the_others() {
    let mut pair = practice(&[NOBODY, TEACHER]);
    pair.press_on();
    assert_eq!((pair.code(Step::Rcpt(0)), pair.code(Step::Rcpt(1))), (Some(550), Some(250)));
    assert_eq!(pair.store().get(1).unwrap().envelope.to.len(), 1);
}

#[test]
fn when_nobody_is_accepted_the_message_stays_here() {
    let mut pair = practice(&[NOBODY]);
    pair.press();
    assert_eq!((pair.code(Step::Rcpt(0)), pair.code(Step::Data)), (Some(550), Some(554)));
    assert_eq!(pair.press_on(), [Step::Quit]);
    assert_eq!(pair.delivered().len(), 0);
}

#[test]
fn a_server_that_takes_data_for_nobody_gets_a_lone_dot() {
    let script = Scripted::saying(&[
        (At::Command(Verb::Ehlo), "250-mx.example.com\r\n250 PIPELINING"),
        (At::Command(Verb::Rcpt), "550 5.1.1 no such user"),
        (At::Command(Verb::Data), "354 go ahead all the same"),
        (At::Dot, "554 5.5.1 no valid recipients"),
    ]);
    let mut pair = Pair::scripted(pipelining(&[NOBODY]), script);
    pair.press();
    pair.press();
    assert_eq!(pair.client.state(), State::Data);
    assert_eq!(pair.proposed(), Some(Step::FinalDot));
    assert_eq!(pair.proposed_line(), ".\r\n");
    pair.press();
    assert_eq!(pair.status(Step::Headers), Status::Ahead, "they were never sent");
    assert_eq!(pair.press_on(), [Step::Quit]);
}

#[test]
fn a_refused_sender_takes_all_that_was_sent_along_with_it() {
    let config = Config { require_auth: true, ..Config::default() };
    let mut pair = Pair::practice(pipelining(&[TEACHER]), config);
    pair.press();
    pair.press();
    let codes = [Step::Mail, Step::Rcpt(0), Step::Data].map(|step| pair.code(step));
    assert_eq!(codes, [Some(530), Some(503), Some(503)]);
    assert_eq!(pair.press_on(), [Step::Quit]);
}

#[test]
fn a_recipient_put_right_goes_alone_with_data_behind_it() {
    let mut pair = practice(&[NOBODY]);
    pair.press();
    pair.client.revise(pipelining(&[TEACHER]));
    let proposal = pair.proposal().unwrap();
    assert_eq!((proposal.step, &proposal.along[..]), (Step::Rcpt(0), &[][..]));
    pair.client.retry(Step::Data);
    assert_eq!(*pair.proposal().unwrap().along, [Step::Data]);
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn more_recipients_than_fit_into_one_go_take_several() {
    let long = "x".repeat(60);
    let domain = ["a".repeat(60), "b".repeat(60), "c".repeat(60), "example".into()].join(".");
    let to: Vec<_> = (0..100).map(|n| format!("<{n:02}{}@{domain}>", &long[2..])).collect();
    let to: Vec<_> = to.iter().map(String::as_str).collect();
    let script = Scripted::saying(&[(At::Command(Verb::Ehlo), "250-mx\r\n250 PIPELINING")]);
    let mut pair = Pair::scripted(pipelining(&to), script);
    let steps = pair.press_on();
    assert!(steps.len() < 10, "{steps:?}");
    assert_eq!(pair.delivered().len(), 1);
    assert!((0..100).all(|n| pair.code(Step::Rcpt(n)) == Some(250)));
}

#[test]
fn nothing_is_sent_along_behind_the_place_where_the_walk_stops() {
    for (after, along) in [
        (Place::Mail, vec![]),
        (Place::Rcpt, vec![Step::Rcpt(0), Step::Rcpt(1)]),
        (Place::Data, vec![Step::Rcpt(0), Step::Rcpt(1), Step::Data]),
    ] {
        let stop = Some(Stop { after, by: Leave::Drop });
        let setup = Setup { stop, ..pipelining(&[TEACHER, STUDENT]) };
        let mut pair = Pair::practice(setup, Config::default());
        pair.press();
        assert_eq!(*pair.proposal().unwrap().along, *along, "{after:?}");
    }
}

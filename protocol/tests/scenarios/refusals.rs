//! Each refusal, and each reply that makes no sense, at each step: what becomes of the step, what is proposed
//! next, and that the walk still comes to a good end.

use crate::pair::{At, Pair, Scripted, lab};
use protocol::auth::Mechanism;
use protocol::client::{Ending, Event, Next, State, Status, Step, Verdict};
use protocol::smtp::command::Verb;
use protocol::smtp::status::ReplyCode;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const EHLO: At = At::Command(Verb::Ehlo);
const HELO: At = At::Command(Verb::Helo);
const AUTH: At = At::Command(Verb::Auth);
const MAIL: At = At::Command(Verb::Mail);
const RCPT: At = At::Command(Verb::Rcpt);
const DATA: At = At::Command(Verb::Data);
const QUIT: At = At::Command(Verb::Quit);

/// Every occasion on which the server speaks, and the step that it then answers.
const OCCASIONS: [(At, Step); 9] = [
    (At::Greeting, Step::Greeting),
    (EHLO, Step::Hello),
    (AUTH, Step::Auth),
    (At::Response, Step::AuthResponse(0)),
    (MAIL, Step::Mail),
    (RCPT, Step::Rcpt(0)),
    (DATA, Step::Data),
    (At::Dot, Step::FinalDot),
    (QUIT, Step::Quit),
];

fn refused(number: u16) -> Status {
    Status::Refused(ReplyCode::new(number).unwrap())
}

/// The lab's walk with a server that says this; pressed on until the last of it has been said.
fn walk(instead: &[(At, &str)], until: Step) -> Pair {
    let mut pair = Pair::scripted(lab(), Scripted::saying(instead));
    let answered = |pair: &Pair| !matches!(pair.status(until), Status::Ahead | Status::Waiting);
    while !answered(&pair) {
        pair.press();
    }
    pair
}

#[test]
fn each_refusal_at_each_step_is_noted_and_the_next_proposal_fits() {
    for (instead, step, status, next) in [
        (&[(At::Greeting, "554 5.7.1 go away")][..], Step::Greeting, refused(554), Step::Quit),
        (&[(At::Greeting, "354 odd")], Step::Greeting, Status::Failed, Step::Quit),
        (&[(EHLO, "500 5.5.1 what?")], Step::Hello, refused(500), Step::Hello),
        (&[(EHLO, "451 later")], Step::Hello, refused(451), Step::Hello),
        (&[(EHLO, "354 odd")], Step::Hello, Status::Failed, Step::Quit),
        (&[(AUTH, "504 5.5.4 no such mechanism")], Step::Auth, refused(504), Step::Quit),
        (&[(AUTH, "535 5.7.8 no")], Step::Auth, refused(535), Step::Quit),
        (&[(AUTH, "454 4.7.0 later")], Step::Auth, refused(454), Step::Quit),
        (&[(At::Response, "535 5.7.8 no")], Step::AuthResponse(0), refused(535), Step::Quit),
        (&[(MAIL, "550 5.7.1 not you")], Step::Mail, refused(550), Step::Quit),
        (&[(MAIL, "451 4.3.0 later")], Step::Mail, refused(451), Step::Quit),
        (&[(MAIL, "354 odd")], Step::Mail, Status::Failed, Step::Quit),
        (&[(RCPT, "550 5.1.1 nobody")], Step::Rcpt(0), refused(550), Step::Quit),
        (&[(RCPT, "450 4.2.0 later")], Step::Rcpt(0), refused(450), Step::Quit),
        (&[(RCPT, "354 odd")], Step::Rcpt(0), Status::Failed, Step::Quit),
        (&[(DATA, "554 5.5.1 no")], Step::Data, refused(554), Step::Quit),
        (&[(DATA, "451 4.3.0 later")], Step::Data, refused(451), Step::Quit),
        (&[(DATA, "250 hostile")], Step::Data, Status::Failed, Step::Quit),
        (&[(At::Dot, "554 5.7.1 spam")], Step::FinalDot, refused(554), Step::Quit),
        (&[(At::Dot, "452 4.3.1 full")], Step::FinalDot, refused(452), Step::Quit),
        (&[(At::Dot, "354 odd")], Step::FinalDot, Status::Failed, Step::Quit),
        (&[(QUIT, "500 5.5.1 no")], Step::Quit, refused(500), Step::Quit),
        (&[(QUIT, "354 odd")], Step::Quit, Status::Failed, Step::Quit),
    ] {
        let mut pair = walk(instead, step);
        assert_eq!(pair.status(step), status, "{instead:?}");
        assert_eq!(pair.proposed(), Some(next), "{instead:?}");
        pair.press_on();
        assert_eq!(pair.client.state(), State::Closed, "{instead:?}");
        let closed = Event::Closed { how: Ending::ByServer, during: None };
        assert_eq!(pair.events.last(), Some(&closed), "{instead:?}");
        pair.assert_transcript_is_the_wire();
    }
}

#[test]
fn a_refusal_for_now_and_one_for_good_are_told_apart() {
    for (reply, verdict) in [
        ("450 4.2.0 later", Verdict::TryLater),
        ("550 5.1.1 nobody", Verdict::Refused),
        ("354 odd", Verdict::OutOfPlace),
        ("250 ok", Verdict::Accepted),
    ] {
        let pair = walk(&[(RCPT, reply)], Step::Rcpt(0));
        let last = pair.events.last().unwrap();
        assert!(matches!(last, Event::Replied { verdict: found, .. } if *found == verdict));
    }
}

#[test]
fn where_ehlo_is_refused_helo_is_proposed_and_where_both_are_there_is_nothing_but_quit() {
    let mut pair = walk(&[(EHLO, "502 5.5.1 no"), (HELO, "502 5.5.1 no either")], Step::Hello);
    assert_eq!(pair.proposed_line(), "HELO student.example\r\n");
    pair.press();
    assert_eq!(pair.status(Step::Hello), refused(502));
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.client.retry(Step::Hello);
    assert_eq!(pair.proposed_line(), "EHLO student.example\r\n");
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn behind_helo_the_walk_goes_on_without_extensions() {
    let mut pair = walk(&[(EHLO, "500 what?")], Step::Hello);
    pair.press();
    assert_eq!(pair.code(Step::Hello), Some(250));
    assert!(pair.client.capabilities().is_empty());
    assert_eq!(pair.proposed(), Some(Step::Auth), "it is not offered, and a caution says so");
    assert!(!pair.proposal().unwrap().cautions.is_empty());
}

#[test]
fn a_challenge_that_is_nonsense_is_answered_in_turn() {
    let mut pair = walk(&[(AUTH, "334 %%% who are you?")], Step::Auth);
    assert_eq!(pair.proposed(), Some(Step::AuthResponse(0)));
    assert_eq!(pair.proposed_line(), "c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n");
    pair.press_on();
    assert!(pair.client.is_authenticated());
}

#[test]
fn a_server_that_asks_for_too_much_is_given_up_and_not_asked_again() {
    let more = (At::Response, "334 bW9yZQ==");
    let mut pair = walk(&[more, more], Step::AuthResponse(1));
    assert_eq!(pair.proposed(), Some(Step::AuthResponse(2)));
    assert_eq!(pair.proposed_line(), "*\r\n");
    pair.press();
    assert_eq!(pair.status(Step::Auth), refused(501), "the login as a whole has failed");
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.client.retry(Step::Auth);
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn plain_that_is_asked_on_is_given_up() {
    let mut setup = lab();
    setup.login.as_mut().unwrap().mechanism = Mechanism::named("PLAIN");
    let mut pair = Pair::scripted(setup, Scripted::saying(&[(AUTH, "334 ")]));
    pair.press_until(Step::AuthResponse(1));
    assert_eq!(pair.proposed_line(), "*\r\n");
    pair.press();
    assert_eq!(pair.proposed(), Some(Step::Quit));
}

#[test]
fn a_hostile_yes_to_data_does_not_turn_the_message_into_commands() {
    let mut pair = walk(&[(DATA, "250 come in")], Step::Data);
    pair.press_on();
    let sent = String::from_utf8(pair.sent).unwrap();
    assert!(!sent.contains("Subject") && sent.ends_with("QUIT\r\n"), "{sent}");
}

#[test]
fn quit_may_be_answered_by_any_yes() {
    let pair = walk(&[(QUIT, "250 as you like")], Step::Quit);
    assert_eq!(pair.code(Step::Quit), Some(250));
    assert_eq!(pair.client.next(), Next::Over);
    assert!(pair.client.wants_close());
}

#[test]
fn the_server_may_close_at_every_step() {
    for (at, step) in OCCASIONS {
        let pair = walk(&[(at, "421 4.3.2 shutting down")], step);
        assert_eq!(pair.status(step), refused(421), "{at:?}");
        assert_eq!(pair.client.next(), Next::Over, "{at:?}");
        let [.., said, closed] = pair.events.as_slice() else { panic!("too few events") };
        assert!(matches!(said, Event::Replied { verdict: Verdict::TryLater, .. }), "{said:?}");
        assert_eq!(closed, &Event::Closed { how: Ending::ByServer, during: None });
        pair.assert_transcript_is_the_wire();
    }
}

#[test]
fn behind_a_421_there_is_nothing_to_wait_for_but_the_end() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::Mail);
    pair.client.commit(pair.now, protocol::anatomy::Content::typed_line("NOOP\r\nNOOP")).unwrap();
    pair.deliver(b"421 4.3.2 shutting down\r\n");
    assert_eq!(pair.client.next(), Next::Over);
    assert!(pair.client.wants_close());
    assert_eq!(pair.client.patience(), None);
}

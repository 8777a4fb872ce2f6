//! Several lines sent at once: each is followed as the server reads it, which the replies decide.

use crate::pair::{At, Pair, Scripted, lab, without_login};
use protocol::anatomy::{Content, Field, Meaning, Piece};
use protocol::client::{Event, Next, State, Status, Step};
use protocol::secrets::Secrets;
use protocol::server::Config;
use protocol::smtp::command::Verb;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";
const STUDENT: &str = "<student@student.example>";

fn practice() -> Pair {
    Pair::practice(without_login(&[TEACHER, STUDENT]), Config::default())
}

#[test]
fn several_commands_in_one_go_are_several_steps() {
    let mut pair = practice();
    pair.press();
    pair.type_line(&format!(
        "MAIL FROM:<a@example.com>\r\nRCPT TO:{TEACHER}\r\nRCPT TO:{STUDENT}\r\nNOOP\r\nDATA"
    ));
    for step in [Step::Mail, Step::Rcpt(0), Step::Rcpt(1)] {
        assert_eq!(pair.code(step), Some(250), "{step:?}");
    }
    assert_eq!(pair.proposed(), Some(Step::Headers));
    pair.press_on();
    assert_eq!(pair.store().get(1).unwrap().envelope.to.len(), 2);
    pair.assert_transcript_is_the_wire();
}

#[test]
fn each_reply_goes_to_its_own_line() {
    let mut pair = practice();
    pair.press();
    pair.type_line("MAIL FROM:<a@example.com>\r\nRCPT TO:<nobody@practice.example>\r\nFOO\r\nNOOP");
    let steps = pair.events[2..].iter().map(|event| match event {
        Event::Replied { step, reply, .. } => (step.unwrap(), reply.code().number()),
        other => panic!("{other:?}"),
    });
    let steps: Vec<_> = steps.collect();
    assert_eq!(
        steps,
        [
            (Step::Mail, 250),
            (Step::Extra(Verb::Rcpt), 550),
            (Step::Typed, 500),
            (Step::Extra(Verb::Noop), 250)
        ]
    );
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
}

#[test]
fn a_login_in_one_go_is_followed_to_its_end() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press();
    pair.type_line("AUTH LOGIN\r\nc3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\ncHJhY3RpY2U=\r\nNOOP");
    assert!(pair.client.is_authenticated());
    assert_eq!(pair.code(Step::AuthResponse(1)), Some(235));
    assert_eq!(pair.proposed(), Some(Step::Mail));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn responses_behind_an_auth_that_is_refused_are_commands_after_all() {
    let script = Scripted::saying(&[(At::Command(Verb::Auth), "504 5.5.4 no")]);
    let mut pair = Pair::scripted(lab(), script);
    pair.press();
    pair.type_line("AUTH LOGIN\r\nMAIL FROM:<a@example.com>\r\nNOOP");
    assert_eq!(pair.code(Step::Auth), Some(504));
    assert_eq!(pair.code(Step::Mail), Some(250));
    assert_eq!(pair.client.state(), State::Sender);
    assert_eq!(pair.status(Step::AuthResponse(0)), Status::Ahead);
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
}

#[test]
fn what_follows_a_login_that_ends_early_is_a_command() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::AuthResponse(0));
    pair.type_line("*\r\nQUIT");
    assert_eq!(pair.client.state(), State::Closed);
    assert_eq!(pair.code(Step::Quit), Some(221));
}

#[test]
fn a_message_sent_along_with_data_is_the_message() {
    let mut pair = practice();
    pair.press_until(Step::Data);
    pair.type_line("DATA\r\nSubject: at once\r\n\r\nQUIT\r\n.\r\nNOOP");
    assert_eq!(pair.delivered(), ["Subject: at once\r\n\r\nQUIT\r\n"]);
    assert_eq!(pair.code(Step::FinalDot), Some(250));
    assert_eq!(pair.status(Step::Quit), Status::Ahead, "that QUIT was part of the message");
    assert_eq!(pair.proposed(), Some(Step::Quit));
}

#[test]
fn the_first_half_of_a_message_sent_along_with_data_leaves_the_second_to_be_sent() {
    let mut pair = practice();
    pair.press_until(Step::Data);
    pair.type_raw("DATA\r\nSubject: at once\r\n\r\nhalf a li");
    assert_eq!(pair.client.state(), State::Data);
    assert_eq!(pair.proposed_line(), "\r\n.\r\n");
    pair.press_on();
    assert_eq!(pair.delivered(), ["Subject: at once\r\n\r\nhalf a li\r\n"]);
}

#[test]
fn commands_behind_a_data_that_is_refused_are_commands() {
    let mut pair = practice();
    pair.press_until(Step::Rcpt(0));
    pair.type_line("DATA\r\nSubject: at once\r\nNOOP\r\n.");
    assert_eq!(pair.code(Step::Data), Some(554));
    assert_eq!(pair.client.state(), State::Sender);
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn commands_may_follow_the_final_dot_at_once() {
    let mut pair = practice();
    pair.press_until(Step::Headers);
    pair.type_line("Subject: x\r\n\r\nx\r\n.\r\nQUIT");
    assert_eq!(pair.client.state(), State::Closed);
    assert_eq!((pair.code(Step::FinalDot), pair.code(Step::Quit)), (Some(250), Some(221)));
    pair.assert_transcript_is_the_wire();
}

#[test]
fn who_speaks_before_the_greeting_is_answered_after_it() {
    let mut pair =
        Pair::new(without_login(&[TEACHER]), crate::pair::Peer::Scripted(Scripted::polite()));
    pair.connect();
    assert_eq!(pair.client.next(), Next::Wait { step: Step::Greeting, since: pair.now });
    pair.type_line("EHLO early.example");
    assert_eq!((pair.code(Step::Greeting), pair.code(Step::Hello)), (Some(220), Some(250)));
    assert_eq!(pair.proposed(), Some(Step::Mail));
}

#[test]
fn a_response_typed_before_its_challenge_is_known_to_be_one() {
    let script = Scripted::saying(&[(At::Command(Verb::Auth), "")]);
    let mut pair = Pair::scripted(lab(), script);
    pair.press_until(Step::Auth);
    pair.press();
    let early = Content::typed_line("c29tZWJvZHk=");
    let Meaning::AuthResponse { mechanism: Some(mechanism), n: 0 } =
        pair.client.consider(early).meaning
    else {
        panic!("the first response of the exchange");
    };
    assert_eq!(mechanism.name, "LOGIN");
}

#[test]
fn a_password_sent_in_one_piece_with_its_auth_is_hidden() {
    let line = "AUTH LOGIN\r\ndGlt\r\ndGFuc3RhYWY=\r\nNOOP\r\n";
    let content = Content::Line(line.into());
    let piece = Piece { content, meaning: Meaning::Command { chunking: true } };
    let window = piece.window(usize::MAX);
    let spans = piece.spans(&window);
    let masked = Secrets::default().masked(&window.bytes, &spans);
    assert_eq!(masked, "AUTH LOGIN\r\ndGlt\r\n••••••••\r\nNOOP\r\n");
    assert_eq!(spans[spans.len() - 2].field, Field::Verb);
}

#[test]
fn a_password_whose_line_is_sent_in_two_parts_is_hidden_in_both() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::Auth);
    pair.type_raw("AUTH PLAIN AHRpbQB0");
    let rest = pair.client.consider(Content::typed_line("YW5zdGFhZg=="));
    let window = rest.window(usize::MAX);
    let masked = Secrets::default().masked(&window.bytes, &rest.spans(&window));
    assert_eq!(masked, "••••••••\r\n");
}

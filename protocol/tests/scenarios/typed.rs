//! Every proposal may be replaced by what a person types; the client follows, and the next proposal fits.

use crate::pair::{Pair, lab, sent_parts, without_login};
use bytes::Bytes;
use protocol::anatomy::{Content, Field};
use protocol::client::{State, Status, Step};
use protocol::server::Config;
use protocol::smtp::command::Verb;
use protocol::transcript::Item;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";
const STUDENT: &str = "<student@student.example>";

fn practice() -> Pair {
    Pair::practice(without_login(&[TEACHER, STUDENT]), Config::default())
}

/// At the walk's end everything was delivered, and the transcript is what passed.
fn assert_goes_on_to_delivery(mut pair: Pair) -> Pair {
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    assert_eq!(pair.client.state(), State::Closed);
    pair.assert_transcript_is_the_wire();
    pair
}

/// The step as which the last thing was sent.
fn last_sent(pair: &Pair) -> Step {
    let entries = pair.client.transcript().current().unwrap().entries();
    let sent = entries.iter().rev().find_map(|entry| match entry.item {
        Item::Sent { step, .. } => Some(step),
        _ => None,
    });
    sent.expect("something was sent")
}

#[test]
fn another_sender_takes_the_place_of_the_proposed_one() {
    let mut pair = practice();
    pair.press_until(Step::Mail);
    pair.type_line("mail from:<other@example.com>");
    assert_eq!(last_sent(&pair), Step::Mail);
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
    let pair = assert_goes_on_to_delivery(pair);
    let envelope = &pair.store().get(1).unwrap().envelope;
    assert_eq!(envelope.from.to_string(), "<other@example.com>");
}

#[test]
fn a_recipient_who_is_not_in_the_plan_takes_the_place_of_the_proposed_one() {
    let mut pair = practice();
    pair.press_until(Step::Rcpt(0));
    pair.type_line("RCPT TO:<postmaster>");
    assert_eq!(last_sent(&pair), Step::Rcpt(0));
    assert_eq!(pair.proposed(), Some(Step::Rcpt(1)));
    let pair = assert_goes_on_to_delivery(pair);
    assert_eq!(pair.store().get(1).unwrap().envelope.to.len(), 2);
}

#[test]
fn a_recipient_of_the_plan_named_before_its_turn_is_that_one() {
    let mut pair = practice();
    pair.press_until(Step::Rcpt(0));
    pair.type_line(&format!("RCPT TO:{STUDENT}"));
    assert_eq!(last_sent(&pair), Step::Rcpt(1));
    assert_eq!(pair.proposed(), Some(Step::Rcpt(0)));
    pair.press();
    assert_eq!(pair.proposed(), Some(Step::Data));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn one_recipient_more_than_planned_is_the_persons_own() {
    let mut pair = practice();
    pair.press_until(Step::Data);
    pair.type_line("RCPT TO:<postmaster>");
    assert_eq!(last_sent(&pair), Step::Extra(Verb::Rcpt));
    assert_eq!(pair.proposed(), Some(Step::Data));
    let pair = assert_goes_on_to_delivery(pair);
    assert_eq!(pair.store().get(1).unwrap().envelope.to.len(), 3);
}

#[test]
fn noop_help_and_the_like_leave_the_walk_where_it_is() {
    let mut pair = practice();
    for step in [Step::Hello, Step::Mail, Step::Rcpt(0), Step::Rcpt(1), Step::Data] {
        pair.press_until(step);
        for line in ["NOOP", "HELP", "VRFY postmaster", "EXPN list", "STARTTLS"] {
            pair.type_line(line);
            assert_eq!(pair.proposed(), Some(step), "{line}");
        }
    }
    assert_goes_on_to_delivery(pair);
}

#[test]
fn an_unknown_command_is_refused_and_the_walk_is_alive() {
    let mut pair = practice();
    for step in [Step::Hello, Step::Mail, Step::Rcpt(0), Step::Data] {
        pair.press_until(step);
        for line in
            ["FOO bar", "", " ", "MAILFROM:<a@example.com>", "你好", "MAIL FROM: a@example.com"]
        {
            pair.type_line(line);
            if step == Step::Mail {
                pair.client.retry(Step::Mail);
            }
            assert_eq!(pair.proposed(), Some(step), "{line}");
        }
        pair.type_line("NOOP");
    }
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_command_that_came_too_early_is_proposed_again_in_its_turn() {
    for (early, turn) in [
        ("MAIL FROM:<a@example.com>", Step::Hello),
        ("AUTH LOGIN", Step::Hello),
        ("RCPT TO:<teacher@practice.example>", Step::Mail),
        ("DATA", Step::Rcpt(0)),
    ] {
        let mut pair = Pair::practice(lab(), Config::default());
        pair.press_until(turn);
        pair.type_line(early);
        assert!(String::from_utf8_lossy(&pair.received).lines().last().unwrap().starts_with('5'));
        assert_eq!(pair.proposed(), Some(turn), "{early}");
        assert_goes_on_to_delivery(pair);
    }
}

#[test]
fn a_login_by_hand_opens_the_way_for_the_mail_that_was_refused_without_it() {
    let config = Config { require_auth: true, ..Config::default() };
    let mut pair = Pair::practice(without_login(&[TEACHER]), config);
    pair.press_until(Step::Quit);
    assert_eq!(pair.code(Step::Mail), Some(530));
    pair.type_line("AUTH PLAIN AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl");
    assert_eq!(pair.proposed(), Some(Step::Mail));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn rset_and_ehlo_in_mid_transaction_begin_the_plan_again_at_mail() {
    for line in ["RSET", "EHLO other.example", "HELO other.example"] {
        for step in [Step::Rcpt(0), Step::Rcpt(1), Step::Data] {
            let mut pair = practice();
            pair.press_until(step);
            pair.type_line(line);
            assert_eq!(pair.proposed(), Some(Step::Mail), "{line} at {step:?}");
            assert_eq!(pair.status(Step::Mail), Status::Ahead);
            assert_eq!(pair.status(Step::Rcpt(0)), Status::Ahead);
            assert_goes_on_to_delivery(pair);
        }
    }
}

#[test]
fn rset_behind_a_delivered_message_does_not_send_it_again() {
    let mut pair = practice();
    pair.press_until(Step::Quit);
    pair.type_line("RSET");
    assert_eq!(pair.proposed(), Some(Step::Quit));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_login_outlives_another_ehlo() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::Mail);
    pair.type_line("EHLO again.example");
    assert!(pair.client.is_authenticated());
    assert_eq!(pair.proposed(), Some(Step::Mail));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn quit_may_come_at_any_step() {
    for step in [Step::Hello, Step::Mail, Step::Rcpt(0), Step::Rcpt(1), Step::Data] {
        let mut pair = practice();
        pair.press_until(step);
        pair.type_line("quit");
        assert_eq!(pair.client.state(), State::Closed);
        assert_eq!(pair.code(Step::Quit), Some(221));
        assert_eq!(pair.status(step), Status::Ahead);
        assert!(pair.store().is_empty());
    }
}

#[test]
fn another_mechanism_is_gone_through_with_the_same_login() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::Auth);
    pair.type_line("AUTH PLAIN");
    assert_eq!(pair.proposed(), Some(Step::AuthResponse(0)));
    pair.press();
    assert!(pair.client.is_authenticated());
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_login_can_be_given_up_and_begun_again() {
    let mut pair = Pair::practice(lab(), Config::default());
    pair.press_until(Step::AuthResponse(1));
    pair.type_line("*");
    assert_eq!(pair.code(Step::AuthResponse(1)), Some(501));
    pair.client.retry(Step::Auth);
    assert_eq!(pair.proposed(), Some(Step::Auth));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_message_typed_line_by_line_ends_with_a_typed_dot() {
    let mut pair = practice();
    pair.press_until(Step::Headers);
    for line in ["From: a@example.com", "Subject: by hand", "", "Hello", "..stuffed", "bye"] {
        pair.type_line(line);
        assert_eq!(pair.proposed(), Some(Step::FinalDot), "nothing else is proposed any more");
    }
    pair.type_line(".");
    assert_eq!(last_sent(&pair), Step::FinalDot);
    let pair = assert_goes_on_to_delivery(pair);
    let text = "From: a@example.com\r\nSubject: by hand\r\n\r\nHello\r\n.stuffed\r\nbye\r\n";
    assert_eq!(pair.delivered(), [text]);
    assert!(matches!(pair.status(Step::Body), Status::Done(None)));
}

#[test]
fn changed_headers_and_body_are_sent_in_their_place_and_stuffed() {
    let mut pair = practice();
    pair.press_until(Step::Headers);
    pair.commit(Content::typed_data("Subject: other\n"));
    assert_eq!(pair.proposed(), Some(Step::Body));
    pair.commit(Content::typed_data("\n.dot\n..\n."));
    assert_eq!(pair.proposed(), Some(Step::FinalDot));
    let pair = assert_goes_on_to_delivery(pair);
    assert_eq!(pair.delivered(), ["Subject: other\r\n\r\n.dot\r\n..\r\n.\r\n"]);
}

#[test]
fn the_final_dot_gets_a_line_of_its_own() {
    for (typed, dot, text) in [
        ("Hello", "\r\n.\r\n", "Hello\r\n"),
        ("Hello\r", "\r\n.\r\n", "Hello\r\r\n"),
        ("Hello\r\n", ".\r\n", "Hello\r\n"),
        ("Hello\r\n.", "\r\n", "Hello\r\n"),
        ("Hello\r\n.\r", "\n", "Hello\r\n"),
    ] {
        let mut pair = practice();
        pair.press_until(Step::Headers);
        pair.type_raw(typed);
        assert_eq!(pair.proposed_line(), dot, "{typed:?}");
        let pair = assert_goes_on_to_delivery(pair);
        assert_eq!(pair.delivered(), [text], "{typed:?}");
    }
}

#[test]
fn a_lone_dot_that_was_begun_by_hand_ends_the_data_whatever_follows_it() {
    let mut pair = practice();
    pair.press_until(Step::Headers);
    pair.type_raw(".");
    pair.commit(Content::Data(Bytes::from_static(b"\r\nNOOP\r\n")));
    assert_eq!(last_sent(&pair), Step::FinalDot);
    assert_eq!(pair.proposed(), Some(Step::Quit));
    assert_eq!(pair.delivered(), [""]);
}

#[test]
fn the_empty_line_is_found_wherever_it_was_cut() {
    for pieces in [&["A: b\r\n\r\n"][..], &["A: b\r\n", "\r\n"], &["A: b\r", "\n\r\n"]] {
        let mut pair = practice();
        pair.press_until(Step::Headers);
        for piece in pieces {
            pair.type_raw(piece);
        }
        let meaning = pair.client.consider(Content::typed_line("text")).meaning;
        assert_eq!(sent_parts(meaning, "text")[0].0, Field::BodyText, "{pieces:?}");
    }
}

#[test]
fn a_line_without_its_end_is_finished_first() {
    let mut pair = practice();
    pair.type_raw("NO");
    assert_eq!((pair.proposed(), &*pair.proposed_line()), (Some(Step::Typed), "\r\n"));
    pair.type_raw("OP\r");
    assert_eq!(pair.proposed(), Some(Step::Extra(Verb::Noop)));
    assert_eq!(pair.proposed_line(), "\n");
    pair.press();
    assert!(pair.received.ends_with(b"250 2.0.0 Ok: nothing done\r\n"));
    assert_eq!(pair.proposed(), Some(Step::Hello));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn what_is_glued_to_a_line_without_its_end_is_one_line_with_it() {
    let mut pair = practice();
    pair.type_raw("NO");
    pair.type_line("EHLO student.example");
    assert!(
        pair.received.ends_with(b"500 5.5.2 Command not recognized; HELP lists the commands\r\n")
    );
    assert_eq!(pair.status(Step::Hello), Status::Ahead);
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_line_that_ends_in_lf_alone_is_answered_and_the_walk_is_alive() {
    let mut pair = practice();
    pair.type_raw("NOOP\n");
    assert!(pair.received.ends_with(b"with nc, use nc -C\r\n"));
    assert_eq!(pair.proposed(), Some(Step::Hello));
    assert_goes_on_to_delivery(pair);
}

#[test]
fn a_second_message_may_follow_by_hand() {
    let mut pair = practice();
    pair.press_until(Step::Quit);
    for line in ["MAIL FROM:<>", "RCPT TO:<postmaster>", "DATA", "Subject: 2\r\n\r\nx\r\n."] {
        pair.type_line(line);
    }
    assert_eq!(pair.delivered().len(), 2);
    assert_eq!(pair.delivered()[1], "Subject: 2\r\n\r\nx\r\n");
    assert_eq!(pair.proposed(), Some(Step::Quit));
    pair.press();
    pair.assert_transcript_is_the_wire();
}

/// A LF alone ends no line (RFC 5321 §2.3.8), so the dot behind it is text, and a line end is still to come.
#[test]
fn text_that_ends_in_a_dot_behind_a_bare_line_feed_is_not_over_with_the_next_line_end() {
    for text in ["a\r\nb\n.", "a\r\n\n.", "\r\nlonger than its ends\n.", "a\r\n\r\n.b\r\n."] {
        let mut pair = Pair::practice(without_login(&[TEACHER]), Config::default());
        pair.press_until(Step::Body);
        pair.commit(Content::Data(text.into()));
        pair.press_on();
        let delivered = &pair.delivered()[0];
        assert!(delivered.ends_with(format!("\r\n{text}\r\n").as_bytes()), "{text:?}");
        pair.assert_transcript_is_the_wire();
    }
}

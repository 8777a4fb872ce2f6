//! Replies as they come: cut anywhere, several at once, of several lines, and unasked.

use crate::pair::{At, Pair, Scripted, lab};
use protocol::client::{Event, Next, State, Step, Verdict};
use protocol::lesson::Lesson;
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What a lab makes of it whose server's bytes come in segments of this size.
fn lab_in_segments(size: usize) -> (Vec<Event>, Vec<u8>, Vec<Step>) {
    let mut pair = Pair::practice(lab(), Lesson::classic_lab().server);
    pair.segment = size;
    let steps = pair.press_on();
    pair.assert_transcript_is_the_wire();
    (pair.events, pair.sent, steps)
}

#[test]
fn replies_may_be_split_at_every_byte() {
    let whole = lab_in_segments(usize::MAX);
    for size in 1..40 {
        assert!(lab_in_segments(size) == whole, "in segments of {size}");
    }
}

#[test]
fn until_its_last_byte_a_reply_is_waited_for() {
    let wire = b"250-mx.example.com\r\n250-SIZE 1000\r\n250 HELP\r\n";
    for cut in 0..wire.len() {
        let mut pair = Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Ehlo), "")]));
        pair.press();
        pair.deliver(&wire[..cut]);
        assert!(matches!(pair.client.next(), Next::Wait { step: Step::Hello, .. }), "{cut}");
        pair.deliver(&wire[cut..]);
        assert_eq!(pair.proposed(), Some(Step::Auth), "{cut}");
        assert!(pair.client.capabilities().get(Extension::Size).is_some());
    }
}

#[test]
fn several_replies_may_come_in_one_segment() {
    let silent = [At::Command(Verb::Noop), At::Command(Verb::Help)].map(|at| (at, ""));
    let mut pair = Pair::scripted(lab(), Scripted::saying(&silent));
    pair.type_line("NOOP\r\nHELP");
    pair.deliver(b"250 ok\r\n214-a\r\n214 b\r\n");
    let last: Vec<_> = pair.events.iter().rev().take(2).collect();
    let [Event::Replied { step: help, .. }, Event::Replied { step: noop, .. }] = last[..] else {
        panic!("two replies");
    };
    assert_eq!((*noop, *help), (Some(Step::Extra(Verb::Noop)), Some(Step::Extra(Verb::Help))));
    assert_eq!(pair.proposed(), Some(Step::Hello));
}

#[test]
fn every_reply_may_have_several_lines() {
    let mut pair = Pair::scripted(
        lab(),
        Scripted::saying(&[
            (At::Greeting, "220-mx.example.com ESMTP\r\n220-No spam please\r\n220 "),
            (At::Command(Verb::Auth), "334-VXNl\r\n334 cm5hbWU6"),
            (At::Command(Verb::Mail), "250-2.1.0 Fine,\r\n250-2.1.0 really\r\n250 2.1.0 fine"),
            (At::Command(Verb::Data), "354-Go\r\n354 on"),
            (At::Dot, "250-\r\n250-\r\n250"),
        ]),
    );
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    pair.assert_transcript_is_the_wire();
}

#[test]
fn a_reply_nobody_asked_for_is_noted_and_the_walk_goes_on() {
    for step in [Step::Hello, Step::Auth, Step::AuthResponse(0), Step::Rcpt(0), Step::Headers] {
        let mut pair = Pair::scripted(lab(), Scripted::polite());
        pair.press_until(step);
        let state = pair.client.state();
        pair.deliver(b"250 2.0.0 by the way\r\n");
        let Some(Event::Replied { step: None, verdict, .. }) = pair.events.last() else {
            panic!("a reply to nothing");
        };
        assert_eq!(*verdict, Verdict::OutOfPlace);
        assert_eq!((pair.client.state(), pair.proposed()), (state, Some(step)));
        pair.press_on();
        assert_eq!(pair.delivered().len(), 1);
    }
}

#[test]
fn a_second_greeting_is_a_reply_nobody_asked_for() {
    let mut pair = Pair::scripted(
        lab(),
        Scripted::saying(&[(At::Greeting, "220 mx.example.com\r\n220 mx.example.com again")]),
    );
    assert_eq!(pair.client.state(), State::Greeted);
    assert!(matches!(pair.events[1], Event::Replied { step: None, .. }));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn a_goodbye_nobody_asked_for_ends_the_walk() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::Mail);
    pair.deliver(b"421 4.4.2 waited too long\r\n");
    assert_eq!((pair.client.state(), pair.client.next()), (State::Closing, Next::Over));
    assert!(pair.client.wants_close());
}

#[test]
fn text_that_is_no_utf8_is_kept_as_it_came() {
    let mut pair = Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Ehlo), "")]));
    pair.press();
    let gbk = b"550 \xc4\xfa\xba\xc3\r\n";
    pair.deliver(gbk);
    assert!(pair.noted_as_received().ends_with(gbk));
}

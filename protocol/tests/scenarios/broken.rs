//! Bytes that are not SMTP: the walk is stopped with that said, and what was there before is kept.

use crate::pair::{At, Pair, Scripted, lab};
use protocol::client::{Ending, Event, Next, State, Status, Step};
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
use protocol::smtp::reply::ReplyError;
use protocol::smtp::status::ReplyCode;
use protocol::transcript::Item;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A walk that waits for the reply to EHLO.
fn waiting() -> Pair {
    let mut pair = Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Ehlo), "")]));
    pair.press();
    pair
}

fn code(number: u16) -> ReplyCode {
    ReplyCode::new(number).unwrap()
}

/// Everything that holds when a walk was stopped for this reason.
fn assert_broken(pair: &Pair, error: ReplyError, before: usize) {
    assert_eq!(pair.events.last(), Some(&Event::Broken(error)));
    assert_eq!((pair.client.state(), pair.client.next()), (State::Broken, Next::Over));
    assert!(pair.client.wants_close());
    assert_eq!(pair.client.poll_timeout(), None);
    assert_eq!(pair.status(Step::Hello), Status::Failed);
    assert_eq!(pair.status(Step::Greeting), Status::Done(Some(code(220))));
    let entries = pair.client.transcript().current().unwrap().entries();
    assert_eq!(entries.len(), before + 1, "what was there before is kept");
    let Item::Broken { error: noted, bytes } = &entries.last().unwrap().item else {
        panic!("the transcript says it");
    };
    assert_eq!(*noted, error);
    assert!(!bytes.is_empty() && bytes.len() <= limits::GARBAGE_KEPT, "{}", bytes.len());
}

#[test]
fn whatever_is_not_a_reply_stops_the_walk() {
    let endless = [b"250 ".as_slice(), &b"x".repeat(10_000)].concat();
    let huge = b"250-all work and no play makes a long reply\r\n".repeat(10 * 1024 * 1024 / 45);
    let too_long = |limit| ReplyError::LineTooLong { limit };
    for (wire, error) in [
        (&b"HTTP/1.1 400 Bad Request\r\n"[..], ReplyError::NotACode { at: 0, found: b'H' }),
        (b"\x15\x03\x01\x00\x02\x02\x46", ReplyError::NotACode { at: 0, found: 0x15 }),
        (b"\r\n", ReplyError::NotACode { at: 0, found: b'\r' }),
        (b"250 ok\n", ReplyError::BareLf),
        (b"250-ok\n250 ok\n", ReplyError::BareLf),
        (b"250 a\rb\r\n", ReplyError::BareCr { found: b'b' }),
        (b"250_ok\r\n", ReplyError::NotASeparator { found: b'_' }),
        (b"600 ok\r\n", ReplyError::NotACode { at: 0, found: b'6' }),
        (b"250-a\r\n550 b\r\n", ReplyError::CodesDiffer { first: code(250), found: code(550) }),
        (&endless, too_long(limits::REPLY_LINE_READ)),
        (&huge, ReplyError::ReplyTooLong { limit: limits::REPLY_READ }),
    ] {
        for segment in [usize::MAX, 1448, 7] {
            let mut pair = waiting();
            pair.segment = segment;
            let before = pair.client.transcript().current().unwrap().entries().len();
            pair.deliver(wire);
            assert_broken(&pair, error, before);
        }
    }
}

#[test]
fn what_is_kept_of_it_is_where_it_went_wrong_and_what_follows() {
    let mut pair = waiting();
    pair.deliver(b"250-mx.example.com\r\n250-SIZE\nHTTP/1.1\r\n");
    pair.deliver(b"more");
    pair.deliver(&b"x".repeat(5000));
    let entries = pair.client.transcript().current().unwrap().entries();
    let Item::Broken { bytes, .. } = &entries.last().unwrap().item else { panic!("it is broken") };
    assert!(bytes.starts_with(b"250-mx.example.com\r\n250-SIZE\nHTTP/1.1\r\nmorexxx"));
    assert_eq!(bytes.len(), limits::GARBAGE_KEPT);
}

#[test]
fn a_good_reply_in_front_of_garbage_is_taken() {
    let mut pair = waiting();
    pair.deliver(b"250 mx.example.com\r\ngarbage\r\n");
    assert_eq!(pair.code(Step::Hello), Some(250));
    assert!(matches!(pair.events.last(), Some(Event::Broken(_))));
}

#[test]
fn a_broken_walk_sends_no_more_and_ends_like_any_other() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press_until(Step::Body);
    pair.client.commit(pair.now, pair.proposal().unwrap().piece.content).unwrap();
    pair.deliver(b"garbage\r\n");
    assert_eq!(pair.client.poll_transmit(), None);
    pair.end(Ending::ByUs);
    assert_eq!(pair.client.state(), State::Closed);
    assert_eq!(pair.events.last(), Some(&Event::Closed { how: Ending::ByUs, during: None }));
}

#[test]
fn a_flood_of_replies_is_stopped_with_that_said() {
    let long = [b"250-".as_slice(), &b"x".repeat(4000), b"\r\n"].concat().repeat(16);
    let long = [&long, b"250 end\r\n".as_slice()].concat();
    for (reply, entries) in [(&b"250\r\n"[..], limits::TRANSCRIPT_ENTRIES), (&long, 150)] {
        let mut pair = Pair::scripted(lab(), Scripted::polite());
        while pair.client.state() != State::Broken {
            pair.deliver(&reply.repeat(100));
        }
        assert_eq!(pair.events.last(), Some(&Event::TranscriptFull));
        assert_eq!(pair.client.next(), Next::Over);
        pair.end(Ending::ByUs);
        let connection = pair.client.transcript().current().unwrap();
        assert!(connection.entries().len() <= entries, "{}", connection.entries().len());
        assert_eq!(connection.entries().last().unwrap().item, Item::Closed(Ending::ByUs));
        let held = pair.noted_as_received().len();
        assert!(held <= limits::TRANSCRIPT_BYTES + limits::REPLY_READ, "{held}");
    }
}

//! What is too much to be sent is not sent, and nothing changes.

use crate::pair::{At, Pair, Scripted, lab};
use bytes::Bytes;
use protocol::anatomy::Content;
use protocol::client::{CommitError, Step};
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn refused(pair: &mut Pair, content: Content) -> CommitError {
    let (state, proposal) = (pair.client.state(), pair.proposal());
    let error = pair.client.commit(pair.now, content).unwrap_err();
    assert_eq!((pair.client.state(), pair.proposal()), (state, proposal));
    assert_eq!(pair.client.poll_transmit(), None);
    error
}

fn bytes(length: usize) -> Bytes {
    vec![b'x'; length].into()
}

#[test]
fn nothing_cannot_be_sent() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    assert_eq!(refused(&mut pair, Content::Line(Bytes::new())), CommitError::Empty);
    assert_eq!(refused(&mut pair, Content::typed_data("")), CommitError::Empty);
}

#[test]
fn a_line_has_a_limit_also_when_it_comes_in_parts() {
    let limit = limits::LINE_COMMITTED;
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    let too_long = CommitError::TooLong { length: limit + 1, limit };
    assert_eq!(refused(&mut pair, Content::Line(bytes(limit + 1))), too_long);
    pair.commit(Content::Line(bytes(limit - 2)));
    assert_eq!(refused(&mut pair, Content::Line(bytes(3))), too_long);
    pair.press();
    assert!(pair.received.ends_with(b"500 5.5.2 What?\r\n"));
}

#[test]
fn mail_data_has_a_limit_of_its_own_where_mail_data_is_taken_and_only_there() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    let data = Content::Data(bytes(limits::LINE_COMMITTED + 1));
    assert!(matches!(refused(&mut pair, data.clone()), CommitError::TooLong { .. }));
    pair.press_until(Step::Headers);
    pair.commit(data);
    let limit = limits::DATA_COMMITTED;
    let too_long = CommitError::TooLong { length: limit + 1, limit };
    assert_eq!(refused(&mut pair, Content::Data(bytes(limit + 1))), too_long);
    pair.press_on();
    assert!(pair.delivered()[0].len() > limits::LINE_COMMITTED);
}

#[test]
fn no_more_lines_are_sent_than_the_transcript_has_room_for_replies_to() {
    let mut pair = Pair::scripted(lab(), Scripted::polite());
    pair.press();
    let noops = Content::Line(Bytes::from("NOOP\r\n".repeat(10_000)));
    let answered = limits::TRANSCRIPT_ENTRIES / 10_000 - 1;
    for _ in 0..answered {
        pair.commit(noops.clone());
    }
    assert_eq!(refused(&mut pair, noops), CommitError::TranscriptFull);
    pair.type_line("NOOP");
    pair.assert_transcript_is_the_wire();
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn lines_whose_replies_do_not_come_do_not_pile_up() {
    let mut pair = Pair::scripted(lab(), Scripted::saying(&[(At::Command(Verb::Ehlo), "")]));
    pair.press();
    let empty = Content::Line(Bytes::from("\n".repeat(limits::LINE_COMMITTED)));
    assert_eq!(refused(&mut pair, empty), CommitError::TranscriptFull);
}

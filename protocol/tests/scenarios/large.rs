//! A large message streams: it is referred to and never copied as a whole.

use crate::pair::{Pair, without_login};
use bytes::Bytes;
use protocol::client::{Setup, Step};
use protocol::message::Message;
use protocol::server::Config;
use protocol::smtp::limits;
use protocol::transcript::Item;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SIZE: usize = 25 * 1024 * 1024;

/// 25 MB of lines of 1000 bytes, every one of which begins with a dot.
fn large() -> Message {
    let mut line = vec![b'x'; limits::TEXT_LINE];
    line[0] = b'.';
    line[limits::TEXT_LINE - 2..].copy_from_slice(b"\r\n");
    let body = line.repeat(SIZE / line.len() + 1);
    Message { headers: Bytes::from_static(b"Subject: large\r\n\r\n"), body: body.into() }
}

#[test]
fn a_message_of_25_mb_is_shared_by_set_up_proposal_and_transcript_and_arrives_as_it_is() {
    let message = large();
    let body = message.body.clone();
    let setup = Setup { message, ..without_login(&["<teacher@practice.example>"]) };
    let config = Config { size: 2 * SIZE, spam: Vec::new(), ..Config::default() };
    let mut pair = Pair::practice(setup, config);
    pair.press_until(Step::Body);
    let proposed = pair.proposal().unwrap().piece.content.bytes().clone();
    assert_eq!(proposed.as_ptr(), body.as_ptr(), "the proposal is no copy");
    pair.press();
    let entries = pair.client.transcript().current().unwrap().entries();
    let Item::Sent { step: Step::Body, piece } = &entries.last().unwrap().item else {
        panic!("the body was sent last");
    };
    assert_eq!(piece.content.bytes().as_ptr(), body.as_ptr(), "nor is the transcript");
    let window = piece.window(limits::WINDOW);
    assert!(window.bytes.len() <= 2 * limits::WINDOW, "a view sees the beginning");
    assert_eq!(window.left_out, body.len() - limits::WINDOW);
    pair.press_on();
    let delivered = &pair.delivered()[0];
    assert!(delivered.ends_with(&body), "the same bytes arrive");
    assert_eq!(delivered.len(), "Subject: large\r\n\r\n".len() + body.len());
    let stuffed = body.len() / limits::TEXT_LINE;
    let sent = pair.sent.len();
    assert!(sent > body.len() + stuffed, "every dot was doubled: {sent}");
}

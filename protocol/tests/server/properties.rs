//! What holds for any input.

use crate::{Host, NOW};
use bytes::Bytes;
use proptest::prelude::*;
use protocol::server::{Config, REPLIES_PENDING, State};
use protocol::smtp::limits;
use protocol::smtp::reply::ReplyParser;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Lines, whole and broken, that lead into every corner of a session.
fn a_line() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "EHLO client.example\r\n",
        "HELO client.example\r\n",
        "AUTH LOGIN\r\n",
        "AUTH PLAIN\r\n",
        "AUTH PLAIN AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl\r\n",
        "c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n",
        "cHJhY3RpY2U=\r\n",
        "*\r\n",
        "MAIL FROM:<a@example.com>\r\n",
        "MAIL FROM:<> SIZE=12\r\n",
        "RCPT TO:<teacher@practice.example>\r\n",
        "RCPT TO:<b@example.org>\r\n",
        "DATA\r\n",
        "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<postmaster>\r\nDATA\r\n",
        "Subject: x\r\n",
        "\r\n",
        "..\r\n",
        ".\r\n",
        ".\r\n",
        ".\n",
        "RSET\r\n",
        "NOOP\r\n",
        "HELP\r\n",
        "VRFY teacher\r\n",
        "QUIT\n",
    ]);
    let known = known.prop_map(|line| line.as_bytes().to_vec());
    let long = (400usize..1200).prop_map(|length| {
        let mut line = b"MAIL FROM:<".to_vec();
        line.resize(length, b'x');
        line.extend_from_slice(b"\r\n");
        line
    });
    let garbage = prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![20 => known, 1 => long, 2 => garbage]
}

pub(crate) fn a_session() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(a_line(), 0..40).prop_map(|lines| lines.concat())
}

/// Everything the outside can see of a session that was sent in these pieces.
fn outcome<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (String, State, Vec<Bytes>) {
    let config = Config { size: 200, ..Config::default() };
    let mut host = Host::new(config);
    let said = host.heard() + &pieces.map(|piece| host.say(piece)).collect::<String>();
    let kept = host.store.iter().map(|message| message.raw().into()).collect();
    (said, host.server.state(), kept)
}

proptest! {
    #[test]
    fn any_split_of_the_input_gets_the_same_output(
        wire in a_session(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let whole = outcome(std::iter::once(&*wire));
        prop_assert_eq!(&outcome(wire.chunks(1)), &whole);
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
        places.extend([0, wire.len()]);
        places.sort_unstable();
        let pieces = places.windows(2).map(|pair| &wire[pair[0]..pair[1]]);
        prop_assert_eq!(&outcome(pieces), &whole);
    }

    #[test]
    fn whatever_comes_in_what_goes_out_is_replies(wire in a_session()) {
        let (said, ..) = outcome(std::iter::once(&*wire));
        let (mut rest, mut parser) = (said.as_bytes(), ReplyParser::default());
        while !rest.is_empty() {
            let reply = parser.read(&mut rest).expect("a whole reply").expect("a reply");
            for line in reply.lines() {
                prop_assert!(line.whole.len() <= limits::REPLY_LINE);
            }
        }
        prop_assert!(said.lines().all(|line| line.bytes().all(|byte| matches!(byte, b' '..=b'~'))));
    }

    #[test]
    fn random_bytes_neither_panic_nor_pile_up(wire in prop::collection::vec(any::<u8>(), 0..5000)) {
        let mut host = Host::new(Config::default());
        let taken = host.server.receive(NOW, &wire, &mut host.store);
        prop_assert!(taken == wire.len() || !host.server.wants_input());
        prop_assert!(host.heard().len() < REPLIES_PENDING + 4096);
    }
}

//! The message in chunks (RFC 3030): as many octets as BDAT says, whatever they are.

use crate::pair::{At, Pair, Scripted, sent_parts, without_login};
use protocol::anatomy::{Field, Meaning};
use protocol::client::{Ending, Next, Setup, State, Status, Step, Wishes};
use protocol::message::Message;
use protocol::server::Config;
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
use protocol::transcript::Item;
use std::num::NonZeroUsize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";

fn chunked(message: &[u8], chunk: usize) -> Setup {
    let wishes = Wishes {
        extensions: vec![Extension::Chunking],
        chunk: NonZeroUsize::new(chunk),
        ..Wishes::default()
    };
    let message = Message::from_raw(message.to_vec());
    Setup { wishes, message, ..without_login(&[TEACHER]) }
}

fn offering(extensions: &[Extension]) -> Config {
    let mut config = Config::default();
    config.extensions.extend(extensions);
    config
}

fn practice(message: &[u8], chunk: usize) -> Pair {
    Pair::practice(chunked(message, chunk), offering(&[Extension::BinaryMime]))
}

/// The codes of all replies since EHLO's.
fn codes(pair: &Pair) -> Vec<u16> {
    let entries = pair.client.transcript().current().unwrap().entries();
    let code = |item: &Item| match item {
        Item::Received { reply, .. } => Some(reply.code().number()),
        _ => None,
    };
    entries.iter().filter_map(|entry| code(&entry.item)).skip(2).collect()
}

#[test]
fn headers_and_body_are_chunks_and_the_last_ends_the_message() {
    let mut pair = practice(b"Subject: a\r\n\r\nText\r\n.\r\nMore\r\n", 0);
    pair.press_until(Step::Bdat(0));
    assert_eq!(pair.proposed_line(), "BDAT 14\r\n");
    let steps = pair.press_on();
    assert_eq!(steps, [Step::Bdat(0), Step::Chunk(0), Step::Bdat(1), Step::LastChunk, Step::Quit]);
    assert_eq!(codes(&pair), [250, 250, 250, 250, 221]);
    assert_eq!(pair.delivered(), ["Subject: a\r\n\r\nText\r\n.\r\nMore\r\n"], "no dot was doubled");
    assert_eq!(pair.code(Step::LastChunk), Some(250));
    assert_eq!(pair.status(Step::Bdat(1)), Status::Done(None), "BDAT alone is not answered");
    assert_eq!(pair.client.again(), None, "the message was taken");
    pair.assert_transcript_is_the_wire();
}

#[test]
fn the_plan_has_a_step_for_each_chunk_and_one_for_its_octets() {
    let mut pair = practice(b"A: b\r\n\r\n0123456789", 4);
    let planned: Vec<_> = pair.client.progress().iter().map(|record| record.step).collect();
    let mut steps = vec![Step::LookUp, Step::Connect, Step::Greeting];
    steps.extend(pair.press_on());
    assert_eq!(steps, planned);
    assert_eq!(pair.delivered(), ["A: b\r\n\r\n0123456789"]);
}

#[test]
fn an_old_server_gets_data() {
    let old = Scripted::saying(&[(At::Command(Verb::Ehlo), "250-mx.example.com\r\n250 SIZE 1000")]);
    let mut pair = Pair::scripted(chunked(b"A: b\r\n\r\n.\r\n", 0), old);
    assert!(pair.press_on().contains(&Step::FinalDot));
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn an_empty_message_is_one_empty_chunk() {
    let mut pair = practice(b"", 0);
    pair.press_until(Step::LastChunk);
    assert_eq!(pair.proposed_line(), "BDAT 0 LAST\r\n");
    pair.press_on();
    assert_eq!(pair.code(Step::LastChunk), Some(250));
    assert_eq!(pair.delivered(), [""]);
}

#[test]
fn binary_data_arrives_byte_for_byte_where_binarymime_is_offered() {
    let message = [&b"A: b\r\n\r\n\0\xff\n\r.\r\n.\n"[..], &[b'x'; 5000]].concat();
    let mut pair = practice(&message, 1000);
    pair.press_until(Step::Mail);
    assert!(pair.proposed_line().contains(" BODY=BINARYMIME"), "{}", pair.proposed_line());
    pair.press_on();
    assert_eq!(pair.delivered(), [message]);

    let mut pair = practice(b"A: b\r\n\r\n\0", 0);
    pair.press_until(Step::Bdat(0));
    pair.type_line("DATA");
    assert_eq!(codes(&pair).last(), Some(&503), "BINARYMIME cannot go by DATA (RFC 3030 §3)");
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn a_chunk_that_is_refused_ends_the_transaction() {
    let faults = serde_json::from_str(r#"[{"at": "bdat", "reply": "452 4.3.1 No room"}]"#);
    let config = Config { faults: faults.unwrap(), ..Config::default() };
    let mut pair = Pair::practice(chunked(b"A: b\r\n\r\nc", 0), config);
    assert_eq!(pair.press_on().last(), Some(&Step::Quit), "no further chunk is sent");
    assert_eq!(pair.code(Step::Chunk(0)), Some(452));
    assert_eq!(pair.status(Step::LastChunk), Status::Ahead);
}

#[test]
fn a_message_that_is_too_large_is_taken_to_its_end_and_refused() {
    for chunk in [0, 700] {
        let message = [&b"A: b\r\n\r\n"[..], &[b'x'; 2000]].concat();
        let config = Config { size: 1000, ..Config::default() };
        let mut pair = Pair::practice(chunked(&message, chunk), config);
        pair.press_on();
        assert!(codes(&pair).contains(&552), "{:?}", codes(&pair));
        assert_eq!(pair.client.state(), State::Closed, "the session went on to its end");
        assert_eq!(pair.delivered().len(), 0);
    }
}

#[test]
fn without_a_recipient_the_octets_are_taken_and_refused() {
    let setup =
        Setup { to: vec!["<nobody@practice.example>".parse().unwrap()], ..chunked(b"a", 0) };
    let mut pair = Pair::practice(setup, Config::default());
    pair.press_until(Step::Rcpt(0));
    pair.press();
    pair.type_raw("BDAT 6 LAST\r\nNOOP\r\n");
    assert_eq!(codes(&pair), [250, 550, 554], "NOOP was octets");
    pair.type_raw("BDAT 6\r\nNOOP\r\nNOOP\r\n");
    assert_eq!(codes(&pair)[3..], [554, 250]);
}

#[test]
fn chunks_out_of_order_are_taken_and_refused() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press();
    pair.type_raw("BDAT 2 LAST\r\nab");
    assert_eq!(codes(&pair), [503], "before MAIL");
    pair.press_until(Step::Bdat(1));
    for line in ["DATA", "MAIL FROM:<a@example.com>", "RCPT TO:<postmaster>"] {
        pair.type_line(line);
        assert_eq!(codes(&pair).last(), Some(&503), "{line} among chunks");
    }
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn rset_among_chunks_forgets_them() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Bdat(1));
    pair.type_line("RSET");
    assert_eq!(pair.client.state(), State::Ready);
    pair.press_on();
    assert_eq!(pair.delivered(), ["A: b\r\n\r\nc"], "from its beginning again");
}

#[test]
fn a_chunk_typed_by_hand_is_followed_as_the_server_reads_it() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Bdat(0));
    pair.type_line("BDAT 20");
    assert_eq!(codes(&pair), [250, 250], "nothing is owed before the octets are there");
    assert_eq!(pair.proposed(), Some(Step::Chunk(0)));
    assert_eq!(pair.proposed_line(), "A: b\r\n\r\n", "the message, as far as its part goes");
    pair.press();
    assert_eq!(pair.proposed_line(), "c", "then the rest of it");
    pair.press();
    assert_eq!(pair.proposed_line(), " ".repeat(11), "then spaces, until the chunk is full");
    pair.press();
    assert_eq!(codes(&pair).last(), Some(&250));
    assert_eq!(pair.proposed_line(), "BDAT 0 LAST\r\n");
    pair.press_on();
    assert_eq!(pair.delivered(), [format!("A: b\r\n\r\nc{}", " ".repeat(11))]);
}

#[test]
fn what_stands_behind_a_chunk_is_commands_again() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Bdat(0));
    pair.type_raw("BDAT 5\r\nNOO\r\nRSET\r\nMAIL FROM:<a@example.com>\r\n");
    assert_eq!(codes(&pair), [250, 250, 250, 250, 250]);
    assert_eq!(pair.client.state(), State::Sender);
    pair.assert_transcript_is_the_wire();
}

#[test]
fn a_chunk_behind_a_login_that_is_refused_is_a_chunk_after_all() {
    let setup = chunked(b"A: b\r\n\r\nc", 0);
    let mut pair = Pair::practice(setup, Config::default());
    pair.press();
    pair.type_raw(
        "AUTH MAGIC\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nBDAT 6 LAST\r\nNOOP\r\nNOOP\r\n",
    );
    assert_eq!(codes(&pair), [504, 250, 250, 250, 250]);
    assert_eq!(pair.delivered(), ["NOOP\r\n"]);
}

#[test]
fn a_chunk_behind_data_is_mail_data() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Bdat(0));
    pair.type_raw("DATA\r\nBDAT 5\r\nhello\r\n.\r\n");
    assert_eq!(codes(&pair), [250, 250, 354, 250]);
    assert_eq!(pair.delivered(), ["BDAT 5\r\nhello\r\n"]);
}

#[test]
fn where_it_is_not_offered_bdat_is_a_command_like_any_other() {
    let config = Config { extensions: vec![Extension::Pipelining], ..Config::default() };
    let mut pair = Pair::practice(chunked(b"A: b\r\n\r\nc", 0), config);
    pair.press_until(Step::Data);
    pair.type_raw("BDAT 6\r\nNOOP\r\n");
    assert_eq!(codes(&pair), [250, 250, 502, 250]);
    pair.type_line("EHLO");
    pair.type_raw("BDAT x\r\n");
    assert_eq!(codes(&pair)[4..], [501, 502]);
}

#[test]
fn a_chunk_beyond_all_limits_is_not_waited_for() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Bdat(0));
    pair.type_line("BDAT 99999999999999");
    assert_eq!(codes(&pair).last(), Some(&421));
    assert_eq!(pair.client.state(), State::Closed);
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press();
    pair.type_line("BDAT 99999999999999999999999");
    assert_eq!(codes(&pair), [503], "that is no number, and MAIL comes first");
}

#[test]
fn a_connection_that_ends_inside_a_chunk_says_where() {
    let mut pair = practice(b"A: b\r\n\r\nc", 0);
    pair.press_until(Step::Chunk(0));
    pair.end(Ending::Reset);
    assert_eq!(pair.status(Step::Chunk(0)), Status::Failed);
    assert_eq!(pair.client.next(), Next::Over);
}

#[test]
fn octets_are_named_for_what_they_are_across_chunks() {
    let mut pair = practice(b"Subject: dots\r\n\r\n.\r\nB\r\n", 12);
    pair.press_on();
    let entries = pair.client.transcript().current().unwrap().entries();
    let mut fields = Vec::new();
    for entry in entries {
        if let Item::Sent { piece, .. } = &entry.item
            && let Meaning::Chunk { .. } = piece.meaning
        {
            let text = str::from_utf8(piece.content.bytes()).unwrap();
            let parts = sent_parts(piece.meaning.clone(), text).into_iter();
            fields.extend(parts.map(|(field, text)| (field, text.to_owned())));
        }
    }
    let named = |field: Field| fields.iter().filter(|(it, _)| *it == field).count();
    assert_eq!((named(Field::FinalDot), named(Field::StuffedDot)), (0, 0), "{fields:?}");
    assert_eq!(named(Field::EmptyLine), 1, "{fields:?}");
    assert!(named(Field::BodyText) >= 2 && named(Field::HeaderName) == 1, "{fields:?}");
    let bdat = sent_parts(Meaning::Command { chunking: true }, "BDAT 5 LAST\r\nQUIT\n");
    let expected = [
        (Field::Verb, "BDAT"),
        (Field::Space, " "),
        (Field::ChunkSize, "5"),
        (Field::Space, " "),
        (Field::LastChunk, "LAST"),
        (Field::LineEnd, "\r\n"),
    ];
    for (part, expected) in bdat.iter().zip(expected) {
        assert_eq!(*part, expected);
    }
    assert!(bdat[6..].iter().all(|(field, _)| *field != Field::Verb), "{bdat:?}");
}

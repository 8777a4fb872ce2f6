//! What holds for any input.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../pair/mod.rs"]
mod pair;

mod bounded;
mod differential;
mod grammar;
mod letter;
mod lockstep;
mod mail;
mod parameters;
mod parsing;
mod secrets;
mod split;
mod tiles;

use proptest::prelude::*;
use proptest::sample::Index;

/// Of the slow ones, a quarter of the cases is tried (a quarter of `PROPTEST_CASES`, where that is set).
pub(crate) fn few() -> ProptestConfig {
    let all = ProptestConfig::default();
    ProptestConfig { cases: all.cases / 4, ..all }
}

/// Places to cut at.
pub(crate) fn some_cuts() -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), 0..8)
}

/// The bytes cut at these places.
pub(crate) fn cut<'a>(bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

/// Replies of any code, with one line or several, of text that servers write.
pub(crate) fn a_reply() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![
        4 => prop::sample::select(vec![220, 221, 235, 250, 334, 354, 421, 450, 500, 535, 550, 554]),
        1 => 200u16..600,
    ];
    let text = prop_oneof![
        3 => "[ -~]{0,30}",
        1 => "[2-5]\\.[0-9]\\.[0-9]{1,3}( [a-z ]{0,20})?",
        1 => "(AUTH|SIZE|HELP|PIPELINING|X-[A-Z]{1,5})( [A-Z0-9]{1,6}){0,3}",
        1 => "[你好世界é]{0,10}",
    ];
    (code, prop::collection::vec(text, 1..5), any::<bool>()).prop_map(|(code, texts, bare)| {
        let last = texts.len() - 1;
        let line = |(n, text): (usize, &String)| match (n < last, bare) {
            (true, _) => format!("{code}-{text}\r\n"),
            (false, true) => format!("{code}\r\n"),
            (false, false) => format!("{code} {text}\r\n"),
        };
        texts.iter().enumerate().map(line).collect::<String>().into_bytes()
    })
}

/// Bytes that nearly are replies, and bytes that are nothing of the kind.
pub(crate) fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let nearly = prop::collection::vec(prop::sample::select(b"25024 -\r\na\n".to_vec()), 0..80);
    prop_oneof![nearly, prop::collection::vec(any::<u8>(), 0..200)]
}

/// Lines, whole and broken, that lead into every corner of a session.
pub(crate) fn a_line() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "EHLO client.example\r\n",
        "HELO client.example\r\n",
        "AUTH LOGIN\r\n",
        "AUTH LOGIN c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n",
        "AUTH PLAIN\r\n",
        "AUTH PLAIN AHN0dWRlbnRAc3R1ZGVudC5leGFtcGxlAHByYWN0aWNl\r\n",
        "AUTH CRAM-MD5\r\n",
        "AUTH\r\n",
        "c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\n",
        "cHJhY3RpY2U=\r\n",
        "*\r\n",
        "MAIL FROM:<a@example.com>\r\n",
        "MAIL FROM:<> SIZE=12\r\n",
        "MAIL FROM: <a@example.com>\r\n",
        "MAIL FROM:<a@example.com> SIZE=12 BODY=8BITMIME RET=HDRS ENVID=1+2B1\r\n",
        "MAIL FROM:<\u{4f8b}@example.com> SMTPUTF8 AUTH=<>\r\n",
        "MAIL FROM:<a@example.com> SIZE=big\r\n",
        "RCPT TO:<teacher@practice.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c\r\n",
        "RCPT TO:<teacher@practice.example> NOTIFY=NEVER,DELAY\r\n",
        "VRFY \u{4f8b} SMTPUTF8\r\n",
        "EXPN staff\r\n",
        "RCPT TO:<teacher@practice.example>\r\n",
        "RCPT TO:<student@student.example>\r\n",
        "RCPT TO:<nobody@practice.example>\r\n",
        "RCPT TO:<b@example.org>\r\n",
        "DATA\r\n",
        "data \r\n",
        "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<postmaster>\r\nDATA\r\n",
        "AUTH LOGIN\r\nc3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\r\ncHJhY3RpY2U=\r\n",
        "BDAT 0\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 6\r\nNOOP\r\n",
        "BDAT 3 LAST\r\nabc",
        "BDAT 9\r\nRSE",
        "bdat 3 last\r\n.\r\n",
        "BDAT 5 \r\nhello",
        "BDAT 5\nhello",
        "BDAT x\r\n",
        "BDAT 5 FIRST\r\n",
        "BDAT 70000000\r\n",
        "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<postmaster>\r\nBDAT 6\r\n",
        "Subject: x\r\n",
        "\r\n",
        "..\r\n",
        ".",
        ".\r\n",
        ".\r\n",
        "\r\n.\r\n",
        ".\n",
        "RSET\r\n",
        "NOOP\r\n",
        "NOOP\n",
        "HELP\r\n",
        "VRFY teacher\r\n",
        "STARTTLS\r\n",
        "QUIT now\r\n",
        "no command",
    ]);
    let known = known.prop_map(|line| line.as_bytes().to_vec());
    let rare = prop::sample::select(vec!["QUIT\r\n", "GET / HTTP/1.1\r\n"]);
    let rare = rare.prop_map(|line| line.as_bytes().to_vec());
    let long = (400usize..1200).prop_map(|length| {
        let mut line = b"MAIL FROM:<".to_vec();
        line.resize(length, b'x');
        line.extend_from_slice(b"\r\n");
        line
    });
    let any = prop::collection::vec(any::<u8>(), 1..40);
    prop_oneof![40 => known, 1 => rare, 1 => long, 3 => any]
}

//! Lines that a client sends.

use crate::must;
use bytes::Bytes;
use protocol::anatomy::{Content, MailPlace, Meaning, Piece};
use protocol::auth::{MECHANISMS, Mechanism, Speaker, decode};
use protocol::smtp::address::{Domain, ForwardPath, Mailbox, ReversePath};
use protocol::smtp::command::{Command, lines};
use std::sync::Arc;

/// Bytes that a client sends are explained, whatever they are taken for; a command that is understood survives
/// being written and read, and so does an address.
///
/// The input is the client's bytes.
pub fn command(wire: &[u8]) {
    for line in lines(wire) {
        let reading = Command::read(line);
        must::tile(line, &reading.spans);
        if let Ok(command) = reading.command {
            assert_eq!(reading.verb, Some(command.verb()));
            let again = Command::read(&command.to_line());
            assert_eq!(again.command, Ok(command), "{}", line.escape_ascii());
        }
        be_an_address_or_not(line);
        if let Some(message) = decode(line.trim_ascii_end()) {
            be_a_login_or_not(&message);
        }
    }
    let bytes = Bytes::copy_from_slice(wire);
    for meaning in meanings() {
        for content in [Content::Line(bytes.clone()), Content::Data(bytes.clone())] {
            let meaning = meaning.clone();
            must::be_explained(&Piece { content, meaning });
        }
    }
}

fn be_an_address_or_not(line: &[u8]) {
    let Ok(text) = std::str::from_utf8(line.trim_ascii_end()) else { return };
    match text.parse::<Mailbox>() {
        Ok(mailbox) => assert_eq!(mailbox.to_string(), text),
        Err(error) => assert!(error.at <= text.len(), "{error} in {text:?}"),
    }
    if let Ok(path) = text.parse::<ForwardPath>() {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
    if let Ok(path) = text.parse::<ReversePath>() {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
    if let Ok(domain) = text.parse::<Domain>() {
        assert_eq!(domain.to_string().parse(), Ok(domain));
    }
}

/// What is inside the base64 is explained, whichever mechanism it is taken for.
fn be_a_login_or_not(message: &[u8]) {
    for mechanism in MECHANISMS {
        for speaker in [Speaker::Client, Speaker::Server] {
            for n in 0..4 {
                must::tile(message, &mechanism.anatomy(speaker, n, message));
            }
        }
    }
}

/// What may stand in front of mail data: nothing, a line that is not over, headers of each grammar, bodies of each
/// encoding, and parts in parts.
const BEGINNINGS: &[&str] = &[
    "",
    "Subject: a",
    "To: \"a",
    "To: (((",
    "Cc: a <b@\r\n",
    "Date: Mon,\r\n",
    "References: <a\r\n",
    "Received: from a\r\n",
    "Content-Type: multipart/mixed;\r\n",
    "DKIM-Signature: v=1; a=\r\n",
    "\r\n",
    "\r\ntext\r",
    "Content-Transfer-Encoding: base64\r\n\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
    "Content-Type: multipart/mixed; boundary=-\r\n\r\n",
    "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
    "Content-Type: multipart/a; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/a; boundary=b\r\n\r\n",
];

fn meanings() -> impl Iterator<Item = Meaning> {
    let mechanisms = [None, Mechanism::named("LOGIN"), Mechanism::named("SCRAM-SHA-256")];
    let responses = mechanisms
        .into_iter()
        .flat_map(|mechanism| (0..3).map(move |n| Meaning::AuthResponse { mechanism, n }));
    let places = BEGINNINGS.iter().map(|text| Arc::new(MailPlace::behind(text.as_bytes())));
    let data = places
        .clone()
        .flat_map(|at| [false, true].map(|stuffed| Meaning::Data { at: Arc::clone(&at), stuffed }));
    let lines = [false, true].map(|chunking| Meaning::Command { chunking });
    let chunks = [0, 5, 40, u64::MAX]
        .into_iter()
        .flat_map(move |left| places.clone().map(move |at| Meaning::Chunk { left, at }));
    lines.into_iter().chain(responses).chain(data).chain(chunks)
}

//! CRAM-MD5: the server asks with something new, and the client answers with a digest of it that only who
//! knows the password can make (RFC 2195).

use super::{
    ClientEnd, Credentials, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes,
    Turn,
};
use crate::anatomy::{Field, Span};
use crate::smtp::cursor::Cursor;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use std::fmt::Write as _;

/// The mechanism.
pub(super) static CRAM_MD5: Mechanism = Mechanism {
    name: "CRAM-MD5",
    source: "RFC 2195",
    takes: Takes::Password,
    protection: Protection::Digest,
    starts_with_response: false,
    turns: &[Turn::Digest],
    respond,
    judge,
    anatomy,
};

/// The user name, a space, and the digest in hexadecimal (RFC 2195 §2).
fn respond(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    let Credentials { user, password } = end.credentials;
    match (n, end.challenge(0)) {
        (0, []) => Err(GiveUp::NotUnderstood),
        (0, question) => Ok(answer(user, password, question).into_bytes()),
        _ => Err(GiveUp::NothingMore),
    }
}

fn judge(end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    let question = format!("<{}@{}>", end.nonce, end.host);
    let Some(response) = responses.first() else {
        return Judgement::Challenge(question.into_bytes());
    };
    let Some((user, _)) = std::str::from_utf8(response).ok().and_then(|text| text.rsplit_once(' '))
    else {
        return Judgement::Malformed;
    };
    let right = end.accounts.password(user).map(|known| answer(user, known, question.as_bytes()));
    if right.is_some_and(|right| response.eq_ignore_ascii_case(right.as_bytes())) {
        Judgement::Accepted(user.to_owned())
    } else {
        Judgement::Refused
    }
}

fn answer(user: &str, password: &str, question: &[u8]) -> String {
    let mut hmac = Hmac::<Md5>::new_from_slice(password.as_bytes()).expect("a key of any length");
    hmac.update(question);
    let mut answer = format!("{user} ");
    for byte in hmac.finalize().into_bytes() {
        // Writing to a String does not fail.
        let _ = write!(answer, "{byte:02x}");
    }
    answer
}

fn anatomy(speaker: Speaker, _: usize, message: &[u8]) -> Vec<Span> {
    let mut cursor = Cursor::new(message);
    if speaker == Speaker::Server {
        cursor.take_rest(Field::Nonce);
    } else if let Some(space) = memchr::memrchr(b' ', message) {
        cursor.take(Field::UserName, space);
        cursor.take(Field::Space, 1);
        cursor.take_rest(Field::Digest);
    }
    cursor.take_rest(Field::Unparsed);
    cursor.into_spans()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, client, server, tim};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_example_of_the_rfc_is_met() {
        let question = b"<1896.697170952@postoffice.reston.mci.net>".to_vec();
        let tim = tim();
        let tanstaaftanstaaf =
            super::super::Credentials { password: "tanstaaftanstaaf".into(), ..tim };
        let sent = CRAM_MD5.respond(&client(&tanstaaftanstaaf, &[question]), 0).unwrap();
        assert_eq!(sent, b"tim b913a602c7eda7a495b4e6e7334d3890");
    }

    #[test]
    fn a_response_without_a_digest_is_malformed() {
        let judged = CRAM_MD5.judge(&server(&OnlyTim), &[b"tim".to_vec()]);
        assert_eq!(judged, Judgement::Malformed);
    }
}

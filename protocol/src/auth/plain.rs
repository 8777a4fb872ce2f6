//! PLAIN: identity, user name and password in one message, each behind a NUL (RFC 4616).

use super::{ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn};
use crate::anatomy::{Field, Span};
use crate::smtp::cursor::Cursor;

/// The mechanism.
pub(super) static PLAIN: Mechanism = Mechanism {
    name: "PLAIN",
    source: "RFC 4616",
    takes: Takes::Password,
    protection: Protection::Readable,
    starts_with_response: true,
    turns: &[Turn::Login],
    respond,
    judge,
    anatomy,
};

/// `[authzid] NUL authcid NUL passwd` (RFC 4616 §2); the identity to act as is left empty.
fn respond(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    if n > 0 {
        return Err(GiveUp::NothingMore);
    }
    Ok(format!("\0{}\0{}", end.credentials.user, end.credentials.password).into_bytes())
}

fn judge(end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    let Some(response) = responses.first() else {
        return Judgement::Challenge(Vec::new());
    };
    let Some((identity, user, password)) = parts(response) else {
        return Judgement::Malformed;
    };
    // Acting for somebody else would need a right that no account here has.
    let own_identity = identity.is_empty() || identity == user;
    if own_identity && end.accounts.accepts(user, password) {
        Judgement::Accepted(user.to_owned())
    } else {
        Judgement::Refused
    }
}

/// Cuts the message at its two NULs.
fn parts(message: &[u8]) -> Option<(&str, &str, &str)> {
    let mut parts = std::str::from_utf8(message).ok()?.split('\0');
    let cut = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(cut)
}

fn anatomy(speaker: Speaker, _: usize, message: &[u8]) -> Vec<Span> {
    let mut cursor = Cursor::new(message);
    if speaker == Speaker::Client {
        for field in [Field::Identity, Field::UserName] {
            cursor.take_while(field, |byte| byte != 0);
            cursor.take_byte(Field::Nul, 0);
        }
        // What a third NUL would begin is nothing that the mechanism has.
        cursor.take_while(Field::Password, |byte| byte != 0);
    }
    cursor.take_rest(Field::Unparsed);
    cursor.into_spans()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, client, server, tim};
    use super::*;
    use Field::{Identity, Nul, Password, Unparsed, UserName};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_example_of_the_rfc_is_met() {
        let sent = PLAIN.respond(&client(&tim(), &[]), 0).unwrap();
        assert_eq!(sent, b"\0tim\0tanstaaf");
        let accepted = PLAIN.judge(&server(&OnlyTim), &[sent]);
        assert_eq!(accepted, Judgement::Accepted("tim".into()));
    }

    #[test]
    fn acting_for_somebody_else_is_refused_and_a_missing_part_is_named_so() {
        for (response, judgement) in [
            (&b"tim\0tim\0tanstaaf"[..], Judgement::Accepted("tim".into())),
            (b"ursel\0tim\0tanstaaf", Judgement::Refused),
            (b"tim\0tanstaaf", Judgement::Malformed),
            (b"\0tim\0tan\0staaf", Judgement::Malformed),
            (b"\0t\xffm\0tanstaaf", Judgement::Malformed),
        ] {
            assert_eq!(PLAIN.judge(&server(&OnlyTim), &[response.to_vec()]), judgement);
        }
    }

    #[test]
    fn each_part_has_its_name() {
        let fields = |message: &[u8]| -> Vec<Field> {
            PLAIN.anatomy(Speaker::Client, 0, message).iter().map(|span| span.field).collect()
        };
        assert_eq!(fields(b"\0tim\0pass"), [Nul, UserName, Nul, Password]);
        assert_eq!(fields(b"ursel\0tim\0pass"), [Identity, Nul, UserName, Nul, Password]);
        assert_eq!(fields(b"\0tim\0pass\0x"), [Nul, UserName, Nul, Password, Unparsed]);
    }
}

//! PLAIN: identity, user name and password in one message, each behind a NUL (RFC 4616).

use super::{Accounts, Credentials, Judgement, Mechanism};
use crate::anatomy::Field;

/// The mechanism.
pub(super) static PLAIN: Mechanism = Mechanism {
    name: "PLAIN",
    source: "RFC 4616",
    starts_with_response: true,
    responses: 1,
    response_field,
    respond,
    judge,
};

fn response_field(n: usize) -> Field {
    if n == 0 { Field::EncodedPlain } else { Field::EncodedData }
}

/// `[authzid] NUL authcid NUL passwd` (RFC 4616 §2); the identity to act as is left empty.
fn respond(credentials: &Credentials, n: usize) -> Option<Vec<u8>> {
    (n == 0).then(|| format!("\0{}\0{}", credentials.user, credentials.password).into_bytes())
}

fn judge(accounts: &dyn Accounts, responses: &[Vec<u8>]) -> Judgement {
    let Some(response) = responses.first() else {
        return Judgement::Challenge(Vec::new());
    };
    let Some((identity, user, password)) = parts(response) else {
        return Judgement::Malformed;
    };
    // Acting for somebody else would need a right that no account here has.
    let own_identity = identity.is_empty() || identity == user;
    if own_identity && accounts.accepts(user, password) {
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

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, tim};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_example_of_the_rfc_is_met() {
        assert_eq!(PLAIN.respond(&tim(), 0).unwrap(), b"\0tim\0tanstaaf");
        let accepted = PLAIN.judge(&OnlyTim, &[b"\0tim\0tanstaaf".to_vec()]);
        assert_eq!(accepted, Judgement::Accepted("tim".into()));
    }

    #[test]
    fn without_a_response_the_server_asks_with_nothing() {
        assert_eq!(PLAIN.judge(&OnlyTim, &[]), Judgement::Challenge(Vec::new()));
    }

    #[test]
    fn another_identity_a_wrong_password_and_a_wrong_form_are_told_apart() {
        let judge = |response: &[u8]| PLAIN.judge(&OnlyTim, &[response.to_vec()]);
        assert_eq!(judge(b"tim\0tim\0tanstaaf"), Judgement::Accepted("tim".into()));
        assert_eq!(judge(b"root\0tim\0tanstaaf"), Judgement::Refused);
        assert_eq!(judge(b"\0tim\0wrong"), Judgement::Refused);
        assert_eq!(judge(b"tim\0tanstaaf"), Judgement::Malformed);
        assert_eq!(judge(b"\0tim\0tan\0staaf"), Judgement::Malformed);
        assert_eq!(judge(b"\0\xff\0x"), Judgement::Malformed);
    }
}

//! LOGIN: the server asks for the user name, then for the password.
//!
//! Never standardised (an expired draft, draft-murchison-sasl-login, wrote it down), and offered nearly
//! everywhere. Base64 hides nothing: it is for the wire's sake alone.

use super::{
    ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn, whole,
};
use crate::anatomy::{Field, Span};

/// The mechanism; the draft has no initial response, and most servers take the user name as one.
pub(crate) static LOGIN: Mechanism = Mechanism {
    name: "LOGIN",
    source: "draft-murchison-sasl-login-00",
    takes: Takes::Password,
    protection: Protection::Readable,
    starts_with_response: false,
    turns: &[Turn::UserName, Turn::Password],
    respond,
    judge,
    anatomy,
};

fn respond(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    match n {
        0 => Ok(end.credentials.user.clone().into_bytes()),
        1 => Ok(end.credentials.password.clone().into_bytes()),
        _ => Err(GiveUp::NothingMore),
    }
}

fn judge(end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    match responses {
        [] => Judgement::Challenge(b"Username:".to_vec()),
        [_] => Judgement::Challenge(b"Password:".to_vec()),
        [user, password, ..] => {
            let (user, password) =
                (String::from_utf8_lossy(user), String::from_utf8_lossy(password));
            if end.accounts.accepts(&user, &password) {
                Judgement::Accepted(user.into_owned())
            } else {
                Judgement::Refused
            }
        }
    }
}

fn anatomy(speaker: Speaker, n: usize, message: &[u8]) -> Vec<Span> {
    let field = match (speaker, n) {
        (Speaker::Server, 0 | 1) => Field::Prompt,
        (Speaker::Client, 0) => Field::UserName,
        (Speaker::Client, 1) => Field::Password,
        _ => Field::Unparsed,
    };
    whole(field, message)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, talk};
    use super::super::tests::{client, server, tim};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_server_asks_for_the_name_and_then_for_the_password() {
        let (said, _) = talk(&LOGIN, &tim(), None, None);
        let texts: Vec<_> = said.iter().map(|(_, text)| &text[..]).collect();
        assert_eq!(texts, [&b"Username:"[..], b"tim", b"Password:", b"tanstaaf"]);
        assert_eq!(LOGIN.respond(&client(&tim(), &[]), 2), Err(GiveUp::NothingMore));
    }

    #[test]
    fn the_name_may_be_sent_along_with_the_command() {
        let asked = LOGIN.judge(&server(&OnlyTim), &[b"tim".to_vec()]);
        assert_eq!(asked, Judgement::Challenge(b"Password:".to_vec()));
    }
}

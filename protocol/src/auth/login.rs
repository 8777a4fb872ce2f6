//! LOGIN: the server asks for the user name, then for the password.
//!
//! Never standardised (an expired draft, draft-murchison-sasl-login, wrote it down), and offered nearly
//! everywhere. Base64 hides nothing: it is for the wire's sake alone.

use super::{Accounts, Credentials, Judgement, Mechanism};
use crate::anatomy::Field;

/// The mechanism; the draft has no initial response.
pub(super) static LOGIN: Mechanism = Mechanism {
    name: "LOGIN",
    source: "draft-murchison-sasl-login-00",
    starts_with_response: false,
    responses: 2,
    response_field,
    respond,
    judge,
};

fn response_field(n: usize) -> Field {
    match n {
        0 => Field::EncodedUser,
        1 => Field::EncodedPassword,
        _ => Field::EncodedData,
    }
}

fn respond(credentials: &Credentials, n: usize) -> Option<Vec<u8>> {
    match n {
        0 => Some(credentials.user.clone().into_bytes()),
        1 => Some(credentials.password.clone().into_bytes()),
        _ => None,
    }
}

fn judge(accounts: &dyn Accounts, responses: &[Vec<u8>]) -> Judgement {
    match responses {
        [] => Judgement::Challenge(b"Username:".to_vec()),
        [_] => Judgement::Challenge(b"Password:".to_vec()),
        [user, password, ..] => {
            let (user, password) =
                (String::from_utf8_lossy(user), String::from_utf8_lossy(password));
            if accounts.accepts(&user, &password) {
                Judgement::Accepted(user.into_owned())
            } else {
                Judgement::Refused
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, tim};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn both_ends_agree_turn_by_turn() {
        let mut responses = Vec::new();
        for question in ["Username:", "Password:"] {
            assert_eq!(LOGIN.judge(&OnlyTim, &responses), Judgement::Challenge(question.into()));
            responses.push(LOGIN.respond(&tim(), responses.len()).unwrap());
        }
        assert_eq!(LOGIN.judge(&OnlyTim, &responses), Judgement::Accepted("tim".into()));
        assert_eq!(LOGIN.respond(&tim(), 2), None);
    }

    #[test]
    fn a_wrong_password_is_refused() {
        let responses = [b"tim".to_vec(), b"wrong".to_vec()];
        assert_eq!(LOGIN.judge(&OnlyTim, &responses), Judgement::Refused);
    }
}

//! Access tokens in place of passwords: OAUTHBEARER (RFC 7628), and Google's XOAUTH2, which came before it and
//! is what the big providers offer.
//!
//! Whoever has the token is let in, as with a password, but only until it expires. A refusal takes one turn
//! more: the server says why in JSON, the client says that it has read it, and only then comes the 535.

use super::{
    Accounts, ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn,
};
use crate::anatomy::{Field, Span};
use crate::smtp::cursor::Cursor;

/// Google's.
pub(super) static XOAUTH2: Mechanism = Mechanism {
    name: "XOAUTH2",
    source: "developers.google.com/gmail/imap/xoauth2-protocol",
    takes: Takes::Token,
    protection: Protection::Readable,
    starts_with_response: true,
    turns: &[Turn::Token],
    respond: |end, n| respond(end, n, xoauth2, b""),
    judge: |end, responses| judge(end, responses, read_xoauth2, b"", XOAUTH2_ERROR),
    anatomy,
};

/// The standard's.
pub(super) static OAUTHBEARER: Mechanism = Mechanism {
    name: "OAUTHBEARER",
    source: "RFC 7628",
    takes: Takes::Token,
    protection: Protection::Readable,
    starts_with_response: true,
    turns: &[Turn::Token],
    respond: |end, n| respond(end, n, oauthbearer, b"\x01"),
    judge: |end, responses| judge(end, responses, read_oauthbearer, b"\x01", OAUTHBEARER_ERROR),
    anatomy,
};

const XOAUTH2_ERROR: &str =
    r#"{"status":"401","schemes":"bearer","scope":"https://practice.example/mail"}"#;

/// RFC 7628 §3.2.2.
const OAUTHBEARER_ERROR: &str = r#"{"status":"invalid_token","scope":"mail"}"#;

/// The token; and when the server says why it does not like it, that this was read.
fn respond(
    end: &ClientEnd<'_>,
    n: usize,
    message: fn(&str, &str) -> String,
    read_it: &[u8],
) -> Result<Vec<u8>, GiveUp> {
    match n {
        0 => Ok(message(&end.credentials.user, &end.credentials.password).into_bytes()),
        1 => Ok(read_it.to_vec()),
        _ => Err(GiveUp::NothingMore),
    }
}

fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

/// The user name is the identity of a GS2 header, in which `=` and `,` are escaped (RFC 5801 §4).
fn oauthbearer(user: &str, token: &str) -> String {
    let user = super::scram::escaped(user);
    format!("n,a={user},\x01auth=Bearer {token}\x01\x01")
}

fn judge(
    end: &ServerEnd<'_>,
    responses: &[Vec<u8>],
    read: fn(&str) -> Option<(String, &str)>,
    read_it: &[u8],
    error: &str,
) -> Judgement {
    match responses {
        [] => Judgement::Challenge(Vec::new()),
        [message] => match std::str::from_utf8(message).ok().and_then(read) {
            None => Judgement::Malformed,
            Some((user, token)) if is_token(end.accounts, &user, token) => {
                Judgement::Accepted(user)
            }
            Some(_) => Judgement::Challenge(error.as_bytes().to_vec()),
        },
        [_, answer, ..] if answer == read_it => Judgement::Refused,
        _ => Judgement::Malformed,
    }
}

/// A practice account's token is its password.
fn is_token(accounts: &dyn Accounts, user: &str, token: &str) -> bool {
    accounts.accepts(user, token)
}

fn read_xoauth2(message: &str) -> Option<(String, &str)> {
    let (user, rest) = message.strip_prefix("user=")?.split_once('\x01')?;
    Some((user.to_owned(), bearer(rest)?))
}

fn read_oauthbearer(message: &str) -> Option<(String, &str)> {
    let (header, pairs) = message.split_once('\x01')?;
    let mut parts = header.split(',');
    let (flag, identity) = (parts.next()?, parts.next()?);
    if !matches!(flag, "n" | "y") || parts.next() != Some("") || parts.next().is_some() {
        return None;
    }
    Some((super::scram::unescaped(identity.strip_prefix("a=")?)?, bearer(pairs)?))
}

/// The token among `key=value` pairs, each of which ends with a ^A, and all of them with one more.
fn bearer(pairs: &str) -> Option<&str> {
    let pairs = pairs.strip_suffix("\x01\x01")?;
    let mut tokens = pairs.split('\x01').filter_map(|pair| pair.strip_prefix("auth="));
    let (scheme, token) = tokens.next()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// `key=value` pairs with a ^A behind each; before them, in OAUTHBEARER, a GS2 header.
fn anatomy(speaker: Speaker, n: usize, message: &[u8]) -> Vec<Span> {
    let mut cursor = Cursor::new(message);
    if speaker == Speaker::Server {
        cursor.take_rest(if n == 1 { Field::ErrorReport } else { Field::Unparsed });
        return cursor.into_spans();
    }
    if message.starts_with(b"n,") || message.starts_with(b"y,") {
        super::scram::take_gs2_header(&mut cursor);
    }
    while let Some(next) = cursor.peek() {
        let pair = cursor.rest().split(|&byte| byte == 1).next().unwrap_or_default();
        if next == 1 {
            cursor.take(Field::ControlA, 1);
        } else if let Some(equals) = memchr::memchr(b'=', pair) {
            let (name, length) = (&pair[..equals], pair.len());
            cursor.take(Field::AttributeName, equals + 1);
            match name {
                b"user" => _ = cursor.take(Field::UserName, length - equals - 1),
                b"auth" => {
                    let scheme = pair.iter().position(|&byte| byte == b' ').unwrap_or(length);
                    cursor.take(Field::TokenType, scheme - equals - 1);
                    cursor.take_byte(Field::Space, b' ');
                    cursor.take(Field::AccessToken, length.saturating_sub(scheme + 1));
                }
                _ => _ = cursor.take(Field::AttributeValue, length - equals - 1),
            }
        } else {
            cursor.take(Field::Unparsed, pair.len());
        }
    }
    cursor.into_spans()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{talk, tim};
    use super::super::{Credentials, Speaker};
    use super::*;
    use Field::{AccessToken, AttributeName, ControlA, Space, TokenType, UserName};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_messages_are_those_of_the_documents() {
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
        assert_eq!(
            super::super::encode(
                xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
                    .as_bytes()
            ),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
        // RFC 7628 §4.1's, without the host and the port that a bearer token does not need.
        assert_eq!(
            oauthbearer("user@example.com", token),
            format!("n,a=user@example.com,\x01auth=Bearer {token}\x01\x01")
        );
        let with_host = format!(
            "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer {token}\x01\x01"
        );
        assert_eq!(read_oauthbearer(&with_host), Some(("user@example.com".into(), token)));
    }

    #[test]
    fn a_refusal_says_why_in_json_and_takes_one_turn_more() {
        let stale = Credentials { password: "stale".into(), ..tim() };
        for (mechanism, read_it) in [(&XOAUTH2, &b""[..]), (&OAUTHBEARER, b"\x01")] {
            let (said, end) = talk(mechanism, &stale, None, None);
            let [_, _, (Speaker::Server, why), (Speaker::Client, answer)] = &said[..] else {
                panic!("{said:?}")
            };
            assert!(why.starts_with(b"{\"status\":"));
            assert_eq!(answer, read_it);
            assert_eq!(end, Ok(Judgement::Refused));
        }
    }

    #[test]
    fn what_is_not_of_the_form_is_malformed() {
        for message in
            ["", "user=tim", "user=tim\x01auth=Basic x\x01\x01", "user=tim\x01auth=Bearer x\x01"]
        {
            assert_eq!(read_xoauth2(message), None, "{message:?}");
        }
        for message in [
            "n,,\x01auth=Bearer x\x01\x01",
            "p=tls,a=tim,\x01auth=Bearer x\x01\x01",
            "n,a=t=im,\x01auth=Bearer x\x01\x01",
        ] {
            assert_eq!(read_oauthbearer(message), None, "{message:?}");
        }
    }

    #[test]
    fn each_part_has_its_name() {
        let fields = |message: String| -> Vec<Field> {
            let spans = XOAUTH2.anatomy(Speaker::Client, 0, message.as_bytes());
            spans.iter().map(|span| span.field).collect()
        };
        let bearer = [AttributeName, TokenType, Space, AccessToken, ControlA, ControlA];
        assert_eq!(
            fields(xoauth2("tim", "x")),
            [&[AttributeName, UserName, ControlA][..], &bearer].concat()
        );
        let header = [
            Field::BindingFlag,
            Field::AttributeSeparator,
            AttributeName,
            Field::Identity,
            Field::AttributeSeparator,
            ControlA,
        ];
        assert_eq!(fields(oauthbearer("tim", "x")), [&header[..], &bearer].concat());
    }
}

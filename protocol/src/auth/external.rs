//! EXTERNAL: TLS has shown the client's certificate before, and the server goes by that (RFC 4422 appendix A).

use super::{
    ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn, whole,
};
use crate::anatomy::{Field, Span};

/// The mechanism.
pub(super) static EXTERNAL: Mechanism = Mechanism {
    name: "EXTERNAL",
    source: "RFC 4422 appendix A",
    takes: Takes::Certificate,
    protection: Protection::Outside,
    starts_with_response: true,
    turns: &[Turn::Identity],
    respond,
    judge,
    anatomy,
};

/// As whom to act; empty leaves it to the server.
fn respond(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    if n > 0 {
        return Err(GiveUp::NothingMore);
    }
    Ok(end.credentials.user.clone().into_bytes())
}

fn judge(end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    let Some(asked) = responses.first() else {
        return Judgement::Challenge(Vec::new());
    };
    match end.identity {
        Some(shown) if asked.is_empty() || asked == shown.as_bytes() => {
            Judgement::Accepted(shown.to_owned())
        }
        _ => Judgement::Refused,
    }
}

fn anatomy(speaker: Speaker, _: usize, message: &[u8]) -> Vec<Span> {
    let field = match speaker {
        Speaker::Client => Field::Identity,
        Speaker::Server => Field::Unparsed,
    };
    whole(field, message)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, server};
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_server_goes_by_the_certificate_and_by_nothing_else() {
        let shown = ServerEnd { identity: Some("tim"), ..server(&OnlyTim) };
        let judge = |end: &ServerEnd<'_>, asked: &str| EXTERNAL.judge(end, &[asked.into()]);
        assert_eq!(judge(&shown, ""), Judgement::Accepted("tim".into()));
        assert_eq!(judge(&shown, "tim"), Judgement::Accepted("tim".into()));
        assert_eq!(judge(&shown, "ursel"), Judgement::Refused);
        assert_eq!(judge(&server(&OnlyTim), ""), Judgement::Refused);
    }
}

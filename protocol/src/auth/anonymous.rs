//! ANONYMOUS: whoever it is comes in; a trace says who to ask if something is wrong (RFC 4505).

use super::{
    ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn, whole,
};
use crate::anatomy::{Field, Span};

/// The mechanism.
pub(super) static ANONYMOUS: Mechanism = Mechanism {
    name: "ANONYMOUS",
    source: "RFC 4505",
    takes: Takes::Nothing,
    protection: Protection::NoSecret,
    starts_with_response: true,
    turns: &[Turn::Identity],
    respond,
    judge,
    anatomy,
};

/// The longest trace, in characters (RFC 4505 §2).
const TRACE: usize = 255;

fn respond(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    if n > 0 {
        return Err(GiveUp::NothingMore);
    }
    Ok(end.credentials.user.clone().into_bytes())
}

fn judge(_: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    match responses.first().map(|trace| std::str::from_utf8(trace)) {
        None => Judgement::Challenge(Vec::new()),
        Some(Ok(trace)) if trace.chars().count() <= TRACE => {
            Judgement::Accepted("anonymous".into())
        }
        Some(_) => Judgement::Malformed,
    }
}

fn anatomy(speaker: Speaker, _: usize, message: &[u8]) -> Vec<Span> {
    let field = match speaker {
        Speaker::Client => Field::Trace,
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
    fn a_trace_has_a_limit_and_is_text() {
        let judge = |trace: Vec<u8>| ANONYMOUS.judge(&server(&OnlyTim), &[trace]);
        let welcome = Judgement::Accepted("anonymous".into());
        assert_eq!(judge("é".repeat(255).into()), welcome);
        assert_eq!(judge(Vec::new()), welcome);
        assert_eq!(judge("é".repeat(256).into()), Judgement::Malformed);
        assert_eq!(judge(b"\xff".to_vec()), Judgement::Malformed);
    }
}

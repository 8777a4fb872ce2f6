//! Addresses that are treated as their name says, so that each refusal can be seen at will:
//! `550@practice.example`, `451@practice.example`, `full@practice.example`; and two that take patience:
//! `greylist@practice.example`, `slow@practice.example`.

use super::fault::{Fault, Seconds, Step, When};
use std::num::NonZeroU64;
use std::time::Duration;

/// How long `slow@` takes.
const SLOW: Duration = Duration::from_secs(5);

/// A refusal: reply code, enhanced code and text.
pub(super) type Refusal = (u16, (u8, u16, u16), &'static str);

/// The refusals that have words of their own (RFC 5321 §4.2.3, RFC 3463 §3).
const KNOWN: &[Refusal] = &[
    (421, (4, 3, 2), "The service closes, as this address asks"),
    (450, (4, 2, 0), "Mailbox busy, as its name says; try again later"),
    (451, (4, 3, 0), "Local error in processing, as this address asks; try again later"),
    (452, (4, 2, 2), "Mailbox full, as its name says"),
    (550, (5, 1, 1), "No such mailbox, as its name says"),
    (551, (5, 1, 6), "The user has moved, as this address asks"),
    (552, (5, 2, 2), "Mailbox full for good, as its name says"),
    (553, (5, 1, 3), "Mailbox name not allowed, as this address asks"),
    (554, (5, 7, 1), "Refused by policy, as this address asks"),
];

/// The refusal that a local part asks for: a code from 400 to 599, or `full`.
pub(super) fn refusal(local: &str) -> Option<Refusal> {
    let code = match local {
        "full" => 452,
        digits if digits.len() == 3 => {
            digits.parse().ok().filter(|code| (400..600).contains(code))?
        }
        _ => return None,
    };
    let known = KNOWN.iter().find(|(known, ..)| *known == code).copied();
    let class = if code < 500 { 4 } else { 5 };
    Some(known.unwrap_or((code, (class, 0, 0), "Refused, as this address asks")))
}

/// The rule that a local part asks for: `greylist` is put off the first time (RFC 6647 §2.4), `slow` is accepted
/// after a while.
pub(super) fn fault(local: &str) -> Option<Fault> {
    match local {
        "greylist" => Some(Fault {
            when: When::First(NonZeroU64::MIN),
            reply: "450 4.7.1 Greylisted, as this address asks; try again".parse().ok(),
            ..Fault::at(Step::Rcpt)
        }),
        "slow" => Some(Fault { delay: Seconds::new(SLOW), ..Fault::at(Step::Rcpt) }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_name_that_is_no_refusal_asks_for_none() {
        for local in ["student", "250", "354", "600", "55", "5500", "+50", "Full"] {
            assert_eq!(refusal(local), None, "{local}");
        }
        assert_eq!(
            refusal("599").map(|(code, enhanced, _)| (code, enhanced)),
            Some((599, (5, 0, 0)))
        );
        assert_eq!(refusal("full").map(|(code, ..)| code), Some(452));
    }

    #[test]
    fn every_refusal_is_of_one_class() {
        assert!(KNOWN.iter().all(|(code, (class, ..), _)| code / 100 == u16::from(*class)));
    }
}

//! Any split of the server's bytes gives the same events and the same transcript.

use crate::pair::{Pair, Peer, Scripted, lab};
use crate::{a_reply, cut, few, garbage, some_cuts};
use proptest::prelude::*;
use proptest::sample::Index;
use protocol::client::{Event, Next};
use protocol::lesson::Lesson;
use protocol::transcript::{Entry, Item};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

type Outcome = (Vec<Event>, Vec<Entry>, Next, Vec<u8>);

/// What the client makes of these answers, one behind each proposal, each cut by `cut`.
fn outcome(answers: &[Vec<u8>], cut: impl Fn(&[u8]) -> Vec<&[u8]>) -> Outcome {
    let mut pair = Pair::new(lab(), Peer::Scripted(Scripted::silent()));
    pair.connect();
    for answer in answers {
        if pair.proposal().is_some() {
            pair.press();
        }
        for piece in cut(answer) {
            pair.deliver(piece);
        }
    }
    let entries = pair.client.transcript().current().unwrap().entries().to_vec();
    (pair.events, entries, pair.client.next(), pair.sent)
}

fn bytewise(answer: &[u8]) -> Vec<&[u8]> {
    answer.chunks(1).collect()
}

fn assert_same_in_any_split(answers: &[Vec<u8>], cuts: &[Index]) -> Result<(), TestCaseError> {
    let whole = outcome(answers, |answer| vec![answer]);
    prop_assert_eq!(&outcome(answers, bytewise), &whole);
    prop_assert_eq!(&outcome(answers, |answer| cut(answer, cuts)), &whole);
    Ok(())
}

/// What the practice server says in the classic lab, answer by answer.
fn the_labs_answers() -> Vec<Vec<u8>> {
    let mut pair = Pair::practice(lab(), Lesson::classic_lab().server);
    pair.press_on();
    let entries = pair.client.transcript().current().unwrap().entries();
    let mut answers = vec![Vec::new()];
    for entry in entries {
        match &entry.item {
            Item::Sent { .. } => answers.push(Vec::new()),
            Item::Received { reply, .. } => {
                answers.last_mut().unwrap().extend_from_slice(reply.wire());
            }
            _ => {}
        }
    }
    answers
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn of_the_classic_lab(cuts in some_cuts()) {
        let answers = the_labs_answers();
        let (events, ..) = outcome(&answers, |answer| vec![answer]);
        prop_assert_eq!(events.len(), 10, "the lab is really run");
        assert_same_in_any_split(&answers, &cuts)?;
    }

    #[test]
    fn of_any_replies(
        answers in prop::collection::vec(prop::collection::vec(a_reply(), 0..3), 1..20),
        cuts in some_cuts(),
    ) {
        let answers: Vec<_> = answers.iter().map(|replies| replies.concat()).collect();
        assert_same_in_any_split(&answers, &cuts)?;
    }

    #[test]
    fn of_any_bytes(
        good in prop::collection::vec(a_reply(), 0..4),
        bad in prop::collection::vec(garbage(), 1..4),
        cuts in some_cuts(),
    ) {
        assert_same_in_any_split(&[good, bad].concat(), &cuts)?;
    }
}

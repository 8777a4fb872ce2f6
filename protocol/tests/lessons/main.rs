//! Every lesson runs to its end, the same every time, and says what it promises.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod coverage;

use protocol::client::Place;
use protocol::lesson::{Lesson, Replay, Text};
use protocol::transcript::{Connection, Item};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Every lesson, and every lesson with each of its mistakes.
fn all() -> Vec<(String, Lesson)> {
    let with_mistakes = |lesson: Lesson| {
        let changed = lesson.mistakes.iter();
        let changed: Vec<_> = changed
            .map(|it| (format!("{}, {}", lesson.id, it.id), lesson.with(it).unwrap()))
            .collect();
        std::iter::once((lesson.id.clone(), lesson)).chain(changed)
    };
    Lesson::all().flat_map(with_mistakes).collect()
}

/// Whether a step of this place was taken.
fn was_at(replay: &Replay, place: Place) -> bool {
    let connections = replay.client.transcript().connections();
    connections.iter().flat_map(Connection::entries).any(|entry| match &entry.item {
        Item::Sent { step, .. } => Place::of(*step) == Some(place),
        Item::Received { step, .. } => step.and_then(Place::of) == Some(place),
        Item::Upgraded(_) => place == Place::Tls,
        // A greeting that is none belongs to no step.
        Item::Broken { .. } | Item::Closed(_) => place == Place::Greeting,
        Item::Transport(_) => false,
    })
}

#[test]
fn every_lesson_comes_to_its_end_and_makes_all_its_moves() {
    for (name, lesson) in all() {
        let replay = lesson.replay().unwrap();
        assert!(!replay.endless, "{name}");
        assert_eq!(replay.moves_made, lesson.moves.len(), "{name}");
        assert_eq!(replay.client.transcript().connections().len() > 1, lesson.again > 0, "{name}");
    }
}

#[test]
fn every_lesson_goes_as_its_turns_say() {
    for lesson in Lesson::all() {
        let said = lesson.replay().unwrap().turns();
        for (said, expected) in said.iter().zip(&lesson.turns) {
            assert_eq!(said.client, expected.client, "{}", lesson.id);
        }
        assert!(lesson.goes_as(&said), "{}: {said:#?}", lesson.id);
    }
}

#[test]
fn the_same_lesson_is_the_same_every_time() {
    for (name, lesson) in all() {
        let [first, second] = [(); 2].map(|()| lesson.replay().unwrap());
        let entries = |replay: &Replay| -> Vec<_> {
            let connections = replay.client.transcript().connections();
            connections.iter().flat_map(|it| it.entries().to_vec()).collect()
        };
        assert_eq!(entries(&first), entries(&second), "{name}");
    }
}

#[test]
fn what_should_be_noticed_is_at_a_step_that_is_taken() {
    for lesson in Lesson::all() {
        let replay = lesson.replay().unwrap();
        for notice in &lesson.notices {
            assert!(was_at(&replay, notice.at), "{}: {:?}", lesson.id, notice.at);
        }
    }
}

#[test]
fn every_text_is_there_in_both_languages() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let is_english = |text: &str| {
        text.contains(|c: char| c.is_ascii_alphabetic()) && !text.contains(['\'', '"', '！'])
    };
    // Chinese has punctuation of its own width.
    let is_chinese = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        letters.iter().any(|&c| is_han(c))
            && !letters.windows(2).any(|two| is_han(two[0]) && ",;:!?".contains(two[1]))
    };
    // A name such as STARTTLS is the same in both.
    let is_whole = |text: &Text| {
        is_english(&text.en) && (is_chinese(&text.zh) || text.zh.len() < 30 && text.zh == text.en)
    };
    for lesson in Lesson::all() {
        let texts = [&lesson.title, &lesson.aim].into_iter();
        let texts = texts.chain(lesson.notices.iter().map(|it| &it.text));
        for text in texts.chain(lesson.mistakes.iter().map(|it| &it.title)) {
            assert!(is_whole(text), "{}: {text:?}", lesson.id);
        }
    }
}

/// Every file under `lessons/` is a lesson that is built in.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn no_file_is_left_out() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons")).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut ids: Vec<_> = Lesson::all().map(|lesson| lesson.id).collect();
    files.sort();
    ids.sort();
    assert_eq!(files, ids, "a lesson's file is called after its id");
}

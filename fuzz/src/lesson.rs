//! Lessons.

use crate::must;
use protocol::lesson::Lesson;
use protocol::smtp::limits;

/// A lesson is read or refused; what was read survives being written, its mistakes can be made, and both it and
/// they can be walked, to an end that is explained.
///
/// The input is a lesson as JSON.
pub fn lesson(json: &[u8]) {
    let Ok(json) = std::str::from_utf8(json) else { return };
    let Ok(lesson) = Lesson::from_json(json) else { return };
    let written = lesson.to_json().expect("what was read can be written");
    if written.len() <= limits::LESSON {
        let again = Lesson::from_json(&written).expect("what was written can be read");
        assert_eq!(again, lesson);
    }
    walk(&lesson);
    for mistake in &lesson.mistakes {
        walk(&lesson.with(mistake).expect("a lesson that was read has mistakes that fit"));
    }
}

fn walk(lesson: &Lesson) {
    let replay = lesson.replay().expect("a lesson that was read has a form that can be walked");
    assert!(replay.moves_made <= lesson.moves.len());
    let connections = replay.client.transcript().connections();
    assert!(connections.len() <= limits::CONNECTIONS);
    for connection in connections {
        must::be_in_order(connection, 0);
    }
}

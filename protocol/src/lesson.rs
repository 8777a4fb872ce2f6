//! A lesson as data: a practice server, a walk, mistakes worth making, and what is to be expected, with its
//! title and text in every language.
//!
//! A lesson is one JSON file under `lessons/` and one function beside [`Lesson::classic_lab`]; it replays
//! identically for a whole class, since neither the server nor the client knows chance.

use crate::form::{Form, FormChange};
use crate::server::Config;
use serde::{Deserialize, Serialize};

/// The version of the lesson format that is read and written here.
pub const VERSION: u32 = 1;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The version of the format: [`VERSION`].
    pub version: u32,
    /// A short name for links, unique among lessons.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// What is learned.
    pub aim: Text,
    /// The practice server as this lesson has it.
    pub server: Config,
    /// The walk, filled in.
    pub form: Form,
    /// Mistakes that are worth making.
    #[serde(default)]
    pub mistakes: Vec<Mistake>,
    /// What both sides say when nothing is changed.
    #[serde(default)]
    pub turns: Vec<Turn>,
}

/// A text in every language of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// A mistake: the lesson's walk with something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// A short name, unique within the lesson.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// What is changed.
    pub change: FormChange,
}

/// One thing sent and what is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What the client sends, without its last CR LF; `None` for the greeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// How each line of the reply begins; empty where the server does not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub server: Vec<String>,
}

/// Why a text is not a lesson.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LessonError {
    /// It is not JSON of a lesson's shape; the source says what was expected, and at which line and column.
    #[error("expected a lesson: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It was written by another version.
    #[error("expected a lesson of version {VERSION}, found version {found}")]
    Version {
        /// The version found.
        found: u32,
    },
}

impl Lesson {
    /// The session everything starts from, as JSON.
    const CLASSIC_LAB: &str = include_str!("../lessons/classic-lab.json");

    /// The session everything starts from: a mail sent by hand, with a login.
    ///
    /// # Panics
    /// Never: a test reads the file that is built in.
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    pub fn classic_lab() -> Self {
        Self::from_json(Self::CLASSIC_LAB).expect("the built-in lesson is well formed")
    }

    /// Reads a lesson.
    ///
    /// # Errors
    /// The text is not a lesson, or one of another version.
    pub fn from_json(json: &str) -> Result<Self, LessonError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        // The version first: a lesson of another version may have another shape.
        let Versioned { version: found } = serde_json::from_str(json)?;
        if found != VERSION {
            return Err(LessonError::Version { found });
        }
        Ok(serde_json::from_str(json)?)
    }

    /// Writes the lesson, so that [`Lesson::from_json`] reads the same.
    ///
    /// # Errors
    /// Never for a lesson that was read; the type is the serializer's.
    pub fn to_json(&self) -> Result<String, LessonError> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_classic_lab_is_a_good_lesson() {
        let lab = Lesson::classic_lab();
        assert!(lab.form.check().is_ok());
        assert_eq!(lab.mistakes.len(), 4);
        for mistake in &lab.mistakes {
            let changed = lab.form.clone().with(&mistake.change);
            assert!(changed.check().is_ok() && changed != lab.form, "{}", mistake.id);
        }
    }

    #[test]
    fn a_lesson_survives_being_written_and_read() {
        let lab = Lesson::classic_lab();
        assert_eq!(Lesson::from_json(&lab.to_json().unwrap()).unwrap(), lab);
    }

    #[test]
    fn what_is_not_a_lesson_is_said_so_with_its_place() {
        let message = |json: &str| Lesson::from_json(json).unwrap_err().to_string();
        assert!(message("{").contains("line 1 column 1"), "{}", message("{"));
        assert_eq!(message(r#"{"version": 2}"#), "expected a lesson of version 1, found version 2");
        assert!(message(r#"{"version": 1}"#).contains("missing field `id`"));
    }
}

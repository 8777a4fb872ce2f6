//! A lesson as data: a practice server, a walk, mistakes worth making, and what is to be expected and noticed,
//! with its title and text in every language.
//!
//! A lesson is one JSON file under `lessons/` and one line in `list.rs`; it replays identically
//! for a whole class, since neither the server nor the client knows chance.

mod cover;
mod list;
mod patch;
mod replay;

pub use cover::{Cover, CoverMistake};
pub use patch::Patch;
pub use replay::Replay;

use crate::client::Place;
use crate::form::{Form, FormError};
use crate::server::Config;
use crate::smtp::limits;
use serde::{Deserialize, Serialize};

/// The version of the lesson format that is read and written here.
pub const VERSION: u32 = 1;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The version of the format: [`VERSION`].
    pub version: u32,
    /// A short name for links, unique among lessons: small letters, digits and hyphens.
    pub id: String,
    /// Where it stands among the others.
    pub theme: Theme,
    /// What it is called.
    pub title: Text,
    /// What is learned.
    pub aim: Text,
    /// The practice server as this lesson has it, its faults included.
    pub server: Config,
    /// The walk, filled in.
    pub form: Form,
    /// The TLS that is simulated where the walk is encrypted and the server is the one in memory.
    #[serde(default, skip_serializing_if = "SimulatedTls::is_default")]
    pub tls: SimulatedTls,
    /// What a person does beside sending what is proposed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// How often to connect again when the walk is over and something is left to do.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u8,
    /// Mistakes that are worth making, and other ways to walk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<Mistake>,
    /// What should be noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// What both sides say when nothing is changed.
    #[serde(default)]
    pub turns: Vec<Turn>,
}

/// What lessons are about, in the order in which they are learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// A session from the greeting to the goodbye.
    Basics,
    /// Who sends, who gets it, and what is in it.
    Message,
    /// Logging in.
    Login,
    /// Encryption.
    Tls,
    /// What a server offers behind EHLO.
    Extensions,
    /// Refusals and their cures.
    Refusals,
    /// Servers and connections that do not behave.
    Trouble,
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

impl Text {
    /// A text in every language.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// The outcome of a TLS handshake that is simulated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimulatedTls {
    /// The certificate is the server's.
    pub verified: bool,
    /// Who the client's own certificate says it is, if it shows one.
    pub identity: Option<String>,
}

/// Something that a person does in a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// When this step would be proposed next.
    pub at: Place,
    /// What is done in its place. If the step is then still ahead, it is proposed again.
    #[serde(rename = "do")]
    pub kind: MoveKind,
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// Type this line; CR LF is added.
    Type(String),
    /// Send exactly this, with the line ends that are in it.
    Raw(String),
    /// Have a step that was refused proposed again.
    Retry(Place),
}

/// A mistake, or another way to walk: the lesson with something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// A short name, unique within the lesson.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// What is changed of the form.
    #[serde(default, skip_serializing_if = "Patch::is_empty")]
    pub form: Patch,
    /// What is changed of the server.
    #[serde(default, skip_serializing_if = "Patch::is_empty")]
    pub server: Patch,
    /// What is done instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<Vec<Move>>,
}

/// Something that should be noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When this step has been taken.
    pub at: Place,
    /// What.
    pub text: Text,
}

/// One thing sent and what is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What the client sends, without its last CR LF; `None` for the greeting. A byte that is no readable
    /// character is written `\xHH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// How each line of the reply begins; empty where the server does not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub server: Vec<String>,
    /// How the connection ended then, unless the server had said goodbye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// Why a text is not a lesson.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LessonError {
    /// It is longer than any lesson.
    #[error("expected a lesson of at most {} bytes, found {length}", limits::LESSON)]
    TooLong {
        /// Its bytes.
        length: usize,
    },
    /// It is not JSON of a lesson's shape; the source says what was expected, and at which line and column.
    #[error("expected a lesson: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It was written by another version.
    #[error("expected a lesson of version {VERSION}, found version {found}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// A name is not one for links, or there twice.
    #[error("expected an id of small letters, digits and hyphens that is there once, found {0:?}")]
    Id(String),
    /// The form cannot be walked.
    #[error("expected a form that can be walked: {0}")]
    Form(FormError),
    /// A mistake does not fit the lesson.
    #[error("the mistake {id:?}: {error}")]
    Mistake {
        /// Its name.
        id: String,
        /// What is wrong with it.
        error: Box<LessonError>,
    },
}

impl Lesson {
    /// Every lesson that is built in, in the order in which they are learned.
    pub fn all() -> impl Iterator<Item = Self> {
        list::ALL.iter().map(|json| Self::built_in(json))
    }

    /// The session everything starts from: a mail sent by hand, with a login.
    pub fn classic_lab() -> Self {
        Self::built_in(list::CLASSIC_LAB)
    }

    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program, and a test reads them"
    )]
    fn built_in(json: &str) -> Self {
        Self::from_json(json).expect("the built-in lessons are well formed")
    }

    /// Reads a lesson.
    ///
    /// # Errors
    /// The text is not a lesson, or one of another version, or one that cannot be walked.
    pub fn from_json(json: &str) -> Result<Self, LessonError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        if json.len() > limits::LESSON {
            return Err(LessonError::TooLong { length: json.len() });
        }
        // The version first: a lesson of another version may have another shape.
        let Versioned { version: found } = serde_json::from_str(json)?;
        if found != VERSION {
            return Err(LessonError::Version { found });
        }
        let lesson: Self = serde_json::from_str(json)?;
        lesson.check()?;
        Ok(lesson)
    }

    /// Writes the lesson, so that [`Lesson::from_json`] reads the same.
    ///
    /// # Errors
    /// Never for a lesson that was read; the type is the serializer's.
    pub fn to_json(&self) -> Result<String, LessonError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// The lesson with one of its mistakes made; nothing is said of how it then goes.
    ///
    /// # Errors
    /// The mistake does not fit, which [`Lesson::from_json`] has made sure of.
    pub fn with(&self, mistake: &Mistake) -> Result<Self, LessonError> {
        Ok(Self {
            form: mistake.form.applied(&self.form)?,
            server: mistake.server.applied(&self.server)?,
            moves: mistake.moves.clone().unwrap_or_else(|| self.moves.clone()),
            mistakes: Vec::new(),
            notices: Vec::new(),
            turns: Vec::new(),
            ..self.clone()
        })
    }

    fn check(&self) -> Result<(), LessonError> {
        let first = |mut errors: Vec<FormError>| LessonError::Form(errors.swap_remove(0));
        check_id(&self.id)?;
        self.form.check().map_err(first)?;
        for (n, mistake) in self.mistakes.iter().enumerate() {
            let in_mistake =
                |error| LessonError::Mistake { id: mistake.id.clone(), error: Box::new(error) };
            check_id(&mistake.id)?;
            if self.mistakes[..n].iter().any(|other| other.id == mistake.id) {
                return Err(LessonError::Id(mistake.id.clone()));
            }
            let changed = self.with(mistake).map_err(in_mistake)?;
            changed.form.check().map_err(first).map_err(in_mistake)?;
        }
        Ok(())
    }
}

fn check_id(id: &str) -> Result<(), LessonError> {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(is_fine);
    is_id.then_some(()).ok_or_else(|| LessonError::Id(id.to_owned()))
}

impl SimulatedTls {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for SimulatedTls {
    fn default() -> Self {
        Self { verified: true, identity: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// What is said of the classic lab with a member changed.
    fn changed(path: &str, value: Value) -> String {
        let mut lab = serde_json::to_value(Lesson::classic_lab()).unwrap();
        *lab.pointer_mut(path).unwrap() = value;
        Lesson::from_json(&lab.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_lesson_survives_being_written_and_read() {
        for lesson in Lesson::all() {
            assert_eq!(Lesson::from_json(&lesson.to_json().unwrap()).unwrap(), lesson);
        }
    }

    #[test]
    fn every_lesson_has_a_name_of_its_own() {
        let mut ids: Vec<_> = Lesson::all().map(|lesson| lesson.id).collect();
        ids.sort();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }

    #[test]
    fn what_is_not_a_lesson_is_said_so_with_its_place() {
        let message = |json: &str| Lesson::from_json(json).unwrap_err().to_string();
        assert!(message("{").contains("line 1 column 1"), "{}", message("{"));
        assert_eq!(message(r#"{"version": 2}"#), "expected a lesson of version 1, found version 2");
        assert!(message(r#"{"version": 1}"#).contains("missing field `id`"));
        let long = " ".repeat(limits::LESSON + 1);
        assert_eq!(message(&long), "expected a lesson of at most 262144 bytes, found 262145");
    }

    #[test]
    fn a_lesson_that_cannot_be_walked_is_refused_with_the_reason() {
        for (path, value, reason) in [
            ("/id", json!("Classic Lab"), "found \"Classic Lab\""),
            ("/form/from", json!("nobody"), "From: "),
            ("/server/name", json!("a..b"), "expected a domain"),
            ("/mistakes/0/id", json!("spam"), "there once, found \"spam\""),
            ("/mistakes/0/form", json!({"emptyline": false}), "unknown field `emptyline`"),
            ("/mistakes/0/form", json!({"to": ["x"]}), "the mistake \"empty-line\": "),
        ] {
            let said = changed(path, value);
            assert!(said.contains(reason), "{path}: {said}");
        }
    }
}

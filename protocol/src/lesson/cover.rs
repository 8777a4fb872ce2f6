//! What is seen of a lesson before it is walked: enough to show it, and none of what it takes to walk it.
//!
//! A page can show a cover at once and fetch the lesson behind it later: it takes neither the reader of lessons nor the
//! client.

use super::{Lesson, Text};
use crate::auth::{Mechanism, login};
use crate::client::{Client, Step};
use crate::form::{Form, FormError, LoginForm, WishesForm};

/// The cover of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The lesson's name for links.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The walk, filled in.
    pub form: Form,
    /// The mistakes that are worth making, in the lesson's order.
    pub mistakes: Vec<CoverMistake>,
    /// The plan of the walk.
    pub steps: Vec<Step>,
    /// How the login is done, where there is one and that is known before the server has said what it offers.
    pub mechanism: Option<&'static Mechanism>,
}

/// A mistake as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverMistake {
    /// Its name for links.
    pub id: String,
    /// What it is called.
    pub title: Text,
}

impl Cover {
    /// The cover of a lesson.
    ///
    /// # Errors
    /// The lesson's form is wrong, which [`Lesson::from_json`] has made sure it is not.
    pub fn of(lesson: &Lesson) -> Result<Self, Vec<FormError>> {
        let client = Client::new(lesson.form.check()?);
        let mistake = |it: &super::Mistake| CoverMistake::new(&it.id, &it.title.en, &it.title.zh);
        Ok(Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            form: lesson.form.clone(),
            mistakes: lesson.mistakes.iter().map(mistake).collect(),
            steps: client.progress().iter().map(|record| record.step).collect(),
            mechanism: client.mechanism(),
        })
    }

    /// The cover of [`Lesson::classic_lab`], which a page opens on, without reading that lesson.
    pub fn classic_lab() -> Self {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let form = Form {
            client_name: "student.example".into(),
            login: Some(LoginForm {
                mechanism: "LOGIN".into(),
                user: "student@student.example".into(),
                password: "practice".into(),
                public: true,
            }),
            from: "student@student.example".into(),
            to: words(&["teacher@practice.example"]),
            subject: "My first mail by hand".into(),
            body: "Dear teacher,\n\nI typed every command of this mail myself.\n\nYour student\n"
                .into(),
            wishes: WishesForm {
                extensions: words(&["8BITMIME", "SMTPUTF8", "DSN"]),
                ..WishesForm::default()
            },
            ..Form::default()
        };
        Self {
            id: "classic-lab".into(),
            title: Text::new("The classic lab", "经典实验"),
            form,
            mistakes: vec![
                CoverMistake::new("empty-line", "Leave out the empty line", "漏掉空行"),
                CoverMistake::new("wrong-password", "Wrong password", "密码写错"),
                CoverMistake::new("wrong-recipient", "Wrong recipient", "收件人写错"),
                CoverMistake::new("spam", "Looks like spam", "像垃圾邮件"),
            ],
            steps: vec![
                Step::LookUp,
                Step::Connect,
                Step::Greeting,
                Step::Hello,
                Step::Auth,
                Step::AuthResponse(0),
                Step::AuthResponse(1),
                Step::Mail,
                Step::Rcpt(0),
                Step::Data,
                Step::Headers,
                Step::Body,
                Step::FinalDot,
                Step::Quit,
            ],
            // By itself: the table of all mechanisms leads to all of their digests.
            mechanism: Some(&login::LOGIN),
        }
    }
}

impl CoverMistake {
    fn new(id: &str, en: &str, zh: &str) -> Self {
        Self { id: id.into(), title: Text::new(en, zh) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_cover_of_the_classic_lab_is_that_of_the_lesson() {
        assert_eq!(Cover::of(&Lesson::classic_lab()).unwrap(), Cover::classic_lab());
    }

    #[test]
    fn every_lesson_has_a_cover() {
        for lesson in Lesson::all() {
            let cover = Cover::of(&lesson).unwrap();
            assert!(!cover.steps.is_empty(), "{}", cover.id);
            assert_eq!(cover.mistakes.len(), lesson.mistakes.len(), "{}", cover.id);
        }
    }
}

//! Every word of the page, in each of its languages.
//!
//! A language is a folder that implements [`Words`], a theme a file. Its matches are exhaustive: a step, a field or a
//! diagnosis that has no words in some language does not compile.

#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "a catalogue is one long table")]
mod en;
mod label;
#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "a catalogue is one long table")]
mod zh;

pub use en::En;
pub use label::Label;
pub use zh::Zh;

use crate::parts;
use crate::server_choice::TargetError;
use crate::tls_setup::Shows;
use crate::transport::Fetching;
use protocol::anatomy::{Answer, Field};
use protocol::auth::{Mechanism, Protection, Turn};
use protocol::client::{Caution, CommitError, Ending, Security, State, Step, TlsFacts};
use protocol::diagnosis::{Cause, Cure, RecognisedBy};
use protocol::form::{FormError, FormField};
use protocol::lesson::Text;
use protocol::message::Lint;
use protocol::server;
use protocol::smtp::command::{CommandError, Verb};
use protocol::smtp::cursor::{Expected, SyntaxError};
use protocol::smtp::extension::Extension;
use protocol::smtp::reply::ReplyError;
use protocol::smtp::status::{Category, EnhancedCode, ReplyCode, Severity};
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::time::Duration;
use tls_messages::{Finish, MessageKind, Problem, Record};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// Every language, in the order in which the page offers them.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its words.
    ///
    /// # Panics
    /// They are not there: nothing is drawn, and no language spoken, before they have been fetched.
    #[expect(clippy::expect_used, reason = "the page is drawn only with words")]
    pub fn words(self) -> &'static dyn Words {
        parts::words_of(self).get().expect("words are fetched before they are spoken")
    }

    /// A lesson's text in it.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::En => &text.en,
            Self::Zh => &text.zh,
        }
    }

    /// Its tag for `lang` (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// Its own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "EN",
            Self::Zh => "中文",
        }
    }

    /// The first of the browser's languages that the page speaks.
    pub fn of_browser() -> Self {
        let languages = web_sys::window().map(|window| window.navigator().languages());
        let tags = languages.into_iter().flat_map(|tags| tags.iter().collect::<Vec<_>>());
        Self::first_of(tags.filter_map(|tag| tag.as_string()))
    }

    /// The first of these tags that is spoken here.
    fn first_of(mut tags: impl Iterator<Item = String>) -> Self {
        tags.find_map(|tag| match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        })
        .unwrap_or_default()
    }
}

/// A name and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// A word or two.
    pub name: &'static str,
    /// A sentence.
    pub meaning: &'static str,
}

/// Why a server refused, for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What is wrong, in one sentence.
    pub cause: &'static str,
    /// What to do, in one sentence.
    pub cure: &'static str,
}

/// What the n-th response of a login is for, as far as it is known.
fn turn(mechanism: Option<&Mechanism>, n: usize) -> Option<Turn> {
    mechanism?.turns.get(n).copied()
}

/// The fixed pieces of text.
pub trait LabelWords {
    /// A fixed piece of text.
    fn label(&self, label: Label) -> &'static str;
}

/// The walk: its steps, its states, and what happens on the way.
pub trait WalkWords {
    /// A step's name in the plan. `mechanism` is the login's, as far as it is known.
    fn step(&self, step: Step, mechanism: Option<&Mechanism>) -> String;

    /// What the next-step card is headed with.
    fn next(&self, step: Step, mechanism: Option<&Mechanism>) -> String;

    /// Why this step, in one sentence.
    fn why(&self, step: Step, mechanism: Option<&Mechanism>) -> &'static str;

    /// What a mechanism does for the secret, in one sentence.
    fn protection(&self, protection: Protection) -> &'static str;

    /// What 334 means when it asks this.
    fn asks(&self, question: &str) -> String;

    /// Something to know before sending.
    fn caution(&self, caution: Caution) -> &'static str;

    /// What the transport told.
    fn told(&self, event: &TunnelEvent) -> String;

    /// That TLS has begun, and what is known of it.
    fn upgraded(&self, facts: &TlsFacts) -> String;

    /// Why there is no connection.
    fn failure(&self, reason: FailureReason) -> &'static str;

    /// How the connection ended.
    fn ending(&self, how: Ending, code: Option<CloseCode>) -> &'static str;

    /// A state of the client.
    fn state(&self, state: State) -> &'static str;

    /// A state of the practice server.
    fn server_state(&self, state: server::State) -> &'static str;

    /// What a row of the stage is headed with in the inspector.
    fn answer(&self, answer: Answer) -> String;

    /// Which step of how many.
    fn step_of(&self, number: usize, total: usize) -> String;

    /// What the card is headed with when the server refused a step.
    fn refused(&self, step: Option<Step>) -> String;

    /// Which group of how many.
    fn one_of(&self, number: usize, total: usize) -> String;

    /// How many letters there are.
    fn letters(&self, count: usize) -> String;

    /// That a text travelled in another form than it is shown in.
    fn written_as(&self, encoding: &str) -> String;

    /// How many extensions a server offers.
    fn extensions(&self, count: usize) -> String;

    /// The server's or the client's patience, counted down.
    fn patience(&self, of_server: bool, left: Duration) -> String;
}

/// The wire: what its parts are and mean.
pub trait WireWords {
    /// A field of the wire.
    fn field(&self, field: Field) -> Named;

    /// A name and what it means, as one sentence.
    fn called(&self, named: Named) -> String;

    /// The first digit of a reply code.
    fn severity(&self, severity: Severity) -> &'static str;

    /// The second digit of a reply code.
    fn category(&self, category: Category) -> &'static str;

    /// A reply code as a whole, where it has a meaning of its own.
    fn code(&self, code: ReplyCode) -> Option<&'static str>;

    /// The three numbers of an enhanced status code.
    fn enhanced(&self, code: EnhancedCode) -> [&'static str; 3];

    /// What 250 means behind what it answers, where that is more than "done".
    fn accepted(&self, answer: Answer) -> Option<&'static str>;

    /// What a command is for.
    fn verb(&self, verb: Verb) -> &'static str;

    /// What a header is for, where it is a common one; its name in any letters.
    fn header(&self, name: &str) -> Option<&'static str>;

    /// What an extension is for.
    fn extension(&self, extension: Extension) -> &'static str;

    /// How many bytes something has.
    fn bytes(&self, count: usize) -> String;

    /// How many bytes are not shown.
    fn left_out(&self, bytes: usize) -> String;
}

/// TLS: its records and messages, who is believed, and how it ends.
pub trait TlsWords {
    /// Whether and how a session is encrypted.
    fn security(&self, security: Security) -> Named;

    /// Which certificate a practice server shows.
    fn shows(&self, shows: Shows) -> &'static str;

    /// What bytes of TLS are.
    fn tls_field(&self, field: tls_messages::Field) -> Named;

    /// A message of the handshake: its name is the standard's, its meaning a sentence.
    fn handshake(&self, kind: MessageKind) -> Named;

    /// What a record holds, in a sentence.
    fn record(&self, record: &Record) -> String;

    /// Why a certificate is not trusted.
    fn tls_problem(&self, problem: &Problem) -> String;

    /// How TLS ended.
    fn tls_finish(&self, finish: &Finish) -> String;

    /// How far the TLS part of the page has come.
    fn fetching(&self, fetching: Fetching) -> String;

    /// That bytes travelled in so many records.
    fn in_records(&self, count: usize) -> String;
}

/// What goes wrong, and what to do about it.
pub trait TroubleWords: LabelWords {
    /// Why a server refused.
    fn cause(&self, cause: Cause) -> Explained;

    /// What a cause was recognised by.
    fn recognised(&self, by: RecognisedBy) -> String;

    /// A button that begins a cure.
    fn cure(&self, cure: Cure) -> &'static str;

    /// Why bytes are not a reply.
    fn reply_error(&self, error: ReplyError) -> String;

    /// Why something was not sent.
    fn commit_error(&self, error: CommitError) -> String;

    /// Why a line is not a command that can be carried out.
    fn command_error(&self, error: &CommandError) -> String;

    /// What the grammar wants.
    fn expected(&self, expected: Expected) -> String;

    /// What was expected, what came, and where.
    fn syntax_error(&self, error: &SyntaxError) -> String;

    /// A field of the set-up.
    fn form_field(&self, field: FormField) -> String;

    /// What is wrong with a target.
    fn target_error(&self, error: TargetError) -> &'static str;

    /// A mistake in a message.
    fn lint(&self, lint: Lint) -> &'static str;

    /// The line of the message in which it is, to stand before the sentence that says what it is.
    fn in_line(&self, line: usize) -> String;

    /// How many fields of the set-up are wrong.
    fn to_mend(&self, count: usize) -> String;

    /// What is wrong in a field of the set-up.
    fn form_error(&self, error: &FormError) -> String {
        let (field, colon) = (self.form_field(error.field), self.label(Label::Colon));
        format!("{field}{colon}{}", self.syntax_error(&error.error))
    }
}

/// One language: all of its words.
pub trait Words: LabelWords + WalkWords + WireWords + TlsWords + TroubleWords + Sync {}

impl<Language> Words for Language where
    Language: LabelWords + WalkWords + WireWords + TlsWords + TroubleWords + Sync
{
}

/// A short time in the unit that suits it: `0.2 ms`, `35 ms`, `2.4 s`.
pub fn short_time(time: Duration) -> String {
    // Without fractions: what writes those is 4 KB of a page that needs it for nothing else.
    let tenths = |of: u128, unit| format!("{}.{} {unit}", of / 10, of % 10);
    let micros = time.as_micros();
    match micros {
        ..9_950 => tenths((micros + 50) / 100, "ms"),
        9_950..999_500 => format!("{} ms", (micros + 500) / 1000),
        _ => tenths((micros + 50_000) / 100_000, "s"),
    }
}

/// Minutes and seconds: `4:58`.
pub fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_browser_s_first_known_language_is_spoken() {
        let first = |tags: &[&str]| Language::first_of(tags.iter().map(ToString::to_string));
        assert_eq!(first(&["fr", "zh-TW", "en"]), Language::Zh);
        assert_eq!(first(&["en-GB", "zh"]), Language::En);
        assert_eq!(first(&["fr"]), Language::En);
        assert_eq!(first(&[]), Language::En);
    }

    #[test]
    fn where_tls_cannot_be_had_it_is_said_that_somebody_may_have_taken_it_away() {
        for language in Language::ALL {
            let said = language.words().caution(Caution::TlsNotToBeHad);
            let on_the_way = ["on the way", "途中"].iter().any(|way| said.contains(way));
            assert!(on_the_way && said.contains("STARTTLS") && said.contains("465"), "{said}");
        }
    }

    #[test]
    fn times_are_short() {
        assert_eq!(short_time(Duration::ZERO), "0.0 ms");
        assert_eq!(short_time(Duration::from_micros(180)), "0.2 ms");
        assert_eq!(short_time(Duration::from_micros(9_949)), "9.9 ms");
        assert_eq!(short_time(Duration::from_micros(9_950)), "10 ms");
        assert_eq!(short_time(Duration::from_micros(999_600)), "1.0 s");
        assert_eq!(short_time(Duration::from_millis(35)), "35 ms");
        assert_eq!(short_time(Duration::from_millis(2400)), "2.4 s");
        assert_eq!(minutes(Duration::from_secs(298)), "4:58");
    }

    #[test]
    fn no_label_is_empty_and_none_is_left_in_english() {
        for &label in Label::ALL {
            let (en, zh) = (Language::En.words().label(label), Language::Zh.words().label(label));
            assert!(!en.is_empty() && !zh.is_empty(), "{label:?}");
            assert_ne!(en, zh, "{label:?} is the same in both");
        }
    }

    #[test]
    fn every_enhanced_code_of_the_registry_is_told_in_both_languages() {
        for language in Language::ALL {
            let detail = |subject, detail| {
                language.words().enhanced(EnhancedCode::new(5, subject, detail))[2]
            };
            // The last detail that IANA's registry has of each subject.
            for (subject, last) in [(1, 10), (2, 4), (3, 6), (4, 7), (5, 6), (6, 10), (7, 30)] {
                let unknown = detail(subject, last + 1);
                for known in 1..=last {
                    assert_ne!(detail(subject, known), unknown, "{language:?} {subject}.{known}");
                }
            }
        }
    }
}

//! What a person typed, before it is checked.
//!
//! A form holds text as it was typed, right or wrong, so that nothing typed is ever lost. [`Form::check`]
//! turns it into a [`Setup`], whose values cannot be malformed, or says what is wrong in which field.

mod wishes;

pub use wishes::WishesForm;

use crate::auth::{Credentials, Mechanism, Takes};
use crate::client::{Login, Security, Setup, Stop};
use crate::message::Letter;
use crate::smtp::address::{ForwardPath, Mailbox, ReversePath};
use crate::smtp::cursor::{Expected, SyntaxError};
use crate::smtp::limits;
use serde::{Deserialize, Serialize};

/// A walk's set-up as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The name for EHLO.
    pub client_name: String,
    /// Whether the session is to be encrypted.
    #[serde(default)]
    pub security: Security,
    /// Leave early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// The login, if one is wanted.
    pub login: Option<LoginForm>,
    /// The envelope's sender; empty for the null reverse-path.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The Subject header.
    pub subject: String,
    /// The message's text.
    pub body: String,
    /// Send the empty line between headers and body.
    #[serde(default = "yes")]
    pub empty_line: bool,
    /// What to make of the extensions that the server offers.
    #[serde(default)]
    pub wishes: WishesForm,
}

/// A login as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginForm {
    /// The SASL mechanism's name, or [`STRONGEST`].
    pub mechanism: String,
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Whether the account is a practice account, shown in full.
    #[serde(default)]
    pub public: bool,
}

/// In the place of a mechanism's name: the strongest that the server offers.
pub const STRONGEST: &str = "strongest";

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormField {
    /// [`Form::client_name`].
    ClientName,
    /// [`LoginForm::mechanism`].
    Mechanism,
    /// [`LoginForm::user`].
    User,
    /// [`LoginForm::password`].
    Password,
    /// [`Form::from`].
    From,
    /// The n-th entry of [`Form::to`], n from 0.
    To(usize),
    /// The n-th entry of [`WishesForm::extensions`], n from 0.
    Extension(usize),
    /// [`WishesForm::notify`].
    Notify,
    /// [`WishesForm::ret`].
    Return,
    /// [`WishesForm::envelope_id`].
    EnvelopeId,
}

/// What is wrong in a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field:?}: {error}")]
pub struct FormError {
    /// In which field.
    pub field: FormField,
    /// What was expected, what came, and where.
    pub error: SyntaxError,
}

impl Form {
    /// The set-up that the form describes.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the fields.
    pub fn check(&self) -> Result<Setup, Vec<FormError>> {
        let mut errors = Vec::new();
        let mut keep = |field, error| errors.push(FormError { field, error });
        let client_name = self
            .client_name
            .trim()
            .parse()
            .map_err(|error| keep(FormField::ClientName, error))
            .ok();
        let login = self.login.as_ref().map(|login| login.check(&mut keep));
        let from = match self.from.trim() {
            "" | "<>" => Some(ReversePath::Null),
            text => mailbox(text, FormField::From, &mut keep).map(ReversePath::Mailbox),
        };
        let recipients = self.recipients();
        let to: Vec<_> = recipients
            .iter()
            .filter_map(|(n, text)| mailbox(text, FormField::To(*n), &mut keep))
            .map(ForwardPath::Mailbox)
            .collect();
        if recipients.is_empty() {
            keep(FormField::To(0), nothing(Expected::LocalPart));
        } else if recipients.len() > limits::RECIPIENTS {
            let expected = Expected::AtMost(limits::RECIPIENTS);
            let found = recipients.len().to_string();
            keep(FormField::To(limits::RECIPIENTS), SyntaxError { at: 0, expected, found });
        }
        let wishes = self.wishes.check(&mut keep);
        let (Some(client_name), Some(from), true) = (client_name, from, errors.is_empty()) else {
            return Err(errors);
        };
        let letter = Letter::between(&from, &to, &self.subject, &self.body);
        let message = Letter { empty_line: self.empty_line, ..letter }.build();
        let (security, stop) = (self.security, self.stop);
        Ok(Setup { client_name, security, stop, login, from, to, message, wishes })
    }

    /// The entries that are not blank, with their places in the form.
    fn recipients(&self) -> Vec<(usize, &str)> {
        let trimmed = self.to.iter().map(|text| text.trim()).enumerate();
        trimmed.filter(|(_, text)| !text.is_empty()).collect()
    }
}

impl LoginForm {
    fn check(&self, keep: &mut impl FnMut(FormField, SyntaxError)) -> Login {
        let name = self.mechanism.trim();
        let mechanism = Mechanism::named(name);
        if mechanism.is_none() && !name.eq_ignore_ascii_case(STRONGEST) {
            let found = self.mechanism.clone();
            keep(FormField::Mechanism, SyntaxError { at: 0, expected: Expected::Mechanism, found });
        }
        let wants_secret =
            mechanism.is_none_or(|known| matches!(known.takes, Takes::Password | Takes::Token));
        for (field, text) in [(FormField::User, &self.user), (FormField::Password, &self.password)]
        {
            if text.is_empty() && wants_secret {
                keep(field, nothing(Expected::Argument));
            } else if let Some(at) = text.find('\0') {
                // PLAIN uses NUL to hold its parts apart (RFC 4616 §2).
                keep(field, SyntaxError { at, expected: Expected::Argument, found: "NUL".into() });
            }
        }
        let credentials = Credentials { user: self.user.clone(), password: self.password.clone() };
        Login { mechanism, credentials, public: self.public }
    }
}

fn mailbox(
    text: &str,
    field: FormField,
    keep: &mut impl FnMut(FormField, SyntaxError),
) -> Option<Mailbox> {
    text.parse().map_err(|error| keep(field, error)).ok()
}

fn nothing(expected: Expected) -> SyntaxError {
    SyntaxError { at: 0, expected, found: String::new() }
}

/// Nothing filled in.
impl Default for Form {
    fn default() -> Self {
        Self {
            client_name: String::new(),
            security: Security::default(),
            stop: None,
            login: None,
            from: String::new(),
            to: Vec::new(),
            subject: String::new(),
            body: String::new(),
            empty_line: true,
            wishes: WishesForm::default(),
        }
    }
}

const fn yes() -> bool {
    true
}

/// Never shows the password.
impl std::fmt::Debug for LoginForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginForm")
            .field("mechanism", &self.mechanism)
            .field("user", &self.user)
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn form() -> Form {
        Form {
            client_name: "student.example".into(),
            login: Some(LoginForm {
                mechanism: "LOGIN".into(),
                user: "student".into(),
                password: "practice".into(),
                public: true,
            }),
            from: "a@example.com".into(),
            to: vec!["b@example.com".into(), "  ".into(), "c@example.com".into()],
            subject: "Hello".into(),
            body: "Text".into(),
            ..Form::default()
        }
    }

    #[test]
    fn a_good_form_becomes_a_set_up() {
        let setup = form().check().unwrap();
        assert_eq!(setup.to.len(), 2);
        assert_eq!(setup.from.to_string(), "<a@example.com>");
        assert_eq!(setup.login.unwrap().mechanism, Mechanism::named("LOGIN"));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut wrong = form();
        wrong.client_name = "my computer".into();
        wrong.from = "a@".into();
        wrong.to = vec!["b".into(), "c@example.com".into(), "d@@example.com".into()];
        let login = wrong.login.as_mut().unwrap();
        login.mechanism = "MAGIC".into();
        login.password.clear();
        let errors = wrong.check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| (error.field, error.error.at)).collect();
        assert_eq!(
            fields,
            [
                (FormField::ClientName, 2),
                (FormField::Mechanism, 0),
                (FormField::Password, 0),
                (FormField::From, 2),
                (FormField::To(0), 1),
                (FormField::To(2), 2),
            ]
        );
    }

    #[test]
    fn nobody_to_send_to_is_an_error() {
        let mut wrong = form();
        wrong.to = vec![" ".into()];
        assert_eq!(wrong.check().unwrap_err()[0].field, FormField::To(0));
    }

    #[test]
    fn an_address_may_be_in_any_script() {
        let mut international = form();
        international.to = vec!["\u{8001}\u{5e08}@\u{4f8b}\u{5b50}.example".into()];
        let setup = international.check().unwrap();
        assert!(!setup.to[0].mailbox().unwrap().is_ascii());
        assert!(!setup.message.headers.is_ascii(), "the To header says the same");
    }

    #[test]
    fn an_empty_sender_is_the_null_reverse_path() {
        let mut null = form();
        null.from.clear();
        assert_eq!(null.check().unwrap().from, ReversePath::Null);
    }
}

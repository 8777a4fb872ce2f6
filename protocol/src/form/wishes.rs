//! Wishes as text.

use super::FormField;
use crate::client::{USABLE, USUAL, Wishes};
use crate::smtp::cursor::{Expected, SyntaxError};
use crate::smtp::extension::Extension;
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use std::str::FromStr;

/// Which extensions the client uses, and what it asks of them, as text. The default is to use those that
/// change nothing but what the envelope says, and to ask for no reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WishesForm {
    /// Keywords, such as `SIZE`.
    pub extensions: Vec<String>,
    /// How many bytes a chunk has at most, where CHUNKING is used; 0 for as few chunks as can be.
    pub chunk: usize,
    /// `NEVER`, or some of `SUCCESS`, `FAILURE` and `DELAY` with commas between; empty for no wish.
    pub notify: String,
    /// `FULL` or `HDRS`; empty for no wish.
    pub ret: String,
    /// The envelope's name in reports; empty for none.
    pub envelope_id: String,
    /// Name each recipient once more for reports.
    pub original_recipient: bool,
}

impl Default for WishesForm {
    fn default() -> Self {
        let extensions = USUAL.iter().map(|extension| extension.keyword().to_owned()).collect();
        Self {
            extensions,
            chunk: 0,
            notify: String::new(),
            ret: String::new(),
            envelope_id: String::new(),
            original_recipient: false,
        }
    }
}

impl WishesForm {
    /// Whether nothing is wrong with it.
    pub fn is_good(&self) -> bool {
        let mut is_good = true;
        self.check(&mut |_, _| is_good = false);
        is_good
    }

    pub(super) fn check(&self, keep: &mut impl FnMut(FormField, SyntaxError)) -> Wishes {
        let mut extensions = Vec::new();
        for (n, text) in self.extensions.iter().enumerate() {
            let known = Extension::from_keyword(text.trim());
            if USABLE.contains(&known) {
                extensions.push(known);
            } else {
                let (expected, found) = (Expected::Extension, text.clone());
                keep(FormField::Extension(n), SyntaxError { at: 0, expected, found });
            }
        }
        Wishes {
            extensions,
            chunk: NonZeroUsize::new(self.chunk),
            notify: wish(&self.notify, FormField::Notify, keep),
            ret: wish(&self.ret, FormField::Return, keep),
            envelope_id: wish(&self.envelope_id, FormField::EnvelopeId, keep),
            original_recipient: self.original_recipient,
        }
    }
}

/// A wish, unless there is none.
fn wish<T: FromStr<Err = SyntaxError>>(
    text: &str,
    field: FormField,
    keep: &mut impl FnMut(FormField, SyntaxError),
) -> Option<T> {
    let text = Some(text.trim()).filter(|text| !text.is_empty())?;
    text.parse().map_err(|error| keep(field, error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(form: &WishesForm) -> (Wishes, Vec<(FormField, Expected)>) {
        let mut errors = Vec::new();
        let wishes = form.check(&mut |field, error| errors.push((field, error.expected)));
        (wishes, errors)
    }

    #[test]
    fn without_a_word_the_usual_extensions_are_used_and_no_report_asked_for() {
        assert_eq!(check(&WishesForm::default()), (Wishes::default(), Vec::new()));
        assert_eq!(serde_json::from_str::<WishesForm>("{}").unwrap(), WishesForm::default());
    }

    #[test]
    fn wishes_are_read_and_what_is_none_is_said_with_its_field() {
        let form = WishesForm {
            extensions: vec!["dsn".into(), " SIZE ".into()],
            chunk: 0,
            notify: "success,delay".into(),
            ret: "hdrs".into(),
            envelope_id: "lab 1".into(),
            original_recipient: true,
        };
        let (wishes, errors) = check(&form);
        assert_eq!(errors, []);
        assert!(form.is_good());
        assert_eq!(wishes.extensions, [Extension::Dsn, Extension::Size]);
        assert_eq!(wishes.notify.unwrap().to_string(), "SUCCESS,DELAY");
        assert_eq!(wishes.ret.unwrap().to_string(), "HDRS");
        assert_eq!(wishes.envelope_id.unwrap().as_str(), "lab 1");
        let form = WishesForm {
            extensions: vec!["SIZE".into(), "MAGIC".into()],
            chunk: 0,
            notify: "always".into(),
            ret: "half".into(),
            envelope_id: "\u{4f8b}".into(),
            original_recipient: false,
        };
        assert!(!form.is_good());
        assert_eq!(
            check(&form).1,
            [
                (FormField::Extension(1), Expected::Extension),
                (FormField::Notify, Expected::Notify),
                (FormField::Return, Expected::ReturnType),
                (FormField::EnvelopeId, Expected::Printable),
            ]
        );
    }
}

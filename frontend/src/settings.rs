//! What the page remembers from one visit to the next. Never a secret.

use crate::server_choice::ServerChoice;
use crate::text::Language;
use crate::tls_setup::TlsSetup;
use protocol::form::Form;
use serde::{Deserialize, Serialize};

/// Language and theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The page's language.
    pub language: Language,
    /// Its colours.
    pub theme: Theme,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A set-up worth keeping: of a server of one's own. The practice server's is always the lesson's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredSetup {
    /// Without its password.
    pub form: Form,
    /// Where.
    pub server: ServerChoice,
    /// How TLS is to be there, without a private key.
    #[serde(default)]
    pub tls: TlsSetup,
}

impl StoredSetup {
    /// What may be kept of a set-up: all but a password that is not public.
    pub fn of(form: &Form, server: &ServerChoice, tls: &TlsSetup) -> Self {
        let mut form = form.clone();
        if let Some(login) = form.login.as_mut().filter(|login| !login.public) {
            login.password.clear();
        }
        let tls = TlsSetup { identity: String::new(), ..tls.clone() };
        Self { form, server: server.clone(), tls }
    }
}

/// Where the settings are kept.
const SETTINGS: &str = "smtp-walkthrough.settings";
/// Where the set-up is kept.
const SETUP: &str = "smtp-walkthrough.setup";

/// The settings of the last visit; of the first visit, in the browser's language.
pub fn load_settings() -> Settings {
    load(SETTINGS)
        .unwrap_or_else(|| Settings { language: Language::of_browser(), ..Settings::default() })
}

/// Keeps the settings.
pub fn save_settings(settings: &Settings) {
    save(SETTINGS, settings);
}

/// The set-up of the last visit. A damaged one is as good as none.
pub fn load_setup() -> Option<StoredSetup> {
    load(SETUP)
}

/// Keeps a set-up.
pub fn save_setup(setup: &StoredSetup) {
    save(SETUP, setup);
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn load<T: for<'de> Deserialize<'de>>(key: &str) -> Option<T> {
    serde_json::from_str(&storage()?.get_item(key).ok()??).ok()
}

/// A browser that keeps nothing (a private window, a full disk) is no reason to stop.
fn save<T: Serialize>(key: &str, value: &T) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(value)) {
        let _ = storage.set_item(key, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::form::LoginForm;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn form(public: bool) -> Form {
        Form {
            client_name: "student.example".into(),
            login: Some(LoginForm {
                mechanism: "LOGIN".into(),
                user: "tim".into(),
                password: "tanstaaf".into(),
                public,
            }),
            from: "a@example.com".into(),
            to: vec!["b@example.com".into()],
            ..Form::default()
        }
    }

    #[test]
    fn a_real_password_is_never_kept() {
        let kept = serde_json::to_string(&StoredSetup::of(
            &form(false),
            &ServerChoice::PracticeOnBridge,
            &TlsSetup::default(),
        ));
        assert!(!kept.unwrap().contains("tanstaaf"));
        let kept = serde_json::to_string(&StoredSetup::of(
            &form(true),
            &ServerChoice::PracticeHere,
            &TlsSetup::default(),
        ));
        assert!(kept.unwrap().contains("tanstaaf"));
    }
}

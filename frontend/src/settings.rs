//! What the page remembers from one visit to the next. Never a secret.

use crate::server_choice::ServerChoice;
use crate::text::Language;
use crate::tls_setup::TlsSetup;
use protocol::form::Form;
use serde::{Deserialize, Serialize};

/// Language and theme. They are kept as two words, since the page has to read them before it can read JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The page's language.
    pub language: Language,
    /// Its colours.
    pub theme: Theme,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for it, where one is kept and for CSS.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Settings {
    fn written(self) -> String {
        format!("{} {}", self.language.tag(), self.theme.word())
    }

    /// `None` for what nobody wrote here.
    fn read(text: &str) -> Option<Self> {
        let (language, theme) = text.split_once(' ')?;
        Some(Self {
            language: Language::ALL.into_iter().find(|it| it.tag() == language)?,
            theme: Theme::ALL.into_iter().find(|it| it.word() == theme)?,
        })
    }
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
    let kept = kept(SETTINGS).and_then(|text| Settings::read(&text));
    kept.unwrap_or_else(|| Settings { language: Language::of_browser(), ..Settings::default() })
}

/// Keeps the settings.
pub fn save_settings(settings: Settings) {
    keep(SETTINGS, &settings.written());
}

/// The set-up of the last visit. A damaged one is as good as none.
pub fn load_setup() -> Option<StoredSetup> {
    serde_json::from_str(&kept(SETUP)?).ok()
}

/// Keeps a set-up.
pub fn save_setup(setup: &StoredSetup) {
    if let Ok(text) = serde_json::to_string(setup) {
        keep(SETUP, &text);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// A browser that keeps nothing (a private window, a full disk) is no reason to stop.
fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
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
    fn settings_are_read_as_they_were_written() {
        for language in Language::ALL {
            for theme in Theme::ALL {
                let settings = Settings { language, theme };
                assert_eq!(Settings::read(&settings.written()), Some(settings));
            }
        }
        for damaged in ["", "en", "fr light", "en light dark", r#"{"language":"En"}"#] {
            assert_eq!(Settings::read(damaged), None, "{damaged}");
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

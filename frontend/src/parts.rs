//! The parts of the page that are fetched after it.
//!
//! | part | holds | is fetched |
//! |---|---|---|
//! | [`ENGLISH`], [`CHINESE`] | every word in a language | before the page is drawn; the other one when it is chosen |
//! | [`REST`] | what walks, all of SMTP with it, and what is not seen at first | as soon as the page is drawn |
//!
//! `cargo xtask build` compiles the page with the feature `parts` and cuts its WebAssembly at the functions that stand
//! here: what only such a function leads to goes into a file of its own. All files share one memory, so a part is asked
//! for once and then called like anything else. Without the feature, in tests, everything is there from the beginning.

use crate::engine::Rest;
use crate::text::{Language, Words};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::thread::LocalKey;

/// A part did not arrive; the browser's console says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absent;

/// A part of the page, and once it is there what it is.
pub struct Part<T: 'static> {
    fetch: fn() -> Fetch<T>,
    kept: &'static LocalKey<Cell<Option<T>>>,
}

type Fetch<T> = Pin<Box<dyn Future<Output = Result<T, Absent>>>>;

impl<T: Copy> Part<T> {
    /// What it is, if it is there.
    pub fn get(&self) -> Option<T> {
        self.kept.get()
    }

    /// What it is; it is fetched where it is not there.
    ///
    /// # Errors
    /// It did not arrive. The next time it is fetched again.
    pub async fn fetch(&self) -> Result<T, Absent> {
        let part = match self.get() {
            Some(part) => part,
            None => (self.fetch)().await?,
        };
        self.kept.set(Some(part));
        Ok(part)
    }
}

/// The words of a language.
pub fn words_of(language: Language) -> &'static Part<&'static dyn Words> {
    match language {
        Language::En => &ENGLISH,
        Language::Zh => &CHINESE,
    }
}

/// Declares a part by the one function that leads to it.
macro_rules! part {
    ($(#[$about:meta])* $NAME:ident, $cut:ident: $what:ty = $value:expr) => {
        $(#[$about])*
        pub const $NAME: Part<$what> = {
            #[cfg(all(feature = "parts", target_family = "wasm"))]
            #[wasm_split_helpers::wasm_split($cut, fallible)]
            fn $cut() -> Result<$what, Absent> {
                Ok($value)
            }
            #[cfg(all(feature = "parts", target_family = "wasm"))]
            const THERE: Option<$what> = None;

            #[cfg(not(all(feature = "parts", target_family = "wasm")))]
            async fn $cut() -> Result<$what, Absent> {
                Ok($value)
            }
            #[cfg(not(all(feature = "parts", target_family = "wasm")))]
            const THERE: Option<$what> = Some($value);

            thread_local! {
                static KEPT: Cell<Option<$what>> = const { Cell::new(THERE) };
            }
            Part { fetch: || Box::pin($cut()), kept: &KEPT }
        };
    };
}

part! {
    /// English.
    ENGLISH, english: &'static dyn Words = &crate::text::En
}

part! {
    /// Simplified Chinese.
    CHINESE, chinese: &'static dyn Words = &crate::text::Zh
}

part! {
    /// All that the page does not need in order to open.
    REST, rest: &'static Rest = &Rest::HERE
}

#[cfg(all(feature = "parts", target_family = "wasm"))]
impl From<wasm_split_helpers::SplitLoaderError> for Absent {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

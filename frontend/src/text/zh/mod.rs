//! Simplified Chinese.

mod expected;
mod label;
mod lint;
mod tls;
mod trouble;
mod walk;
mod wire;

use super::{Explained, Named};

/// The language.
pub struct Zh;

const fn named(name: &'static str, meaning: &'static str) -> Named {
    Named { name, meaning }
}

const fn explained(cause: &'static str, cure: &'static str) -> Explained {
    Explained { cause, cure }
}

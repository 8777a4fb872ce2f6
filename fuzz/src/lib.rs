//! What must hold whatever comes from outside: one function a target, which panics where it does not hold.
//!
//! ```text
//! fuzz_targets/NAME.rs ──▶ fuzz::NAME(bytes) ◀── tests/corpus.rs, for every file of corpus/NAME/
//!     libFuzzer makes the bytes                      on every machine, without a fuzzer
//! ```
//!
//! A fuzzer finds what nobody thought of; the corpus keeps what it found. `cargo xtask fuzz` runs the targets.
//!
//! Targets that need more than one thing cut their input into [`records`]. Servers are configured by JSON in the
//! input, so that whatever a configuration learns to say is tried without a change here.

#![allow(clippy::missing_panics_doc, reason = "to panic is how a target says what does not hold")]

mod certificate;
mod client;
mod command;
mod diagnosis;
mod file;
mod import;
mod lesson;
mod message;
mod must;
mod pair;
mod practice;
pub mod records;
mod reply;
mod request;
mod server;
mod tls;
mod tunnel;

pub use certificate::certificate;
pub use client::client;
pub use command::command;
pub use diagnosis::diagnosis;
pub use file::file;
pub use import::import;
pub use lesson::lesson;
pub use message::message;
pub use pair::pair;
pub use reply::reply;
pub use request::{answer, request};
pub use server::server;
pub use tls::tls;
pub use tunnel::tunnel;

/// What a target does with its input.
pub type Target = fn(&[u8]);

/// Every target with its name, which its folder in the corpus and its program share.
pub const TARGETS: &[(&str, Target)] = &[
    ("certificate", certificate),
    ("client", client),
    ("command", command),
    ("diagnosis", diagnosis),
    ("file", file),
    ("import", import),
    ("lesson", lesson),
    ("message", message),
    ("pair", pair),
    ("reply", reply),
    ("request", request),
    ("server", server),
    ("tls", tls),
    ("tunnel", tunnel),
];

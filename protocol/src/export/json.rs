//! JSON, for programs; its shape is [`SCHEMA`].

use super::{Export, Form, Shown};
use serde::Serialize;

/// The form.
pub(super) static JSON: Form =
    Form { name: "json", file: "session.json", media_type: "application/json", write };

/// The shape of this form, as JSON Schema 2020-12.
pub const SCHEMA: &str = include_str!("transcript.schema.json");

/// Raised when a program that reads this form would have to be changed; so is the schema's name.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Transcript<'a> {
    format: &'static str,
    version: u32,
    host: &'a str,
    port: u16,
    over_tls: bool,
    entries: Vec<Shown>,
}

fn write(export: &Export<'_>) -> String {
    let target = export.connection.target();
    let transcript = Transcript {
        format: "smtp-transcript",
        version: VERSION,
        host: &target.host,
        port: target.port,
        over_tls: export.over_tls,
        entries: export.shown(),
    };
    // Strings and numbers that are all finite: nothing in it can fail.
    serde_json::to_string_pretty(&transcript).unwrap_or_default() + "\n"
}

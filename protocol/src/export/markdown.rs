//! Markdown: what it was about as a table, and the conversation in a code block, to paste into a ticket.

use super::{Export, Form, Kind, text};
use std::fmt::Write as _;

/// The form.
pub(super) static MARKDOWN: Form =
    Form { name: "markdown", file: "session.md", media_type: "text/markdown", write };

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let mut page =
        format!("# SMTP session with {}\n\n", code(&export.connection.target().to_string()));
    let login = facts.login().map(|(mechanism, user)| format!("{mechanism} as {user}"));
    let rows = [
        ("Client", Some(facts.client_name.clone())),
        ("Login", login),
        ("Sender", Some(format!("<{}>", facts.sender()))),
        (
            "Recipients",
            Some(facts.to.iter().map(|to| format!("<{to}>")).collect::<Vec<_>>().join(", ")),
        ),
    ];
    page += "| | |\n|---|---|\n";
    for (name, value) in rows {
        if let Some(value) = value {
            // Writing to a String does not fail.
            _ = writeln!(page, "| {name} | {} |", code(&value).replace('|', "\\|"));
        }
    }
    for shown in export.shown() {
        if shown.kind == Kind::Received && !shown.reasons.is_empty() {
            let causes: Vec<_> = shown.reasons.iter().map(|reason| &*reason.cause).collect();
            let first = shown.lines.first().map_or("", String::as_str);
            _ = write!(
                page,
                "\nRefused: {}, perhaps because of: {}.\n",
                code(first),
                causes.join(", ")
            );
        }
    }
    let conversation = text::write(export);
    let fence = "`".repeat(longest_run(&conversation).max(2) + 1);
    _ = write!(page, "\n{fence}text\n{conversation}{fence}\n");
    page
}

/// Text as code within a line: the fence is longer than any in the text (`CommonMark` §6.1).
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let text = text.replace(char::is_control, "\u{fffd}");
    if longest_run(&text) > 0 {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

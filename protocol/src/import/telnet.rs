//! Lines of both sides with nothing to tell them apart, as in a telnet window.

use super::cut::{Cut, What, is_reply, whole};
use crate::smtp::command::Verb;

/// What telnet says itself, before and behind.
const NOTES: &[&str] = &["Trying ", "Connected to ", "Escape character is "];
const ENDS: &[&str] = &["Connection closed by foreign host", "Connection to host lost"];

pub(super) fn owns(line: &str) -> bool {
    NOTES.iter().any(|note| line.starts_with(note)) || begins(line)
}

/// Whether the session can begin with this line: a greeting, or a command.
pub(super) fn begins(line: &str) -> bool {
    let word = line.split([' ', '\r']).next().unwrap_or_default();
    // As a word of a sentence it stands in small letters or before other words.
    let is_command = match Verb::from_word(word.as_bytes()) {
        Some(Verb::Ehlo | Verb::Helo) => true,
        Some(Verb::Mail) => line.to_uppercase().starts_with("MAIL FROM:"),
        Some(Verb::Rcpt) => line.to_uppercase().starts_with("RCPT TO:"),
        _ => false,
    };
    is_command || is_reply(line.as_bytes())
}

pub(super) fn cut(text: &str, cut: &mut Cut) {
    let mut has_begun = false;
    for line in text.lines() {
        if !has_begun {
            if let Some(host) = line.strip_prefix("Connected to ") {
                cut.host(host.trim_end_matches('.'));
            } else if let Some(at) = line.find("telnet ") {
                let mut words = line[at + 7..].split_whitespace();
                cut.host(words.next().unwrap_or_default());
                cut.port = cut.port.or(words.next().and_then(|port| port.parse().ok()));
            }
            has_begun = begins(line);
        }
        if ENDS.iter().any(|end| line.starts_with(end)) {
            cut.push(What::Closed);
            break;
        } else if has_begun {
            cut.push(What::Either(whole(line)));
        }
    }
}

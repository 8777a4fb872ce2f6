//! What swaks prints: three characters that say who and how, a space, and the line.

use super::cut::{Cut, What, is_reply, whole};

/// Before what the client says: as it should be, over TLS, or after something that went wrong.
const CLIENT: &[&str] = &[" ->", " ~>", "**>", "*~>"];
/// Before what the server says.
const SERVER: &[&str] = &["<- ", "<~ ", "<**", "<~*"];

pub(super) fn owns(line: &str) -> bool {
    line.starts_with("=== ") || line.starts_with("*** ") || said(line).is_some()
}

pub(super) fn cut(text: &str, cut: &mut Cut) {
    for line in text.lines() {
        if let Some(note) = line.strip_prefix("=== ") {
            if let Some(target) = note.strip_prefix("Trying ") {
                cut.target(target.trim_end_matches('.'));
            } else if note.starts_with("Connection closed with remote host") {
                cut.push(What::Closed);
            }
        }
        cut.over_tls |= line.starts_with("=== TLS started");
        match said(line) {
            Some((true, words)) => cut.push(What::Client(whole(words))),
            // In the same place it says that nothing came.
            Some((false, words)) if !line.starts_with("<*") || is_reply(words.as_bytes()) => {
                cut.push(What::Server(whole(words)));
            }
            _ => {}
        }
    }
}

/// Whether the client said it, and what.
fn said(line: &str) -> Option<(bool, &str)> {
    let (marker, words) = line.split_at_checked(3)?;
    let is_client = CLIENT.contains(&marker);
    if !is_client && !SERVER.contains(&marker) {
        return None;
    }
    // The space may have been cut off an empty line.
    let words = if words.is_empty() { words } else { words.strip_prefix(' ')? };
    Some((is_client, words))
}

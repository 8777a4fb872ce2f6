//! What `openssl s_client` shows: certificates, then the lines of both sides, with tickets in between.

use super::cut::{Cut, What, whole};
use super::telnet;

pub(super) fn owns(line: &str) -> bool {
    line.starts_with("CONNECTED(") || line.contains("openssl s_client ")
}

pub(super) fn cut(text: &str, cut: &mut Cut) {
    // A ticket is told of in a block between two rules, in the middle of the session.
    let mut in_ticket = false;
    let mut has_begun = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !has_begun {
            if let Some((_, target)) = line.split_once("-connect ") {
                cut.target(target.split_whitespace().next().unwrap_or_default());
            }
            has_begun = telnet::begins(line);
        }
        let ticket_follows =
            lines.peek().is_some_and(|next| next.starts_with("Post-Handshake New "));
        match line {
            "---" if in_ticket || ticket_follows => in_ticket = ticket_follows,
            "read R BLOCK" | "RENEGOTIATING" => {}
            "closed" | "DONE" if has_begun => {
                cut.push(What::Closed);
                break;
            }
            _ if has_begun && !in_ticket => cut.push(What::Either(whole(line))),
            _ => {}
        }
    }
    cut.port = cut.port.or(Some(465));
}

//! What `openssl s_client` shows: certificates, then the lines of both sides, with tickets in between.

use super::cut::{Cut, Said, What, whole};
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
    cut.over_tls = true;
    // Behind STARTTLS no greeting comes; without it TLS has a port of its own (RFC 8314 §3.3).
    let is_greeted = matches!(
        cut.said.first(),
        Some(Said { what: What::Either(line), .. }) if line.starts_with(b"220")
    );
    cut.port = cut.port.or(Some(if is_greeted { 465 } else { 587 }));
}

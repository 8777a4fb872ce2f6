//! Lines that begin with who said them: `C:` and `S:`, a time before that or not.

use super::cut::{Cut, Said, What};
use crate::export::{HEAD, OVER_TLS, unescape};
use std::time::Duration;

pub(super) fn owns(line: &str) -> bool {
    line.starts_with(HEAD) || marked(line).is_some_and(|(_, who, _)| who != '*')
}

pub(super) fn cut(text: &str, cut: &mut Cut) {
    for line in text.lines() {
        if let Some(target) = line.strip_prefix(HEAD) {
            cut.over_tls = target.ends_with(OVER_TLS);
            cut.target(target.trim_end_matches(OVER_TLS));
        }
        let Some((at, who, words)) = marked(line) else { continue };
        let what = match who {
            'C' => What::Client(unescape(words)),
            'S' => What::Server(unescape(words)),
            _ if words == "closed: by-server" => What::Closed,
            _ => continue,
        };
        cut.said.push(Said { at, what });
    }
}

/// `[seconds] C: words`.
fn marked(line: &str) -> Option<(Option<Duration>, char, &str)> {
    let line = line.trim_start();
    let (at, rest) = match line.split_once(' ') {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            let seconds = number.parse().ok()?;
            (Duration::try_from_secs_f64(seconds).ok(), rest.trim_start())
        }
        _ => (None, line),
    };
    let who = rest.chars().next().filter(|who| "CS*".contains(*who))?;
    let words = rest[1..].strip_prefix(':')?;
    let words = if words.is_empty() { words } else { words.strip_prefix(' ')? };
    Some((at, who, words))
}

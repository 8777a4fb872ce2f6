//! What must not be shown: passwords, in any form in which they may stand on the wire.

use crate::anatomy::Span;
use crate::auth::{self, Credentials};
use memchr::memmem;
use std::ops::Range;

/// Knows what to hide in the bytes of one walk.
///
/// Two ways together: by field (what stands where a password stands is hidden, whatever it is), and by
/// content (the password itself, and its usual encodings, wherever they turn up, as in a reply that echoes
/// them).
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    public: bool,
    needles: Vec<Vec<u8>>,
}

impl Secrets {
    /// Hides nothing: the account is a practice account that everybody knows.
    pub fn public() -> Self {
        Self { public: true, needles: Vec::new() }
    }

    /// Hides this password. One shorter than four bytes is hidden by field only: as content it would be
    /// found in innocent text.
    pub fn of(credentials: &Credentials) -> Self {
        let Credentials { user, password } = credentials;
        let plain = format!("\0{user}\0{password}");
        let needles = vec![
            password.clone().into_bytes(),
            auth::encode(password.as_bytes()).into_bytes(),
            auth::encode(plain.as_bytes()).into_bytes(),
        ];
        Self {
            public: false,
            needles: needles.into_iter().filter(|needle| needle.len() >= 4).collect(),
        }
    }

    /// The ranges of `wire` to hide, in order and apart from each other.
    pub fn hidden(&self, wire: &[u8], spans: &[Span]) -> Vec<Range<usize>> {
        if self.public {
            return Vec::new();
        }
        let by_field =
            spans.iter().filter(|span| span.field.is_secret()).map(|span| span.range.clone());
        let by_content = self.needles.iter().flat_map(|needle| {
            memmem::find_iter(wire, needle).map(|start| start..start + needle.len())
        });
        let mut ranges: Vec<_> = by_field.chain(by_content).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }

    /// The text of `wire` for a person: unreadable bytes replaced, secrets as eight dots whatever their
    /// length.
    pub fn masked(&self, wire: &[u8], spans: &[Span]) -> String {
        let mut text = String::new();
        let mut shown = 0;
        for range in self.hidden(wire, spans) {
            text += &String::from_utf8_lossy(&wire[shown..range.start]);
            text += "••••••••";
            shown = range.end;
        }
        text + &String::from_utf8_lossy(&wire[shown..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::command::Command;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn secrets() -> Secrets {
        Secrets::of(&Credentials { user: "tim".into(), password: "tanstaaf".into() })
    }

    #[test]
    fn a_password_is_hidden_by_where_it_stands_and_by_what_it_is() {
        let masked =
            |line: &str| secrets().masked(line.as_bytes(), &Command::read(line.as_bytes()).spans);
        assert_eq!(masked("AUTH PLAIN AHRpbQB0YW5zdGFhZg==\r\n"), "AUTH PLAIN ••••••••\r\n");
        assert_eq!(masked("AUTH PLAIN AHRpbQBvdGhlcg==\r\n"), "AUTH PLAIN ••••••••\r\n");
        assert_eq!(masked("NOOP tanstaaf\r\n"), "NOOP ••••••••\r\n");
        assert_eq!(masked("HELP dGFuc3RhYWY=\r\n"), "HELP ••••••••\r\n");
        assert_eq!(masked("MAIL FROM:<tim@example.com>\r\n"), "MAIL FROM:<tim@example.com>\r\n");
    }

    #[test]
    fn a_practice_account_is_shown_in_full() {
        let line = b"AUTH PLAIN AHRpbQB0YW5zdGFhZg==\r\n";
        let shown = Secrets::public().masked(line, &Command::read(line).spans);
        assert_eq!(shown.as_bytes(), line);
    }

    #[test]
    fn overlapping_finds_are_hidden_once() {
        let wire = b"tanstaaftanstaaf";
        let hidden = secrets().hidden(wire, &[]);
        assert!(matches!(hidden.as_slice(), [Range { start: 0, end: 16 }]), "{hidden:?}");
    }
}

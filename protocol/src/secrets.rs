//! What must not be shown: passwords, in any form in which they may stand on the wire.

use crate::anatomy::{Field, Span};
use crate::auth::{self, ClientEnd, Credentials, MECHANISMS};
use crate::smtp::command::Verb;
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

/// The forms of passwords that are remembered: of about a hundred logins.
const NEEDLES: usize = 1000;

impl Secrets {
    /// Hides nothing: the account is a practice account that everybody knows.
    pub fn public() -> Self {
        Self { public: true, needles: Vec::new() }
    }

    /// Hides this password. One shorter than four bytes is hidden by field only: as content it would be
    /// found in innocent text.
    pub fn of(credentials: &Credentials) -> Self {
        let mut secrets = Self::default();
        secrets.add(credentials);
        secrets
    }

    /// Hides this password too; of more than [`NEEDLES`] forms the oldest are hidden by field only.
    pub(crate) fn add(&mut self, credentials: &Credentials) {
        let mut needles = vec![credentials.password.clone()];
        for message in secret_messages(credentials) {
            let encoded = auth::encode(&message);
            // Some leave the padding away.
            needles.push(encoded.trim_end_matches('=').to_owned());
            needles.push(encoded);
        }
        for needle in needles.into_iter().map(String::into_bytes) {
            if needle.len() >= 4 && !self.needles.contains(&needle) {
                self.needles.push(needle);
            }
        }
        let over = self.needles.len().saturating_sub(NEEDLES);
        self.needles.drain(..over);
    }

    /// Whether no password is known.
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// The ranges of `wire` to hide, in order and apart from each other.
    pub fn hidden(&self, wire: &[u8], spans: &[Span]) -> Vec<Range<usize>> {
        if self.public {
            return Vec::new();
        }
        let by_field = secret_spans(wire, spans);
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

/// What the mechanisms say that a login could be read from, before base64.
fn secret_messages(credentials: &Credentials) -> impl Iterator<Item = Vec<u8>> {
    let end = ClientEnd {
        credentials,
        nonce: "",
        binding: None,
        binding_offered: false,
        challenges: &[],
    };
    MECHANISMS.iter().flat_map(move |mechanism| {
        let secret =
            (0..mechanism.turns.len()).filter(|&n| mechanism.response_field(n).is_secret());
        secret.filter_map(move |n| mechanism.respond(&end, n).ok())
    })
}

/// Whether a login could be read from these bytes, as far as their fields say.
pub(crate) fn holds_login(wire: &[u8], spans: &[Span]) -> bool {
    secret_spans(wire, spans).next().is_some()
}

/// Where a password stands, and what cannot be read behind AUTH: that may be a password with a slip before it.
fn secret_spans(wire: &[u8], spans: &[Span]) -> impl Iterator<Item = Range<usize>> {
    let mut behind_auth = false;
    spans.iter().filter_map(move |span| {
        match span.field {
            Field::Verb => {
                let word = wire.get(span.range.clone()).unwrap_or_default();
                behind_auth = Verb::from_word(word) == Some(Verb::Auth);
            }
            Field::LineEnd => behind_auth = false,
            _ => {}
        }
        let hidden = span.field.is_secret() || (behind_auth && span.field == Field::Unparsed);
        hidden.then(|| span.range.clone())
    })
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
    fn a_slip_in_an_auth_line_does_not_show_the_password() {
        let masked =
            |line: &str| secrets().masked(line.as_bytes(), &Command::read(line.as_bytes()).spans);
        for line in [
            "AUTH PLAIN:AHRpbQBvdGhlcg==\r\n",
            "AUTH  PLAIN AHRpbQBvdGhlcg==\r\n",
            "AUTH LOGIN dGlt b3RoZXI=\r\n",
            "AUTH PLAIN AHRpbQ BvdGhlcg==\r\n",
            "auth XOAUTH2 b3RoZXI=\r\n",
        ] {
            let masked = masked(line);
            assert!(!masked.contains("dGhlcg") && !masked.contains("b3RoZXI"), "{masked}");
            assert!(masked.to_uppercase().starts_with("AUTH ") && masked.ends_with("\r\n"));
        }
        assert_eq!(masked("HELP dGFuc3RhYWY or not\r\n"), "HELP •••••••• or not\r\n");
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

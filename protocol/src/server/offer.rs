//! The extensions that the practice server can offer, each of which a lesson can leave out.

use super::config::{Config, StartTls};
use crate::smtp::extension::Extension;
use serde::{Deserialize, Deserializer, Serializer, de};

/// Every one, in the order in which EHLO lists them. AUTH is offered where there are mechanisms, and STARTTLS has a
/// setting of its own.
pub(super) const OFFERABLE: &[Extension] = &[
    Extension::Pipelining,
    Extension::Size,
    Extension::EightBitMime,
    Extension::SmtpUtf8,
    Extension::Chunking,
    Extension::BinaryMime,
    Extension::Dsn,
    Extension::StartTls,
    Extension::Auth,
    Extension::EnhancedStatusCodes,
    Extension::Vrfy,
    Extension::Expn,
    Extension::Help,
];

/// What a server of today offers; few let strangers ask who is on a list.
pub(super) const USUAL: &[Extension] = &[
    Extension::Pipelining,
    Extension::Size,
    Extension::EightBitMime,
    Extension::SmtpUtf8,
    Extension::Chunking,
    Extension::Dsn,
    Extension::EnhancedStatusCodes,
    Extension::Vrfy,
    Extension::Help,
];

impl Config {
    /// Whether the extension is offered.
    pub(super) fn offers(&self, extension: Extension) -> bool {
        match extension {
            Extension::Auth => !self.mechanisms.is_empty(),
            Extension::StartTls => self.starttls != StartTls::No,
            other => self.extensions.contains(&other),
        }
    }

    /// What EHLO lists, a line each; all of it is true of this server. STARTTLS and the mechanisms are as they
    /// are offered at this moment.
    pub(super) fn ehlo_lines(&self, starttls: bool, mechanisms: &[&str]) -> Vec<String> {
        let offered = OFFERABLE.iter().filter(|extension| self.offers(**extension));
        let line = |extension: &Extension| match extension {
            Extension::StartTls if !starttls => None,
            Extension::Auth if mechanisms.is_empty() => None,
            Extension::Auth => Some(format!("AUTH {}", mechanisms.join(" "))),
            // 0: no limit is told (RFC 1870 §4).
            Extension::Size if self.size == 0 => Some("SIZE 0".to_owned()),
            Extension::Size => Some(format!("SIZE {}", self.size_limit())),
            other => Some(other.keyword().to_owned()),
        };
        offered.filter_map(line).collect()
    }
}

/// In JSON a list of keywords.
pub(super) fn serialize<S: Serializer>(
    extensions: &[Extension],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(extensions.iter().map(|extension| extension.keyword()))
}

/// Takes only what this server can do.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Extension>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|keyword| of_keyword(keyword)).collect()
}

fn of_keyword<E: de::Error>(keyword: &str) -> Result<Extension, E> {
    match Extension::from_keyword(keyword) {
        Extension::Auth => Err(E::custom("AUTH is offered by listing its mechanisms, not here")),
        Extension::StartTls => Err(E::custom("STARTTLS has a setting of its own, starttls")),
        known if OFFERABLE.contains(&known) => Ok(known),
        _ => {
            let is_listed = |extension: &&Extension| {
                !matches!(extension, Extension::Auth | Extension::StartTls)
            };
            let words = OFFERABLE.iter().filter(is_listed);
            let words: Vec<_> = words.map(|extension| extension.keyword()).collect();
            Err(E::custom(format!("expected one of {}, found {keyword:?}", words.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn each_extension_can_be_left_out_alone() {
        let all = Config {
            extensions: OFFERABLE.to_vec(),
            starttls: StartTls::Offered,
            ..Config::default()
        };
        let mechanisms = ["LOGIN"];
        assert_eq!(all.ehlo_lines(true, &mechanisms).len(), OFFERABLE.len());
        for left_out in OFFERABLE {
            let mut config = all.clone();
            config.extensions.retain(|extension| extension != left_out);
            match left_out {
                Extension::Auth => config.mechanisms.clear(),
                Extension::StartTls => config.starttls = StartTls::No,
                _ => {}
            }
            let lines = config.ehlo_lines(true, &mechanisms);
            assert_eq!(lines.len(), OFFERABLE.len() - 1, "{left_out:?}");
            let keyword = |line: &String| line.split(' ').next() == Some(left_out.keyword());
            assert!(!lines.iter().any(keyword), "{left_out:?}: {lines:?}");
        }
    }

    #[test]
    fn in_json_extensions_are_keywords_of_what_this_server_can_do() {
        let read =
            |json: &str| serde_json::from_str::<Config>(json).map(|config| config.extensions);
        let found = read(r#"{"extensions": ["size", "DSN"]}"#).unwrap();
        assert_eq!(found, [Extension::Size, Extension::Dsn]);
        let error = read(r#"{"extensions": ["ETRN"]}"#).unwrap_err().to_string();
        assert!(error.contains("expected one of PIPELINING, SIZE"), "{error}");
        let error = read(r#"{"extensions": ["AUTH"]}"#).unwrap_err().to_string();
        assert!(error.contains("by listing its mechanisms"), "{error}");
    }

    #[test]
    fn no_limit_is_told_as_0() {
        let size = |size| Config { size, ..Config::default() }.ehlo_lines(false, &[])[1].clone();
        assert_eq!([size(0), size(7)], ["SIZE 0", "SIZE 7"]);
    }
}

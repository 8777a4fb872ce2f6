//! Bytes in JSON.

use super::FaultError;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Bytes of any kind. In JSON a text, which stands for its UTF-8, or `{"hex": "b5c7 c2bc"}`, which can be GBK
/// or no text at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw(Vec<u8>);

impl Raw {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes from pairs of hexadecimal digits, which may stand apart.
    ///
    /// # Errors
    /// There is something else, or half a pair.
    pub fn from_hex(text: &str) -> Result<Self, FaultError> {
        let no_hex = || FaultError::Hex { found: text.to_owned() };
        let digits: Option<Vec<_>> = text
            .chars()
            .filter(|c| *c != ' ')
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let digits = digits.filter(|digits| digits.len() % 2 == 0).ok_or_else(no_hex)?;
        Ok(Self(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()))
    }

    /// The text, unless it is none.
    pub(super) fn as_text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.0).ok()?;
        let is_readable = |c: char| !c.is_control() || "\r\n\t".contains(c);
        text.chars().all(is_readable).then_some(text)
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<Vec<u8>> for Raw {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hex {
    hex: String,
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.as_text() {
            return serializer.serialize_str(text);
        }
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
        let hex = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        Hex { hex }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or bytes such as {\"hex\": \"b5c7\"}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(text.into())
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Raw, A::Error> {
                let Hex { hex } = Hex::deserialize(MapAccessDeserializer::new(map))?;
                Raw::from_hex(&hex).map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

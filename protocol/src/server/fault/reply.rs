//! A chosen reply.

use super::{FaultError, Raw};
use crate::smtp::limits;
use crate::smtp::status::{EnhancedCode, ReplyCode};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A reply as a lesson writes it. In JSON either the line itself, `"450 4.7.1 Greylisted"`, or
/// `{"code": 450, "enhanced": "4.7.1", "text": …}` with one text or a list of them, a line each. The enhanced code
/// is left out for a client that came with HELO.
///
/// It fits the limits of a reply, but need not make sense: any code may stand at any step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenReply {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    text: Vec<Raw>,
}

/// The reply code with this number.
pub(super) fn code(number: u16) -> Result<ReplyCode, FaultError> {
    ReplyCode::new(number).ok_or(FaultError::Code { found: number.to_string() })
}

impl ChosenReply {
    /// A reply with these lines; one without text if there are none.
    ///
    /// # Errors
    /// A line has a control character or is longer than a reply line may be (RFC 5321 §4.5.3.1.5), or there are
    /// more lines than the client reads.
    pub fn new(
        code: ReplyCode,
        enhanced: Option<EnhancedCode>,
        mut text: Vec<Raw>,
    ) -> Result<Self, FaultError> {
        if text.is_empty() {
            text.push(Raw::default());
        }
        let overhead = "250 ".len() + enhanced.map_or(0, |code| code.to_string().len() + 1);
        let limit = limits::REPLY_LINE - "\r\n".len() - overhead;
        for line in &text {
            if let Some(found) = line.bytes().iter().copied().find(u8::is_ascii_control) {
                return Err(FaultError::ControlCharacter { found });
            }
            if line.bytes().len() > limit {
                return Err(FaultError::TooLong { length: line.bytes().len(), limit });
            }
        }
        let length = text.iter().map(|line| line.bytes().len() + overhead + 2).sum();
        if length > limits::REPLY_READ {
            return Err(FaultError::TooLong { length, limit: limits::REPLY_READ });
        }
        Ok(Self { code, enhanced, text })
    }

    /// The reply code.
    pub fn code(&self) -> ReplyCode {
        self.code
    }

    /// Appends it as it goes over the wire.
    pub(in crate::server) fn write(&self, enhanced: bool, wire: &mut Vec<u8>) {
        let enhanced = self.enhanced.filter(|_| enhanced);
        let enhanced = enhanced.map(|code| format!("{code} ")).unwrap_or_default();
        for (index, text) in self.text.iter().enumerate() {
            let separator = if index + 1 < self.text.len() { '-' } else { ' ' };
            wire.extend_from_slice(format!("{}{separator}{enhanced}", self.code).as_bytes());
            wire.extend_from_slice(text.bytes());
            wire.extend_from_slice(b"\r\n");
        }
    }

    /// The line that it is, if it is one line of text.
    fn line(&self) -> Option<String> {
        let [text] = &*self.text else { return None };
        let text = text.as_text()?;
        let line = match self.enhanced {
            Some(enhanced) => format!("{} {enhanced} {text}", self.code),
            None => format!("{} {text}", self.code),
        };
        // Text that begins like an enhanced code would be read as one.
        (line.parse::<Self>().as_ref() == Ok(self)).then_some(line)
    }
}

impl FromStr for ChosenReply {
    type Err = FaultError;

    fn from_str(line: &str) -> Result<Self, FaultError> {
        let (number, text) = line.split_once(' ').unwrap_or((line, ""));
        let no_code = || FaultError::Code { found: number.to_owned() };
        let digits = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
        let code = code(number.parse().ok().filter(|_| digits).ok_or_else(no_code)?)?;
        let (enhanced, text) = match EnhancedCode::at_start_of(text.as_bytes()) {
            Some((enhanced, length)) => (Some(enhanced), &text[length..]),
            None => (None, text),
        };
        let text = text.strip_prefix(' ').filter(|_| enhanced.is_some()).unwrap_or(text);
        Self::new(code, enhanced, vec![Raw::from(text)])
    }
}

/// A reply in full.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    code: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enhanced: Option<String>,
    #[serde(default)]
    text: Lines,
}

impl TryFrom<Parts> for ChosenReply {
    type Error = FaultError;

    fn try_from(Parts { code: number, enhanced, text }: Parts) -> Result<Self, FaultError> {
        let read = |text: String| match EnhancedCode::at_start_of(text.as_bytes()) {
            Some((code, length)) if length == text.len() => Ok(code),
            _ => Err(FaultError::EnhancedCode { found: text }),
        };
        Self::new(code(number)?, enhanced.map(read).transpose()?, text.0)
    }
}

impl Serialize for ChosenReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(line) = self.line() {
            return serializer.serialize_str(&line);
        }
        let enhanced = self.enhanced.map(|code| code.to_string());
        let text = Lines(self.text.clone());
        Parts { code: self.code.number(), enhanced, text }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ChosenReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = ChosenReply;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a reply such as \"450 4.7.1 Come again\" or {\"code\": 450, \"text\": …}",
                )
            }

            fn visit_str<E: de::Error>(self, line: &str) -> Result<ChosenReply, E> {
                line.parse().map_err(E::custom)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<ChosenReply, A::Error> {
                let parts = Parts::deserialize(MapAccessDeserializer::new(map))?;
                parts.try_into().map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Lines of text: one, or a list.
#[derive(Default)]
struct Lines(Vec<Raw>);

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &*self.0 {
            [line] => line.serialize(serializer),
            lines => lines.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Lines;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, bytes such as {\"hex\": \"b5c7\"}, or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Lines, E> {
                Ok(Lines(vec![text.into()]))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Lines, A::Error> {
                Raw::deserialize(MapAccessDeserializer::new(map)).map(|line| Lines(vec![line]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Lines, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Lines)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

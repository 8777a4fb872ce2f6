//! One word and its parameters: Content-Type (RFC 2045 §5.1) and Content-Disposition (RFC 2183 §2).

use super::entity::Entity;
use super::lexical::{Line, is_token};
use crate::anatomy::Field;

/// Which field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `type/subtype`.
    Type,
    /// `inline` or `attachment`.
    Disposition,
}

/// Where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParameterPlace {
    /// At the word.
    First,
    /// Behind the `/` of a media type.
    Subtype,
    /// Before a parameter's name.
    Name,
    /// Behind its `=`: the value, which is this.
    Value(Field),
}

impl ParameterPlace {
    /// Reads to the end of the line.
    pub(super) fn take(&mut self, line: &mut Line<'_, '_>, what: What, entity: &mut Entity) {
        loop {
            if let Some(field) = line.skip() {
                let text = line.take_between_quotes(field);
                entity.learn_parameter(field, text);
                continue;
            }
            let Some(byte) = line.peek() else { return };
            match (byte, *self) {
                (b';', _) => {
                    line.take(Field::HeaderSeparator, 1);
                    *self = Self::Name;
                }
                (b'/', Self::Subtype) => {
                    line.take(Field::HeaderSeparator, 1);
                    let subtype = line.take_while(Field::MediaSubtype, is_token);
                    entity.learn_subtype(subtype);
                }
                (_, Self::First) if is_token(byte) => self.take_first(line, what, entity),
                (_, Self::Name) if is_token(byte) => self.take_name(line),
                (b'"', Self::Value(field)) => {
                    let text = line.take_between_quotes(field);
                    entity.learn_parameter(field, text);
                }
                (_, Self::Value(field)) if is_value(byte) => {
                    let text = line.take_while(field, is_value);
                    entity.learn_parameter(field, text);
                }
                _ => {
                    line.take(Field::Unparsed, 1);
                }
            }
        }
    }

    fn take_first(&mut self, line: &mut Line<'_, '_>, what: What, entity: &mut Entity) {
        match what {
            What::Type => {
                let kind = line.take_while(Field::MediaType, is_token);
                entity.learn_type(kind);
                *self = Self::Subtype;
            }
            What::Disposition => {
                line.take_while(Field::Disposition, is_token);
                *self = Self::Name;
            }
        }
    }

    fn take_name(&mut self, line: &mut Line<'_, '_>) {
        let name = line.take_while(Field::MimeParameter, is_token);
        if line.peek() == Some(b'=') {
            line.take(Field::HeaderSeparator, 1);
            *self = Self::Value(value_of(name));
        }
    }
}

/// What a parameter's value is, by the parameter's name; `*` and a number are of RFC 2231.
fn value_of(name: &[u8]) -> Field {
    let name = name.split(|&byte| byte == b'*').next().unwrap_or_default();
    let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
    if is("boundary") {
        Field::Boundary
    } else if is("charset") {
        Field::Charset
    } else if is("filename") || is("name") {
        Field::FileName
    } else {
        Field::MimeValue
    }
}

/// Values are tokens; what some programs write without quotes though it needs them is let pass.
const fn is_value(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !matches!(byte, b';' | b'(' | b'"')
}

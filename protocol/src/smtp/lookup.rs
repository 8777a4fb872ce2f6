//! What VRFY and EXPN ask about (RFC 5321 §4.1.1.6 and .7).

use super::cursor::{Cursor, Expected, SyntaxError};
use crate::anatomy::Field;
use std::fmt;

/// A name, and whether the answer may go beyond ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The name of a user or a list, or an address.
    pub name: String,
    /// SMTPUTF8 stands behind it (RFC 6531 §3.7.4.2).
    pub smtputf8: bool,
}

/// What makes an answer in UTF-8 welcome.
const SMTPUTF8: &[u8] = b" SMTPUTF8";

impl Lookup {
    /// Reads `SP String [SP SMTPUTF8]`; the String is any text without control characters.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        cursor.expect_byte(Field::Space, b' ', Expected::Space)?;
        let rest = cursor.rest();
        let name = rest.len().saturating_sub(SMTPUTF8.len());
        let smtputf8 = name > 0 && rest[name..].eq_ignore_ascii_case(SMTPUTF8);
        let name = if smtputf8 { &rest[..name] } else { rest };
        let length = name.iter().take_while(|&&byte| byte >= b' ' && byte != 0x7f).count();
        cursor.take(Field::Argument, length);
        if length < name.len() || name.is_empty() {
            return Err(cursor.error(Expected::Argument));
        }
        if smtputf8 {
            cursor.take(Field::Space, 1);
            cursor.take(Field::ParameterName, SMTPUTF8.len() - 1);
        }
        Ok(Self { name: String::from_utf8_lossy(name).into_owned(), smtputf8 })
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, if self.smtputf8 { " SMTPUTF8" } else { "" })
    }
}

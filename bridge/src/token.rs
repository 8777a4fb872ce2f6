//! The token that a tunnel may have to bring.

use protocol::tunnel::TOKEN_PREFIX;
use std::{fmt, fs, io, path::Path, str::FromStr};
use subtle::ConstantTimeEq as _;

/// A secret shared by the bridge and those who may use it. Never shown, never logged.
#[derive(Clone)]
pub struct Token(String);

/// What is wrong with a token. Does not repeat it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadToken {
    /// The file could not be read.
    #[error("expected a file with the token: {0}")]
    Unreadable(#[from] io::Error),
    /// Too short to be a secret, or too long for a header.
    #[error(
        "expected a token of {least} to {most} characters, came {0}; `openssl rand -hex 32` makes one",
        least = LENGTH.start(), most = LENGTH.end()
    )]
    Length(usize),
    /// It travels in a header as a token of RFC 9110 §5.6.2.
    #[error(
        "expected letters, digits and any of !#$%&'*+-.^_`|~ in the token, came something else; \
         `openssl rand -hex 32` makes one that fits"
    )]
    Character,
}

/// How long a token may be, in characters. Sixteen hexadecimal digits cannot be guessed through a network.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=256;

impl Token {
    /// Reads a token from a file: all there is in it, less the white space around.
    ///
    /// # Errors
    /// When the file cannot be read, or what is in it is no token.
    pub fn read(path: &Path) -> Result<Self, BadToken> {
        fs::read_to_string(path)?.trim().parse()
    }

    /// Whether an entry of `Sec-WebSocket-Protocol` brings this token. Takes the same time whatever part of
    /// it is right, so that it cannot be found out character by character.
    pub(crate) fn is_brought_by(&self, entry: &str) -> bool {
        entry
            .strip_prefix(TOKEN_PREFIX)
            .is_some_and(|brought| brought.as_bytes().ct_eq(self.0.as_bytes()).into())
    }
}

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if !text.chars().all(fits) {
            return Err(BadToken::Character);
        }
        if !LENGTH.contains(&text.len()) {
            return Err(BadToken::Length(text.len()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_right() {
        let token: Token = "0123456789abcdef".parse().unwrap();
        assert!(token.is_brought_by("token.0123456789abcdef"));
        for wrong in [
            "",
            "token.",
            "0123456789abcdef",
            "token.0123456789abcde",
            "token.0123456789abcdef0",
            "token.0123456789ABCDEF",
            "TOKEN.0123456789abcdef",
        ] {
            assert!(!token.is_brought_by(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_file_holds_the_token_and_white_space() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "  0123456789abcdef\n").unwrap();
        assert!(Token::read(file.path()).unwrap().is_brought_by("token.0123456789abcdef"));
        assert!(matches!(Token::read(Path::new("/nowhere/token")), Err(BadToken::Unreadable(_))));
    }

    #[test]
    fn a_wrong_token_is_told_without_repeating_it() {
        for wrong in ["", "short", "0123456789abcde=", "0123456789 abcdef", &"x".repeat(257)] {
            let error = wrong.parse::<Token>().unwrap_err().to_string();
            assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
            assert!(error.contains("openssl rand -hex 32"), "{error}");
        }
    }

    #[test]
    fn a_token_is_not_shown() {
        let token: Token = "0123456789abcdef".parse().unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}

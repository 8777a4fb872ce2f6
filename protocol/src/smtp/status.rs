//! Reply codes (RFC 5321 §4.2) and enhanced status codes (RFC 3463), taken apart into their digits.

use std::fmt;

/// The three digits that open every reply line (RFC 5321 §4.2.1).
///
/// The first is 2 to 5. The standard gives the second a meaning up to 5; servers that use others exist, so
/// they are read, as [`Category::Unspecified`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyCode {
    digits: [u8; 3],
}

/// The first digit: good, bad or incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 2: done.
    Completion,
    /// 3: so far so good, the server wants more.
    Intermediate,
    /// 4: not now; the same may work later.
    Transient,
    /// 5: no; the same will not work later either.
    Permanent,
}

/// The second digit: what the reply is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// 0: the command's form.
    Syntax,
    /// 1: information asked for, such as help.
    Information,
    /// 2: the connection.
    Connections,
    /// 3: logging in (RFC 4954 §4; unspecified in RFC 5321).
    Authentication,
    /// 5: the mail system itself.
    MailSystem,
    /// Any other digit.
    Unspecified,
}

impl ReplyCode {
    /// The code with these three digits, or `None` unless the first is 2 to 5 and none is above 9.
    pub const fn from_digits(digits: [u8; 3]) -> Option<Self> {
        let [first, second, third] = digits;
        if first < 2 || first > 5 || second > 9 || third > 9 {
            return None;
        }
        Some(Self { digits })
    }

    /// The code with this number, or `None` outside 200 to 599.
    pub fn new(number: u16) -> Option<Self> {
        let digit = |value: u16| u8::try_from(value).ok();
        Self::from_digits([digit(number / 100)?, digit(number / 10 % 10)?, digit(number % 10)?])
    }

    /// The number, 200 to 599.
    pub const fn number(self) -> u16 {
        let [first, second, third] = self.digits;
        first as u16 * 100 + second as u16 * 10 + third as u16
    }

    /// The three digits, each 0 to 9.
    pub const fn digits(self) -> [u8; 3] {
        self.digits
    }

    /// What the first digit says.
    pub const fn severity(self) -> Severity {
        match self.digits[0] {
            2 => Severity::Completion,
            3 => Severity::Intermediate,
            4 => Severity::Transient,
            _ => Severity::Permanent,
        }
    }

    /// What the second digit says.
    pub const fn category(self) -> Category {
        match self.digits[1] {
            0 => Category::Syntax,
            1 => Category::Information,
            2 => Category::Connections,
            3 => Category::Authentication,
            5 => Category::MailSystem,
            _ => Category::Unspecified,
        }
    }

    /// Whether the server says no, for now or for good.
    pub const fn is_refusal(self) -> bool {
        matches!(self.severity(), Severity::Transient | Severity::Permanent)
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

/// An enhanced status code such as `5.7.8` (RFC 3463 §2): class, subject, detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    pub class: u8,
    /// What it is about: 1 addresses, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The precise case, 0 to 999.
    pub detail: u16,
}

impl EnhancedCode {
    /// A code from its three numbers.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// Reads a code at the start of a reply's text, and how many bytes it takes (RFC 2034 §3).
    ///
    /// It must be followed by a space or by nothing, so that `5.7.1.2` or a version number is not one.
    pub fn at_start_of(text: &[u8]) -> Option<(Self, usize)> {
        let end = text.iter().position(|&byte| byte == b' ').unwrap_or(text.len());
        let code = std::str::from_utf8(&text[..end]).ok()?;
        let mut parts = code.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |part: &str| -> Option<u16> {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse().ok() } else { None }
        };
        if parts.next().is_some() || !matches!(class, "2" | "4" | "5") {
            return None;
        }
        let class = class.as_bytes()[0] - b'0';
        Some((Self { class, subject: number(subject)?, detail: number(detail)? }, end))
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_code_is_its_digits() {
        let code = ReplyCode::from_digits([5, 3, 5]).unwrap();
        assert_eq!((code.number(), code.digits()), (535, [5, 3, 5]));
        assert_eq!(
            (code.severity(), code.category()),
            (Severity::Permanent, Category::Authentication)
        );
        assert!(ReplyCode::from_digits([1, 0, 0]).is_none());
        assert!(ReplyCode::from_digits([6, 0, 0]).is_none());
        assert!(ReplyCode::new(199).is_none() && ReplyCode::new(600).is_none());
    }

    #[test]
    fn an_enhanced_code_stands_alone_before_the_text() {
        let read = |text: &str| EnhancedCode::at_start_of(text.as_bytes());
        assert_eq!(read("5.7.8 bad"), Some((EnhancedCode::new(5, 7, 8), 5)));
        assert_eq!(read("2.0.0"), Some((EnhancedCode::new(2, 0, 0), 5)));
        assert_eq!(read("5.1.1000 x"), None);
        assert_eq!(read("3.1.1 x"), None);
        assert_eq!(read("5.7.1.2 x"), None);
        assert_eq!(read("5.7.x x"), None);
        assert_eq!(read("+5.7.1 x"), None);
    }
}

//! Texts as literals of other languages, right for any input.

use std::fmt::Write as _;

/// One word for a POSIX shell (POSIX.1-2024, Shell Command Language §2.2.2): within single quotes nothing but
/// the single quote means anything.
///
/// No program can be given a NUL, so one is replaced as an unreadable character.
pub(super) fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\0', "\u{fffd}").replace('\'', r"'\''"))
}

/// The value of an option that must not be taken for another option, whatever it begins with: `--name=value`.
pub(super) fn option(name: &str, value: &str) -> String {
    format!("{name}={}", shell(value))
}

/// The shell's words that print these bytes exactly: a line of arguments each where every line is text and
/// ends with CR LF, else one format with what is unreadable in octal.
pub(super) fn printf(bytes: &[u8]) -> String {
    let is_plain = |line: &str| !line.contains(|c: char| c.is_control() && c != '\t');
    let text = std::str::from_utf8(bytes).ok();
    let lines = text.and_then(|text| text.strip_suffix("\r\n")).map(|text| text.split("\r\n"));
    match lines {
        Some(lines) if lines.clone().all(is_plain) => {
            let space = if lines.clone().nth(1).is_some() { " \\\n  " } else { " " };
            lines.fold(r"printf '%s\r\n'".to_owned(), |words, line| words + space + &shell(line))
        }
        _ => format!("printf '{}'", format_string(bytes)),
    }
}

/// printf's own format: `\` and `%` mean something there, and so does the quote around it.
fn format_string(bytes: &[u8]) -> String {
    let mut format = String::new();
    for &byte in bytes {
        match byte {
            b'\\' => format += r"\\",
            b'%' => format += "%%",
            b'\r' => format += r"\r",
            b'\n' => format += r"\n",
            b'\'' => format += r"'\''",
            // In front it would begin an option.
            b'-' if format.is_empty() => format += r"\055",
            b' '..=b'~' => format.push(char::from(byte)),
            // Three digits, so that a digit behind it is none of its own.
            _ => _ = write!(format, r"\{byte:03o}"),
        }
    }
    format
}

/// A comment in a shell's or Python's program: one line, whatever is in it.
pub(super) fn comment(text: &str) -> String {
    format!("# {}\n", text.replace(char::is_control, "\u{fffd}"))
}

/// A string literal of Python: what is not printable ASCII as an escape of four or eight digits.
pub(super) fn python(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            ' '..='~' => literal.push(character),
            '\u{a0}'..='\u{ffff}' if character.is_alphanumeric() => literal.push(character),
            '\0'..='\u{ffff}' => _ = write!(literal, "\\u{:04x}", u32::from(character)),
            _ => _ = write!(literal, "\\U{:08x}", u32::from(character)),
        }
    }
    literal + "\""
}

/// A literal of bytes, the same in Python and in Rust.
pub(super) fn bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii())
}

/// A string literal of Rust.
pub(super) fn rust(text: &str) -> String {
    format!("{text:?}")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::{Command, Stdio};

    /// Everything that means something to some shell.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "'", "\"", "\n", "\r\n", "$HOME", "$(id)", "`id`", "-n", "--", "%s", "%n", "\\",
                "\\0", "!!", "~", "*", " ", "\t", "\u{7f}", "é", "你好", "😀", "&", ";", "|", "#",
                "=", "\\c",
            ])
            .prop_map(str::to_owned),
            "[^\0]{0,6}",
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn printed(script: &str) -> Vec<u8> {
        let mut sh = Command::new("sh");
        sh.arg("-c").arg(script).stdin(Stdio::null()).stderr(Stdio::inherit());
        sh.output().expect("there is a shell").stdout
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_word_reaches_a_program_as_it_is(text in hostile(), more in hostile()) {
            let script = format!("printf '<%s>' {} {}", shell(&text), option("--to", &more));
            let expected = format!("<{text}><--to={more}>");
            prop_assert_eq!(String::from_utf8(printed(&script)).unwrap(), expected);
        }

        #[test]
        fn any_bytes_are_printed_as_they_are(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            text in hostile(),
        ) {
            prop_assert_eq!(&printed(&printf(&bytes)), &bytes);
            let lines = format!("{text}\r\n.{text}\r\n");
            prop_assert_eq!(printed(&printf(lines.as_bytes())), lines.as_bytes());
        }

        #[test]
        fn a_comment_is_one_line(text in any::<String>()) {
            let script = comment(&text) + "printf ok";
            prop_assert_eq!(printed(&script), b"ok");
        }
    }

    #[test]
    fn a_format_that_begins_with_a_hyphen_is_no_option() {
        assert_eq!(printed(&printf(b"-n")), b"-n");
        assert_eq!(printed(&printf(b"-n\n")), b"-n\n");
    }

    #[test]
    fn a_nul_is_replaced_since_no_program_can_be_given_one() {
        assert_eq!(shell("a\0b"), "'a\u{fffd}b'");
    }

    #[test]
    fn literals_of_python_and_rust_hold_no_loose_quote() {
        assert_eq!(python("a\"\\\n你😀"), r#""a\"\\\u000a你\U0001f600""#);
        assert_eq!(rust("a\"\\\n"), r#""a\"\\\n""#);
        assert_eq!(bytes(b"a\"'\\\r\n\xff"), r#"b"a\"\'\\\r\n\xff""#);
    }
}

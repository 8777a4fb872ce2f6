//! What Python's smtplib prints at its debug level: `send: '…'` and `reply: b'…'`, as Python writes literals.

use super::cut::{Cut, What};

pub(super) fn owns(line: &str) -> bool {
    let line = without_time(line);
    ["send: '", "send: \"", "send: b'", "send: b\"", "reply: b'", "reply: b\"", "connect: to ("]
        .iter()
        .any(|start| line.starts_with(start))
}

pub(super) fn cut(text: &str, cut: &mut Cut) {
    for line in text.lines().map(without_time) {
        if let Some(bytes) = line.strip_prefix("send: ").and_then(literal) {
            cut.push(What::Client(bytes));
        } else if let Some(bytes) = line.strip_prefix("reply: ").and_then(literal) {
            // At the end of the connection it prints an empty reply.
            cut.push(if bytes.is_empty() { What::Closed } else { What::Server(bytes) });
        } else if let Some(rest) = line.strip_prefix("connect: to ('")
            && let Some((host, rest)) = rest.split_once("', ")
        {
            cut.host(host);
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            cut.port = cut.port.or(digits.and_then(|port| port.parse().ok()));
        }
    }
}

/// At debug level 2 each line begins with the time of day.
fn without_time(line: &str) -> &str {
    match line.split_once(' ') {
        Some((time, rest))
            if time.len() >= 8
                && time.bytes().all(|b| b.is_ascii_digit() || b":.".contains(&b)) =>
        {
            rest
        }
        _ => line,
    }
}

/// The bytes of a literal such as `'quit\r\n'` or `b"it's"`; of a text, in UTF-8.
fn literal(text: &str) -> Option<Vec<u8>> {
    let (is_bytes, quoted) = match text.strip_prefix('b') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let quote = quoted.chars().next().filter(|quote| "'\"".contains(*quote))?;
    let inside = quoted.trim_end().strip_prefix(quote)?.strip_suffix(quote)?;
    let mut bytes = Vec::new();
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        let character = if character == '\\' { escaped(&mut rest)? } else { character };
        match u8::try_from(u32::from(character)) {
            Ok(byte) if is_bytes => bytes.push(byte),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Some(bytes)
}

/// What stands behind a backslash (The Python Language Reference §2.4.1.1).
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match rest.next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        'r' => return Some('\r'),
        'n' => return Some('\n'),
        't' => return Some('\t'),
        other => return Some(other),
    };
    let number = rest.as_str().get(..digits)?;
    *rest = rest.as_str().get(digits..)?.chars();
    char::from_u32(u32::from_str_radix(number, 16).ok()?)
}

//! The addresses in a header field, as far as they can be compared with an envelope's.

use crate::smtp::address::Mailbox;

/// The mailboxes of an address list (RFC 5322 §3.4): names, comments and groups are passed over, and so is what is no
/// mailbox.
pub(super) fn mailboxes(value: &[u8]) -> impl Iterator<Item = Mailbox> {
    let mut rest = value;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (text, length) = next_address(rest);
            rest = &rest[length..];
            if let Some(mailbox) = text.trim().parse().ok().filter(|_| !text.is_empty()) {
                return Some(mailbox);
            }
        }
        None
    })
}

/// What stands before the next separator, without name and comments, and how many bytes that took.
fn next_address(list: &[u8]) -> (String, usize) {
    let mut address = Vec::new();
    let (mut quoted, mut comments, mut closed, mut escaped) = (false, 0_usize, false, false);
    let (mut in_literal, mut length) = (false, list.len());
    for (at, &byte) in list.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted || comments > 0 => escaped = true,
            b'"' if comments == 0 => quoted = !quoted,
            _ if quoted => {}
            b'(' => {
                comments += 1;
                continue;
            }
            b')' if comments > 0 => {
                comments -= 1;
                continue;
            }
            _ if comments > 0 => {}
            b'<' => {
                address.clear();
                in_literal = false;
                continue;
            }
            b'>' => closed = true,
            // The colons of an IPv6 address.
            b'[' => in_literal = true,
            b']' => in_literal = false,
            b':' if in_literal => {}
            // A group has a name before a colon, and ends with a semicolon.
            b',' | b':' | b';' => {
                length = at + 1;
                break;
            }
            _ => {}
        }
        if comments == 0 && !closed && !matches!(byte, b'\r' | b'\n') {
            address.push(byte);
        }
    }
    (String::from_utf8(address).unwrap_or_default(), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn found(value: &str) -> Vec<String> {
        mailboxes(value.as_bytes()).map(|mailbox| mailbox.to_string()).collect()
    }

    #[test]
    fn addresses_are_found_with_and_without_names() {
        assert_eq!(
            found(
                " a@example.com, \"B, the <second>\" <b@example.com>,\r\n C (c@c) <c@example.com> (x)"
            ),
            ["a@example.com", "b@example.com", "c@example.com"]
        );
        assert_eq!(found("\"a b\"@example.com"), ["\"a b\"@example.com"]);
        assert_eq!(found("a@[IPv6:2001:db8::1], b@example.com").len(), 2);
    }

    #[test]
    fn groups_are_opened_and_what_is_no_mailbox_is_passed_over() {
        assert_eq!(
            found("Friends: a@example.com, b@example.com;, nobody, <>, c@example.com").len(),
            3
        );
        assert_eq!(found("undisclosed-recipients:;"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }
}

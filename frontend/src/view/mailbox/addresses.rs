//! The addresses in a header, to be held against the envelope.

/// The addresses of an address list (RFC 5322 §3.4), as far as they are needed to compare: without display
/// names and comments, the domain in small letters, sorted, each once.
pub(super) fn addresses(list: &str) -> Vec<String> {
    let mut found: Vec<_> = parts(list).iter().filter_map(|part| address(part)).collect();
    found.sort();
    found.dedup();
    found
}

/// Cuts a list at its commas, but not at those inside quotes, comments or angle brackets.
fn parts(list: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut depth, mut escaped) = (false, 0_usize, false);
    for c in list.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            // A group's name ends with a colon, the group itself with a semicolon.
            ',' | ';' if !quoted && depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            ':' if !quoted && depth == 0 && !part.contains(['<', '@']) => {
                part.clear();
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            part.push(c);
        }
    }
    parts.push(part);
    parts
}

/// The address of one mailbox, between its angle brackets if it has some.
fn address(part: &str) -> Option<String> {
    let bracketed = part.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let address = bracketed.map_or(part, |(inside, _)| inside).trim();
    let (local, domain) = address.rsplit_once('@')?;
    Some(format!("{}@{}", local.trim(), domain.trim().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_and_comments_are_left_out() {
        let list =
            r#""Teacher, The" <teacher@School.Example>, (the student) student@student.example"#;
        assert_eq!(addresses(list), ["student@student.example", "teacher@school.example"]);
    }

    #[test]
    fn the_order_and_what_stands_twice_do_not_matter() {
        assert_eq!(
            addresses("b@example.com,a@example.com, b@EXAMPLE.com"),
            ["a@example.com", "b@example.com"]
        );
        // Only the domain is the same in capitals (RFC 5321 §2.4).
        assert_eq!(addresses("A@example.com, a@example.com").len(), 2);
    }

    #[test]
    fn a_group_is_its_members() {
        assert_eq!(
            addresses("Class: a@example.com, b@example.com;"),
            ["a@example.com", "b@example.com"]
        );
        assert_eq!(addresses("undisclosed-recipients:;"), [""; 0]);
    }

    #[test]
    fn what_is_no_address_is_left_out() {
        for list in ["", "<>", "teacher", ",,", "(a@example.com", "Class:"] {
            assert_eq!(addresses(list), [""; 0], "{list}");
        }
    }

    #[test]
    fn an_address_literal_keeps_its_colons() {
        assert_eq!(addresses("a@[IPv6:2001:db8::1]"), ["a@[ipv6:2001:db8::1]"]);
    }
}

//! The lines a server puts in front of a message it delivers (RFC 5321 §4.4).

use super::store::Envelope;
use crate::smtp::address::Domain;
use mail_builder::headers::date::Date;
use std::net::IpAddr;
use std::time::Duration;

/// Return-Path and Received, for the message with this number.
pub(super) fn header(
    id: u64,
    received: Duration,
    name: &Domain,
    peer: &str,
    envelope: &Envelope,
) -> String {
    let Envelope { helo, protocol, from, to, .. } = envelope;
    // Naming one of several recipients would tell the others of a blind copy (RFC 5321 §7.6).
    let recipient = match to.as_slice() {
        [only] => format!("\r\n\tfor {only}"),
        _ => String::new(),
    };
    let date = Date::new(i64::try_from(received.as_secs()).unwrap_or_default()).to_rfc822();
    format!(
        "Return-Path: {from}\r\n\
         Received: from {helo} ({})\r\n\
         \tby {name} with {} id practice-{id}{recipient};\r\n\
         \t{date}\r\n",
        tcp_info(peer),
        protocol.as_str(),
    )
}

/// An address as its literal (RFC 5321 §4.1.3); anything else as it is, less what a comment cannot hold
/// (RFC 5322 §3.2.2).
fn tcp_info(peer: &str) -> String {
    match peer.parse() {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => {
            let fits = |c: &char| (c.is_ascii_graphic() || *c == ' ') && !"()\\".contains(*c);
            peer.chars().filter(fits).take(64).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::Protocol;
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn lines(to: &[&str]) -> String {
        let envelope = Envelope {
            helo: "client.example".parse().unwrap(),
            protocol: Protocol::Esmtp,
            user: None,
            from: "<a@example.com>".parse().unwrap(),
            to: to.iter().map(|path| path.parse().unwrap()).collect(),
            parameters: Vec::new(),
            recipient_wishes: Vec::new(),
        };
        let name = "practice.example".parse().unwrap();
        header(7, Duration::from_secs(1_000_000_000), &name, "192.0.2.1", &envelope)
    }

    #[test]
    fn the_way_a_message_came_is_written_above_it() {
        assert_eq!(
            lines(&["<b@student.example>"]),
            "Return-Path: <a@example.com>\r\n\
             Received: from client.example ([192.0.2.1])\r\n\
             \tby practice.example with ESMTP id practice-7\r\n\
             \tfor <b@student.example>;\r\n\
             \tSun, 9 Sep 2001 01:46:40 +0000\r\n"
        );
    }

    #[test]
    fn one_of_several_recipients_is_not_named() {
        assert!(!lines(&["<b@student.example>", "<c@student.example>"]).contains("for"));
    }

    #[test]
    fn a_peer_is_an_address_or_a_harmless_comment() {
        assert_eq!(tcp_info("2001:db8::1"), "[IPv6:2001:db8::1]");
        assert_eq!(tcp_info("this (page)\r\nX: y"), "this pageX: y");
    }
}

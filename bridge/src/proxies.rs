//! Proxies in front of the bridge, which say on whose behalf they ask.
//!
//! Anybody can write an `X-Forwarded-For`, so it counts only from addresses that are named as proxies, and only
//! as far as each of those that have added to it is one. Otherwise a client could choose the address by which it is
//! counted.

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// A proxy's address, or a block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proxy(IpNet);

/// What is wrong with one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an address such as 192.0.2.10 or [::1], or a block such as 10.0.0.0/8, came {came:?}"
)]
pub struct BadProxy {
    /// What came.
    pub came: String,
}

impl FromStr for Proxy {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let bare = text.trim_start_matches('[').replacen(']', "", 1);
        let block = bare.parse().or_else(|_| bare.parse::<IpAddr>().map(IpNet::from));
        block.map(Self).map_err(|_| BadProxy { came: text.to_owned() })
    }
}

/// Whether an address is a proxy's.
pub(crate) fn has(proxies: &[Proxy], address: IpAddr) -> bool {
    proxies.iter().any(|Proxy(block)| block.contains(&address.to_canonical()))
}

/// Who asks: `peer`, or whoever it asks for where it is a proxy.
pub(crate) fn client(proxies: &[Proxy], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    // As bytes: a client may write anything, and must not hide with it what a proxy has written behind it.
    let lines = headers.get_all(FORWARDED_FOR).iter();
    let entries: Vec<_> =
        lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    let mut client = peer;
    // Each proxy writes behind what it was told.
    for entry in entries.into_iter().rev() {
        if !has(proxies, client) {
            break;
        }
        let Some(address) = address_of(entry) else { break };
        client = address;
    }
    client
}

/// With a port or without, as proxies write it.
fn address_of(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim();
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']'));
    let address = bare.unwrap_or(entry).parse();
    address.or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn asks(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let lines: Vec<_> = forwarded.iter().map(|line| line.as_bytes()).collect();
        asks_in_bytes(proxies, peer, &lines)
    }

    fn asks_in_bytes(proxies: &[&str], peer: &str, forwarded: &[&[u8]]) -> String {
        let proxies: Vec<_> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        client(&proxies, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn who_is_no_proxy_asks_for_nobody_else() {
        assert_eq!(asks(&[], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(asks(&["192.0.2.2"], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn a_proxy_says_for_whom_it_asks_and_what_stands_before_that_is_hearsay() {
        let one = |forwarded: &[&str]| asks(&["192.0.2.1"], "192.0.2.1", forwarded);
        assert_eq!(one(&["198.51.100.7"]), "198.51.100.7");
        assert_eq!(one(&["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(one(&["203.0.113.9", "198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(one(&["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(one(&["2001:db8::1"]), "2001:db8::1");
        for nothing in [&[][..], &["unknown"], &[""], &["198.51.100.7, _hidden"]] {
            assert_eq!(one(nothing), "192.0.2.1", "{nothing:?}");
        }
    }

    #[test]
    fn what_is_no_text_hides_nothing_that_a_proxy_wrote_behind_it() {
        let one = |line: &[u8]| asks_in_bytes(&["192.0.2.1"], "192.0.2.1", &[line]);
        assert_eq!(one(b"\xff, 198.51.100.7"), "198.51.100.7");
        assert_eq!(one(b"203.0.113.9\xff,198.51.100.7"), "198.51.100.7");
        assert_eq!(one(b"203.0.113.9, \xff"), "192.0.2.1");
    }

    #[test]
    fn of_several_proxies_each_must_be_known() {
        let proxies = ["10.0.0.0/8", "[fd00::/8]"];
        let several = |forwarded| asks(&proxies, "10.1.1.1", &[forwarded]);
        assert_eq!(several("203.0.113.9, fd00::1, 10.2.2.2"), "203.0.113.9");
        assert_eq!(several("203.0.113.9, 198.51.100.7, 10.2.2.2"), "198.51.100.7");
        // As IPv4 arrives at a socket for both families.
        assert_eq!(asks(&proxies, "::ffff:10.1.1.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_is_said() {
        for text in ["", "proxy.example.com", "10.0.0.0/33", "10.0.0.1:80"] {
            assert!(text.parse::<Proxy>().is_err(), "{text}");
        }
    }
}

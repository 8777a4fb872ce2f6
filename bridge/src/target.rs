//! Where a tunnel is asked to lead, parsed once and right from then on.

use protocol::tunnel::PRACTICE_HOST;
use serde::Deserialize;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::NonZeroU16,
    str::FromStr,
};

/// What a page asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The bridge's own practice server, by this port of it or else by the plain one.
    Practice(Option<u16>),
    /// A server out there.
    Server(Target),
}

/// A mail server: host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The machine.
    pub host: Host,
    /// The port; 0 is no port.
    pub port: NonZeroU16,
}

/// A machine, by address or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address; there is nothing to look up.
    Address(IpAddr),
    /// A name for the resolver.
    Name(Name),
}

/// A host name: labels of letters, digits, hyphens and underscores, 253 characters at most
/// (RFC 1123 §2.1; the underscore is no host name's by the letter, but found in the wild).
///
/// Kept in lower case and without the root's dot, so that equal names are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

/// What is wrong with a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadTarget {
    /// The query could not be read, or names a field twice.
    #[error("expected ?host=HOST&port=PORT, each once; the query could not be read: {0}")]
    Query(String),
    /// There is no `host`.
    #[error("expected ?host=HOST&port=PORT; the host is missing")]
    NoHost,
    /// There is no `port`.
    #[error("expected ?host=HOST&port=PORT; the port is missing")]
    NoPort,
    /// Not a host.
    #[error(
        "expected a host such as smtp.example.com, 192.0.2.25 or 2001:db8::25, came {came:?}: {wrong}"
    )]
    Host {
        /// What came, cut where it is long.
        came: String,
        /// What is wrong with it.
        wrong: &'static str,
    },
    /// Not a port.
    #[error("expected a port from 1 to 65535, came {came:?}")]
    Port {
        /// What came, cut where it is long.
        came: String,
    },
}

/// How much of a wrong value an error repeats, in characters.
const REPEATED: usize = 80;

impl Destination {
    /// Reads the query of `/tunnel`.
    pub(crate) fn from_query(query: &http::Uri) -> Result<Self, BadTarget> {
        #[derive(Deserialize)]
        struct Fields {
            host: Option<String>,
            port: Option<String>,
        }
        let fields = axum::extract::Query::<Fields>::try_from_uri(query)
            .map_err(|error| BadTarget::Query(cut(&error.body_text())))?
            .0;
        let host = fields.host.filter(|host| !host.is_empty()).ok_or(BadTarget::NoHost)?;
        if host == PRACTICE_HOST {
            // There is one practice server, so its port need not be known.
            return Ok(Self::Practice(fields.port.and_then(|port| port.parse().ok())));
        }
        let port = fields.port.filter(|port| !port.is_empty()).ok_or(BadTarget::NoPort)?;
        let port = port.parse().map_err(|_| BadTarget::Port { came: cut(&port) })?;
        Ok(Self::Server(Target { host: host.parse()?, port }))
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Practice(_) => f.write_str(PRACTICE_HOST),
            Self::Server(target) => target.fmt(f),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl FromStr for Host {
    type Err = BadTarget;

    /// An IPv6 address may stand in brackets, as in a URL.
    fn from_str(text: &str) -> Result<Self, BadTarget> {
        if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let wrong = |_| bad_host(text, "in brackets stands an IPv6 address");
            return inside.parse::<Ipv6Addr>().map(|v6| Self::Address(v6.into())).map_err(wrong);
        }
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Self::Address(address)),
            Err(_) => text.parse().map(Self::Name),
        }
    }
}

impl Name {
    /// The name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let wrong = |wrong| Err(bad_host(text, wrong));
        if !name.is_ascii() {
            return wrong("write an international name in its ASCII form, which begins with xn--");
        }
        if name.len() > 253 {
            return wrong("a name has 253 characters at most");
        }
        let mut last = "";
        for label in name.split('.') {
            if label.is_empty() || label.len() > 63 {
                return wrong("between two dots stand 1 to 63 characters");
            }
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if !label.bytes().all(fits) {
                return wrong("a name has letters, digits, hyphens and dots");
            }
            if label.starts_with('-') || label.ends_with('-') {
                return wrong("no part of a name begins or ends with a hyphen");
            }
            last = label;
        }
        // The C library reads 127.1, 0x7f000001 and 2130706433 as addresses. Whoever means an address
        // writes it out, so that the same text means the same to everybody who reads it.
        if is_number(last) {
            return wrong("a name does not end in a number, and an IPv4 address has four of them");
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

/// Whether the C library would take a label for a number: decimal, octal or hexadecimal.
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hex {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn bad_host(came: &str, wrong: &'static str) -> BadTarget {
    BadTarget::Host { came: cut(came), wrong }
}

fn cut(text: &str) -> String {
    text.chars().take(REPEATED).collect()
}

/// The address under which a listening socket can be reached from its own machine.
pub(crate) fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(query: &str) -> Result<Destination, BadTarget> {
        Destination::from_query(&format!("/tunnel{query}").parse().unwrap())
    }

    fn shown(query: &str) -> String {
        read(query).unwrap().to_string()
    }

    #[test]
    fn a_target_is_a_name_or_an_address_and_a_port() {
        assert_eq!(shown("?host=smtp.example.com&port=25"), "smtp.example.com:25");
        assert_eq!(shown("?port=587&host=SMTP.Example.COM."), "smtp.example.com:587");
        assert_eq!(shown("?host=192.0.2.25&port=65535"), "192.0.2.25:65535");
        assert_eq!(shown("?host=2001%3Adb8%3A%3A25&port=25"), "[2001:db8::25]:25");
        assert_eq!(shown("?host=[2001:db8::25]&port=25"), "[2001:db8::25]:25");
        assert_eq!(shown("?host=a_b.example&port=25&more=1"), "a_b.example:25");
    }

    #[test]
    fn the_practice_server_needs_no_port() {
        assert_eq!(read("?host=practice"), Ok(Destination::Practice(None)));
        assert_eq!(read("?host=practice&port=2525"), Ok(Destination::Practice(Some(2525))));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read(""), Err(BadTarget::NoHost));
        assert_eq!(read("?host=&port=25"), Err(BadTarget::NoHost));
        assert_eq!(read("?host=smtp.example.com"), Err(BadTarget::NoPort));
        assert!(matches!(read("?host=a.example&host=b.example&port=25"), Err(BadTarget::Query(_))));
    }

    #[test]
    fn a_wrong_port_is_repeated() {
        for port in ["0", "65536", "-1", "25x", "1e3", " 25"] {
            let query = format!("?host=smtp.example.com&port={}", port.replace(' ', "%20"));
            assert_eq!(read(&query), Err(BadTarget::Port { came: port.into() }));
        }
    }

    #[test]
    fn a_wrong_host_is_repeated_with_what_is_wrong() {
        for (host, wrong) in [
            ("a..b", "1 to 63"),
            (".", "1 to 63"),
            (&"a".repeat(64), "1 to 63"),
            (&["a"; 128].join("."), "253"),
            ("a b", "letters, digits"),
            ("a/b", "letters, digits"),
            ("user@example.com", "letters, digits"),
            ("example.com:25", "letters, digits"),
            ("-a.example", "hyphen"),
            ("邮件.example", "xn--"),
            ("[::1", "letters, digits"),
            ("[127.0.0.1]", "brackets"),
            ("fe80::1%eth0", "letters, digits"),
        ] {
            let error = host.parse::<Host>().unwrap_err().to_string();
            assert!(error.contains(wrong), "{host}: {error}");
        }
    }

    #[test]
    fn a_number_that_a_resolver_would_read_as_an_address_is_no_host() {
        for host in ["2130706433", "127.1", "0x7f000001", "0x7f.1", "017700000001", "1.2.3.4.5"] {
            assert!(host.parse::<Host>().is_err(), "{host}");
        }
        // IpAddr's own parser takes no octal: what looks like it is not an address either.
        assert!("127.0.0.01".parse::<Host>().is_err());
    }

    proptest! {
        #[test]
        fn a_host_that_was_read_is_read_the_same_again(text in "[a-zA-Z0-9._:\\[\\]-]{0,40}") {
            if let Ok(host) = text.parse::<Host>() {
                prop_assert_eq!(host.to_string().parse::<Host>().unwrap(), host);
            }
        }

        #[test]
        fn any_text_is_a_host_or_an_error(text in any::<String>()) {
            let _: Result<Host, BadTarget> = text.parse();
        }
    }
}

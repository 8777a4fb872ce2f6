//! Origins of pages, and the authorities (host and port) that requests name.

use http::uri::{Authority, Scheme, Uri};
use std::{fmt, net::IpAddr, str::FromStr};

/// Where a page comes from: `https://walk.example.com` (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    site: Site,
}

/// Host and port, as in a `Host` header; in lower case, and always with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What is wrong with an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected where a page comes from, such as https://walk.example.com or http://192.168.1.5:8025, \
     came {came:?}: {wrong}"
)]
pub struct BadOrigin {
    /// What came.
    pub came: String,
    /// What is wrong with it.
    pub wrong: &'static str,
}

impl Origin {
    /// The origin of a page that was fetched from here without TLS.
    pub(crate) fn http(site: Site) -> Self {
        Self { scheme: Scheme::HTTP, site }
    }

    /// The host and port behind the scheme.
    pub(crate) fn site(&self) -> &Site {
        &self.site
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    /// A `/` at the end is let pass, since that is how browsers show an address.
    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let bad = |wrong| BadOrigin { came: text.into(), wrong };
        if !text.is_ascii() {
            return Err(bad("write an international name in its ASCII form, with xn--"));
        }
        let uri: Uri = text.parse().map_err(|_| bad("it is no URL"))?;
        let scheme = uri.scheme().filter(|s| [Scheme::HTTP, Scheme::HTTPS].contains(s));
        let scheme = scheme.ok_or_else(|| bad("it begins with http:// or https://"))?.clone();
        if uri.path() != "/" || uri.query().is_some() || text.contains('#') {
            return Err(bad("it ends behind the host and the port"));
        }
        let default = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let site = uri.authority().and_then(|authority| Site::of(authority, default));
        Ok(Self { scheme, site: site.ok_or_else(|| bad("behind // stands a host"))? })
    }
}

/// As a browser writes it: without the port where it is the scheme's own.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.site.host)?;
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        if self.site.port == default { Ok(()) } else { write!(f, ":{}", self.site.port) }
    }
}

impl Site {
    pub(crate) fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// Whether only somebody at this very machine can mean it.
    pub(crate) fn is_of_this_machine(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// The site under which an address is asked for by itself, without a name.
    pub(crate) fn of_address(address: IpAddr, port: u16) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::new(v4.to_string(), port),
            IpAddr::V6(v6) => Self::new(format!("[{v6}]"), port),
        }
    }

    /// Reads a `Host` header of a request without TLS.
    pub(crate) fn from_header(text: &str) -> Option<Self> {
        Self::of(&text.parse().ok()?, 80)
    }

    pub(crate) fn of(authority: &Authority, default: u16) -> Option<Self> {
        let host = authority.host();
        // What stands before an @ could be taken for the host by a reader, and by nobody else.
        if host.is_empty() || authority.as_str().contains('@') {
            return None;
        }
        let port = match authority.as_str().strip_prefix(host)? {
            "" | ":" => default,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        // An IPv6 address has many spellings; it is compared in the one that browsers use.
        let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match inside {
            Some(v6) => {
                Some(Self::new(format!("[{}]", v6.parse::<std::net::Ipv6Addr>().ok()?), port))
            }
            None => Some(Self::new(host.to_ascii_lowercase(), port)),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_shown_as_a_browser_sends_it() {
        for (text, shown) in [
            ("https://walk.example.com", "https://walk.example.com"),
            ("HTTPS://Walk.Example.COM:443/", "https://walk.example.com"),
            ("http://walk.example.com:80", "http://walk.example.com"),
            ("http://192.168.1.5:8025/", "http://192.168.1.5:8025"),
            ("https://walk.example.com:80", "https://walk.example.com:80"),
            ("http://[0:0::1]:8025", "http://[::1]:8025"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_origin_is_told_apart() {
        for (text, wrong) in [
            ("", "no URL"),
            ("null", "http://"),
            ("*", "http://"),
            ("walk.example.com", "http://"),
            ("file:///index.html", ""),
            ("ws://walk.example.com", "http://"),
            ("https://walk.example.com/page", "ends behind"),
            ("https://walk.example.com/?q", "ends behind"),
            ("https://walk.example.com/#top", "ends behind"),
            ("https://user@walk.example.com", "stands a host"),
            ("https://walk.example.com:99999", ""),
            ("https://信.example", "xn--"),
        ] {
            let error = text.parse::<Origin>().unwrap_err();
            assert!(error.wrong.contains(wrong), "{text}: {error}");
        }
    }

    #[test]
    fn a_host_header_is_a_site() {
        let site = |text| Site::from_header(text).map(|site| site.to_string());
        assert_eq!(site("Localhost:8025").as_deref(), Some("localhost:8025"));
        assert_eq!(site("localhost").as_deref(), Some("localhost:80"));
        assert_eq!(site("[0::1]:8025").as_deref(), Some("[::1]:8025"));
        for wrong in ["", ":80", "a@localhost:8025", "localhost:x", "localhost:8025/", "a b"] {
            assert_eq!(site(wrong), None, "{wrong}");
        }
    }
}

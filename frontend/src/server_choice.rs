//! Which server a walk goes to.

use crate::bridge::BridgeStatus;
use protocol::client::Security;
use protocol::transcript::Target;
use protocol::tunnel::PRACTICE_HOST;
use serde::{Deserialize, Serialize};

/// A person's choice of server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerChoice {
    /// The practice server in this page.
    #[default]
    PracticeHere,
    /// The practice server of the bridge, over real TCP.
    PracticeOnBridge,
    /// A server of one's own choosing, as typed.
    Own {
        /// A host name or an address.
        host: String,
        /// The port.
        port: String,
    },
}

/// What is wrong with a target as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// There is no host.
    HostMissing,
    /// The host has a character that no host name has.
    HostMalformed,
    /// The port is not a number from 1 to 65535.
    PortMalformed,
}

/// A well-known provider's submission server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What people call it.
    pub name: &'static str,
    /// Its submission host.
    pub host: &'static str,
    /// Its port.
    pub port: u16,
    /// How what is filled in travels safely there; 163 and 126 would take it in plain text too, behind port 25.
    pub security: Security,
}

/// Ready-made entries.
pub const PROVIDERS: [Provider; 7] = [
    provider("163", "smtp.163.com", 465, Security::Implicit),
    provider("126", "smtp.126.com", 465, Security::Implicit),
    provider("QQ", "smtp.qq.com", 587, Security::Verified),
    provider("Gmail", "smtp.gmail.com", 587, Security::Verified),
    provider("Outlook", "smtp-mail.outlook.com", 587, Security::Verified),
    provider("iCloud", "smtp.mail.me.com", 587, Security::Verified),
    provider("Yahoo", "smtp.mail.yahoo.com", 587, Security::Verified),
];

const fn provider(
    name: &'static str,
    host: &'static str,
    port: u16,
    security: Security,
) -> Provider {
    Provider { name, host, port, security }
}

impl ServerChoice {
    /// Whether it is a practice server, whose accounts are public.
    pub const fn is_practice(&self) -> bool {
        matches!(self, Self::PracticeHere | Self::PracticeOnBridge)
    }

    /// The mail server behind a bridge, unless what was typed is none; `None` for the one in this page.
    ///
    /// A bridge that was asked says behind which ports its practice server is; until then it is taken to be where it
    /// listens unless it is told otherwise.
    pub fn target(&self, security: Security, bridge: &BridgeStatus) -> Option<Target> {
        match self {
            Self::PracticeHere => None,
            Self::PracticeOnBridge => {
                let practice = bridge.practice();
                let port = match security {
                    Security::Implicit => practice.and_then(|it| it.tls_port).unwrap_or(2465),
                    _ => practice.map_or(2525, |it| it.port),
                };
                Some(Target { host: PRACTICE_HOST.to_owned(), port })
            }
            Self::Own { host, port } => parse_target(host, port).ok(),
        }
    }

    /// Whether it needs a bridge.
    pub const fn needs_bridge(&self) -> bool {
        !matches!(self, Self::PracticeHere)
    }
}

/// Reads a host and a port as typed.
///
/// # Errors
/// Says which of the two is wrong.
pub fn parse_target(host: &str, port: &str) -> Result<Target, TargetError> {
    let host = host.trim().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err(TargetError::HostMissing);
    }
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.len() > 255 || !host.chars().all(fits) {
        return Err(TargetError::HostMalformed);
    }
    match port.trim().parse::<u16>() {
        Ok(port) if port > 0 => Ok(Target { host: host.to_owned(), port }),
        _ => Err(TargetError::PortMalformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_target_is_a_host_and_a_port() {
        let target = parse_target(" mx.example.com ", "25").unwrap();
        assert_eq!((target.host.as_str(), target.port), ("mx.example.com", 25));
        assert_eq!(parse_target("[2001:db8::1]", "587").unwrap().host, "2001:db8::1");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse_target("  ", "25"), Err(TargetError::HostMissing));
        assert_eq!(parse_target("mx example", "25"), Err(TargetError::HostMalformed));
        assert_eq!(parse_target("http://mx.example", "25"), Err(TargetError::HostMalformed));
        for port in ["", "0", "65536", "smtp", "-1"] {
            assert_eq!(parse_target("mx.example", port), Err(TargetError::PortMalformed), "{port}");
        }
    }
}

//! What page and bridge say to each other beside the tunnelled bytes.
//!
//! The page opens `GET /tunnel?host=HOST&port=PORT` as a WebSocket. Binary frames are the TCP bytes, both
//! ways, in any framing. Text frames go from bridge to page only, and only to a client that offered
//! [`SUBPROTOCOL`]: each is one [`TunnelEvent`] as JSON. The end of a tunnel is told by a close code
//! ([`CloseCode`]).

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The WebSocket subprotocol a page offers to be told of [`TunnelEvent`]s.
pub const SUBPROTOCOL: &str = "smtp-tunnel.v1";

/// A second subprotocol entry that carries the bridge's token starts like this.
pub const TOKEN_PREFIX: &str = "token.";

/// The host name under which a bridge offers its own practice server.
pub const PRACTICE_HOST: &str = "practice";

/// One step of a tunnel's life, told to the page in a text frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum TunnelEvent {
    /// The bridge asks the resolver for the host's addresses.
    Resolving {
        /// The host as the page asked for it.
        host: String,
    },
    /// The resolver's answer; holds only addresses that the policy allows.
    Resolved {
        /// In the order in which they are tried.
        addresses: Vec<IpAddr>,
    },
    /// The bridge dials one of them.
    Connecting {
        /// Address and port, as in `192.0.2.25:25`.
        address: String,
    },
    /// TCP is established; from now on binary frames flow.
    Connected {
        /// The peer, as in `192.0.2.25:25`.
        address: String,
        /// The bridge's own end.
        local: String,
        /// Milliseconds from dialling to the established connection, with a fraction.
        #[serde(with = "millis")]
        elapsed_ms: std::time::Duration,
    },
    /// There is no connection; a close code follows.
    Failed {
        /// What kind of failure, for a program.
        reason: FailureReason,
        /// What the operating system or the policy said, for a person.
        detail: String,
    },
    /// The connection ended; all bytes before it have been delivered.
    Closed {
        /// Which end closed it.
        by: ClosedBy,
    },
}

/// Why a tunnel did not come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureReason {
    /// The host or the port is missing or not well formed.
    BadTarget,
    /// The policy does not allow the target. Looks the same whether the target exists or not.
    Refused,
    /// The name has no address.
    NotFound,
    /// The resolver did not answer.
    ResolverFailed,
    /// The server's machine refused the connection: nothing listens on that port.
    ConnectionRefused,
    /// There is no way to the address.
    Unreachable,
    /// Nobody answered in time.
    TimedOut,
    /// Anything else the operating system said.
    Other,
}

/// Which end of a tunnel closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ClosedBy {
    /// The mail server closed in good order (FIN).
    Server,
    /// The mail server, or something on the way, reset the connection (RST).
    Reset,
    /// The page closed the WebSocket.
    Page,
    /// Nothing moved for longer than the bridge waits.
    Idle,
    /// The tunnel reached the longest life the bridge allows.
    Lifetime,
    /// The bridge is shutting down.
    Bridge,
}

/// The WebSocket close codes a bridge uses beside 1000 (a normal end, RFC 6455 §7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
#[non_exhaustive]
pub enum CloseCode {
    /// The tunnel ended in good order.
    Normal = 1000,
    /// The bridge is shutting down.
    GoingAway = 1001,
    /// Host or port missing or malformed.
    BadTarget = 4400,
    /// A token is wanted and was missing or wrong.
    TokenWanted = 4401,
    /// The policy does not allow the target.
    Refused = 4403,
    /// Nothing moved for too long.
    IdleTooLong = 4408,
    /// Too many tunnels, in all or from this address.
    TooManyTunnels = 4429,
    /// The connection could not be made.
    CouldNotConnect = 4502,
    /// Connecting took too long.
    ConnectTimeout = 4504,
}

impl CloseCode {
    /// Every code, in ascending order.
    pub const ALL: [Self; 9] = [
        Self::Normal,
        Self::GoingAway,
        Self::BadTarget,
        Self::TokenWanted,
        Self::Refused,
        Self::IdleTooLong,
        Self::TooManyTunnels,
        Self::CouldNotConnect,
        Self::ConnectTimeout,
    ];

    /// The number on the wire.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The code with this number, if a bridge uses it.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// What `GET /bridge` answers: all a page needs to know before it asks for a tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeInfo {
    /// The bridge's version.
    pub version: String,
    /// Whether tunnels must bring a token.
    pub token_wanted: bool,
    /// Whether any public address on a mail port may be dialled.
    pub public_targets: bool,
    /// The bridge's own practice server, unless it is switched off.
    pub practice: Option<PracticeInfo>,
}

/// Where a bridge's practice server listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeInfo {
    /// The port that speaks plain SMTP.
    pub port: u16,
    /// The port that speaks TLS from the first byte, where there is one.
    pub tls_port: Option<u16>,
    /// The certificate authority of its certificates as PEM, where it speaks TLS.
    pub authority: Option<String>,
    /// A certificate and its private key as PEM, by which the practice account can log in with EXTERNAL. It is as public
    /// as that account's password.
    #[serde(default)]
    pub identity: Option<String>,
}

/// A duration as a JSON number of milliseconds, to the microsecond, and no longer than that is exact in such a number.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::time::Duration;

    /// Some thirty years.
    const LONGEST: Duration = Duration::from_secs(1_000_000_000);

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64((value.as_secs_f64() * 1e6).round() / 1e3)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let millis = f64::deserialize(from)?;
        let exact = Duration::try_from_secs_f64(millis / 1e3).map_err(D::Error::custom)?;
        let micros = exact.as_nanos().saturating_add(500) / 1000;
        let rounded = u64::try_from(micros).ok().map(Duration::from_micros);
        let longest = || D::Error::custom(format!("expected {LONGEST:?} at most, found {exact:?}"));
        rounded.filter(|rounded| *rounded <= LONGEST).ok_or_else(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn events_are_json_tagged_by_event() {
        let connected = TunnelEvent::Connected {
            address: "192.0.2.25:25".into(),
            local: "192.0.2.1:40000".into(),
            elapsed_ms: Duration::from_micros(12_340),
        };
        let json = serde_json::to_string(&connected).unwrap();
        assert_eq!(
            json,
            r#"{"event":"connected","address":"192.0.2.25:25","local":"192.0.2.1:40000","elapsed_ms":12.34}"#
        );
        assert_eq!(serde_json::from_str::<TunnelEvent>(&json).unwrap(), connected);
        let failed =
            TunnelEvent::Failed { reason: FailureReason::ConnectionRefused, detail: "no".into() };
        let json = serde_json::to_string(&failed).unwrap();
        assert_eq!(json, r#"{"event":"failed","reason":"connection-refused","detail":"no"}"#);
    }

    #[test]
    fn a_hostile_duration_is_an_error() {
        let json = r#"{"event":"connected","address":"a","local":"b","elapsed_ms":1e300}"#;
        assert!(serde_json::from_str::<TunnelEvent>(json).is_err());
        let json = r#"{"event":"connected","address":"a","local":"b","elapsed_ms":-1}"#;
        assert!(serde_json::from_str::<TunnelEvent>(json).is_err());
    }

    #[test]
    fn close_codes_survive_the_wire() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_code(code.code()), Some(code));
        }
        assert_eq!(CloseCode::from_code(4999), None);
    }
}

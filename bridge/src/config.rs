//! What a bridge is told to be, checked and complete.

use crate::{
    origin::Origin,
    policy::Policy,
    proxies::Proxy,
    resolve::{Resolve, SystemResolver},
    token::Token,
};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// The configuration of a bridge. The default allows nothing but the practice server.
#[derive(Clone, Debug)]
pub struct Config {
    /// What may be dialled.
    pub policy: Policy,
    /// Whose pages may use the bridge beside its own.
    pub origins: Vec<Origin>,
    /// Who asks on behalf of others.
    pub proxies: Vec<Proxy>,
    /// What a tunnel must bring, if anything.
    pub token: Option<Token>,
    /// How many, and how long.
    pub limits: Limits,
    /// Who is asked for the addresses of names. Tests put in one that knows the answer they need.
    pub resolver: Arc<dyn Resolve>,
    /// What the practice server is told to be, where there is one.
    pub practice: Arc<protocol::server::Config>,
}

/// The limits that may be set. All others are fixed, and stand where they apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tunnels at the same time.
    pub tunnels: usize,
    /// Tunnels at the same time from one address.
    pub tunnels_per_ip: usize,
    /// New tunnels in a minute; as many may come at once. `None` for any number.
    pub new_tunnels: Option<NonZeroU32>,
    /// The same from one address.
    pub new_tunnels_per_ip: Option<NonZeroU32>,
    /// Bytes in a second through all tunnels, both ways together. `None` for any number.
    pub bytes: Option<NonZeroU32>,
    /// The same through all tunnels of one address.
    pub bytes_per_ip: Option<NonZeroU32>,
    /// How long looking up may take, and again how long connecting.
    pub connect: Duration,
    /// How long a tunnel may live without a byte in either direction.
    pub idle: Duration,
    /// How long a tunnel may live.
    pub lifetime: Duration,
    /// How long tunnels may go on when the bridge is told to end in good order.
    pub drain: Duration,
    /// How long a page may say nothing before it is asked whether it is still there, and how long it may take to
    /// answer.
    pub ping: Duration,
    /// How long a client may take nothing of a response that it asked for. A tunnel is none.
    pub response: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tunnels: 1024,
            tunnels_per_ip: 64,
            new_tunnels: None,
            new_tunnels_per_ip: None,
            bytes: None,
            bytes_per_ip: None,
            connect: Duration::from_secs(10),
            idle: Duration::from_mins(15),
            lifetime: Duration::from_hours(2),
            drain: Duration::from_secs(30),
            ping: Duration::from_mins(1),
            response: Duration::from_secs(30),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            origins: Vec::new(),
            proxies: Vec::new(),
            token: None,
            limits: Limits::default(),
            resolver: Arc::new(SystemResolver),
            practice: Arc::default(),
        }
    }
}

impl Config {
    /// What whoever runs the bridge should know of it and may not mean. Listening beyond loopback wants a token, and a
    /// bridge that listens on loopback behind a proxy is reached from beyond it all the same.
    pub fn warning(&self) -> Option<&'static str> {
        let elsewhere = self.origins.iter().any(|origin| !origin.site().is_of_this_machine());
        let is_reached = elsewhere || !self.proxies.is_empty();
        let may_dial = self.policy.public || !self.policy.rules.is_empty();
        (is_reached && may_dial && self.token.is_none()).then_some(
            "no token is wanted: anybody who reaches the proxy in front of this bridge may use it for all that it may \
             dial; --token-file FILE lets in only whoever brings a token",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bridge_that_others_may_reach_without_a_token_is_warned_of() {
        let warns = |origin: &[&str], proxy: &[&str], allow: &[&str], token: &[&str]| {
            let config = Config {
                origins: origin.iter().map(|it| it.parse().unwrap()).collect(),
                proxies: proxy.iter().map(|it| it.parse().unwrap()).collect(),
                policy: Policy {
                    rules: allow.iter().map(|it| it.parse().unwrap()).collect(),
                    ..Policy::default()
                },
                token: token.first().map(|it| it.parse().unwrap()),
                ..Config::default()
            };
            config.warning().is_some()
        };
        let allow = ["smtp.example.com:25"];
        assert!(warns(&["https://walk.example.com"], &[], &allow, &[]));
        assert!(warns(&[], &["127.0.0.1"], &allow, &[]));
        assert!(!warns(
            &["https://walk.example.com"],
            &["127.0.0.1"],
            &allow,
            &["0123456789abcdef"]
        ));
        // Only the practice server is to be had.
        assert!(!warns(&["https://walk.example.com"], &["127.0.0.1"], &[], &[]));
        for here in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(!warns(&[here], &[], &allow, &[]), "{here}");
        }
    }
}

//! How a person wants TLS to be: whom to believe, what to show, and what the practice server is to show.

use serde::{Deserialize, Serialize};
use tls_messages::{Client, Identity, Trusts, Versions};

/// What is set up of TLS beside the question whether there is any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TlsSetup {
    /// Which certificate a practice server is to show.
    pub shows: Shows,
    /// Authorities that are believed beside those that browsers know (PEM).
    pub authorities: String,
    /// The person's own certificate and its key (PEM). Never kept.
    #[serde(skip)]
    pub identity: String,
    /// Which versions are offered.
    pub versions: Versions,
}

/// What is good or bad about a practice server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shows {
    /// Nothing is wrong with it.
    #[default]
    Good,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It is for another host.
    OtherName,
    /// It vouches for itself.
    SelfSigned,
    /// An authority vouches for it that nobody knows.
    UnknownAuthority,
    /// The certificate that leads to the authority is missing.
    Incomplete,
}

impl Shows {
    /// Every kind, the good one first.
    pub const ALL: [Self; 7] = [
        Self::Good,
        Self::Expired,
        Self::NotYetValid,
        Self::OtherName,
        Self::SelfSigned,
        Self::UnknownAuthority,
        Self::Incomplete,
    ];

    /// The host name by which a practice server is asked for it.
    pub const fn host(self) -> &'static str {
        match self {
            Self::Good => "practice.example",
            Self::Expired => "expired.practice.example",
            Self::NotYetValid => "not-yet.practice.example",
            Self::OtherName => "other-name.practice.example",
            Self::SelfSigned => "self-signed.practice.example",
            Self::UnknownAuthority => "unknown.practice.example",
            Self::Incomplete => "incomplete.practice.example",
        }
    }
}

impl TlsSetup {
    /// What the client is told that speaks to the practice server in the page. `user` logs in there.
    pub fn for_practice(&self, user: Option<String>) -> Client {
        Client {
            host: self.shows.host().to_owned(),
            trusts: Trusts::Practice,
            identity: user.map(Identity::Practice),
            versions: self.versions,
        }
    }

    /// What the client is told that speaks to the practice server of a bridge, which says whom it is vouched for by
    /// and whose certificate it knows.
    pub fn for_bridge(&self, authority: String, identity: Option<String>) -> Client {
        Client {
            host: self.shows.host().to_owned(),
            trusts: Trusts::Only(authority),
            identity: identity.map(Identity::Pem),
            versions: self.versions,
        }
    }

    /// What the client is told that speaks to a server of the person's own choosing.
    pub fn for_host(&self, host: &str) -> Client {
        let identity = Some(self.identity.clone()).filter(|pem| !pem.trim().is_empty());
        Client {
            host: host.to_owned(),
            trusts: Trusts::TheWeb { and: self.authorities.clone() },
            identity: identity.map(Identity::Pem),
            versions: self.versions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_practice_server_is_asked_for_each_certificate_that_it_has() {
        let asked = Shows::ALL.map(Shows::host);
        assert_eq!(asked, certificates::Kind::ALL.map(certificates::Kind::host));
    }

    #[test]
    fn a_private_key_is_never_kept() {
        let setup = TlsSetup { identity: "PRIVATE KEY".to_owned(), ..TlsSetup::default() };
        assert!(!serde_json::to_string(&setup).unwrap().contains("PRIVATE"));
    }
}

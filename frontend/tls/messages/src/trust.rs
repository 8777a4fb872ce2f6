//! Certificates (RFC 5280), and why they are not trusted.

use serde::{Deserialize, Serialize};

/// A certificate, as far as people want to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Whom it is for, as a distinguished name.
    pub subject: String,
    /// Who says so.
    pub issuer: String,
    /// The names it is for: hosts, addresses, mail addresses.
    pub names: Vec<String>,
    /// From when it is valid, in seconds since the Unix epoch; [`i64::MIN`] where the certificate could not be read.
    pub from: i64,
    /// Until when; [`i64::MAX`] likewise.
    pub until: i64,
    /// The serial number, in hexadecimal.
    pub serial: String,
    /// The kind of key, such as `EC P-256` or `RSA 2048`.
    pub key: String,
    /// How it is signed, such as `ecdsa-with-SHA256`.
    pub signature: String,
    /// It is an authority's: it may vouch for others.
    pub is_authority: bool,
    /// The SHA-256 of its bytes.
    pub fingerprint: [u8; 32],
    /// Its length, in bytes.
    pub length: u32,
}

/// Why a certificate is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Its time is over.
    Expired {
        /// Since when, in seconds since the Unix epoch.
        until: i64,
    },
    /// Its time has not begun.
    NotYetValid {
        /// When it will, in seconds since the Unix epoch.
        from: i64,
    },
    /// It is for somebody else.
    OtherName {
        /// Who was wanted.
        wanted: String,
        /// Whom it is for.
        found: Vec<String>,
    },
    /// Nobody but its owner vouches for it.
    SelfSigned,
    /// Nobody who is trusted vouches for it.
    UnknownIssuer {
        /// Who does.
        issuer: String,
        /// The server sent its own certificate alone, so that the next one may only be missing.
        alone: bool,
    },
    /// It is not meant for servers.
    WrongPurpose,
    /// A signature in the chain does not hold.
    BadSignature,
    /// It could not be read here, so this is all that is known; in English, as the library says it.
    Unreadable(String),
    /// Something else, in English, as the library says it.
    Other(String),
}

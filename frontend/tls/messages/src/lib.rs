//! What the page and its TLS module say to each other.
//!
//! The module runs in a worker of its own and shares no memory with the page, so all of it is messages: plain data,
//! which both sides encode the same way. None of it knows SMTP.
//!
//! ```text
//!  page                                       module
//!   │  Open { id, end }                          │   one end of a TLS connection
//!   │ ─────────────────────────────────────────▶ │
//!   │  Wire (from the transport)                 │
//!   │ ─────────────────────────────────────────▶ │
//!   │  Wire (for the transport), Record, Begun   │
//!   │ ◀───────────────────────────────────────── │
//!   │  Plain (to be sealed)     Plain (opened)   │
//!   │ ◀────────────────────────────────────────▶ │
//! ```

mod record;
mod trust;

pub use record::{Alert, Content, Field, Kept, Message, MessageKind, Record, Span};
pub use trust::{Certificate, Problem};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Which of the module's sessions is meant. The page chooses it, and never twice the same.
pub type SessionId = u32;

/// What the page says. Several of these travel as one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToModule {
    /// To which session.
    pub id: SessionId,
    /// What.
    pub what: Ask,
}

/// What is asked of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Begin it.
    Open(End),
    /// The transport brought these bytes.
    Wire(Bytes),
    /// The transport ended.
    WireEnded,
    /// Seal and send these bytes.
    Plain(Bytes),
    /// Go on although the certificate is not trusted.
    GoOn,
    /// Say goodbye with a closing alert.
    Close,
    /// Forget it.
    Forget,
}

/// Which end of a connection a session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// The one that connects.
    Client(Client),
    /// A practice server.
    Server(Server),
}

/// How a client is to speak TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Whom it wants to speak to: a host name or an address.
    pub host: String,
    /// Who may vouch for that.
    pub trusts: Trusts,
    /// Who it says it is, if it is asked.
    pub identity: Option<Identity>,
    /// Which versions it offers.
    pub versions: Versions,
}

/// Whom a client believes about certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trusts {
    /// The authorities that browsers know, and these of the person's own (PEM, any number of certificates).
    TheWeb {
        /// The person's own.
        and: String,
    },
    /// These alone (PEM).
    Only(String),
    /// The authority of the module's own practice servers alone.
    Practice,
}

impl Default for Trusts {
    fn default() -> Self {
        Self::TheWeb { and: String::new() }
    }
}

/// Who a client says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identity {
    /// The holder of this certificate and this key (PEM, both in one text).
    Pem(String),
    /// Whom the practice authority knows under this mail address.
    Practice(String),
}

/// How a practice server is to speak TLS. Its certificate is the one that the client asks for by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Which versions it takes.
    pub versions: Versions,
}

/// Versions of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versions {
    /// 1.2 (RFC 5246) and 1.3 (RFC 8446).
    #[default]
    Both,
    /// 1.2 alone.
    Tls12,
    /// 1.3 alone.
    Tls13,
}

/// What the module says, likewise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromModule {
    /// It listens. What is said to it before is lost.
    Ready,
    /// A session has something to say.
    Session {
        /// Which.
        id: SessionId,
        /// What.
        what: Tell,
    },
}

/// What a session tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tell {
    /// Bytes for the transport.
    Wire(Bytes),
    /// Bytes that were sealed.
    Plain(Bytes),
    /// So many bytes of [`Ask::Plain`] are sealed and on their way.
    Sealed(u32),
    /// A record was sent or received.
    Record(Box<Record>),
    /// The certificate is not trusted: nothing is sent until [`Ask::GoOn`].
    Untrusted(Box<Facts>),
    /// The handshake is over.
    Begun(Box<Facts>),
    /// It is over.
    Ended(Finish),
}

/// What is known of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The version, such as `TLSv1.3`.
    pub version: String,
    /// The cipher suite's name in the IANA registry.
    pub suite: String,
    /// The group of the key exchange, by the same registry.
    pub group: Option<String>,
    /// The other side's certificate, and those that lead to an authority.
    pub chain: Vec<Certificate>,
    /// Why the chain is not trusted; empty where it is, or where nobody asked for one.
    pub problems: Vec<Problem>,
    /// `tls-exporter` (RFC 9266): 32 bytes that only the two ends know. None where the connection gives no unique
    /// one, which is TLS 1.2 without the extended master secret.
    pub binding: Option<Vec<u8>>,
    /// The mail address in the other side's certificate, where that is a client's and was checked.
    pub identity: Option<String>,
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finish {
    /// With the closing alert (RFC 8446 §6.1).
    Clean,
    /// Without one: somebody may have cut off the end.
    Cut {
        /// The handshake was not over.
        in_handshake: bool,
        /// A record had begun and was not whole.
        in_record: bool,
    },
    /// The other side gave up, and said why.
    Alert(Alert),
    /// What came is not TLS.
    NotTls {
        /// What it looks like.
        looks: Looks,
        /// The beginning of it.
        bytes: Vec<u8>,
    },
    /// This side gave up.
    Failed {
        /// Why, in English, as the library says it.
        why: String,
        /// What it told the other side.
        alert: Option<Alert>,
    },
    /// The module that computes it did not arrive. It is the page that says so.
    Absent,
    /// There were so many records that carry nothing that the page left.
    Endless {
        /// How many.
        records: u32,
    },
}

/// What something that is not TLS looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Looks {
    /// A reply of SMTP, in plain text.
    Smtp,
    /// Text of another kind.
    Text,
    /// Nothing that is known.
    Unknown,
}

/// Encodes a message.
///
/// # Panics
/// Never: it is plain data, and goes to memory.
#[expect(clippy::expect_used, reason = "plain data, written to memory")]
pub fn encode(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("plain data can be encoded")
}

/// Decodes a message; `None` where the bytes are none.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_the_way() {
        let asked = ToModule { id: 7, what: Ask::Wire(Bytes::from_static(b"\x16\x03\x01")) };
        assert_eq!(decode(&encode(&asked)), Some(asked));
        let told = FromModule::Session { id: 7, what: Tell::Ended(Finish::Clean) };
        assert_eq!(decode(&encode(&told)), Some(told));
    }

    #[test]
    fn what_is_no_message_is_none() {
        assert_eq!(decode::<ToModule>(b"\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(decode::<FromModule>(b""), None);
    }
}

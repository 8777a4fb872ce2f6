//! Records (RFC 8446 §5, RFC 5246 §6) and what is in them, taken apart.

use serde::{Deserialize, Serialize};

/// A record as it travelled, and what was in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// This side sent it.
    pub sent: bool,
    /// Its bytes, the five of the header first.
    pub wire: Kept,
    /// What they are; they tile what is kept.
    pub spans: Vec<Span>,
    /// What is in it.
    pub content: Content,
    /// It was sealed: who stands between the two ends does not see what is in it.
    pub sealed: bool,
}

/// Bytes of which there may have been more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The first of them.
    pub bytes: Vec<u8>,
    /// How many there were.
    pub whole: u32,
}

/// What is in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Messages of the handshake that end in it; none where it holds only a part of one.
    Handshake(Vec<Message>),
    /// "What follows is sealed", which in TLS 1.3 means nothing and is sent for old machines on the way
    /// (RFC 8446 §D.4).
    ChangeCipherSpec,
    /// An alert.
    Alert(Alert),
    /// What the two ends say to each other.
    Data(Kept),
    /// The library does not show it, and this page has no key to open it.
    Hidden,
}

/// An alert (RFC 8446 §6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// It ends the connection.
    pub fatal: bool,
    /// Its name in the IANA registry, such as `bad_certificate`.
    pub name: String,
}

/// A message of the handshake (RFC 8446 §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which.
    pub kind: MessageKind,
    /// Its bytes, the four of its head first.
    pub bytes: Kept,
    /// What they are; they tile what is kept.
    pub spans: Vec<Span>,
    /// It was sealed, and was opened here with the session's own keys. Its seal fits, so these are the bytes that the
    /// library reads, which does not show them.
    pub opened: bool,
}

/// The kinds of handshake message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are the standards' own names")]
pub enum MessageKind {
    HelloRequest,
    ClientHello,
    ServerHello,
    /// A `ServerHello` that asks for another `ClientHello`.
    HelloRetryRequest,
    NewSessionTicket,
    EncryptedExtensions,
    Certificate,
    ServerKeyExchange,
    CertificateRequest,
    ServerHelloDone,
    CertificateVerify,
    ClientKeyExchange,
    Finished,
    CertificateStatus,
    KeyUpdate,
    Other(u8),
}

/// What some bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where they begin.
    pub start: u32,
    /// Where they end, which belongs to them no more.
    pub end: u32,
    /// What they are.
    pub field: Field,
    /// What they say, where that has a name or is a number.
    pub says: String,
}

/// What bytes of TLS can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The kind of record.
    ContentType,
    /// The version that the record's header says, which is 1.2 at most (RFC 8446 §5.1).
    RecordVersion,
    /// How long the rest of the record is.
    RecordLength,
    /// A number that is used once, for this record (RFC 5288 §3).
    ExplicitNonce,
    /// Sealed bytes.
    Ciphertext,
    /// The seal itself: without the key nobody can make one that fits.
    Tag,
    /// What is in a record that is not sealed.
    Fragment,
    /// The kind of message.
    MessageType,
    /// How long the rest of the message is.
    MessageLength,
    /// The version that old servers look at (RFC 8446 §4.1.2).
    LegacyVersion,
    /// 32 bytes that were never used before.
    Random,
    /// A number that TLS 1.2 knew an earlier session by.
    SessionId,
    /// A way to seal.
    CipherSuite,
    /// A way to compress; there is only one left, which does nothing.
    Compression,
    /// How long what follows is.
    Length,
    /// Which extension follows.
    ExtensionType,
    /// What stands in an extension, or answers one, and is not taken apart.
    ExtensionData,
    /// The kind of name that follows.
    NameType,
    /// The host that the client asks for (SNI), readable for everybody on the way.
    ServerName,
    /// A protocol to be spoken inside (ALPN).
    Protocol,
    /// A group for the key exchange.
    Group,
    /// A way to sign.
    SignatureScheme,
    /// A version that really counts (RFC 8446 §4.2.1).
    SupportedVersion,
    /// A way to use a key that is known from before.
    PskMode,
    /// One half of a key exchange.
    KeyShare,
    /// How points on a curve are written.
    PointFormat,
    /// Names the request that a certificate answers.
    RequestContext,
    /// A certificate.
    Certificate,
    /// The kind of certificate that is asked for, or of an authority's answer about one (RFC 6066 §8).
    CertificateType,
    /// An authority that may have signed it.
    AuthorityName,
    /// A signature: the proof that the certificate's owner is here.
    Signature,
    /// The kind of curve that follows.
    CurveType,
    /// A digest over the whole handshake: nobody has changed any of it.
    VerifyData,
    /// For how many seconds a ticket can be used.
    Lifetime,
    /// Blurs the age of a ticket.
    AgeAdd,
    /// Makes the tickets of one connection differ.
    TicketNonce,
    /// What the server wants to be shown to go on from here another time.
    Ticket,
    /// Whether the other side is to change its keys too.
    KeyUpdateRequest,
    /// How bad it is.
    AlertLevel,
    /// What is wrong.
    AlertDescription,
    /// Bytes that do not fit what stands before them.
    Unparsed,
}

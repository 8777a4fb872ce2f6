//! What each byte of a record and of a handshake message is (RFC 8446 §4 and §5; RFC 5246 §7.4 for TLS 1.2).

use crate::cursor::{Cursor, Malformed, Read};
use crate::names;
use tls_messages::{Alert, Field, MessageKind, Span};

/// Five bytes: the kind, the version and the length.
pub(crate) const HEADER: usize = 5;
/// The bytes at the end of a sealed record that are the seal, for every suite that is used here.
const TAG: usize = 16;

/// The random value by which a `ServerHello` says that it is a `HelloRetryRequest` (RFC 8446 §4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// How the bytes behind a record's header are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// As they stand.
    Clear,
    /// Sealed; with a number of so many bytes before.
    Sealed { nonce: usize },
}

/// The parts of a record: of its header and of what is behind it.
pub(crate) fn record(bytes: &[u8], body: Body) -> Vec<Span> {
    let mut cursor = Cursor::new(bytes);
    // What does not fit is left to the end, as bytes that were not understood.
    let _ = read_record(&mut cursor, body);
    cursor.finish()
}

fn read_record(cursor: &mut Cursor<'_>, body: Body) -> Read<()> {
    let kind = cursor.number(1, Field::ContentType, names::content_type)?;
    cursor.number(2, Field::RecordVersion, names::version)?;
    cursor.number(2, Field::RecordLength, |length| length.to_string())?;
    match body {
        Body::Clear if kind == 21 && cursor.left() == 2 => {
            cursor.number(1, Field::AlertLevel, level)?;
            cursor.number(1, Field::AlertDescription, names::alert)?;
        }
        Body::Clear => _ = cursor.rest(Field::Fragment)?,
        Body::Sealed { nonce } => {
            cursor.opaque(nonce, Field::ExplicitNonce)?;
            cursor.opaque(cursor.left().checked_sub(TAG).ok_or(Malformed)?, Field::Ciphertext)?;
            cursor.opaque(TAG, Field::Tag)?;
        }
    }
    Ok(())
}

fn level(level: u32) -> String {
    match level {
        1 => "warning".to_owned(),
        2 => "fatal".to_owned(),
        _ => level.to_string(),
    }
}

/// An alert from its two bytes.
pub(crate) fn alert(bytes: &[u8]) -> Option<Alert> {
    let [level, description] = bytes else { return None };
    Some(Alert { fatal: *level == 2, name: names::alert((*description).into()) })
}

/// What a `ServerHello` decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The version that counts.
    pub(crate) version: u16,
    /// The cipher suite.
    pub(crate) suite: u16,
    /// The master secret is tied to the whole handshake (RFC 7627).
    pub(crate) extended_master_secret: bool,
}

/// A message taken apart.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) kind: MessageKind,
    pub(crate) spans: Vec<Span>,
    /// What it decides, if it is a `ServerHello` that could be read.
    pub(crate) chosen: Option<Chosen>,
    /// The certificates in it, as DER, if it is a Certificate.
    pub(crate) certificates: Vec<Vec<u8>>,
}

/// The parts of a message, its head included.
pub(crate) fn message(bytes: &[u8], is_tls13: bool) -> Parts {
    let mut cursor = Cursor::new(bytes);
    let mut reader = Reader { is_tls13, chosen: Chosen::default(), certificates: Vec::new() };
    let kind = kind(bytes);
    let read = reader.message(&mut cursor, kind);
    let decides = kind == MessageKind::ServerHello && read.is_ok();
    Parts {
        kind,
        spans: cursor.finish(),
        chosen: decides.then_some(reader.chosen),
        certificates: reader.certificates,
    }
}

fn kind(bytes: &[u8]) -> MessageKind {
    use MessageKind as K;
    match bytes.first().copied().unwrap_or_default() {
        0 => K::HelloRequest,
        1 => K::ClientHello,
        2 if bytes.get(6..38) == Some(&RETRY) => K::HelloRetryRequest,
        2 => K::ServerHello,
        4 => K::NewSessionTicket,
        8 => K::EncryptedExtensions,
        11 => K::Certificate,
        12 => K::ServerKeyExchange,
        13 => K::CertificateRequest,
        14 => K::ServerHelloDone,
        15 => K::CertificateVerify,
        16 => K::ClientKeyExchange,
        20 => K::Finished,
        22 => K::CertificateStatus,
        24 => K::KeyUpdate,
        other => K::Other(other),
    }
}

struct Reader {
    is_tls13: bool,
    chosen: Chosen,
    certificates: Vec<Vec<u8>>,
}

impl Reader {
    fn message(&mut self, cursor: &mut Cursor<'_>, kind: MessageKind) -> Read<()> {
        use MessageKind as K;
        cursor.number(1, Field::MessageType, names::message)?;
        cursor.number(3, Field::MessageLength, |length| length.to_string())?;
        match kind {
            K::ClientHello => self.client_hello(cursor),
            K::ServerHello | K::HelloRetryRequest => self.server_hello(cursor, kind),
            K::EncryptedExtensions => self.extensions(cursor, kind),
            K::Certificate => self.certificate(cursor),
            K::CertificateRequest => self.certificate_request(cursor),
            K::CertificateVerify => signature(cursor),
            K::ServerKeyExchange => server_key_exchange(cursor),
            K::ClientKeyExchange => {
                let length = cursor.length(1)?;
                cursor.opaque(length, Field::KeyShare).map(drop)
            }
            K::Finished => cursor.rest(Field::VerifyData).map(drop),
            K::NewSessionTicket => self.ticket(cursor),
            K::KeyUpdate => cursor.rest(Field::KeyUpdateRequest).map(drop),
            K::CertificateStatus => status(cursor),
            K::HelloRequest | K::ServerHelloDone | K::Other(_) => Ok(()),
        }
    }

    fn client_hello(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        cursor.number(2, Field::LegacyVersion, names::version)?;
        cursor.opaque(32, Field::Random)?;
        let length = cursor.length(1)?;
        cursor.opaque(length, Field::SessionId)?;
        cursor.list(2, |list| list.number(2, Field::CipherSuite, names::suite).map(drop))?;
        cursor.list(1, |list| list.number(1, Field::Compression, compression).map(drop))?;
        self.extensions(cursor, MessageKind::ClientHello)
    }

    fn server_hello(&mut self, cursor: &mut Cursor<'_>, kind: MessageKind) -> Read<()> {
        let version = cursor.number(2, Field::LegacyVersion, names::version)?;
        self.chosen.version = low(version);
        cursor.opaque(32, Field::Random)?;
        let length = cursor.length(1)?;
        cursor.opaque(length, Field::SessionId)?;
        self.chosen.suite = low(cursor.number(2, Field::CipherSuite, names::suite)?);
        cursor.number(1, Field::Compression, compression)?;
        if cursor.left() > 0 { self.extensions(cursor, kind) } else { Ok(()) }
    }

    fn extensions(&mut self, cursor: &mut Cursor<'_>, of: MessageKind) -> Read<()> {
        if cursor.left() == 0 {
            return Ok(());
        }
        cursor.list(2, |list| {
            let kind = list.number(2, Field::ExtensionType, names::extension)?;
            let length = list.length(2)?;
            list.within(length, |data| self.extension(data, kind, of)).map(drop)
        })
    }

    fn extension(&mut self, data: &mut Cursor<'_>, kind: u32, of: MessageKind) -> Read<()> {
        let asks = matches!(of, MessageKind::ClientHello | MessageKind::CertificateRequest);
        match kind {
            // An answer to it is empty (RFC 6066 §3).
            0 if data.left() > 0 => data.list(2, |name| {
                name.number(1, Field::NameType, |kind| match kind {
                    0 => "host_name".to_owned(),
                    _ => kind.to_string(),
                })?;
                let length = name.length(2)?;
                name.take(length, Field::ServerName, text).map(drop)
            }),
            // In TLS 1.3 it stands beside the certificate (RFC 8446 §4.4.2.1).
            5 if of == MessageKind::Certificate => status(data),
            10 => data.list(2, |list| list.number(2, Field::Group, names::group).map(drop)),
            11 => data.list(1, |list| list.number(1, Field::PointFormat, point_format).map(drop)),
            13 | 50 => {
                data.list(2, |list| list.number(2, Field::SignatureScheme, names::scheme).map(drop))
            }
            16 => data.list(2, |name| {
                let length = name.length(1)?;
                name.take(length, Field::Protocol, text).map(drop)
            }),
            23 => {
                self.chosen.extended_master_secret = true;
                Ok(())
            }
            43 if asks => data
                .list(1, |list| list.number(2, Field::SupportedVersion, names::version).map(drop)),
            43 => {
                let version = data.number(2, Field::SupportedVersion, names::version)?;
                self.chosen.version = low(version);
                Ok(())
            }
            45 => data.list(1, |list| list.number(1, Field::PskMode, psk_mode).map(drop)),
            51 if of == MessageKind::ClientHello => data.list(2, key_share),
            51 if of == MessageKind::HelloRetryRequest => {
                data.number(2, Field::Group, names::group).map(drop)
            }
            51 => key_share(data),
            _ => data.rest(Field::ExtensionData).map(drop),
        }
    }

    fn certificate(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        if self.is_tls13 {
            let length = cursor.length(1)?;
            cursor.opaque(length, Field::RequestContext)?;
        }
        cursor.list(3, |list| {
            let length = list.length(3)?;
            let der = list.opaque(length, Field::Certificate)?;
            self.certificates.push(der.to_vec());
            if self.is_tls13 {
                // An empty list of extensions is still there, as a length.
                self.extensions(list, MessageKind::Certificate)?;
            }
            Ok(())
        })
    }

    fn certificate_request(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        if self.is_tls13 {
            let length = cursor.length(1)?;
            cursor.opaque(length, Field::RequestContext)?;
            return self.extensions(cursor, MessageKind::CertificateRequest);
        }
        cursor
            .list(1, |list| list.number(1, Field::CertificateType, |n| n.to_string()).map(drop))?;
        cursor.list(2, |list| list.number(2, Field::SignatureScheme, names::scheme).map(drop))?;
        cursor.list(2, |list| {
            let length = list.length(2)?;
            list.opaque(length, Field::AuthorityName).map(drop)
        })
    }

    fn ticket(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        cursor.number(4, Field::Lifetime, |seconds| format!("{seconds} s"))?;
        if self.is_tls13 {
            cursor.opaque(4, Field::AgeAdd)?;
            let length = cursor.length(1)?;
            cursor.opaque(length, Field::TicketNonce)?;
        }
        let length = cursor.length(2)?;
        cursor.opaque(length, Field::Ticket)?;
        self.extensions(cursor, MessageKind::NewSessionTicket)
    }
}

fn key_share(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.number(2, Field::Group, names::group)?;
    let length = cursor.length(2)?;
    cursor.opaque(length, Field::KeyShare).map(drop)
}

/// For a named curve, which is all that is left in use (RFC 8422 §5.4).
fn server_key_exchange(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.number(1, Field::CurveType, |kind| match kind {
        3 => "named_curve".to_owned(),
        _ => kind.to_string(),
    })?;
    cursor.number(2, Field::Group, names::group)?;
    let length = cursor.length(1)?;
    cursor.opaque(length, Field::KeyShare)?;
    signature(cursor)
}

/// What an authority says of a certificate, which the server fetched from it (RFC 6066 §8).
fn status(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.number(1, Field::CertificateType, |kind| match kind {
        1 => "ocsp".to_owned(),
        _ => kind.to_string(),
    })?;
    let length = cursor.length(3)?;
    cursor.opaque(length, Field::ExtensionData).map(drop)
}

fn signature(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.number(2, Field::SignatureScheme, names::scheme)?;
    let length = cursor.length(2)?;
    cursor.opaque(length, Field::Signature).map(drop)
}

fn compression(method: u32) -> String {
    if method == 0 { "null".to_owned() } else { method.to_string() }
}

fn point_format(format: u32) -> String {
    if format == 0 { "uncompressed".to_owned() } else { format.to_string() }
}

fn psk_mode(mode: u32) -> String {
    match mode {
        0 => "psk_ke".to_owned(),
        1 => "psk_dhe_ke".to_owned(),
        _ => mode.to_string(),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lower two bytes, which is all that was read.
const fn low(number: u32) -> u16 {
    let [_, _, high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}

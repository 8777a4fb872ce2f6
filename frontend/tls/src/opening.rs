//! Opens sealed records of TLS 1.3 with the session's own secrets (RFC 8446 §5 and §7), beside the library, which
//! reads the handshake and does not show it. TLS 1.2 seals only the last message of each side and what comes behind
//! it, and that stays closed.

use ring::aead::{
    AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey,
};
use ring::hkdf::{HKDF_SHA256, HKDF_SHA384, KeyType, Prk};
use rustls::KeyLog;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The secrets of one session, by the names under which they are logged for debuggers such as Wireshark.
#[derive(Default)]
pub(crate) struct Secrets(Mutex<Vec<(String, Vec<u8>)>>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl KeyLog for Secrets {
    fn log(&self, label: &str, _client_random: &[u8], secret: &[u8]) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.push((label.to_owned(), secret.to_vec()));
    }
}

/// Which keys seal what one side says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Handshake,
    Application,
}

impl Secrets {
    /// What opens the records of the client or of the server; none before its secret is there, or for a suite that
    /// is not known.
    pub(crate) fn opener(&self, of_client: bool, phase: Phase, suite: u16) -> Option<Opener> {
        let label = match (of_client, phase) {
            (true, Phase::Handshake) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            (false, Phase::Handshake) => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            (true, Phase::Application) => "CLIENT_TRAFFIC_SECRET_0",
            (false, Phase::Application) => "SERVER_TRAFFIC_SECRET_0",
        };
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, secret) = secrets.iter().find(|(known, _)| known == label)?;
        Opener::new(suite, secret)
    }
}

/// The key of one side, and how many records it has opened.
pub(crate) struct Opener {
    key: LessSafeKey,
    iv: [u8; NONCE_LEN],
    sequence: u64,
}

impl Opener {
    fn new(suite: u16, secret: &[u8]) -> Option<Self> {
        let (hash, aead) = match suite {
            0x1301 => (HKDF_SHA256, &AES_128_GCM),
            0x1302 => (HKDF_SHA384, &AES_256_GCM),
            0x1303 => (HKDF_SHA256, &CHACHA20_POLY1305),
            _ => return None,
        };
        let secret = Prk::new_less_safe(hash, secret);
        let key = UnboundKey::new(aead, &expand(&secret, b"key", aead.key_len())?).ok()?;
        let iv = expand(&secret, b"iv", NONCE_LEN)?.try_into().ok()?;
        Some(Self { key: LessSafeKey::new(key), iv, sequence: 0 })
    }

    /// One record was sealed with this key and need not be opened.
    pub(crate) fn skip(&mut self) {
        self.sequence += 1;
    }

    /// What is in a whole record, and the kind of it; none where the seal does not fit.
    pub(crate) fn open(&mut self, record: &[u8]) -> Option<(u8, Vec<u8>)> {
        let (header, sealed) = record.split_at_checked(crate::anatomy::HEADER)?;
        let mut nonce = self.iv;
        for (byte, count) in nonce[4..].iter_mut().zip(self.sequence.to_be_bytes()) {
            *byte ^= count;
        }
        self.sequence += 1;
        let mut inner = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = self.key.open_in_place(nonce, Aad::from(header), &mut inner).ok()?.len();
        inner.truncate(length);
        // Behind what is said stand its kind, which is not zero, and any number of zeros.
        while inner.last() == Some(&0) {
            inner.pop();
        }
        let kind = inner.pop()?;
        Some((kind, inner))
    }
}

/// HKDF-Expand-Label with nothing to hash in (RFC 8446 §7.1).
fn expand(secret: &Prk, label: &[u8], length: usize) -> Option<Vec<u8>> {
    let wide = u16::try_from(length).ok()?.to_be_bytes();
    let name = u8::try_from(6 + label.len()).ok()?;
    let info: [&[u8]; 5] = [&wide, &[name], b"tls13 ", label, &[0]];
    let mut key = vec![0; length];
    secret.expand(&info, Length(length)).ok()?.fill(&mut key).ok()?;
    Some(key)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

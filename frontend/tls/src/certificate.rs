//! A certificate as a report shows it.

use crate::cursor::narrow;
use crate::limits;
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use tls_messages::Certificate;

/// Reads a certificate for people. What cannot be read is left empty and has no time at which it is not valid; the
/// fingerprint always fits.
pub(crate) fn read(der: &[u8]) -> Certificate {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, der).as_ref());
    let read = certificates::read(der);
    let (from, until) =
        read.as_ref().map_or((i64::MIN, i64::MAX), |fields| (fields.from, fields.until));
    let fields = read.unwrap_or_default();
    let names = fields.names.iter().take(limits::NAMES);
    Certificate {
        subject: short(&fields.subject),
        issuer: short(&fields.issuer),
        names: names.map(|name| short(name.text())).collect(),
        from,
        until,
        serial: hex(&fields.serial),
        key: short(&fields.key),
        signature: short(&fields.signature),
        is_authority: fields.is_authority,
        fingerprint,
        length: narrow(der.len()),
    }
}

/// In hexadecimal; a serial number has 20 bytes at most (RFC 5280 §4.1.2.2).
fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes.iter().take(20) {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn short(text: &str) -> String {
    text.chars().take(limits::NAME).collect()
}

//! What stands in a certificate (RFC 5280).

use crate::cursor::narrow;
use crate::limits;
use ring::digest::{SHA256, digest};
use tls_messages::Certificate;
use x509_parser::oid_registry::{self as oid};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Name;

/// Reads a certificate for people; what cannot be read is left empty, and the fingerprint always fits.
pub(crate) fn read(der: &[u8]) -> Certificate {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, der).as_ref());
    let length = narrow(der.len());
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return Certificate {
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            from: 0,
            until: 0,
            serial: String::new(),
            key: String::new(),
            signature: String::new(),
            is_authority: false,
            fingerprint,
            length,
        };
    };
    let names = parsed.subject_alternative_name().ok().flatten();
    let names = names.iter().flat_map(|names| &names.value.general_names);
    Certificate {
        subject: distinguished(parsed.subject()),
        issuer: distinguished(parsed.issuer()),
        names: names.filter_map(name).take(limits::NAMES).collect(),
        from: parsed.validity().not_before.timestamp(),
        until: parsed.validity().not_after.timestamp(),
        serial: hex(parsed.raw_serial()),
        key: key(&parsed),
        signature: signature(&parsed),
        is_authority: parsed.is_ca(),
        fingerprint,
        length,
    }
}

fn distinguished(name: &X509Name<'_>) -> String {
    short(&name.to_string())
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) | GeneralName::RFC822Name(name) | GeneralName::URI(name) => {
            Some(short(name))
        }
        GeneralName::IPAddress(bytes) => match <[u8; 4]>::try_from(*bytes) {
            Ok(v4) => Some(std::net::Ipv4Addr::from(v4).to_string()),
            Err(_) => {
                <[u8; 16]>::try_from(*bytes).ok().map(|v6| std::net::Ipv6Addr::from(v6).to_string())
            }
        },
        _ => None,
    }
}

fn key(certificate: &X509Certificate<'_>) -> String {
    let info = certificate.public_key();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC P-{}", point.key_size()),
        _ if info.algorithm.algorithm == oid::OID_SIG_ED25519 => "Ed25519".to_owned(),
        _ => short(&info.algorithm.algorithm.to_id_string()),
    }
}

fn signature(certificate: &X509Certificate<'_>) -> String {
    let algorithm = &certificate.signature_algorithm.algorithm;
    let known = [
        (oid::OID_PKCS1_SHA256WITHRSA, "sha256WithRSAEncryption"),
        (oid::OID_PKCS1_SHA384WITHRSA, "sha384WithRSAEncryption"),
        (oid::OID_PKCS1_SHA512WITHRSA, "sha512WithRSAEncryption"),
        (oid::OID_PKCS1_SHA1WITHRSA, "sha1WithRSAEncryption"),
        (oid::OID_PKCS1_RSASSAPSS, "rsassaPss"),
        (oid::OID_SIG_ECDSA_WITH_SHA256, "ecdsa-with-SHA256"),
        (oid::OID_SIG_ECDSA_WITH_SHA384, "ecdsa-with-SHA384"),
        (oid::OID_SIG_ECDSA_WITH_SHA512, "ecdsa-with-SHA512"),
        (oid::OID_SIG_ED25519, "Ed25519"),
    ];
    let named = known.iter().find(|(known, _)| known == algorithm);
    named.map_or_else(|| short(&algorithm.to_id_string()), |(_, name)| (*name).to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

fn short(text: &str) -> String {
    text.chars().take(limits::NAME).collect()
}

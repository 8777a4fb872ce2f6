//! What stands in a certificate (RFC 5280 §4.1), as far as people and logins go by it.
//!
//! It is read to be shown. Whether it can be believed is the verifier's to say, which reads it by itself. A library
//! for all of X.509 weighs a tenth of the TLS module; here is what is needed of it, and the tests hold it against one.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A certificate's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Whom it is for, as `CN=…, O=…`.
    pub subject: String,
    /// Who says so.
    pub issuer: String,
    /// The names it is for: hosts, addresses, mail addresses, URIs.
    pub names: Vec<Name>,
    /// From when it is valid, in seconds since the Unix epoch.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// The serial number's bytes, the highest first.
    pub serial: Vec<u8>,
    /// The kind of key, such as `EC P-256` or `RSA 2048`; a number with dots where it has no name here.
    pub key: String,
    /// How it is signed, such as `ecdsa-with-SHA256`; likewise.
    pub signature: String,
    /// It may vouch for others.
    pub is_authority: bool,
    /// The subject's common name.
    common_name: Option<String>,
}

/// A name that a certificate is for (RFC 5280 §4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A host.
    Host(String),
    /// A mail address.
    Mail(String),
    /// An address of a machine.
    Address(String),
    /// A URI.
    Uri(String),
}

/// Reads a certificate from DER; none where it is none.
pub fn read(der: &[u8]) -> Option<Fields> {
    let certificate = &mut { der };
    let certificate = &mut take(certificate, SEQUENCE)?;
    let fields = &mut take(certificate, SEQUENCE)?;
    // The version; its absence means the first one.
    take_if(fields, CONTEXT);
    let serial = take(fields, INTEGER)?.to_vec();
    let signature = algorithm(&mut take(fields, SEQUENCE)?)?;
    let (issuer, _) = distinguished(take(fields, SEQUENCE)?)?;
    let validity = &mut take(fields, SEQUENCE)?;
    let (from, until) = (time(validity)?, time(validity)?);
    let (subject, common_name) = distinguished(take(fields, SEQUENCE)?)?;
    let key = key(take(fields, SEQUENCE)?)?;
    let mut read = Fields {
        subject,
        issuer,
        from,
        until,
        serial,
        key,
        signature,
        common_name,
        ..Fields::default()
    };
    // Two numbers of old, which nobody uses.
    take_if(fields, CONTEXT_PRIMITIVE | 1);
    take_if(fields, CONTEXT_PRIMITIVE | 2);
    if let Some(mut extensions) = take_if(fields, CONTEXT | 3) {
        let extensions = &mut take(&mut extensions, SEQUENCE)?;
        while !extensions.is_empty() {
            read.extension(take(extensions, SEQUENCE)?)?;
        }
    }
    Some(read)
}

/// The mail address that stands in a certificate, or else its common name; none where the bytes are no certificate or
/// it has neither. Whether it can be believed is for others to say.
pub fn owner(der: &[u8]) -> Option<String> {
    let read = read(der)?;
    let mail = read.names.into_iter().find_map(|name| match name {
        Name::Mail(address) => Some(address),
        _ => None,
    });
    mail.or(read.common_name)
}

impl Name {
    /// The name itself.
    pub fn text(&self) -> &str {
        match self {
            Self::Host(text) | Self::Mail(text) | Self::Address(text) | Self::Uri(text) => text,
        }
    }
}

impl Fields {
    fn extension(&mut self, mut extension: &[u8]) -> Option<()> {
        let extension = &mut extension;
        let kind = take(extension, OID)?;
        take_if(extension, BOOLEAN);
        let value = &mut take(extension, OCTETS)?;
        match kind {
            [0x55, 0x1d, 0x11] => {
                let names = &mut take(value, SEQUENCE)?;
                while !names.is_empty() {
                    let (tag, name) = next(names)?;
                    self.names.extend(general_name(tag, name));
                }
            }
            [0x55, 0x1d, 0x13] => {
                let constraints = &mut take(value, SEQUENCE)?;
                self.is_authority = take_if(constraints, BOOLEAN).is_some_and(|it| it != [0]);
            }
            _ => {}
        }
        Some(())
    }
}

fn general_name(tag: u8, name: &[u8]) -> Option<Name> {
    let text = || String::from_utf8_lossy(name).into_owned();
    Some(match tag ^ CONTEXT_PRIMITIVE {
        1 => Name::Mail(text()),
        2 => Name::Host(text()),
        6 => Name::Uri(text()),
        7 => Name::Address(match <[u8; 4]>::try_from(name) {
            Ok(v4) => Ipv4Addr::from(v4).to_string(),
            Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(name).ok()?).to_string(),
        }),
        _ => return None,
    })
}

const BOOLEAN: u8 = 1;
const INTEGER: u8 = 2;
const BITS: u8 = 3;
const OCTETS: u8 = 4;
const OID: u8 = 6;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT: u8 = 0xa0;
const CONTEXT_PRIMITIVE: u8 = 0x80;

/// Takes the next value with its tag (X.690 §8.1).
fn next<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first >= 0x80 {
        // Four bytes of length are more than any certificate has.
        let width = usize::from(first & 0x7f);
        let (digits, behind) = rest.split_at_checked(width).filter(|_| (1..=4).contains(&width))?;
        length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
        rest = behind;
    }
    let (value, behind) = rest.split_at_checked(length)?;
    *bytes = behind;
    Some((tag, value))
}

/// Takes the next value, which has to have this tag.
fn take<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (found, value) = next(bytes)?;
    (found == tag).then_some(value)
}

/// Takes the next value if it has this tag.
fn take_if<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    if bytes.first() == Some(&tag) { take(bytes, tag) } else { None }
}

/// `CN=…, O=…`, and the common name by itself.
fn distinguished(mut names: &[u8]) -> Option<(String, Option<String>)> {
    let (mut all, mut common) = (String::new(), None);
    while !names.is_empty() {
        let set = &mut take(&mut names, SET)?;
        let attribute = &mut take(set, SEQUENCE)?;
        let kind = take(attribute, OID)?;
        let (tag, value) = next(attribute)?;
        let text = string(tag, value);
        let name = match kind {
            [0x55, 0x04, 0x03] => "CN",
            [0x55, 0x04, 0x06] => "C",
            [0x55, 0x04, 0x07] => "L",
            [0x55, 0x04, 0x08] => "ST",
            [0x55, 0x04, 0x0a] => "O",
            [0x55, 0x04, 0x0b] => "OU",
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] => "emailAddress",
            _ => "",
        };
        if !all.is_empty() {
            all.push_str(", ");
        }
        let name = if name.is_empty() { dotted(kind) } else { name.to_owned() };
        // Writing to a String does not fail.
        let _ = write!(all, "{name}={text}");
        if name == "CN" && common.is_none() {
            common = Some(text);
        }
    }
    Some((all, common))
}

/// A string of any of ASN.1's kinds.
fn string(tag: u8, bytes: &[u8]) -> String {
    match tag {
        // BMPString: two bytes a character.
        30 => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        // TeletexString: mostly Latin-1 in practice.
        20 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A moment in seconds since the Unix epoch (RFC 5280 §4.1.2.5).
fn time(bytes: &mut &[u8]) -> Option<i64> {
    let (tag, text) = next(bytes)?;
    let (year, rest) = match tag {
        // UTCTime: 50 and above are of the last century.
        23 => {
            let (year, rest) = digits(text, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        24 => digits(text, 4)?,
        _ => return None,
    };
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && rest == b"Z";
    fits.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn digits(text: &[u8], count: usize) -> Option<(i64, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is the last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year / 4 - year / 100 + year / 400;
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// The name of an algorithm.
fn algorithm(parts: &mut &[u8]) -> Option<String> {
    let kind = take(parts, OID)?;
    let pkcs1 = |last: u8| [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last];
    let ecdsa = |last: u8| [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last];
    let name = match kind {
        _ if kind == pkcs1(5) => "sha1WithRSAEncryption",
        _ if kind == pkcs1(10) => "rsassaPss",
        _ if kind == pkcs1(11) => "sha256WithRSAEncryption",
        _ if kind == pkcs1(12) => "sha384WithRSAEncryption",
        _ if kind == pkcs1(13) => "sha512WithRSAEncryption",
        _ if kind == ecdsa(2) => "ecdsa-with-SHA256",
        _ if kind == ecdsa(3) => "ecdsa-with-SHA384",
        _ if kind == ecdsa(4) => "ecdsa-with-SHA512",
        [0x2b, 0x65, 0x70] => "Ed25519",
        _ => return Some(dotted(kind)),
    };
    Some(name.to_owned())
}

/// The kind and the size of a key.
fn key(mut info: &[u8]) -> Option<String> {
    let algorithm = &mut take(&mut info, SEQUENCE)?;
    let kind = take(algorithm, OID)?;
    Some(match kind {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01] => {
            // Behind the count of unused bits.
            let bits = &mut take(&mut info, BITS)?.get(1..)?;
            let numbers = &mut take(bits, SEQUENCE)?;
            let modulus = take(numbers, INTEGER)?;
            let first = modulus.iter().position(|byte| *byte != 0)?;
            let length = (modulus.len() - first) * 8 - modulus[first].leading_zeros() as usize;
            format!("RSA {length}")
        }
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => {
            let curve = take_if(algorithm, OID).unwrap_or_default();
            match curve {
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => "EC P-256".to_owned(),
                [0x2b, 0x81, 0x04, 0x00, 0x22] => "EC P-384".to_owned(),
                [0x2b, 0x81, 0x04, 0x00, 0x23] => "EC P-521".to_owned(),
                _ => format!("EC {}", dotted(curve)),
            }
        }
        [0x2b, 0x65, 0x70] => "Ed25519".to_owned(),
        _ => dotted(kind),
    })
}

/// An object identifier as numbers with dots (X.690 §8.19).
fn dotted(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut number = 0_u64;
    for byte in bytes {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        // Writing to a String does not fail.
        let _ = if text.is_empty() {
            let first = (number / 40).min(2);
            write!(text, "{first}.{}", number - first * 40)
        } else {
            write!(text, ".{number}")
        };
        number = 0;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Authority, Kind};
    use proptest::prelude::*;
    use std::sync::LazyLock;
    use std::time::Duration;
    use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

    /// The certificates that browsers' authorities have, of every kind of key, signature and age, and our own.
    static CERTIFICATES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let authority = Authority::new(Duration::from_hours(500_000)).unwrap();
        let own = Kind::ALL.into_iter().flat_map(|kind| authority.server(kind).unwrap().chain);
        let client = authority.client("student@student.example").unwrap().chain;
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|it| it.to_vec());
        own.chain(client).chain(roots).collect()
    });

    #[test]
    fn it_is_what_a_library_for_all_of_it_reads() {
        assert!(CERTIFICATES.len() > 100);
        for der in CERTIFICATES.iter() {
            let read = read(der).expect("it is a certificate");
            let (_, judge) = X509Certificate::from_der(der).unwrap();
            assert_eq!(read.from, judge.validity().not_before.timestamp(), "{read:?}");
            assert_eq!(read.until, judge.validity().not_after.timestamp(), "{read:?}");
            assert_eq!(read.serial, judge.raw_serial());
            assert_eq!(read.is_authority, judge.is_ca());
            let common = judge.subject().iter_common_name().next().map(|it| it.as_str().unwrap());
            assert_eq!(read.common_name.as_deref(), common);
            let organisation = judge.issuer().iter_organization().next();
            if let Some(organisation) = organisation.and_then(|it| it.as_str().ok()) {
                assert!(read.issuer.contains(&format!("O={organisation}")), "{read:?}");
            }
            let names = judge.subject_alternative_name().unwrap();
            let names = names.map_or(0, |names| {
                let shown =
                    |name: &&GeneralName<'_>| !matches!(name, GeneralName::DirectoryName(_));
                names.value.general_names.iter().filter(shown).count()
            });
            assert_eq!(read.names.len(), names);
            assert_eq!(
                read.key.starts_with("RSA "),
                judge
                    .public_key()
                    .parsed()
                    .is_ok_and(|key| { matches!(key, x509_parser::public_key::PublicKey::RSA(_)) })
            );
            if let Ok(x509_parser::public_key::PublicKey::RSA(key)) = judge.public_key().parsed() {
                assert_eq!(read.key, format!("RSA {}", key.key_size()));
            }
            assert!(!read.key.contains('.') && !read.signature.contains('.'), "{read:?}");
        }
    }

    #[test]
    fn the_owner_is_the_mail_address_or_else_the_common_name() {
        let authority = Authority::new(Duration::from_hours(500_000)).unwrap();
        let client = authority.client("student@student.example").unwrap();
        assert_eq!(owner(&client.chain[0]).as_deref(), Some("student@student.example"));
        let server = authority.server(Kind::Good).unwrap();
        assert_eq!(owner(&server.chain[0]).as_deref(), Some("practice.example"));
        assert_eq!(owner(b"none"), None);
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        for (date, expected) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((1969, 12, 31), -1),
        ] {
            let (year, month, day) = date;
            assert_eq!(days(year, month, day), expected, "{date:?}");
        }
    }

    #[test]
    fn a_number_with_dots_is_what_no_name_is_known_for() {
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]), "1.2.840.113549");
        assert_eq!(dotted(&[0x55, 0x04, 0x05]), "2.5.4.5");
        assert_eq!(dotted(&[0x88, 0x37, 0x01]), "2.999.1");
    }

    proptest! {
        #[test]
        fn what_was_changed_is_read_or_refused(index in 0_usize..50, at in 0_usize..2000, to: u8, cut in 0_usize..3000) {
            let mut der = CERTIFICATES[index].clone();
            let at = at.min(der.len() - 1);
            der[at] = to;
            der.truncate(cut);
            let _ = read(&der);
        }

        #[test]
        fn any_bytes_are_read_or_refused(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&der);
        }
    }
}

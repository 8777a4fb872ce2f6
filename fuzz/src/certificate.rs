//! Certificates, as they are read to be shown.

use certificates::{Name, owner, read};

/// A certificate is read or refused, and what it says is bounded by what it is; its owner is one who stands in it.
///
/// The input is the certificate as DER.
pub fn certificate(der: &[u8]) {
    let Some(fields) = read(der) else {
        assert_eq!(owner(der), None, "who cannot be read is nobody");
        return;
    };
    assert_eq!(read(der).as_ref(), Some(&fields), "the same bytes say the same");
    if let Some(owner) = owner(der) {
        let is_named = fields.names.iter().any(|name| name.text() == owner);
        assert!(is_named || fields.subject.contains(&owner), "{owner:?} in {fields:?}");
    }
    // A byte becomes at most one character of three bytes, and a number with dots at most four for each of its own.
    let said = [&fields.subject, &fields.issuer, &fields.key, &fields.signature];
    let names = fields.names.iter().map(Name::text);
    for text in said.into_iter().map(String::as_str).chain(names) {
        assert!(text.len() <= 64 + 4 * der.len(), "{} of {}", text.len(), der.len());
    }
    assert!(fields.serial.len() <= der.len() && fields.names.len() <= der.len());
}

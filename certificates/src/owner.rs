//! Whose a certificate is, as far as a login goes by it.

use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// The mail address that stands in a certificate (RFC 5280 §4.2.1.6), or else its common name; none where the bytes are
/// no certificate or it has neither. Whether it can be believed is for others to say.
pub fn owner(der: &[u8]) -> Option<String> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let names = parsed.subject_alternative_name().ok().flatten();
    let mut names = names.iter().flat_map(|names| &names.value.general_names);
    let mail = names.find_map(|name| match name {
        GeneralName::RFC822Name(address) => Some((*address).to_owned()),
        _ => None,
    });
    let common = || parsed.subject().iter_common_name().next()?.as_str().ok().map(str::to_owned);
    mail.or_else(common)
}

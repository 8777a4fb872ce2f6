//! How a client speaks TLS, from what the page says of it.

use crate::session::NotOpened;
use certificates::Practice;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, SupportedProtocolVersion};
use tls_messages::{Identity, Trusts, Versions};

/// The library's ciphers, the one first that is fast without help from the processor, which a browser does not give.
pub(crate) fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    provider.cipher_suites.sort_by_key(|suite| {
        let is_fast = matches!(suite.suite().into(), 0x1303_u16 | 0xcca8 | 0xcca9);
        (suite.tls13().is_none(), !is_fast)
    });
    provider
}

pub(crate) fn versions(wanted: Versions) -> Vec<&'static SupportedProtocolVersion> {
    match wanted {
        Versions::Both => vec![&TLS13, &TLS12],
        Versions::Tls12 => vec![&TLS12],
        Versions::Tls13 => vec![&TLS13],
    }
}

pub(crate) fn roots(trusts: &Trusts, practice: &Practice) -> Result<RootCertStore, NotOpened> {
    let mut roots = RootCertStore::empty();
    let pem = match trusts {
        Trusts::TheWeb { and } => {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            and
        }
        Trusts::Only(pem) => pem,
        Trusts::Practice => &practice.authority().pem(),
    };
    // Beside those that browsers know there need be none. Any text but that would be passed over without a word.
    let mut is_missing = roots.is_empty() || !pem.trim().is_empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| format!("reading PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("trusting a certificate: {error}"))?;
        is_missing = false;
    }
    if is_missing {
        return Err("expected a certificate in PEM, which begins with \
             -----BEGIN CERTIFICATE-----, found none"
            .to_owned());
    }
    Ok(roots)
}

pub(crate) fn own_identity(
    identity: &Identity,
    practice: &Practice,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), NotOpened> {
    match identity {
        Identity::Practice(address) => {
            let made = practice.authority().client(address).map_err(|error| error.to_string())?;
            Ok(certificates::as_rustls(made))
        }
        Identity::Pem(pem) => {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
            let chain = chain.map_err(|error| format!("reading PEM: {error}"))?;
            let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
                .map_err(|error| format!("reading the private key from PEM: {error}"))?;
            Ok((chain, key))
        }
    }
}

//! Whether a certificate is trusted, and every reason why it is not.
//!
//! The library's own verifier decides. Where it refuses, the handshake goes on nevertheless, with nothing sent that
//! follows from it, until the person has decided; that the other side owns the certificate is checked in any case.

use crate::certificate;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};
use tls_messages::{Certificate, Problem};
use webpki::EndEntityCert;

/// The library's verifier, and what it said.
#[derive(Debug)]
pub(crate) struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    problems: Mutex<Vec<Problem>>,
}

impl Verifier {
    pub(crate) fn new(inner: Arc<WebPkiServerVerifier>) -> Self {
        Self { inner, problems: Mutex::default() }
    }

    /// Why the certificate is not trusted; empty where it is, or while there is none.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if let Err(error) = verdict {
            let found = if certificates::read(end_entity).is_none() {
                // Of what could not be read there is nothing to be seen.
                vec![Problem::Unreadable(error.to_string())]
            } else {
                let own = certificate::read(end_entity);
                let mut found = problems(&error, &own, intermediates.is_empty(), now);
                let is_for = EndEntityCert::try_from(end_entity)
                    .and_then(|parsed| parsed.verify_is_valid_for_subject_name(server_name));
                if is_for.is_err() {
                    let wanted = server_name.to_str().into_owned();
                    found.push(Problem::OtherName { wanted, found: own.names });
                }
                if found.is_empty() {
                    // Another certificate of the chain is to blame.
                    found.push(Problem::Other(error.to_string()));
                }
                found
            };
            *self.problems.lock().unwrap_or_else(PoisonError::into_inner) = found;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// What the library found, which is the first of what there is, and what else can be seen by looking.
fn problems(error: &Error, own: &Certificate, alone: bool, now: UnixTime) -> Vec<Problem> {
    let mut problems = Vec::new();
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer if alone && own.issuer == own.subject => {
                problems.push(Problem::SelfSigned);
            }
            CertificateError::UnknownIssuer => {
                problems.push(Problem::UnknownIssuer { issuer: own.issuer.clone(), alone });
            }
            CertificateError::BadSignature => problems.push(Problem::BadSignature),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                problems.push(Problem::WrongPurpose);
            }
            // These are looked at by themselves, whatever came first.
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
            | CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. } => {}
            // A self-signed certificate that is an authority's, shown as a server's own.
            CertificateError::Other(_) if own.issuer == own.subject => {
                problems.push(Problem::SelfSigned);
            }
            other => problems.push(Problem::Other(other.to_string())),
        },
        other => problems.push(Problem::Other(other.to_string())),
    }
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if own.until < now {
        problems.push(Problem::Expired { until: own.until });
    }
    if own.from > now {
        problems.push(Problem::NotYetValid { from: own.from });
    }
    problems
}

//! How a practice server speaks TLS: with the certificate that it is asked for, and with whoever shows one of its own.

use crate::{Authority, Identity, Kind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{
    ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
};
use rustls::sign::CertifiedKey;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion, crypto::ring,
};
use std::sync::Arc;
use std::time::Duration;

/// Why a server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// A certificate could not be made.
    #[error("making a certificate: {0}")]
    Certificate(#[from] crate::Error),
    /// The library does not take what was made.
    #[error("setting TLS up: {0}")]
    Tls(#[from] rustls::Error),
    /// Nor what clients are to be checked with.
    #[error("setting TLS up for clients' certificates: {0}")]
    Clients(#[from] rustls::server::VerifierBuilderError),
}

/// What a practice server shows, and whom it believes.
#[derive(Debug)]
pub struct Practice {
    authority: Authority,
    certificates: Arc<ByName>,
}

impl Practice {
    /// A new authority, and a certificate of each [`Kind`] from it. `now` is the time since the Unix epoch.
    ///
    /// # Errors
    /// There were no random numbers to be had.
    pub fn new(now: Duration) -> Result<Self, NotReady> {
        let (authority, provider) = (Authority::new(now)?, ring::default_provider());
        let mut certificates = Vec::new();
        for kind in Kind::ALL {
            let (chain, key) = as_rustls(authority.server(kind)?);
            certificates.push((kind, Arc::new(CertifiedKey::from_der(chain, key, &provider)?)));
        }
        Ok(Self { authority, certificates: Arc::new(ByName(certificates)) })
    }

    /// Who vouches for all this.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// A server's configuration: these versions, the certificate that is asked for, and a look at the client's if it
    /// has one from the same authority.
    ///
    /// # Errors
    /// The library takes none of these versions.
    pub fn config(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<ServerConfig, NotReady> {
        let provider = Arc::new(ring::default_provider());
        let mut clients = RootCertStore::empty();
        clients.add(CertificateDer::from(self.authority.der().to_vec()))?;
        let clients =
            WebPkiClientVerifier::builder_with_provider(Arc::new(clients), provider.clone())
                .allow_unauthenticated()
                .build()?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)?
            .with_client_cert_verifier(clients)
            .with_cert_resolver(self.certificates.clone());
        // Each session is looked at from its beginning: nobody comes back to an earlier one.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        // Without it two connections of TLS 1.2 may share a channel binding (RFC 9266 §4.2).
        config.require_ems = true;
        Ok(config)
    }
}

/// The exporter's label for a channel binding (RFC 9266 §4).
const BINDING: &[u8] = b"EXPORTER-Channel-Binding";

/// What a server knows of a client when the handshake is over: the channel binding `tls-exporter` (RFC 9266), 32
/// bytes, and whose certificate it showed, if it showed one.
pub fn known_of_client(connection: &ServerConnection) -> (Option<Vec<u8>>, Option<String>) {
    let binding = connection.export_keying_material(vec![0; 32], BINDING, Some(&[])).ok();
    let shown = connection.peer_certificates().and_then(<[_]>::first);
    (binding, shown.and_then(|certificate| crate::owner(certificate)))
}

/// An identity as the library wants it.
pub fn as_rustls(identity: Identity) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let chain = identity.chain.into_iter().map(CertificateDer::from).collect();
    (chain, PrivatePkcs8KeyDer::from(identity.key).into())
}

/// A certificate of each kind, chosen by the name the client asks for.
#[derive(Debug)]
struct ByName(Vec<(Kind, Arc<CertifiedKey>)>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let wanted = client_hello.server_name().map(Kind::of_host).unwrap_or_default();
        let (_, certified) = self.0.iter().find(|(kind, _)| *kind == wanted)?;
        Some(certified.clone())
    }
}

//! The practice server's TLS: an authority of its own, made when the bridge starts, and certificates from it.

use certificates::{NotReady, known_of_client};
use protocol::auth::ChannelBinding;
use protocol::server;
use std::{
    fmt, io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::version::{TLS12, TLS13},
    server::TlsStream,
};

/// How long a client may take over the handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// What is needed to speak TLS, and what clients are told of it.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    /// The authority's certificate, as PEM.
    pub(crate) authority: String,
    /// A certificate and key for the practice account, as PEM.
    pub(crate) identity: Option<String>,
}

impl Tls {
    /// An authority, and certificates from it; one for this user among them.
    pub(super) fn new(user: Option<&str>) -> Result<Self, NotReady> {
        // A clock set before the epoch says 0, and certificates are then as old as it is.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let practice = certificates::Practice::new(now)?;
        let config = practice.config(&[&TLS13, &TLS12])?;
        let authority = practice.authority();
        let identity = user.map(|user| authority.client(user)).transpose()?;
        Ok(Self {
            acceptor: TlsAcceptor::from(std::sync::Arc::new(config)),
            authority: authority.pem(),
            identity: identity.map(|identity| identity.pem()),
        })
    }

    /// Speaks TLS from here on, and says what is known of the client by it.
    pub(super) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
    ) -> io::Result<(TlsStream<S>, server::Tls)> {
        let stream = timeout(HANDSHAKE, self.acceptor.accept(stream)).await??;
        let (binding, identity) = known_of_client(stream.get_ref().1);
        let binding = binding.map(|data| ChannelBinding { kind: "tls-exporter".into(), data });
        Ok((stream, server::Tls { binding, identity }))
    }
}

/// Without the keys.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

//! A tunnel as a program opens it, without a page: one end of a WebSocket.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::{SinkExt as _, StreamExt as _};
use http::HeaderValue;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

use crate::{Error, Result, authority::Authority, wait};

/// The name under which a page is opened, where it is not the bridge's own address.
pub const NAME: &str = "walk.example.com";

/// And the page's origin.
pub const ORIGIN: &str = "https://walk.example.com";
/// Where a tunnel comes from, as it says itself.
pub const ELSEWHERE: &str = "198.51.100.7";

/// An open tunnel.
#[derive(Debug)]
pub struct Tunnel<S = TcpStream>(WebSocketStream<S>);

/// How a tunnel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this close code.
    Closed(u16),
    /// Without a Close: the connection broke.
    Broken,
}

impl Tunnel {
    /// Opens one as the page of `https://walk.example.com` would, through whoever listens at `address`. It says of
    /// itself that it comes from elsewhere, which nobody is to believe.
    ///
    /// # Errors
    /// When it is not opened.
    pub async fn open(address: SocketAddr, target: SocketAddr) -> Result<Self> {
        Self::open_to(address, &target.ip().to_string(), target.port()).await
    }

    /// The same, to a server that is named.
    ///
    /// # Errors
    /// As there.
    pub async fn open_to(address: SocketAddr, host: &str, port: u16) -> Result<Self> {
        opened(address, async {
            let stream = TcpStream::connect(address).await?;
            upgraded(stream, host, port).await
        })
        .await
    }
}

impl Tunnel<TlsStream<TcpStream>> {
    /// The same through whoever speaks TLS at `address` and has a certificate of this authority for [`NAME`]; from an
    /// address of this machine.
    ///
    /// # Errors
    /// As there, and when the certificate is another one.
    pub async fn open_tls(
        from: IpAddr,
        (address, authority): (SocketAddr, &Authority),
        target: SocketAddr,
    ) -> Result<Self> {
        let pem = authority.pem()?;
        // Boxed: what TLS holds is large.
        Box::pin(opened(address, async {
            let mut roots = RootCertStore::empty();
            let root = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(other)?;
            roots.add(root).map_err(other)?;
            let trusting = ClientConfig::builder().with_root_certificates(roots);
            let tls = TlsConnector::from(Arc::new(trusting.with_no_client_auth()));
            let socket = TcpSocket::new_v4()?;
            socket.bind((from, 0).into())?;
            let stream = socket.connect(address).await?;
            let stream = tls.connect(ServerName::try_from(NAME).map_err(other)?, stream).await?;
            upgraded(stream, &target.ip().to_string(), target.port()).await
        }))
        .await
    }
}

/// What is opened, unless that takes too long.
async fn opened<T>(
    address: SocketAddr,
    opening: impl Future<Output = Result<T, tungstenite::Error>>,
) -> Result<T> {
    let doing = || Error::io(format!("open a tunnel at {address}"));
    match timeout(wait::PATIENCE, opening).await {
        Ok(opened) => opened.map_err(|error| doing()(other(error))),
        Err(late) => Err(doing()(late.into())),
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> std::io::Error {
    std::io::Error::other(error)
}

async fn upgraded<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    port: u16,
) -> Result<Tunnel<S>, tungstenite::Error> {
    let mut request =
        format!("ws://{NAME}/tunnel?host={host}&port={port}").into_client_request()?;
    request.headers_mut().insert(http::header::ORIGIN, HeaderValue::from_static(ORIGIN));
    request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static(ELSEWHERE));
    let (socket, _) = client_async(request, stream).await?;
    Ok(Tunnel(socket))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Tunnel<S> {
    /// Sends bytes to a server that sends them back, and waits until it has.
    ///
    /// # Errors
    /// The end of the tunnel, or other bytes than were sent: then it has broken.
    pub async fn echo(&mut self, bytes: &[u8]) -> Result<(), End> {
        self.0.send(Message::binary(bytes.to_vec())).await.map_err(|_| End::Broken)?;
        let mut back = Vec::new();
        while back.len() < bytes.len() {
            match self.0.next().await {
                Some(Ok(Message::Binary(more))) => back.extend_from_slice(&more),
                Some(Ok(Message::Close(close))) => {
                    return Err(close.map_or(End::Broken, |close| End::Closed(close.code.into())));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(End::Broken),
            }
        }
        if back == bytes { Ok(()) } else { Err(End::Broken) }
    }

    /// Closes it.
    ///
    /// # Errors
    /// When it was not there any more.
    pub async fn close(mut self) -> Result<(), End> {
        self.0.close(None).await.map_err(|_| End::Broken)
    }
}

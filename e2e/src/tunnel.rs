//! A tunnel as a program opens it, without a page: one end of a WebSocket.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use http::HeaderValue;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

use crate::{Error, Result, wait};

/// The name under which a page is opened, where it is not the bridge's own address.
pub const NAME: &str = "walk.example.com";

/// And the page's origin.
pub const ORIGIN: &str = "https://walk.example.com";
/// Where a tunnel comes from, as it says itself.
pub const ELSEWHERE: &str = "198.51.100.7";

/// An open tunnel.
#[derive(Debug)]
pub struct Tunnel(WebSocketStream<TcpStream>);

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
        let url = format!("ws://{NAME}/tunnel?host={host}&port={port}");
        let opening = async {
            let mut request = url.into_client_request()?;
            let origin = HeaderValue::from_static(ORIGIN);
            request.headers_mut().insert(http::header::ORIGIN, origin);
            request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static(ELSEWHERE));
            let (socket, _) = client_async(request, TcpStream::connect(address).await?).await?;
            Ok(Self(socket))
        };
        let failed = |error: tungstenite::Error| {
            Error::io(format!("open a tunnel at {address}"))(std::io::Error::other(error))
        };
        match timeout(wait::PATIENCE, opening).await {
            Ok(opened) => opened.map_err(failed),
            Err(late) => Err(Error::io(format!("open a tunnel at {address}"))(late.into())),
        }
    }

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

//! The client: the same for all subjects, but for the WebSocket where there is one.

use anyhow::{Context as _, Result, bail};
use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

/// The page sends this much at a time.
pub(crate) const MESSAGE: usize = 16 * 1024;

/// One end of a tunnel.
pub(crate) enum Wire {
    Tcp(TcpStream, BytesMut),
    WebSocket(Box<WebSocketStream<TcpStream>>),
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr, path: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let Some(path) = path else { return Ok(Self::Tcp(stream, BytesMut::new())) };
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        let origin = format!("http://{address}");
        request.headers_mut().insert("origin", origin.parse()?);
        let config = WebSocketConfig::default().write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Self::WebSocket(Box::new(socket)))
    }

    pub(crate) async fn send(&mut self, bytes: Bytes) -> Result<()> {
        match self {
            Self::Tcp(stream, _) => stream.write_all(&bytes).await?,
            Self::WebSocket(socket) => socket.send(Message::Binary(bytes)).await?,
        }
        Ok(())
    }

    /// The next bytes, at least one.
    pub(crate) async fn receive(&mut self) -> Result<Bytes> {
        loop {
            match self {
                Self::Tcp(stream, buffer) => {
                    buffer.reserve(256 * 1024);
                    if stream.read_buf(buffer).await? == 0 {
                        bail!("the connection ended");
                    }
                    return Ok(buffer.split().freeze());
                }
                Self::WebSocket(socket) => {
                    match socket.next().await.context("the tunnel ended")?? {
                        Message::Binary(bytes) => return Ok(bytes),
                        Message::Close(close) => bail!("the tunnel was closed: {close:?}"),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Sends, and waits for as much to come back.
    pub(crate) async fn round_trip(&mut self, bytes: &Bytes) -> Result<()> {
        self.send(bytes.clone()).await?;
        let mut left = bytes.len();
        while left > 0 {
            left = left.saturating_sub(self.receive().await?.len());
        }
        Ok(())
    }

    pub(crate) async fn close(&mut self) -> Result<()> {
        match self {
            Self::Tcp(stream, _) => stream.shutdown().await?,
            Self::WebSocket(socket) => {
                // The socket's own: a box of a sink is a sink too, with a close of its own.
                WebSocketStream::close(socket, None).await?;
                while let Some(Ok(_)) = socket.next().await {}
            }
        }
        Ok(())
    }
}

//! The same relay without any of the product's duties: what a WebSocket on this library costs at the least.
//!
//! It listens to whoever comes, dials one address, tells nothing, checks nothing and limits nothing.

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::{
    accept_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

pub(crate) fn run(listen: SocketAddr, target: SocketAddr) -> Result<()> {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        loop {
            let (page, _) = listener.accept().await?;
            tokio::spawn(carry(page, target));
        }
    })
}

async fn carry(page: TcpStream, target: SocketAddr) -> Result<()> {
    page.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(16 * 1024).write_buffer_size(0);
    let (mut to_page, mut from_page) = accept_async_with_config(page, Some(config)).await?.split();
    let server = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        while let Some(Ok(message)) = from_page.next().await {
            to_server.write_all(&message.into_data()).await?;
        }
        anyhow::Ok(to_server.shutdown().await?)
    };
    let down = async {
        let mut buffer = bytes::BytesMut::new();
        loop {
            buffer.reserve(64 * 1024);
            if from_server.read_buf(&mut buffer).await? == 0 {
                return anyhow::Ok(to_page.close().await?);
            }
            to_page.send(Message::Binary(buffer.split().freeze())).await?;
        }
    };
    tokio::select! {
        up = up => up,
        down = down => down,
    }
}

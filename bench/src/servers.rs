//! What the tunnels lead to.

use anyhow::Result;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Servers on ports of their own.
pub(crate) struct Servers {
    /// Sends back what it gets.
    pub(crate) echo: SocketAddr,
    /// Takes what it gets.
    pub(crate) sink: SocketAddr,
    /// Sends as much as is taken.
    pub(crate) source: SocketAddr,
    /// What the sink has taken.
    pub(crate) taken: Arc<AtomicU64>,
}

const BUFFER: usize = 256 * 1024;

impl Servers {
    pub(crate) async fn start() -> Result<Self> {
        let taken = Arc::new(AtomicU64::new(0));
        let counter = taken.clone();
        Ok(Self {
            echo: serve(|mut stream| async move {
                let mut buffer = vec![0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    if stream.write_all(&buffer[..read]).await.is_err() {
                        break;
                    }
                }
            })
            .await?,
            sink: serve(move |mut stream| {
                let counter = counter.clone();
                async move {
                    let mut buffer = vec![0; BUFFER];
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        counter.fetch_add(read as u64, Relaxed);
                    }
                }
            })
            .await?,
            source: serve(|mut stream| async move {
                let buffer = vec![b'x'; BUFFER];
                while stream.write_all(&buffer).await.is_ok() {}
            })
            .await?,
            taken,
        })
    }
}

/// Listens on a port of its own, and talks to whoever comes.
async fn serve<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> Result<SocketAddr>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(talk(stream));
        }
    });
    Ok(address)
}

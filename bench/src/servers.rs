//! What the tunnels lead to.

use anyhow::Result;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
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

/// Any port of this machine.
const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Servers {
    pub(crate) async fn start() -> Result<Self> {
        let taken = Arc::new(AtomicU64::new(0));
        let counter = taken.clone();
        Ok(Self {
            echo: serve(ANY, send_back).await?,
            sink: serve(ANY, move |mut stream| {
                let counter = counter.clone();
                async move {
                    let mut buffer = vec![0; BUFFER];
                    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                        counter.fetch_add(read as u64, Relaxed);
                    }
                }
            })
            .await?,
            source: serve(ANY, |mut stream| async move {
                let buffer = vec![b'x'; BUFFER];
                while stream.write_all(&buffer).await.is_ok() {}
            })
            .await?,
            taken,
        })
    }
}

async fn send_back(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
}

/// Nothing but the echo server, for as long as the program runs.
pub(crate) async fn echo(listen: SocketAddr) -> Result<()> {
    serve(listen, send_back).await?;
    std::future::pending().await
}

/// Listens on a port, and talks to whoever comes.
async fn serve<F>(
    listen: SocketAddr,
    talk: impl Fn(TcpStream) -> F + Send + 'static,
) -> Result<SocketAddr>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(talk(stream));
        }
    });
    Ok(address)
}

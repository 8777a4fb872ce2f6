//! Ports of one's own, and the least of an HTTP client.

use std::{
    net::{SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{Error, Result, wait};

/// The ports given out. They lie below the system's range for outgoing connections (32768 and up
/// on Linux), so nothing takes one by chance between being found free and being listened on.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port on 127.0.0.1 that nobody listens on and that this process has not given out lately.
///
/// # Errors
/// When all ports are taken.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test processes that run at the same time begin far from each other.
    let offset = process::id().wrapping_mul(7919) % u32::from(COUNT);
    for _ in 0..COUNT {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let index = u16::try_from((offset + step) % u32::from(COUNT)).unwrap_or(0);
        let port = FIRST + index;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Error::Missing {
        expected: format!("a free port on 127.0.0.1 from {FIRST} to {}", FIRST + COUNT - 1),
        found: "all are taken".into(),
        cure: "end what listens there".into(),
    })
}

/// Listens on a port of 127.0.0.1, for as many at once as any test lets come.
///
/// # Errors
/// When there is no port.
pub fn listen() -> Result<(tokio::net::TcpListener, SocketAddr)> {
    const WAITING: u32 = 1024;
    let listening = || {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(WAITING)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listening().map_err(Error::io("listen on a port of 127.0.0.1"))
}

/// A server that sends back what it gets, for as long as the test runs.
///
/// # Errors
/// When there is no port for it.
pub fn echo() -> Result<SocketAddr> {
    let (listener, address) = listen()?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    Ok(address)
}

/// An HTTP response.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The status line and the header fields.
    pub head: String,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// Asks for `path`. The server is asked to close afterwards, so the end of the stream is the end
/// of the body; a chunked body would be given with its chunk sizes.
///
/// # Errors
/// When the server cannot be reached, does not answer in time, or not in HTTP.
pub async fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    let doing = || Error::io(format!("get http://{address}{path}"));
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await?;
        Ok(response)
    };
    let late = |late: tokio::time::error::Elapsed| doing()(late.into());
    let response = timeout(wait::PATIENCE, exchange).await.map_err(late)?.map_err(doing())?;
    parse(&response).ok_or_else(|| Error::Missing {
        expected: format!("an HTTP response from http://{address}{path}"),
        found: format!("it sent {:?}", String::from_utf8_lossy(&response)),
        cure: "see what listens there".into(),
    })
}

fn parse(response: &[u8]) -> Option<Answer> {
    let end = response.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(response.get(..end)?).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Answer { status, head, body: response.get(end + 4..)?.to_vec() })
}

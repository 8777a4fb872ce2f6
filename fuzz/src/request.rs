//! Everything that a stranger can send to a bridge.

use bridge::{Config, Listeners};
use futures_util::stream;
use protocol::tunnel::TOKEN_PREFIX;
use std::{cell::OnceCell, io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    task::yield_now,
    time::timeout,
};

/// The bridge's own name. Its port is another one each time, which no input can know; through a proxy the name stays
/// and the port does not, so the guard lets this through as well.
const NAME: &str = "localhost";
/// What a tunnel must bring.
const TOKEN: &str = "0123456789abcdef";

/// Whatever is sent, a bridge answers in HTTP or in frames, comes to an end, and goes on for others.
///
/// The first byte says how: its lowest bit whether all that follows is sent through a tunnel to the practice server that
/// is open already, the others in pieces of how many bytes.
pub fn request(input: &[u8]) {
    answer(input);
}

/// The same, and gives what was answered.
pub fn answer(input: &[u8]) -> Vec<u8> {
    thread_local! {
        static RUNNING: OnceCell<(Runtime, SocketAddr)> = const { OnceCell::new() };
    }
    RUNNING.with(|running| {
        let (runtime, address) = running.get_or_init(start);
        runtime.block_on(talk(*address, input)).expect("the bridge is there")
    })
}

/// A bridge that has all that a request can meet: a page from elsewhere, a proxy and a token.
fn config() -> Config {
    Config {
        origins: vec![format!("http://{NAME}").parse().expect("it is an origin")],
        proxies: vec!["127.0.0.1".parse().expect("it is an address")],
        token: Some(TOKEN.parse().expect("it is a token")),
        ..Config::default()
    }
}

fn start() -> (Runtime, SocketAddr) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("there are threads");
    let listening = async {
        let http = TcpListener::bind("127.0.0.1:0").await?;
        let practice = Some(TcpListener::bind("127.0.0.1:0").await?);
        let address = http.local_addr()?;
        tokio::spawn(bridge::run(
            Listeners { http, practice, practice_tls: None, metrics: None },
            config(),
            stream::pending(),
        ));
        io::Result::Ok(address)
    };
    let address = runtime.block_on(listening).expect("there are ports");
    (runtime, address)
}

async fn talk(address: SocketAddr, input: &[u8]) -> io::Result<Vec<u8>> {
    let (first, rest) = input.split_first().map_or((0, input), |(first, rest)| (*first, rest));
    let mut stream = TcpStream::connect(address).await?;
    if first % 2 == 1 {
        let opening = format!(
            "GET /tunnel?host=practice&port=25 HTTP/1.1\r\nHost: {NAME}\r\nOrigin: http://{NAME}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
             Sec-WebSocket-Protocol: {TOKEN_PREFIX}{TOKEN}\r\n\r\n"
        );
        stream.write_all(opening.as_bytes()).await?;
    }
    for piece in rest.chunks(usize::from(first / 2) + 1) {
        // It may have hung up by now, and with good reason.
        if stream.write_all(piece).await.is_err() {
            break;
        }
        yield_now().await;
    }
    // Both ends run on this thread: that is time enough to answer.
    for _ in 0..20 {
        yield_now().await;
    }
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let ended = timeout(Duration::from_secs(15), stream.read_to_end(&mut answer)).await;
    ended.map_or_else(|_| panic!("it does not end: {answer:?}"), drop);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "it answered {answer:?}");
    Ok(answer)
}

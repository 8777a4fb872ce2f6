//! How fast bytes may go, for each client and for all of them.
//!
//! What a limit guarantees is that so much takes no less than so long. How long it takes at most depends on the machine,
//! and is not looked at.

use crate::harness::*;
use bridge::Config;
use protocol::tunnel::SUBPROTOCOL;
use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Bytes in a second, and at once.
const RATE: u32 = 1_000_000;
/// What a tunnel carries each way: less than may come at once, and twice as much is more.
const LENGTH: usize = 700_000;
/// So long twice as much takes at least, with what came at once taken off.
const LEAST: Duration = Duration::from_millis(400);

/// A bridge for whoever a proxy on this machine asks for.
async fn start(listener: &TcpListener, each: Option<u32>, all: Option<u32>) -> Bridge {
    let mut config: Config = allowing(listener);
    config.proxies = vec!["127.0.0.1".parse().unwrap()];
    config.limits.bytes_per_ip = each.and_then(NonZeroU32::new);
    config.limits.bytes = all.and_then(NonZeroU32::new);
    Bridge::start(config).await
}

/// A tunnel of this client, and the server that it leads to.
async fn tunnel(bridge: &Bridge, listener: &TcpListener, client: &str) -> (Client, TcpStream) {
    let path = format!("/tunnel?host=127.0.0.1&port={}", listener.local_addr().unwrap().port());
    let headers = [("x-forwarded-for", client), ("origin", &format!("http://{}", bridge.address))];
    let mut page = bridge.try_client(&path, &[SUBPROTOCOL], &headers).await.unwrap();
    page.connected().await;
    (page, accept(listener).await)
}

async fn up((page, server): &mut (Client, TcpStream), bytes: &[u8]) {
    let sending = async {
        for chunk in bytes.chunks(16 * 1024) {
            page.send(chunk.to_vec()).await;
        }
    };
    let mut received = vec![0; bytes.len()];
    let ((), read) = tokio::join!(sending, within(server.read_exact(&mut received)));
    read.unwrap();
    assert!(received == bytes, "up");
}

async fn down((page, server): &mut (Client, TcpStream), bytes: &[u8]) {
    let (written, received) = tokio::join!(server.write_all(bytes), page.bytes(bytes.len()));
    written.unwrap();
    assert!(received == bytes, "down");
}

#[tokio::test]
async fn what_is_carried_too_fast_waits_and_arrives() {
    let listener = loopback().await;
    let bytes = pattern(LENGTH);
    for (each, all) in [(Some(RATE), None), (None, Some(RATE))] {
        let bridge = start(&listener, each, all).await;
        let mut tunnel = tunnel(&bridge, &listener, "198.51.100.1").await;
        let began = Instant::now();
        up(&mut tunnel, &bytes).await;
        down(&mut tunnel, &bytes).await;
        assert!(began.elapsed() >= LEAST, "{each:?}, {all:?}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn the_tunnels_of_one_client_share_its_rate_and_those_of_all_clients_share_that_of_all() {
    let listener = loopback().await;
    let bytes = pattern(LENGTH);
    for (each, all, other) in
        [(Some(RATE), None, "198.51.100.1"), (None, Some(RATE), "198.51.100.2")]
    {
        let bridge = start(&listener, each, all).await;
        let mut first = tunnel(&bridge, &listener, "198.51.100.1").await;
        let mut second = tunnel(&bridge, &listener, other).await;
        let began = Instant::now();
        tokio::join!(up(&mut first, &bytes), up(&mut second, &bytes));
        assert!(began.elapsed() >= LEAST, "{each:?}, {all:?}: {:?}", began.elapsed());
    }
}

/// Each client has 120 KiB and then a byte a second: whoever would have to wait for the flood of another would wait for
/// hours.
#[tokio::test]
async fn a_client_far_over_its_own_rate_does_not_slow_another_down() {
    const AT_ONCE: usize = 120 * 1024;
    let listener = loopback().await;
    let bridge = start(&listener, Some(1), Some(RATE)).await;
    let (mut page, mut server) = tunnel(&bridge, &listener, "198.51.100.1").await;
    let mut other = tunnel(&bridge, &listener, "198.51.100.2").await;
    let began = Instant::now();
    let received = AtomicUsize::new(0);
    let flood = async {
        let sending = async {
            loop {
                page.send(vec![b'x'; 16 * 1024]).await;
            }
        };
        let receiving = async {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                received.fetch_add(server.read(&mut buffer).await.unwrap(), Relaxed);
            }
        };
        tokio::join!(sending, receiving)
    };
    let bytes = pattern(50_000);
    let others = async {
        eventually(async || (received.load(Relaxed) > 0).then_some(())).await;
        up(&mut other, &bytes).await;
        down(&mut other, &bytes).await;
    };
    tokio::select! {
        _ = flood => unreachable!("a flood has no end"),
        () = others => {}
    }
    let since = usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
    assert!(received.load(Relaxed) <= AT_ONCE + since, "{received:?}");
}

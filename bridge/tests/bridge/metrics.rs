//! What is counted.

use crate::harness::*;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What Prometheus reads.
async fn told(bridge: &Bridge) -> String {
    let mut stream = TcpStream::connect(bridge.metrics).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nHost: metrics\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut said = String::new();
    within(stream.read_to_string(&mut said)).await.unwrap();
    said
}

/// Waits until it says all of this, each on a line of its own.
async fn tells(bridge: &Bridge, lines: &[&str]) {
    eventually(async || {
        let said = told(bridge).await;
        lines.iter().all(|line| said.lines().any(|said| said == *line)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn tunnels_and_bytes_are_counted_and_nobody_is_named() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let said = told(&bridge).await;
    let begins = "HTTP/1.1 200 OK\r\ncontent-type: application/openmetrics-text; version=1.0.0";
    assert!(said.starts_with(begins), "{said}");
    assert!(said.ends_with("# EOF\n"), "{said}");
    tells(&bridge, &["smtp_bridge_tunnels 0", "smtp_bridge_up_bytes_total 0"]).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    tells(&bridge, &["smtp_bridge_tunnels 1", "smtp_bridge_connecting_seconds_count 1"]).await;
    server.write_all(b"220 ready\r\n").await.unwrap();
    assert_eq!(page.bytes(11).await, b"220 ready\r\n");
    page.send(&b"QUIT\r\n"[..]).await;
    server.read_exact(&mut [0; 6]).await.unwrap();
    drop(server);
    page.end().await;
    tells(
        &bridge,
        &[
            "smtp_bridge_tunnels 0",
            "smtp_bridge_tunnels_ended_total{why=\"server\"} 1",
            "smtp_bridge_up_bytes_total 6",
            "smtp_bridge_down_bytes_total 11",
        ],
    )
    .await;
    // Refused by the policy, and by the guard.
    bridge.tunnel_to("192.0.2.25", 25).await.end().await;
    assert_eq!(bridge.http_to("evil.example", "GET /").await.status, 421);
    tells(
        &bridge,
        &[
            "smtp_bridge_tunnels_refused_total{code=\"4403\"} 1",
            "smtp_bridge_requests_stopped_total{code=\"421\"} 1",
            "smtp_bridge_connections 0",
        ],
    )
    .await;
    let said = told(&bridge).await;
    assert!(!said.contains("127.0.0.1") && !said.contains("192.0.2.25"), "{said}");
}

#[tokio::test]
async fn the_metrics_port_has_nothing_else() {
    let bridge = Bridge::start(with_rules(&[])).await;
    for path in ["/", "/bridge", "/tunnel?host=practice", "/practice/messages"] {
        let mut stream = TcpStream::connect(bridge.metrics).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut said = String::new();
        within(stream.read_to_string(&mut said)).await.unwrap();
        assert!(said.starts_with("HTTP/1.1 404 "), "{path}: {said}");
    }
}

/// Event streams stay: whoever holds as many as there may be leaves no connection for anything else.
#[tokio::test]
async fn who_counts_is_answered_when_there_are_no_connections_left() {
    let mut config = with_rules(&[]);
    config.limits.tunnels_per_ip = 1;
    let bridge = Bridge::start(config).await;
    let asked = format!("GET /practice/events HTTP/1.1\r\nHost: {}\r\n\r\n", bridge.address);
    let mut held = Vec::new();
    loop {
        let mut stream = TcpStream::connect(bridge.address).await.unwrap();
        // One too many reads the end, or a reset.
        let _ = stream.write_all(asked.as_bytes()).await;
        match within(stream.read(&mut [0; 64])).await {
            Ok(1..) => held.push(stream),
            _ => break,
        }
    }
    tells(&bridge, &[&format!("smtp_bridge_connections {}", held.len())]).await;
}

#[tokio::test]
async fn a_page_that_does_not_wait_until_it_is_connected_is_counted() {
    let mut config = with_rules(&["mail.example:25"]);
    config.resolver = Arc::new(Waits::default());
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("mail.example", 25).await;
    page.event().await;
    page.socket.close(None).await.unwrap();
    page.end().await;
    tells(&bridge, &["smtp_bridge_tunnels_left_total{why=\"page\"} 1"]).await;
}

/// The server goes on as if nothing had happened, and is let for a while; the tunnel has ended all the same.
#[tokio::test]
async fn an_end_is_counted_as_soon_as_it_is_known() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    page.socket.close(None).await.unwrap();
    page.end().await;
    let both = ["smtp_bridge_tunnels 1", "smtp_bridge_tunnels_ended_total{why=\"page\"} 1"];
    tells(&bridge, &both).await;
    drop(server);
}

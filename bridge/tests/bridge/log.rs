//! What the log says of whoever was not served, and of how tunnels end.

use crate::harness::*;
use bridge::Stop;
use std::sync::Arc;

/// What a field of a line says.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = line.split_once(&format!(" {name}="))?;
    value.split_whitespace().next()
}

fn seconds(line: &str) -> f64 {
    field(line, "seconds").and_then(|seconds| seconds.parse().ok()).expect(line)
}

#[tokio::test]
async fn a_request_that_is_stopped_is_logged_with_who_asked() {
    let mut config = with_rules(&[]);
    config.proxies = vec!["127.0.0.1".parse().unwrap()];
    let bridge = Bridge::start(config).await;
    let log = Log::kept();
    let foreign = "Origin: http://evil.example\nX-Forwarded-For: 198.51.100.7";
    assert_eq!(bridge.http(&format!("GET /bridge\n{foreign}")).await.status, 403);
    let line = log.line("GET /bridge is stopped: ").await;
    assert!(field(&line, "peer").unwrap().starts_with("127.0.0.1:"), "{line}");
    assert_eq!(field(&line, "client"), Some("198.51.100.7"), "{line}");
}

#[tokio::test]
async fn what_a_stranger_wrote_is_cut_where_it_is_long() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let log = Log::kept();
    let much = "x".repeat(5000);
    let stopped = bridge.http_to(&format!("{much}.example"), &format!("GET /{much}")).await;
    assert_eq!((stopped.status, stopped.body.len() < 1000), (421, true));
    assert!(log.line("is stopped: ").await.len() < 1000);
    assert_eq!(bridge.http(&format!("GET /{much}")).await.status, 404);
    assert!(log.line("is answered with 404").await.len() < 1000);
}

#[tokio::test]
async fn a_request_that_the_bridge_could_not_serve_is_logged_with_who_asked() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let _page = bridge.connected(listener.local_addr().unwrap()).await;
    let log = Log::kept();
    assert_eq!(bridge.http("DELETE /healthz").await.status, 405);
    let line = log.line("DELETE /healthz is answered with 405").await;
    assert_eq!(field(&line, "client"), Some("127.0.0.1"), "{line}");
    bridge.tell(Stop::Drain);
    eventually(async || (bridge.http("GET /readyz").await.status == 503).then_some(())).await;
    let line = log.line("GET /readyz is answered with 503").await;
    assert_eq!(field(&line, "client"), Some("127.0.0.1"), "{line}");
}

#[tokio::test]
async fn a_tunnel_that_comes_to_nothing_is_logged_with_who_asked_and_where_to() {
    let mut config = with_rules(&[]);
    config.limits.tunnels_per_ip = 0;
    let bridge = Bridge::start(config).await;
    let log = Log::kept();
    assert_eq!(bridge.tunnel_to("mail.example", 25).await.end().await.code, 4429);
    let line = log.line("refused with 4429").await;
    assert_eq!(field(&line, "to"), Some("mail.example:25"), "{line}");
    assert!(line.contains("client=127.0.0.1"), "{line}");

    let bridge = Bridge::start(with_rules(&[])).await;
    assert_eq!(bridge.tunnel_to("192.0.2.25", 25).await.end().await.code, 4403);
    let line = log.line("failed with 4403").await;
    assert_eq!(field(&line, "to"), Some("192.0.2.25:25"), "{line}");
    assert!(seconds(&line) >= 0.0, "{line}");
}

#[tokio::test]
async fn a_tunnel_that_is_connecting_when_the_bridge_ends_has_a_line() {
    let mut config = with_rules(&["mail.example:25"]);
    config.resolver = Arc::new(Waits::default());
    let bridge = Bridge::start(config).await;
    let log = Log::kept();
    let mut page = bridge.tunnel_to("mail.example", 25).await;
    page.event().await;
    let (heard, ()) = tokio::join!(page.end(), bridge.stop());
    assert_eq!(heard.code, 1001);
    let line = log.line("failed with 1001: the bridge is shutting down").await;
    assert_eq!(field(&line, "to"), Some("mail.example:25"), "{line}");
    assert!(seconds(&line) >= 0.0, "{line}");
}

/// The page does not take its Close, so the tunnel is dropped with the bridge and never comes to its very end.
#[tokio::test]
async fn a_tunnel_that_is_dropped_with_the_bridge_has_its_line() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let log = Log::kept();
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    let flood = vec![b'x'; 65_536];
    while server.try_write(&flood).is_ok() {
        tokio::task::yield_now().await;
    }
    bridge.stop().await;
    let line = log.line(" ended ").await;
    assert!(line.contains("why=the bridge is shutting down"), "{line}");
    drop((page, server));
}

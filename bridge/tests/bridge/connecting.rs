//! From the question to the connection, or to the reason why there is none.

use crate::harness::*;
use bridge::Config;
use protocol::tunnel::{FailureReason, TunnelEvent};
use std::{sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt as _, net::TcpSocket};

/// The events and the close code of a tunnel that came to nothing.
async fn failed(bridge: &Bridge, host: &str, port: u16) -> (Vec<TunnelEvent>, FailureReason, u16) {
    let mut heard = bridge.tunnel_to(host, port).await.end().await;
    let Some(TunnelEvent::Failed { reason, detail }) = heard.events.pop() else {
        panic!("the last event says why: {heard:?}")
    };
    assert!(!detail.is_empty() && detail.starts_with(&heard.reason), "{detail}: {}", heard.reason);
    (heard.events, reason, heard.code)
}

#[tokio::test]
async fn a_name_is_looked_up_and_its_addresses_are_shown() {
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let mut config = allowing(&listener);
    config.resolver = Arc::new(Knows(&[("mail.example.com", &["127.0.0.1"])]));
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("Mail.Example.COM", port).await;
    let host = "mail.example.com".to_owned();
    assert_eq!(page.event().await, TunnelEvent::Resolving { host });
    let addresses = vec!["127.0.0.1".parse().unwrap()];
    assert_eq!(page.event().await, TunnelEvent::Resolved { addresses });
    page.connected().await;
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let mut config = with_rules(&[&format!("127.0.0.0/8:{port}")]);
    config.resolver = Arc::new(Knows(&[("mail.example.com", &["127.0.0.2", "127.0.0.1"])]));
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("mail.example.com", port).await;
    let mut tried = Vec::new();
    loop {
        match page.event().await {
            TunnelEvent::Connecting { address } => tried.push(address),
            TunnelEvent::Connected { address, .. } => {
                assert_eq!(address, format!("127.0.0.1:{port}"));
                break;
            }
            TunnelEvent::Failed { detail, .. } => panic!("{detail}"),
            _ => {}
        }
    }
    assert_eq!(tried, [format!("127.0.0.2:{port}"), format!("127.0.0.1:{port}")]);
    accept(&listener).await.write_all(b"220 here\r\n").await.unwrap();
    assert_eq!(page.bytes(10).await, b"220 here\r\n");
}

#[tokio::test]
async fn a_port_on_which_nobody_listens_is_told() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (events, reason, code) = failed(&bridge, "127.0.0.1", port).await;
    assert!(matches!(events.last(), Some(TunnelEvent::Connecting { .. })));
    assert_eq!((reason, code), (FailureReason::ConnectionRefused, 4502));
}

#[tokio::test]
async fn a_name_that_is_not_found_is_told_from_a_resolver_that_fails() {
    let config = Config { resolver: Arc::new(Knows(&[("empty.example", &[])])), ..public() };
    let bridge = Bridge::start(config).await;
    for (host, expected) in [
        ("missing.example", FailureReason::NotFound),
        ("empty.example", FailureReason::NotFound),
        ("failing.example", FailureReason::ResolverFailed),
    ] {
        let (events, reason, code) = failed(&bridge, host, 25).await;
        assert_eq!(events, [TunnelEvent::Resolving { host: host.into() }]);
        assert_eq!((reason, code), (expected, 4502));
    }
}

/// Any public address would be allowed. Nobody has one here.
fn public() -> Config {
    let mut config = Config::default();
    config.policy.public = true;
    config
}

#[tokio::test]
async fn a_resolver_that_does_not_answer_is_not_waited_for_for_ever() {
    let mut config = Config { resolver: Arc::new(Waits::default()), ..public() };
    config.limits.connect = Duration::from_millis(50);
    let bridge = Bridge::start(config).await;
    let (_, reason, code) = failed(&bridge, "mail.example.com", 25).await;
    assert_eq!((reason, code), (FailureReason::ResolverFailed, 4502));
}

/// A port at this address that never answers. Where the accept queue is full, Linux lets new connections wait; others
/// refuse them.
#[cfg(target_os = "linux")]
async fn deaf(address: &str) -> (tokio::net::TcpListener, Vec<tokio::net::TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address.parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    // Nobody accepts: the queue is full when a connection is not established any more.
    while let Ok(waiting) =
        tokio::time::timeout(Duration::from_millis(300), tokio::net::TcpStream::connect(address))
            .await
    {
        queue.push(waiting.unwrap());
        assert!(queue.len() < 100, "the queue does not fill");
    }
    (listener, queue)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let (listener, _queue) = deaf("127.0.0.1:0").await;
    let mut config = allowing(&listener);
    config.limits.connect = Duration::from_millis(100);
    let bridge = Bridge::start(config).await;
    let port = listener.local_addr().unwrap().port();
    let (_, reason, code) = failed(&bridge, "127.0.0.1", port).await;
    assert_eq!((reason, code), (FailureReason::TimedOut, 4504));
}

/// Happy Eyeballs (RFC 8305): long before the first address is given up.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_does_not_answer_holds_the_others_up_for_a_moment_only() {
    const ADDRESSES: &[&str] = &["127.0.0.2", "127.0.0.3", "127.0.0.1"];
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let (_deaf, _queue) = deaf(&format!("127.0.0.2:{port}")).await;
    let mut config = with_rules(&[&format!("127.0.0.0/8:{port}")]);
    config.resolver = Arc::new(Knows(&[("mail.example.com", ADDRESSES)]));
    // Longer than any test may take: nothing is given up here.
    config.limits.connect = Duration::from_hours(1);
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("mail.example.com", port).await;
    let mut tried = Vec::new();
    let connected = loop {
        match page.event().await {
            TunnelEvent::Connecting { address } => tried.push(address),
            TunnelEvent::Connected { address, .. } => break address,
            TunnelEvent::Failed { detail, .. } => panic!("{detail}"),
            _ => {}
        }
    };
    assert_eq!(connected, format!("127.0.0.1:{port}"));
    assert_eq!(tried, ADDRESSES.iter().map(|it| format!("{it}:{port}")).collect::<Vec<_>>());
    accept(&listener).await.write_all(b"220 here\r\n").await.unwrap();
    assert_eq!(page.bytes(10).await, b"220 here\r\n");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn when_nobody_answers_every_address_is_told_with_what_was_the_matter() {
    let (deaf, _queue) = deaf("127.0.0.2:0").await;
    let port = deaf.local_addr().unwrap().port();
    let mut config = with_rules(&[&format!("127.0.0.0/8:{port}")]);
    config.resolver = Arc::new(Knows(&[("mail.example.com", &["127.0.0.2", "127.0.0.3"])]));
    config.limits.connect = Duration::from_millis(600);
    let bridge = Bridge::start(config).await;
    let mut heard = bridge.tunnel_to("mail.example.com", port).await.end().await;
    let Some(TunnelEvent::Failed { detail, reason }) = heard.events.pop() else {
        panic!("{heard:?}")
    };
    assert_eq!(reason, FailureReason::ConnectionRefused);
    assert!(detail.contains(&format!("127.0.0.2:{port}: no answer within 600ms")), "{detail}");
    assert!(detail.contains(&format!("127.0.0.3:{port}: Connection refused")), "{detail}");
}

#[tokio::test]
async fn a_page_that_leaves_while_it_is_being_connected_gives_its_place_back() {
    let mut config = Config { resolver: Arc::new(Waits::default()), ..public() };
    config.limits.tunnels = 1;
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("mail.example.com", 25).await;
    assert!(matches!(page.event().await, TunnelEvent::Resolving { .. }));
    page.socket.close(None).await.unwrap();
    let heard = page.end().await;
    assert!(heard.events.is_empty(), "{heard:?}");
    eventually(async || {
        let mut next = bridge.tunnel_to("mail.example.com", 25).await;
        let message = next.next().await;
        message.is_text().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_malformed_target_is_told_with_what_was_expected() {
    let bridge = Bridge::start(public()).await;
    for (query, said) in [
        ("", "the host is missing"),
        ("?host=mail.example.com", "the port is missing"),
        ("?host=mail.example.com&port=0", "a port from 1 to 65535, came \"0\""),
        ("?host=mail.example.com&port=smtp", "came \"smtp\""),
        ("?host=a%00b&port=25", "letters, digits"),
        ("?host=a.example&host=b.example&port=25", "each once"),
        ("?host=%FF&port=25", "expected"),
    ] {
        let page = bridge.client(&format!("/tunnel{query}"), &["smtp-tunnel.v1"]).await;
        let heard = page.end().await;
        let [TunnelEvent::Failed { reason: FailureReason::BadTarget, detail }] = &heard.events[..]
        else {
            panic!("{query}: {heard:?}")
        };
        assert!(detail.contains(said), "{query}: {detail}");
        assert_eq!(heard.code, 4400, "{query}");
    }
}

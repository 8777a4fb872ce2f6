//! Tokens, and how much of everything there is.

use crate::harness::*;
use protocol::tunnel::SUBPROTOCOL;
use std::num::NonZeroU32;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_tunnel_without_the_right_token_is_refused() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.token = Some(TOKEN.parse().unwrap());
    let bridge = Bridge::start(config).await;
    let port = listener.local_addr().unwrap().port();
    let path = format!("/tunnel?host=127.0.0.1&port={port}");
    let right = format!("token.{TOKEN}");
    let wrong = format!("token.{}x", &TOKEN[1..]);
    for offer in [&[SUBPROTOCOL][..], &[SUBPROTOCOL, &wrong], &[SUBPROTOCOL, &right, &right]] {
        let heard = bridge.client(&path, offer).await.end().await;
        assert_eq!((heard.code, heard.events.len()), (4401, 0), "{offer:?}");
        assert!(!heard.reason.contains(TOKEN));
    }
    let mut page = bridge.client(&path, &[SUBPROTOCOL, &right]).await;
    assert_eq!(page.chosen.as_deref(), Some(SUBPROTOCOL), "the token is not sent back");
    page.connected().await;
}

#[tokio::test]
async fn wrong_tokens_count_as_new_tunnels_of_their_client_and_of_nobody_else() {
    let listener = loopback().await;
    let path = format!("/tunnel?host=127.0.0.1&port={}", listener.local_addr().unwrap().port());
    let right = format!("token.{TOKEN}");
    let offers = |right_one| if right_one { &*right } else { "token.wrong" };
    for (own, all, tries) in [
        (Some(2), None, [(false, 4401), (false, 4401), (false, 4429), (true, 4429)]),
        (None, Some(1), [(false, 4401), (false, 4401), (false, 4401), (true, 0)]),
    ] {
        let mut config = allowing(&listener);
        config.token = Some(TOKEN.parse().unwrap());
        config.limits.new_tunnels_per_ip = own.and_then(NonZeroU32::new);
        config.limits.new_tunnels = all.and_then(NonZeroU32::new);
        let bridge = Bridge::start(config).await;
        for (right_one, code) in tries {
            let mut page = bridge.client(&path, &[SUBPROTOCOL, offers(right_one)]).await;
            if code == 0 {
                page.connected().await;
            } else {
                assert_eq!(page.end().await.code, code, "{right_one}");
            }
        }
    }
}

/// What is let in is read to its end when its tunnel is over; what was not let in is cut off before it has sent much.
#[tokio::test]
async fn a_page_that_was_not_let_in_cannot_go_on_sending() {
    const FAR_TOO_MUCH: usize = 64 << 20;
    let mut config = with_rules(&[]);
    config.token = Some(TOKEN.parse().unwrap());
    let bridge = Bridge::start(config).await;
    let mut page = bridge.client("/tunnel?host=practice", &[SUBPROTOCOL]).await;
    // A masked binary message, again and again; the Close is not looked at.
    let mut message = vec![0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0];
    message.resize(message.len() + 0xffff, b'x');
    let mut sent = 0;
    while sent < FAR_TOO_MUCH && within(page.socket.get_mut().write_all(&message)).await.is_ok() {
        sent += message.len();
    }
    assert!(sent < FAR_TOO_MUCH, "{sent} bytes were taken");
}

#[tokio::test]
async fn a_target_is_not_judged_before_the_token_is() {
    let mut config = with_rules(&[]);
    config.token = Some(TOKEN.parse().unwrap());
    let bridge = Bridge::start(config).await;
    for query in ["", "?host=127.0.0.1&port=25", "?host=practice"] {
        let heard = bridge.client(&format!("/tunnel{query}"), &[SUBPROTOCOL]).await.end().await;
        assert_eq!((heard.code, heard.events.len()), (4401, 0), "{query}");
    }
}

#[tokio::test]
async fn a_tunnel_too_many_is_refused_until_one_ends() {
    let listener = loopback().await;
    for in_all in [true, false] {
        let mut config = allowing(&listener);
        if in_all {
            config.limits.tunnels = 2;
        } else {
            config.limits.tunnels_per_ip = 2;
        }
        let bridge = Bridge::start(config).await;
        let address = listener.local_addr().unwrap();
        let first = bridge.connected(address).await;
        let _second = bridge.connected(address).await;
        let servers = (accept(&listener).await, accept(&listener).await);
        let heard = bridge.tunnel(address).await.end().await;
        assert_eq!((heard.code, heard.events.len()), (4429, 0), "{heard:?}");
        drop((first, servers));
        let again = eventually(async || {
            let mut page = bridge.tunnel(address).await;
            page.next().await.is_text().then_some(page)
        });
        let mut again = again.await;
        again.connected().await;
        let _server = accept(&listener).await;
    }
}

#[tokio::test]
async fn whoever_holds_too_many_connections_is_hung_up_on() {
    let mut config = with_rules(&[]);
    config.limits.tunnels_per_ip = 1;
    let bridge = Bridge::start(config).await;
    let mut held = Vec::new();
    let hung_up = eventually(async || {
        let mut stream = TcpStream::connect(bridge.address).await.unwrap();
        // One that is served says so; one that is not reads the end, or a reset.
        let asked = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", bridge.address);
        let _ = stream.write_all(asked.as_bytes()).await;
        let served = matches!(stream.read(&mut [0; 64]).await, Ok(1..));
        held.push(stream);
        (!served).then_some(held.len())
    });
    let hung_up = hung_up.await;
    assert!((2..100).contains(&hung_up), "{hung_up}");
    drop(held);
    eventually(async || {
        let mut stream = TcpStream::connect(bridge.address).await.unwrap();
        let asked = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", bridge.address);
        let _ = stream.write_all(asked.as_bytes()).await;
        matches!(stream.read(&mut [0; 64]).await, Ok(1..)).then_some(())
    })
    .await;
}

/// Time is the runtime's own here: it moves on as soon as there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_come_to_the_end_of_its_head_is_hung_up_on() {
    let bridge = Bridge::start(with_rules(&[])).await;
    for begun in ["", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1"] {
        let mut stream = TcpStream::connect(bridge.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        within(stream.read_to_end(&mut read)).await.unwrap();
    }
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let long = format!("GET /healthz\nX-Long: {}", "x".repeat(20_000));
    assert_eq!(bridge.http(&long).await.status, 431);
    let many = format!("GET /healthz\n{}", "X: y\n".repeat(200));
    assert_eq!(bridge.http(&many).await.status, 431);
}

#[tokio::test]
async fn new_tunnels_that_come_too_fast_are_refused_and_told_when_to_come_again() {
    let listener = loopback().await;
    let address = listener.local_addr().unwrap();
    for in_all in [true, false] {
        let mut config = allowing(&listener);
        let limits = &mut config.limits;
        let rate = if in_all { &mut limits.new_tunnels } else { &mut limits.new_tunnels_per_ip };
        *rate = NonZeroU32::new(2);
        let bridge = Bridge::start(config).await;
        for _ in 0..2 {
            bridge.connected(address).await;
        }
        let heard = bridge.tunnel(address).await.end().await;
        assert_eq!((heard.code, heard.events.len()), (4429, 0), "{heard:?}");
        let whose = if in_all { "at this bridge" } else { "from this address" };
        assert!(heard.reason.starts_with(&format!("too many new tunnels {whose}; ")), "{heard:?}");
        assert!(heard.reason.ends_with(" s"), "{heard:?}");
    }
}

/// Behind a proxy each client is counted by itself; and from nobody else does the header mean anything.
#[tokio::test]
async fn whom_a_proxy_asks_for_is_counted_and_nobody_can_say_it_of_themselves() {
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let path = format!("/tunnel?host=127.0.0.1&port={port}");
    for (proxy, expected) in [("127.0.0.1", 2), ("192.0.2.99", 1)] {
        let mut config = allowing(&listener);
        config.proxies = vec![proxy.parse().unwrap()];
        config.limits.tunnels_per_ip = 1;
        let bridge = Bridge::start(config).await;
        let origin = format!("http://{}", bridge.address);
        let mut open = Vec::new();
        for client in ["198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.1"] {
            let headers = [("x-forwarded-for", client), ("origin", &origin)];
            let mut page = bridge.try_client(&path, &[SUBPROTOCOL], &headers).await.unwrap();
            // The first thing said is an event, or that there are too many.
            match page.next().await {
                Message::Text(_) => open.push(page),
                Message::Close(Some(close)) => assert_eq!(u16::from(close.code), 4429, "{client}"),
                other => panic!("{client}: {other:?}"),
            }
        }
        assert_eq!(open.len(), expected, "{proxy}");
    }
}

/// A proxy makes the bridge one for others: whoever comes must say from which page.
#[tokio::test]
async fn behind_a_proxy_a_tunnel_needs_an_origin_on_loopback_too() {
    let mut config = with_rules(&[]);
    config.proxies = vec!["127.0.0.1".parse().unwrap()];
    let bridge = Bridge::start(config).await;
    assert!(bridge.try_client("/tunnel?host=practice", &[], &[]).await.is_err());
}

//! How tunnels end: what is still delivered, what is told, and with which code.

use crate::harness::*;
use bridge::{Limits, Stop};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::tunnel::{ClosedBy, TunnelEvent};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    time::timeout,
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

fn closed(by: ClosedBy) -> TunnelEvent {
    TunnelEvent::Closed { by }
}

#[tokio::test]
async fn the_servers_last_bytes_are_delivered_before_the_close() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    for length in [1, 9, 4096, 65_536, 65_537, 1_000_000] {
        let mut page = bridge.connected(listener.local_addr().unwrap()).await;
        let mut server = accept(&listener).await;
        // The page speaks as well: its bytes are on the way while the server hangs up.
        page.send(&b"QUIT\r\n"[..]).await;
        within(server.read_exact(&mut [0; 6])).await.unwrap();
        let last_words = pattern(length);
        let (said, heard) = tokio::join!(
            async {
                server.write_all(&last_words).await.unwrap();
                drop(server);
            },
            page.end()
        );
        let () = said;
        assert!(heard.bytes == last_words, "of {length} bytes came {}", heard.bytes.len());
        assert_eq!(heard.events, [closed(ClosedBy::Server)]);
        assert_eq!((heard.code, heard.disordered), (1000, false));
    }
}

#[tokio::test]
async fn the_last_bytes_of_a_server_that_reads_nothing_are_delivered() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    for _ in 0..20 {
        let mut page = bridge.connected(listener.local_addr().unwrap()).await;
        let mut server = accept(&listener).await;
        page.send(&b"EHLO client.example\r\n"[..]).await;
        within(server.readable()).await.unwrap();
        // It closes with a command unread, and so its system resets the connection behind the reply.
        server.write_all(b"554 go away\r\n").await.unwrap();
        drop(server);
        let heard = page.end().await;
        assert_eq!(heard.bytes, b"554 go away\r\n", "{heard:?}");
        assert!(matches!(heard.events[..], [TunnelEvent::Closed { .. }]));
    }
}

#[tokio::test]
async fn what_the_page_sent_is_delivered_before_the_server_hears_of_its_close() {
    // The smallest buffer there is: nearly everything is still on the bridge's side when the page closes.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(1).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(8).unwrap();
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let sent = pattern(300_000);
    for piece in sent.chunks(16_384) {
        page.send(piece.to_vec()).await;
    }
    page.socket.close(None).await.unwrap();
    page.end().await;
    // The server goes on speaking to a page that is not there any more. To hang up on it in mid-speech would
    // reset the connection, and what is on the way to it would be lost.
    let mut read = Vec::new();
    while within(server.read_buf(&mut read)).await.unwrap() > 0 {
        server.write_all(b"250-go on\r\n").await.unwrap();
    }
    assert!(read == sent, "of {} bytes came {}", sent.len(), read.len());
}

#[tokio::test]
async fn what_a_page_sent_is_delivered_even_when_it_vanishes() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let sent = pattern(50_000);
    page.send(sent.clone()).await;
    drop(page);
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert!(read == sent);
}

#[tokio::test]
async fn a_page_that_closes_gets_its_own_code_back() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let _server = accept(&listener).await;
    let frame = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    page.socket.close(Some(frame)).await.unwrap();
    let heard = page.end().await;
    assert_eq!((heard.code, heard.events.len()), (1000, 0));
}

#[tokio::test]
async fn a_server_that_only_stopped_speaking_still_gets_what_was_on_the_way() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    server.write_all(b"421 closing\r\n").await.unwrap();
    server.shutdown().await.unwrap();
    // The page does not read, so it does not know yet; it goes on sending.
    let (mut sink, mut stream) = page.socket.split();
    let sent = pattern(200_000);
    for piece in sent.chunks(16_384) {
        within(sink.send(Message::binary(piece.to_vec()))).await.unwrap();
    }
    let listening = async { while stream.next().await.is_some_and(|message| message.is_ok()) {} };
    let mut read = Vec::new();
    let ((), done) = tokio::join!(within(listening), within(server.read_to_end(&mut read)));
    done.unwrap();
    assert!(read == sent, "of {} bytes came {}", sent.len(), read.len());
}

#[tokio::test]
async fn a_reset_is_told_from_an_end_in_good_order() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    server.set_zero_linger().unwrap();
    drop(server);
    let heard = page.end().await;
    assert_eq!(heard.events, [closed(ClosedBy::Reset)]);
    assert_eq!(heard.code, 1011);
}

#[tokio::test]
async fn a_reset_that_is_noticed_by_writing_is_told_after_what_was_still_to_be_read() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    // More than the page's connection takes, so that some of it waits at the bridge, unread.
    let flood = vec![b'x'; 65_536];
    while timeout(Duration::from_secs(1), server.writable()).await.is_ok() {
        let _ = server.try_write(&flood);
    }
    server.set_zero_linger().unwrap();
    drop(server);
    page.send(&b"QUIT\r\n"[..]).await;
    let_others_run().await;
    let heard = page.end().await;
    assert!(!heard.bytes.is_empty());
    assert_eq!(heard.events, [closed(ClosedBy::Reset)]);
    assert_eq!((heard.code, heard.disordered), (1011, false));
}

#[tokio::test]
async fn a_page_that_resets_ends_the_tunnel_and_the_server_is_told() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    page.socket.get_ref().set_zero_linger().unwrap();
    drop(page);
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert!(read.is_empty());
}

/// A cable that is pulled says nothing. Here it is a client that does not read, and so does not answer.
#[tokio::test]
async fn a_page_that_does_not_answer_a_ping_is_gone() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.limits.ping = Duration::from_millis(100);
    let bridge = Bridge::start(config).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert!(read.is_empty());
    drop(page);
}

#[tokio::test]
async fn a_page_that_answers_pings_may_be_silent_for_as_long_as_it_likes() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.limits.ping = Duration::from_millis(100);
    let bridge = Bridge::start(config).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    for _ in 0..5 {
        let asked = within(page.socket.next()).await.unwrap().unwrap();
        assert!(asked.is_ping(), "{asked:?}");
    }
    server.write_all(b"220 still here\r\n").await.unwrap();
    assert_eq!(page.bytes(16).await, b"220 still here\r\n");
}

#[tokio::test]
async fn a_tunnel_without_movement_is_closed() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.limits.idle = Duration::from_millis(100);
    let bridge = Bridge::start(config).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let heard = page.end().await;
    assert_eq!(heard.events, [closed(ClosedBy::Idle)]);
    assert_eq!(heard.code, 4408);
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
}

#[tokio::test]
async fn a_tunnel_that_reached_its_longest_life_is_closed_though_it_is_busy() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    let lifetime = Duration::from_millis(300);
    config.limits = Limits { lifetime, ..config.limits };
    let bridge = Bridge::start(config).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let talking = tokio::spawn(async move {
        while server.write_all(b"220-still here\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let heard = page.end().await;
    assert_eq!(heard.events, [closed(ClosedBy::Lifetime)]);
    assert_eq!((heard.code, heard.disordered), (4408, false));
    within(talking).await.unwrap();
}

#[tokio::test]
async fn a_text_message_from_the_page_ends_the_tunnel() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    page.send(&b"NOOP\r\n"[..]).await;
    page.socket.send(Message::text("QUIT\r\n")).await.unwrap();
    let heard = page.end().await;
    assert_eq!((heard.code, &*heard.reason), (1003, "a tunnel takes binary messages only"));
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert_eq!(read, b"NOOP\r\n");
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_the_tunnel_with_the_reason() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    // A masked binary message of 16 MiB. It is given up after its head, but the page is not cut off while it
    // sends the rest: a browser that is would tell its page of a broken connection, and not of the reason.
    let begun = [0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    let rest = vec![0; 16 * 1024 * 1024];
    within(page.socket.get_mut().write_all(&begun)).await.unwrap();
    within(page.socket.get_mut().write_all(&rest)).await.unwrap();
    let heard = page.end().await;
    assert_eq!(heard.code, 1009);
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert!(read.is_empty());
}

#[tokio::test]
async fn what_is_no_websocket_ends_the_tunnel() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let _server = accept(&listener).await;
    // A client masks what it sends (RFC 6455 §5.1); this one does not.
    page.socket.get_mut().write_all(&[0x82, 0x01, b'x']).await.unwrap();
    assert_eq!(page.end().await.code, 1002);
}

#[tokio::test]
async fn a_bridge_that_shuts_down_says_so_and_ends() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let address = bridge.address;
    let (heard, ()) = tokio::join!(page.end(), bridge.stop());
    assert_eq!(heard.events, [closed(ClosedBy::Bridge)]);
    assert_eq!(heard.code, 1001);
    let mut read = Vec::new();
    within(server.read_to_end(&mut read)).await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_bridge_ends_although_a_page_does_not_read_and_a_server_does_not_answer() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    let flood = vec![b'x'; 65_536];
    while server.try_write(&flood).is_ok() {
        tokio::task::yield_now().await;
    }
    bridge.stop().await;
    drop((page, server));
}

/// SIGTERM: all goes on, and nothing new should come, until there is nothing left.
#[tokio::test]
async fn a_bridge_that_drains_lets_its_tunnels_end_by_themselves() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let address = listener.local_addr().unwrap();
    let mut page = bridge.connected(address).await;
    let mut server = accept(&listener).await;
    assert_eq!(bridge.http("GET /readyz").await.status, 200);
    bridge.tell(Stop::Drain);
    eventually(async || (bridge.http("GET /readyz").await.status == 503).then_some(())).await;
    assert_eq!(bridge.http("GET /healthz").await.status, 200);
    server.write_all(b"220 still here\r\n").await.unwrap();
    assert_eq!(page.bytes(16).await, b"220 still here\r\n");
    // Whoever has not heard of it yet is not turned away.
    let late = bridge.connected(address).await;
    drop((late, accept(&listener).await));
    page.socket.close(None).await.unwrap();
    page.end().await;
    drop(server);
    bridge.ended().await;
}

#[tokio::test]
async fn tunnels_that_outlast_the_drain_are_closed() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.limits.drain = Duration::from_millis(100);
    let bridge = Bridge::start(config).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let _server = accept(&listener).await;
    bridge.tell(Stop::Drain);
    let heard = page.end().await;
    assert_eq!((heard.events, heard.code), (vec![closed(ClosedBy::Bridge)], 1001));
    bridge.ended().await;
}

#[tokio::test]
async fn who_is_told_again_does_not_wait() {
    let listener = loopback().await;
    let mut config = allowing(&listener);
    config.limits.drain = Duration::from_hours(1);
    let bridge = Bridge::start(config).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let _server = accept(&listener).await;
    bridge.tell(Stop::Drain);
    bridge.tell(Stop::Drain);
    assert_eq!(page.end().await.code, 1001);
    bridge.ended().await;
}

//! What goes in at one end of a tunnel comes out at the other.

use crate::harness::*;
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::tunnel::{ClosedBy, TunnelEvent};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{Duration, timeout},
};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_tunnel_tells_every_step_and_carries_both_ways() {
    let listener = loopback().await;
    let address = listener.local_addr().unwrap();
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.tunnel(address).await;
    assert_eq!(page.chosen.as_deref(), Some("smtp-tunnel.v1"));

    let host = "127.0.0.1".to_owned();
    assert_eq!(page.event().await, TunnelEvent::Resolving { host });
    assert_eq!(page.event().await, TunnelEvent::Resolved { addresses: vec![address.ip()] });
    assert_eq!(page.event().await, TunnelEvent::Connecting { address: address.to_string() });
    let mut server = accept(&listener).await;
    let TunnelEvent::Connected { address: peer, local, .. } = page.event().await else {
        panic!("it is connected")
    };
    assert_eq!(peer, address.to_string());
    assert_eq!(local, server.peer_addr().unwrap().to_string());

    server.write_all(b"220 mail.example.com\r\n").await.unwrap();
    assert_eq!(page.bytes(22).await, b"220 mail.example.com\r\n");
    page.send(&b"QUIT\r\n"[..]).await;
    let mut command = [0; 6];
    within(server.read_exact(&mut command)).await.unwrap();
    assert_eq!(&command, b"QUIT\r\n");

    server.write_all(b"221 bye\r\n").await.unwrap();
    drop(server);
    let heard = page.end().await;
    assert_eq!(heard.bytes, b"221 bye\r\n");
    assert_eq!(heard.events, [TunnelEvent::Closed { by: ClosedBy::Server }]);
    assert_eq!((heard.code, heard.disordered), (1000, false));
}

#[tokio::test]
async fn a_client_that_offers_no_subprotocol_gets_bytes_alone() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let port = listener.local_addr().unwrap().port();
    let mut tool = bridge.client(&format!("/tunnel?host=127.0.0.1&port={port}"), &[]).await;
    assert_eq!(tool.chosen, None);
    let mut server = accept(&listener).await;
    tool.send(&b"NOOP\r\n"[..]).await;
    let mut command = [0; 6];
    within(server.read_exact(&mut command)).await.unwrap();
    server.write_all(b"250 ok\r\n").await.unwrap();
    drop(server);
    let heard = tool.end().await;
    assert_eq!(heard.bytes, b"250 ok\r\n");
    assert_eq!((heard.events.len(), heard.code), (0, 1000));
}

#[tokio::test]
async fn half_a_megabyte_goes_each_way_at_once() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let (mut from_page, mut to_page) = accept(&listener).await.into_split();
    let (mut sink, mut stream) = page.socket.split();
    let sent = pattern(512 * 1024);

    // Both send everything before they have read anything to the end, in pieces of different sizes.
    let page_sends = async {
        for piece in sent.chunks(10_007) {
            sink.send(Message::binary(piece.to_vec())).await.unwrap();
        }
    };
    let server_sends = async {
        for piece in sent.chunks(70_001) {
            to_page.write_all(piece).await.unwrap();
        }
    };
    let page_reads = async {
        let mut read = Vec::new();
        while read.len() < sent.len() {
            read.extend_from_slice(&stream.next().await.unwrap().unwrap().into_data());
        }
        read
    };
    let server_reads = async {
        let mut read = vec![0; sent.len()];
        from_page.read_exact(&mut read).await.unwrap();
        read
    };
    let all = async { tokio::join!(page_sends, server_sends, page_reads, server_reads) };
    let ((), (), at_page, at_server) = within(all).await;
    assert!(at_page == sent, "the page got other bytes than the server sent");
    assert!(at_server == sent, "the server got other bytes than the page sent");
}

#[tokio::test]
async fn one_message_of_half_a_megabyte_is_carried_whole() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let sent = pattern(512 * 1024);
    let mut read = vec![0; sent.len()];
    let read_all = within(server.read_exact(&mut read));
    let (done, ()) = tokio::join!(read_all, page.send(sent.clone()));
    done.unwrap();
    assert!(read == sent);
}

/// More than the operating system keeps for two connections, by far.
const FLOOD: usize = 256 * 1024 * 1024;
/// What the operating system may keep for two connections, and the bridge for one tunnel.
const KEPT: usize = 48 * 1024 * 1024;

#[tokio::test]
async fn a_page_that_stops_reading_stops_the_server() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    let taken = flood(&server).await;
    assert!(taken < KEPT, "{taken} bytes were taken for a page that reads nothing");

    // The page was only slow: nothing is lost.
    drop(server);
    let heard = page.end().await;
    assert_eq!((heard.bytes.len(), heard.code), (taken, 1000));
    assert!(heard.bytes == flood_bytes(taken), "it came otherwise than it was sent");
}

#[tokio::test]
async fn a_server_that_stops_reading_stops_the_page() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let page = bridge.connected(listener.local_addr().unwrap()).await;
    let server = accept(&listener).await;
    let (mut sink, mut stream) = page.socket.split();
    let message = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while sent < FLOOD {
        // A send that does not come to an end is what is waited for. A slow machine ends this early and
        // makes the test weaker, never red.
        match timeout(STALLED, sink.send(Message::binary(message.clone()))).await {
            Ok(done) => done.unwrap(),
            Err(_) => break,
        }
        sent += message.len();
    }
    assert!(sent < KEPT, "{sent} bytes were taken for a server that reads nothing");
    // The other direction goes on.
    let (_reader, mut writer) = server.into_split();
    writer.write_all(b"421 too busy\r\n").await.unwrap();
    let said = within(stream.next()).await.unwrap().unwrap();
    assert_eq!(said.into_data(), "421 too busy\r\n");
}

/// How long nothing must move to count as stopped.
const STALLED: Duration = Duration::from_millis(1500);

/// Writes until nothing more is taken, and gives how much was.
async fn flood(server: &TcpStream) -> usize {
    let chunk = flood_bytes(251 * 256);
    let mut taken = 0;
    while taken < FLOOD && timeout(STALLED, server.writable()).await.is_ok() {
        match server.try_write(&chunk[taken % chunk.len()..]) {
            Ok(written) => taken += written,
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
        }
    }
    taken
}

/// The pattern repeats after this many bytes, so that a flood can be made and checked in pieces.
fn flood_bytes(length: usize) -> Vec<u8> {
    pattern(length)
}

#[tokio::test]
async fn what_the_page_sends_before_it_is_connected_is_not_lost() {
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let resolver = Waits::default();
    let answer = resolver.0.clone();
    let mut config = allowing(&listener);
    config.resolver = std::sync::Arc::new(resolver);
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("mail.example.com", port).await;
    assert!(matches!(page.event().await, TunnelEvent::Resolving { .. }));
    let sent = pattern(300_000);
    for piece in sent.chunks(30_000) {
        page.send(piece.to_vec()).await;
        let_others_run().await;
    }
    answer.notify_one();
    let mut server = accept(&listener).await;
    let mut read = vec![0; sent.len()];
    within(server.read_exact(&mut read)).await.unwrap();
    assert!(read == sent);
    page.connected().await;
}

#[tokio::test]
async fn bytes_that_come_with_the_opening_handshake_are_not_lost() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let port = listener.local_addr().unwrap().port();
    let request = format!(
        "GET /tunnel?host=127.0.0.1&port={port} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        bridge.address
    );
    // A binary message of four bytes, masked with zeros.
    let frame = [0x82, 0x84, 0, 0, 0, 0, b'E', b'H', b'L', b'O'];
    let mut tool = TcpStream::connect(bridge.address).await.unwrap();
    tool.write_all(&[request.as_bytes(), &frame].concat()).await.unwrap();
    let mut server = accept(&listener).await;
    let mut read = [0; 4];
    within(server.read_exact(&mut read)).await.unwrap();
    assert_eq!(&read, b"EHLO");
}

#[tokio::test]
async fn a_ping_is_answered_while_nothing_else_moves() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    page.socket.send(Message::Ping("there?".into())).await.unwrap();
    assert_eq!(page.next().await, Message::Pong("there?".into()));
}

#[tokio::test]
async fn a_server_behind_a_small_window_gets_everything() {
    // The smallest buffers the system gives, so that every write is a partial one.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(1).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(8).unwrap();
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let sent = pattern(100_000);
    let mut read = vec![0; sent.len()];
    let read_all = within(server.read_exact(&mut read));
    let (done, ()) = tokio::join!(read_all, page.send(sent.clone()));
    done.unwrap();
    assert!(read == sent);
}

/// A message that begins and goes on and is never final: it is carried as it comes, and nobody waits for its end.
#[tokio::test]
async fn fragments_are_carried_as_they_come_however_many() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    let fragment = |first: u8| {
        let mut frame = vec![first, 0xfe, 0xff, 0xff, 0, 0, 0, 0];
        frame.resize(frame.len() + 0xffff, b'x');
        frame
    };
    let mut read = vec![0; 0xffff];
    for first in std::iter::once(0x02).chain(std::iter::repeat_n(0x00, 40)) {
        let sent = fragment(first);
        let (written, got) = tokio::join!(
            page.socket.get_mut().write_all(&sent),
            within(server.read_exact(&mut read))
        );
        written.unwrap();
        got.unwrap();
        assert!(read.iter().all(|byte| *byte == b'x'));
    }
}

/// Answers to pings do not pile up for a page that does not listen: of several, the latest is answered.
#[tokio::test]
async fn however_many_pings_come_the_latest_is_answered() {
    let listener = loopback().await;
    let bridge = Bridge::start(allowing(&listener)).await;
    let mut page = bridge.connected(listener.local_addr().unwrap()).await;
    let mut server = accept(&listener).await;
    for n in 0..10_000u32 {
        page.socket.feed(Message::Ping(n.to_string().into())).await.unwrap();
    }
    page.send(&b"NOOP\r\n"[..]).await;
    within(server.read_exact(&mut [0; 6])).await.unwrap();
    while page.next().await != Message::Pong("9999".into()) {}
}

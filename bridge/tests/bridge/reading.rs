//! Clients that ask and do not read, and those that have nothing to read.

use crate::harness::*;
use std::time::Duration;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpSocket, TcpStream},
};

/// Delivers a message of so many lines to the practice server.
async fn deliver(bridge: &Bridge, lines: usize) {
    let mut client = TcpStream::connect(bridge.practice.unwrap()).await.unwrap();
    let said = "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n\
                RCPT TO:<student@student.example>\r\nDATA\r\n";
    let data = "one line of a message that is long\r\n".repeat(lines);
    client.write_all(format!("{said}\r\n{data}.\r\nQUIT\r\n").as_bytes()).await.unwrap();
    let mut heard = String::new();
    within(client.read_to_string(&mut heard)).await.unwrap();
    assert!(heard.lines().last().unwrap().starts_with("221 "), "{heard}");
}

/// Asks for a large message, more often than all buffers between hold of it, and reads nothing.
async fn asks_and_does_not_read(bridge: &Bridge) -> TcpStream {
    const TIMES: usize = 100;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(1).unwrap();
    let mut stream = socket.connect(bridge.address).await.unwrap();
    let asked = format!("GET /practice/messages/1 HTTP/1.1\r\nHost: {}\r\n\r\n", bridge.address);
    stream.write_all(asked.repeat(TIMES).as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_does_not_read_what_it_asked_for_is_hung_up_on() {
    let mut config = with_rules(&[]);
    config.limits.response = Duration::from_millis(200);
    let bridge = Bridge::start(config).await;
    deliver(&bridge, 30_000).await;
    let log = Log::kept();
    let mut stalled = asks_and_does_not_read(&bridge).await;
    let peer = stalled.local_addr().unwrap();
    let line = log.line("it took nothing of its response for 200ms").await;
    assert!(line.contains(&format!("hung up on {peer}: ")), "{line}");
    let all = within(stalled.read_to_end(&mut Vec::new())).await;
    assert!(all.is_err(), "its rest was still delivered: {all:?}");
}

#[tokio::test]
async fn a_client_that_reads_gets_all_of_it_and_one_that_has_nothing_to_read_is_kept() {
    let mut config = with_rules(&[]);
    config.limits.response = Duration::from_millis(200);
    let bridge = Bridge::start(config).await;
    let mut feed = TcpStream::connect(bridge.address).await.unwrap();
    let asked = format!("GET /practice/events HTTP/1.1\r\nHost: {}\r\n\r\n", bridge.address);
    feed.write_all(asked.as_bytes()).await.unwrap();
    let mut feed = BufReader::new(feed).lines();
    let mut told = async |expected: &str| loop {
        let line = within(feed.next_line()).await.unwrap().expect("it was hung up on");
        if line.contains(expected) {
            return;
        }
    };
    told(r#""messages":0"#).await;
    deliver(&bridge, 30_000).await;
    told(r#""messages":1"#).await;
    // While this one comes to the end of the bridge's patience, the feed is silent for as long.
    let log = Log::kept();
    let _stalled = asks_and_does_not_read(&bridge).await;
    log.line("it took nothing of its response").await;
    deliver(&bridge, 1).await;
    told(r#""messages":2"#).await;
    let whole = bridge.http("GET /practice/messages/1").await;
    assert_eq!(whole.header("content-length"), whole.body.len().to_string());
}

//! The practice server: on its own port, through a tunnel, and its mailbox over HTTP.

use crate::harness::*;
use protocol::{
    server::Summary,
    tunnel::{ClosedBy, FailureReason, SUBPROTOCOL, TunnelEvent},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// A whole session that delivers one message.
fn session(subject: &str) -> String {
    format!(
        "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<student@student.example>\r\n\
         DATA\r\nSubject: {subject}\r\n\r\nHello.\r\n.\r\nQUIT\r\n"
    )
}

async fn deliver(bridge: &Bridge, subject: &str) {
    let mut client = TcpStream::connect(bridge.practice.unwrap()).await.unwrap();
    client.write_all(session(subject).as_bytes()).await.unwrap();
    let mut heard = String::new();
    within(client.read_to_string(&mut heard)).await.unwrap();
    assert!(heard.starts_with("220 ") && heard.lines().last().unwrap().starts_with("221 "));
}

async fn list(bridge: &Bridge) -> Vec<Summary> {
    serde_json::from_slice(&bridge.http("GET /practice/messages").await.body).unwrap()
}

#[tokio::test]
async fn a_message_taken_on_the_port_is_in_the_mailbox() {
    let bridge = Bridge::start(with_rules(&[])).await;
    assert!(list(&bridge).await.is_empty());
    deliver(&bridge, "first").await;
    deliver(&bridge, "second").await;
    let summaries = list(&bridge).await;
    assert_eq!(summaries.iter().map(|summary| summary.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(summaries[0].envelope.from.to_string(), "<a@example.com>");

    let raw = bridge.http("GET /practice/messages/2").await;
    assert_eq!(raw.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(raw.header("content-disposition"), "attachment; filename=\"practice-2.eml\"");
    assert_eq!(raw.header("x-content-type-options"), "nosniff");
    assert_eq!(raw.header("content-length"), summaries[1].size.to_string());
    let (trace, data) = raw.body.split_at(summaries[1].trace_size);
    assert!(String::from_utf8_lossy(trace).starts_with("Return-Path: <a@example.com>\r\n"));
    assert!(String::from_utf8_lossy(trace).contains("from client.example ([127.0.0.1])"));
    assert_eq!(data, b"Subject: second\r\n\r\nHello.\r\n");
}

#[tokio::test]
async fn messages_are_deleted_one_by_one_or_all_at_once() {
    let bridge = Bridge::start(with_rules(&[])).await;
    for subject in ["one", "two", "three"] {
        deliver(&bridge, subject).await;
    }
    assert_eq!(bridge.http("DELETE /practice/messages/2").await.status, 204);
    assert_eq!(bridge.http("DELETE /practice/messages/2").await.status, 404);
    assert_eq!(list(&bridge).await.len(), 2);
    assert_eq!(bridge.http("DELETE /practice/messages").await.status, 204);
    assert!(list(&bridge).await.is_empty());
    deliver(&bridge, "four").await;
    assert_eq!(list(&bridge).await[0].id, 4);
}

#[tokio::test]
async fn what_is_no_message_is_not_found() {
    let bridge = Bridge::start(with_rules(&[])).await;
    deliver(&bridge, "one").await;
    for id in ["0", "2", "01", "+1", "-1", "x", "1.0", "18446744073709551616", "1%0A"] {
        for method in ["GET", "DELETE"] {
            let response = bridge.http(&format!("{method} /practice/messages/{id}")).await;
            assert_eq!(response.status, 404, "{method} {id}");
        }
    }
    assert_eq!(list(&bridge).await.len(), 1);
}

#[tokio::test]
async fn a_tunnel_leads_to_the_practice_server_and_tells_its_real_address() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let practice = bridge.practice.unwrap();
    let mut page = bridge.client("/tunnel?host=practice&port=2525", &[SUBPROTOCOL]).await;
    assert_eq!(page.event().await, TunnelEvent::Resolving { host: "practice".into() });
    assert_eq!(page.event().await, TunnelEvent::Resolved { addresses: vec![practice.ip()] });
    assert_eq!(page.event().await, TunnelEvent::Connecting { address: practice.to_string() });
    assert!(matches!(
        page.event().await,
        TunnelEvent::Connected { address, .. } if address == practice.to_string()
    ));
    page.send(session("through the tunnel")).await;
    let heard = page.end().await;
    let said = String::from_utf8(heard.bytes).unwrap();
    assert!(said.lines().last().unwrap().starts_with("221 "), "{said}");
    assert_eq!(heard.events, [TunnelEvent::Closed { by: ClosedBy::Server }]);
    assert_eq!((heard.code, list(&bridge).await.len()), (1000, 1));
}

#[tokio::test]
async fn without_a_practice_server_there_is_none() {
    let bridge = Bridge::without_practice(with_rules(&[])).await;
    let heard = bridge.client("/tunnel?host=practice", &[SUBPROTOCOL]).await.end().await;
    assert!(matches!(
        heard.events[..],
        [TunnelEvent::Failed { reason: FailureReason::Refused, .. }]
    ));
    assert_eq!(heard.code, 4403);
    for path in ["/practice/messages", "/practice/messages/1", "/practice/events"] {
        let response = bridge.http(&format!("GET {path}")).await;
        assert_eq!(response.status, 404, "{path}");
        assert!(response.text().contains("without a practice server"));
    }
}

/// Reads a feed up to an event's end, and gives its fields.
async fn event(feed: &mut BufReader<TcpStream>) -> Vec<String> {
    let mut fields = Vec::new();
    loop {
        let mut line = String::new();
        assert!(within(feed.read_line(&mut line)).await.unwrap() > 0, "the feed ended: {fields:?}");
        let line = line.trim_end();
        if ["event:", "id:", "data:"].iter().any(|field| line.starts_with(field)) {
            fields.push(line.to_owned());
        } else if line.is_empty() && fields.len() == 3 {
            return fields;
        }
    }
}

async fn feed(bridge: &Bridge, header: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(bridge.address).await.unwrap();
    let head = format!("GET /practice/events HTTP/1.1\r\nHost: {}\r\n{header}\r\n", bridge.address);
    stream.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

#[tokio::test]
async fn a_feed_tells_of_every_change() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let mut listening = feed(&bridge, "").await;
    let told = |revision: u64, messages: usize| {
        vec![
            "event: change".to_owned(),
            format!("id: {revision}"),
            format!("data: {{\"revision\":{revision},\"messages\":{messages}}}"),
        ]
    };
    assert_eq!(event(&mut listening).await, told(0, 0));
    deliver(&bridge, "one").await;
    assert_eq!(event(&mut listening).await, told(1, 1));
    bridge.http("DELETE /practice/messages/1").await;
    assert_eq!(event(&mut listening).await, told(2, 0));

    // Whoever comes back knowing the latest is told of the next change only.
    let mut back = feed(&bridge, "Last-Event-ID: 2\r\n").await;
    // Its headers are there, so it listens.
    let mut line = String::new();
    while within(back.read_line(&mut line)).await.unwrap() > 2 {
        line.clear();
    }
    deliver(&bridge, "two").await;
    assert_eq!(event(&mut back).await, told(3, 1));

    // And whoever missed some is told at once.
    let mut late = feed(&bridge, "Last-Event-ID: 1\r\n").await;
    assert_eq!(event(&mut late).await, told(3, 1));
}

#[tokio::test]
async fn feeds_and_sessions_end_when_the_bridge_shuts_down() {
    let bridge = Bridge::start(with_rules(&[])).await;
    let mut listening = feed(&bridge, "").await;
    event(&mut listening).await;
    let mut client = BufReader::new(TcpStream::connect(bridge.practice.unwrap()).await.unwrap());
    let mut greeting = String::new();
    within(client.read_line(&mut greeting)).await.unwrap();
    let hearing = async move {
        let (mut rest, mut farewell) = (String::new(), String::new());
        within(listening.read_to_string(&mut rest)).await.unwrap();
        within(client.read_to_string(&mut farewell)).await.unwrap();
        farewell
    };
    let (farewell, ()) = tokio::join!(hearing, bridge.stop());
    assert!(farewell.starts_with("421 "), "{farewell}");
}

//! A whole walk with nothing beside it that would cost time or memory: client and server, each with its own bytes.

use std::{sync::Arc, time::Duration};

use protocol::{
    auth::Nonce,
    client::{Client, Next, Security, Setup, Transmit, Wishes},
    message::Message,
    server::{Config, Server, Store, StoreLimits},
    smtp::limits,
    transcript::Target,
    tunnel::TunnelEvent,
};

/// A letter to the teacher, without a login.
pub(crate) fn setup(message: Message) -> Setup {
    Setup {
        security: Security::None,
        stop: None,
        client_name: "client.example".parse().unwrap(),
        login: None,
        from: "<student@student.example>".parse().unwrap(),
        to: vec!["<teacher@practice.example>".parse().unwrap()],
        message,
        wishes: Wishes::default(),
    }
}

/// A message of at least this length: a header, and text with a dot at the beginning of every tenth line.
pub(crate) fn text(length: usize) -> Vec<u8> {
    let line = |n: usize| {
        format!(
            "{}and so the mail goes on, line by line, to its end {n}\r\n",
            if n.is_multiple_of(10) { "." } else { "" }
        )
    };
    let mut text: Vec<u8> = Vec::with_capacity(length + 200);
    text.extend_from_slice(b"Subject: large\r\n\r\n");
    for n in 0.. {
        if text.len() >= length {
            break;
        }
        text.extend_from_slice(line(n).as_bytes());
    }
    text
}

/// Sends every proposal until the walk is over, and sees that the message has arrived.
pub(crate) fn walk(setup: Setup) {
    let config = Config { size: limits::DATA_COMMITTED, ..Config::default() };
    let mut store =
        Store::new(StoreLimits { bytes: limits::DATA_COMMITTED * 2, ..StoreLimits::default() });
    let mut server = Server::new(Arc::new(config), Duration::ZERO, "192.0.2.1", &mut store);
    let mut client = Client::new(setup);
    client.begin(
        Duration::ZERO,
        Target { host: "practice.example".into(), port: 25 },
        Nonce::known(),
    );
    client.transport(
        Duration::ZERO,
        TunnelEvent::Connected {
            address: String::new(),
            local: String::new(),
            elapsed_ms: Duration::ZERO,
        },
    );
    loop {
        while let Some(Transmit::Bytes(bytes)) = client.poll_transmit() {
            let taken = server.receive(Duration::ZERO, &bytes, &mut store);
            assert_eq!(taken, bytes.len());
        }
        if let Some(bytes) = server.poll_transmit() {
            client.receive(Duration::ZERO, &bytes);
        }
        match client.next() {
            Next::Send(proposal) => {
                client.commit(Duration::ZERO, proposal.piece.content).unwrap();
            }
            Next::Wait { .. } => {}
            _ => break,
        }
    }
    assert_eq!(store.len(), 1);
}

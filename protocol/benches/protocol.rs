//! How fast the protocol is, beside what else there is for the same work, in one run.
//!
//! `cargo xtask bench protocol` runs it and prints the ratios.

#![allow(clippy::unwrap_used, reason = "in a bench a panic is the report")]

use std::{hint::black_box, sync::Arc, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use protocol::{
    auth::Nonce,
    client::{Client, Next, Security, Setup, Transmit, Wishes},
    message::Message,
    server::{Config, Server, Store, StoreLimits},
    smtp::{
        data::{LinePlace, Stuffer},
        limits,
        reply::ReplyParser,
    },
    transcript::Target,
    tunnel::TunnelEvent,
};
use smtp_proto::response::parser::ResponseReceiver;

const MEGABYTE: usize = 1024 * 1024;

/// Replies as servers give them, many in one buffer.
fn replies(bench: &mut Criterion) {
    for (name, reply) in [
        ("short", "250 2.1.0 Ok\r\n"),
        ("refusal", "550 5.1.1 <nobody@example.com>: Recipient address rejected: unknown\r\n"),
        (
            "ehlo",
            "250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n\
             250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 CHUNKING\r\n",
        ),
    ] {
        let wire = reply.repeat(1000);
        let mut group = bench.benchmark_group(format!("replies/{name}"));
        group.throughput(Throughput::Bytes(wire.len() as u64));
        group.bench_function("ours", |bench| {
            bench.iter(|| {
                let (mut parser, mut rest) = (ReplyParser::default(), wire.as_bytes());
                while let Some(reply) = parser.read(&mut rest) {
                    black_box(reply.unwrap());
                }
            });
        });
        group.bench_function("smtp-proto", |bench| {
            bench.iter(|| {
                let (mut parser, mut rest) = (ResponseReceiver::default(), wire.as_bytes().iter());
                while !rest.as_slice().is_empty() {
                    black_box(parser.parse(&mut rest).unwrap());
                    parser.reset();
                }
            });
        });
    }
}

/// Text with a dot at the beginning of every tenth line.
fn text(length: usize) -> Vec<u8> {
    let line = |n: usize| {
        format!(
            "{}and so the mail goes on, line by line, to its end {n}\r\n",
            if n.is_multiple_of(10) { "." } else { "" }
        )
    };
    let mut text: Vec<u8> = Vec::with_capacity(length + 100);
    for n in 0.. {
        if text.len() >= length {
            break;
        }
        text.extend_from_slice(line(n).as_bytes());
    }
    text
}

/// Dot-stuffing, a chunk at a time as the client does it; beside a search for line ends in the same bytes.
fn stuffing(bench: &mut Criterion) {
    let text = text(25 * MEGABYTE);
    let mut group = bench.benchmark_group("stuffing/25 MB");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("ours", |bench| {
        let mut wire = Vec::with_capacity(2 * limits::CHUNK);
        bench.iter(|| {
            let mut stuffer = Stuffer::at(LinePlace::Start);
            for chunk in text.chunks(limits::CHUNK) {
                wire.clear();
                stuffer.push(chunk, &mut wire);
                black_box(&wire);
            }
        });
    });
    group.bench_function("memchr", |bench| {
        bench.iter(|| black_box(memchr::memchr_iter(b'\n', &text).count()));
    });
}

/// A whole walk, client and server in memory.
fn walks(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("walk");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for size in [1024, 32 * 1024, MEGABYTE, 25 * MEGABYTE, 60 * MEGABYTE] {
        let message = Message::from_raw([&b"Subject: large\r\n\r\n"[..], &text(size)].concat());
        let setup = Setup {
            security: Security::None,
            stop: None,
            client_name: "client.example".parse().unwrap(),
            login: None,
            from: "<student@student.example>".parse().unwrap(),
            to: vec!["<teacher@practice.example>".parse().unwrap()],
            message,
            wishes: Wishes::default(),
        };
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &setup, |bench, setup| {
            bench.iter(|| walk(setup.clone()));
        });
    }
}

/// Sends every proposal until the walk is over, and sees that the message has arrived.
fn walk(setup: Setup) {
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

criterion_group!(benches, replies, stuffing, walks);
criterion_main!(benches);

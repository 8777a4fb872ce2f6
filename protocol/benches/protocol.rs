//! How fast the protocol is, beside what else there is for the same work, in one run.
//!
//! `cargo xtask bench protocol` runs it and prints the ratios.

#![allow(clippy::unwrap_used, reason = "in a bench a panic is the report")]

mod walk;

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use protocol::{
    message::Message,
    smtp::{
        data::{LinePlace, Stuffer},
        limits,
        reply::ReplyParser,
    },
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

/// Dot-stuffing, a chunk at a time as the client does it; beside a search for line ends in the same bytes.
fn stuffing(bench: &mut Criterion) {
    let text = walk::text(25 * MEGABYTE);
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
    for size in [1024, 32 * 1024, MEGABYTE, 25 * MEGABYTE, 100 * MEGABYTE] {
        let setup = walk::setup(Message::from_raw(walk::text(size)));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &setup, |bench, setup| {
            bench.iter(|| walk::walk(setup.clone()));
        });
    }
}

criterion_group!(benches, replies, stuffing, walks);
criterion_main!(benches);

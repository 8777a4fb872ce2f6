//! How much memory a walk with a large message takes: less than three times the message, both ends together.
//!
//! There is one test, since what is counted is the whole process.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![allow(clippy::print_stderr, reason = "`cargo xtask bench protocol` shows what was measured")]

#[path = "../benches/walk/mod.rs"]
mod walk;

use bytes::Bytes;
use dhat::{Alloc, HeapStats, Profiler};
use protocol::client::{Setup, Wishes};
use protocol::message::{Attachment, Letter, Message};
use protocol::smtp::data::{LinePlace, Stuffer};
use protocol::smtp::extension::Extension;
use protocol::smtp::limits;

#[global_allocator]
static ALLOC: Alloc = Alloc;

const SIZE: usize = 25 * 1024 * 1024;

#[test]
fn a_walk_takes_less_than_three_times_the_message() {
    let raw = || Message::from_raw(walk::text(SIZE));
    let chunked = || {
        let extensions = vec![Extension::Chunking];
        Setup { wishes: Wishes { extensions, ..Wishes::default() }, ..walk::setup(raw()) }
    };
    for (name, times) in [
        ("with DATA", walked(|| walk::setup(raw()))),
        ("with BDAT", walked(chunked)),
        ("with an attachment", walked(|| walk::setup(with_attachment()))),
    ] {
        eprintln!("a message of 25 MB {name}: at most {times:.2} times its size in memory");
        assert!(times < 3.0, "{name}: {times}");
    }
    assert_eq!(allocated_by_stuffing(), 0, "the lines are stuffed into the buffer that is there");
}

/// The peak of a walk, its message included, in times of the message.
#[allow(clippy::cast_precision_loss, reason = "both are far below 2^52")]
fn walked(setup: impl FnOnce() -> Setup) -> f64 {
    let _profiler = Profiler::builder().testing().build();
    let setup = setup();
    let length = setup.message.len();
    assert!(length >= SIZE);
    walk::walk(setup);
    HeapStats::get().max_bytes as f64 / length as f64
}

/// 25 MB and more, built from a form: base64 makes four bytes of three.
fn with_attachment() -> Message {
    let content = Bytes::from(vec![0xa5; SIZE / 4 * 3]);
    let media_type = "application/octet-stream".into();
    let attachments = vec![Attachment { name: "large.bin".into(), media_type, content }];
    Letter { attachments, ..Letter::default() }.build()
}

/// How often memory is asked for while 25 MB are stuffed, a chunk at a time.
fn allocated_by_stuffing() -> u64 {
    let text = walk::text(SIZE);
    let mut wire = Vec::with_capacity(2 * limits::CHUNK);
    let _profiler = Profiler::builder().testing().build();
    let mut stuffer = Stuffer::at(LinePlace::Start);
    for chunk in text.chunks(limits::CHUNK) {
        wire.clear();
        stuffer.push(chunk, &mut wire);
    }
    HeapStats::get().total_blocks
}

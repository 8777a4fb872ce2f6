//! The practice server against any client.

use crate::must;
use crate::practice::{Practice, config, is_faultless};
use crate::records::{head, pieces, records};
use bytes::Bytes;
use protocol::server::{Config, State};

/// A client's bytes, in any pieces: the server says the same and keeps the same, and where it has no faults, what
/// it says is replies.
///
/// The input is the server's configuration as JSON, and then records: `r` bytes that the client sends, `w` time
/// passes until the server wants to be asked. Behind each record TLS begins if the server waits for it.
pub fn server(input: &[u8]) {
    let (json, rest) = head(input);
    let config = config(json);
    let whole = run(&config, rest, |bytes| vec![bytes]);
    assert_eq!(run(&config, rest, |bytes| bytes.chunks(1).collect()), whole, "byte by byte");
    assert_eq!(run(&config, rest, |bytes| pieces(bytes).collect()), whole, "in pieces");
    if is_faultless(&config) {
        must::be_replies(&whole.said);
    }
}

/// All that can be seen of it from outside.
#[derive(Debug, PartialEq)]
struct Outcome {
    said: Bytes,
    state: State,
    kept: Vec<(Bytes, Bytes)>,
}

fn run(config: &Config, input: &[u8], cut: impl Fn(&[u8]) -> Vec<&[u8]>) -> Outcome {
    let (mut practice, mut said) = (Practice::new(config.clone()), Vec::new());
    practice.say(&mut said);
    for record in records(input) {
        if record.kind == b'w' {
            practice.pass();
        } else {
            for piece in cut(record.rest) {
                practice.hear(piece, &mut said);
            }
        }
        while practice.say(&mut said) {}
        practice.upgrade();
        practice.assert_in_bounds();
    }
    let kept = practice.store.iter().map(|it| (it.trace.clone(), it.data.clone())).collect();
    Outcome { said: said.into(), state: practice.server.state(), kept }
}

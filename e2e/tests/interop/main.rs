//! The classic lab's program against mail servers that others wrote: what it says is understood there, and what
//! they say is understood here.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod mechanisms;
mod messages;
mod offers;
mod sessions;

use e2e::{
    examples::{self, Ran, explain},
    peer::{Kind, Peer},
};
use serde_json::{Value, json};

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const CAROL: &str = "carol@example.test";
const DAVE: &str = "dave@example.test";
const PASSWORD: &str = "correct-horse";

async fn peer(kind: Kind, mut options: Value) -> Peer {
    options["accounts"] = json!({ ALICE: PASSWORD });
    Peer::start(kind, &options).await.unwrap()
}

/// Runs the program, from Alice to Bob unless `arguments` name others.
fn walk(peer: &Peer, arguments: &[&str]) -> Ran {
    let mut all = arguments.to_vec();
    for (option, usual) in [("--from", ALICE), ("--to", BOB)] {
        if !arguments.contains(&option) {
            all.extend([option, usual]);
        }
    }
    examples::console(peer.address(), &all).unwrap()
}

/// The last line printed: what came of it.
fn last(ran: &Ran) -> &str {
    ran.printed.trim_end().lines().last().unwrap_or_default()
}

/// The walk's entries with the fields of each, read again from what was printed.
fn entries(ran: &Ran) -> Vec<Value> {
    let explained = explain(&["--json"], &ran.printed).unwrap();
    assert!(explained.status.success(), "{}", String::from_utf8_lossy(&explained.stderr));
    let transcript: Value = serde_json::from_slice(&explained.stdout).unwrap();
    transcript["entries"].as_array().unwrap().clone()
}

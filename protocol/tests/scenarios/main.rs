//! Whole walks with both ends in memory, under simulated time.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../pair/mod.rs"]
mod pair;

mod again;
mod broken;
mod chunking;
mod endings;
mod extensions;
mod faults;
mod grouped;
mod lab;
mod large;
mod limits;
mod login;
mod mend;
mod pipelined;
mod recipients;
mod refusals;
mod replies;
mod stopped;
mod timeouts;
mod tls;
mod typed;

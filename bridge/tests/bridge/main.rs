//! A running bridge, in this process, against raw sockets. No packet leaves the machine.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod carrying;
mod connecting;
mod ending;
mod harness;
mod http;
mod limits;
mod log;
mod metrics;
mod practice;
mod practice_tls;
mod reading;
mod refusing;
mod speed;

//! SMTP without I/O, both ends of it.
//!
//! * [`client`] walks a person through a session: it proposes, they send.
//! * [`server`] is the practice server: it answers, keeps what it is given, and never connects out.
//! * [`anatomy`] says what every byte between the two is.
//! * [`smtp`] and [`auth`] are the words they share; [`message`] is what they carry.
//! * [`transcript`] is what happened, and [`secrets`] what of it must not be shown.
//! * [`export`] takes a session along, and [`import`] brings one in again.
//! * [`form`] is what a person fills in; [`diagnosis`] is why a server refuses.
//! * [`tunnel`] is what a page and its bridge say to each other.
//!
//! # In scope
//! Everything about SMTP that can be decided from bytes and the time of day. Compiled natively and to
//! wasm32, so that the page, the bridge and every test run the same code.
//!
//! # Out of scope
//! Sockets, clocks, randomness, threads, TLS: whoever owns those hands in bytes, time and facts as values,
//! and takes events and bytes in return.

pub mod anatomy;
pub mod auth;
pub mod client;
pub mod diagnosis;
pub mod export;
pub mod form;
pub mod import;
pub mod lesson;
pub mod message;
pub mod secrets;
pub mod server;
pub mod smtp;
pub mod transcript;
pub mod tunnel;

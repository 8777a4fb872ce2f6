//! The bridge: the page, a way out for its bytes, and the practice server.
//!
//! ```text
//!              ┌───────────── smtp-bridge ──────────────┐
//!   browser ──▶│ guard ─▶ page, /bridge, /healthz       │
//!              │       ─▶ tunnel ─▶ policy ─▶ dial ─────┼─▶ a mail server
//!              │                                  └─────┼─▶ the practice server, on a port of its own
//!              │       ─▶ /practice/… ◀─ store ◀────────┼──┘
//!              └────────────────────────────────────────┘
//! ```
//!
//! It carries bytes and never looks inside them; SMTP is spoken by the page and by the mail server, and in
//! this process by `protocol::server` alone.
//!
//! [`run`] is all there is to start one: listening sockets, a [`Config`], and a stream that says
//! when to end.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let http = tokio::net::TcpListener::bind("127.0.0.1:8025").await?;
//! let listeners = bridge::Listeners { http, practice: None, practice_tls: None, metrics: None };
//! bridge::run(listeners, bridge::Config::default(), futures_util::stream::pending()).await
//! # }
//! ```

mod bridge;
pub mod cli;
mod config;
mod dial;
mod file;
mod guard;
mod info;
mod limits;
mod metrics;
mod origin;
mod page;
mod patient;
pub mod policy;
mod practice;
mod proxies;
mod race;
mod rate;
pub mod resolve;
mod server;
mod site;
mod target;
mod token;
mod tunnel;

pub use config::{Config, Limits};
pub use file::{BadFile, Place};
pub use origin::{BadOrigin, Origin};
pub use proxies::{BadProxy, Proxy};
pub use server::{Listeners, Stop, run};
pub use target::{BadTarget, Host, Name, Target};
pub use token::{BadToken, Token};

//! The harness of the journeys: real servers, real browsers, and nothing of the other rooms.
//!
//! A journey starts what it needs, acts as a person would, and looks at what came of it:
//!
//! ```no_run
//! # async fn journey() -> Result<(), e2e::Error> {
//! use e2e::{bridge::Bridge, browser::{Browser, Find}, postfix::Postfix};
//!
//! let postfix = Postfix::start(Default::default()).await?;
//! let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
//! let browser = Browser::open(Default::default()).await?;
//! browser.goto(&bridge.url("/")).await?;
//! browser.click(Find::Button("Send")).await?;
//! browser.see("250").await?;
//! assert_eq!(postfix.deliveries("bob@example.test", 1).await?.len(), 1);
//! browser.expect_clean_console().await
//! # }
//! ```
//!
//! Every server and browser has a free port and folders of its own, so journeys run side by side.
//! Dropping a handle ends the program behind it with all its children; so does the death of the
//! test process, however it dies ([`process`]). Logs and screenshots stay in [`artifacts::dir`].

pub mod artifacts;
pub mod authority;
pub mod between;
pub mod bridge;
pub mod browser;
mod error;
pub mod examples;
pub mod faults;
pub mod haproxy;
pub mod net;
pub mod openssl;
pub mod page;
pub mod peer;
pub mod postfix;
pub mod process;
pub mod site;
pub mod tunnel;
mod unpack;
pub mod wait;

pub use error::{Error, PageSeen, Result};

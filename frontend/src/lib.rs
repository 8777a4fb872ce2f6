//! The page of SMTP Walkthrough.
//!
//! ```text
//!  view ── Intent ──▶ desk ──▶ controller ──▶ driver ──▶ client ⇄ transport
//!   ▲                                           │
//!   └── AppState ◀── Action ◀── Snapshot ◀──────┘
//! ```
//!
//! One way round: a component never touches a transport, a transport never touches the view, and the driver
//! alone holds both ends. SMTP itself is `protocol`'s; every word a person reads is in [`text`].

pub mod app;
pub mod bridge;
pub mod clock;
pub mod controller;
pub mod desk;
pub mod engine;
pub mod mailbox;
pub mod parts;
pub mod server_choice;
pub mod settings;
pub mod state;
pub mod text;
pub mod tls_setup;
pub mod transport;
pub mod view;
pub mod walk;

pub use app::Page;

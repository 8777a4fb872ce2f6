//! The vocabulary of SMTP: what stands on the wire, as types.
//!
//! Nothing here knows a session; client and server build on it alike.

pub mod address;
pub mod command;
pub mod cursor;
pub mod data;
pub mod extension;
pub mod limits;
pub mod lookup;
pub mod parameter;
pub mod reply;
pub mod status;
pub mod xtext;

//! SMTP without I/O.

pub mod anatomy;
pub mod auth;
pub mod smtp;
pub mod tunnel;

//! SMTP without I/O.

pub mod tunnel;

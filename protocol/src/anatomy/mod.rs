//! Which part of a message each byte on the wire belongs to.

mod field;

pub use field::{Field, Span};

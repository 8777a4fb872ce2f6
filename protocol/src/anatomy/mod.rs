//! Which part of a message each byte on the wire belongs to.
//!
//! Everything sent is a [`Piece`]: its content, and what that content means at its place in the session.
//! From the two come the spans, which tile the wire bytes exactly. Replies are taken apart in the light of
//! what they answer.

mod field;
mod header;
mod mail;
mod piece;
mod reply;

pub use field::{Field, Span};
pub(crate) use mail::Dots;
pub use mail::MailPlace;
pub use piece::{Content, Meaning, Piece, Window};
pub use reply::{Answer, reply_spans};

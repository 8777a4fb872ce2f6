//! TLS taken apart: a record with its messages, the certificates, and what travelled in the place of what was said.

mod chain;
mod dissection;
mod record;
mod travelled;

pub(crate) use chain::{Chain, day};
pub(crate) use record::{RecordSheet, title as record_title};
pub(crate) use travelled::Travelled;

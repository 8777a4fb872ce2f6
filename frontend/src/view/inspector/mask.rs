//! What of a message is not to be shown.

use crate::view::wire;
use crate::walk::{Row, Snapshot};
use protocol::secrets::Secrets;
use std::ops::Range;
use std::rc::Rc;

/// The secrets of one row: where they stand in its bytes, and how to find them in what is made of those.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    ranges: Vec<Range<usize>>,
    /// `None` while secrets are shown.
    secrets: Option<Rc<Secrets>>,
}

impl Mask {
    /// The mask of a row as it is to be shown now.
    pub(super) fn new(walk: &Snapshot, revealed: bool, row: &Row) -> Self {
        let (bytes, spans) = row.wire().unwrap_or_default();
        let ranges = wire::hidden(walk, revealed, bytes, spans);
        Self { ranges, secrets: (!revealed).then(|| walk.secrets.clone()) }
    }

    /// A mask that hides nothing, for bytes that hold no secret.
    pub(super) fn none() -> Self {
        Self { ranges: Vec::new(), secrets: None }
    }

    /// Whether anything is hidden.
    pub(super) fn hides(&self) -> bool {
        !self.ranges.is_empty()
    }

    /// Whether any byte of `range` is hidden.
    pub(super) fn covers(&self, range: &Range<usize>) -> bool {
        wire::is_hidden(&self.ranges, range)
    }

    /// Where it hides something.
    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// Whether there may be secrets that only their content gives away.
    pub(super) fn knows_secrets(&self) -> bool {
        self.secrets.as_ref().is_some_and(|secrets| !secrets.is_empty())
    }

    /// A sentence or a decoded text that may repeat a secret.
    pub(super) fn text(&self, text: &str) -> String {
        match &self.secrets {
            Some(secrets) => secrets.masked(text.as_bytes(), &[]),
            None => text.to_owned(),
        }
    }
}

impl PartialEq for Mask {
    fn eq(&self, other: &Self) -> bool {
        let same_secrets = match (&self.secrets, &other.secrets) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        same_secrets && self.ranges == other.ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::{Body, Carried};
    use protocol::auth::Credentials;
    use protocol::smtp::reply::ReplyError;
    use std::time::Duration;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_secret_is_hidden_in_the_bytes_and_in_what_is_made_of_them_until_it_is_shown() {
        let secrets = Secrets::of(&Credentials { user: "tim".into(), password: "tanstaaf".into() });
        let walk = Snapshot { secrets: Rc::new(secrets), ..Snapshot::default() };
        let body = Body::Broken { error: ReplyError::BareLf, bytes: b"not tanstaaf\n".to_vec() };
        let row = Row {
            id: 0,
            at: Duration::ZERO,
            took: None,
            body,
            login: None,
            carried: Carried::default(),
        };

        let mask = Mask::new(&walk, false, &row);
        assert!(mask.hides() && mask.covers(&(4..5)) && !mask.covers(&(0..4)));
        assert_eq!(mask.text("no tanstaaf here"), "no •••••••• here");

        let shown = Mask::new(&walk, true, &row);
        assert!(!shown.hides() && shown != mask);
        assert_eq!(shown.text("no tanstaaf here"), "no tanstaaf here");
    }
}

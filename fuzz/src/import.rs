//! Sessions from elsewhere.

use crate::must;
use protocol::export::{FORMS, Form};
use protocol::import::Session;

/// Any text becomes a transcript that is explained and can be taken along in every form, or an error.
///
/// The input is the text, where it is no UTF-8 with the usual replacement.
pub fn import(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let session = match Session::read(&text) {
        Ok(session) => session,
        Err(error) => {
            assert!(error.to_string().len() < 1000, "{error}");
            return;
        }
    };
    must::be_in_order(&session.connection, 0);
    assert!(session.unread <= text.lines().count());
    let export = session.export();
    for form in FORMS {
        form.write(&export);
    }
    if let Some(form) = Form::named("text") {
        let written = form.write(&export);
        let again = Session::read(&written);
        assert!(again.is_ok(), "what was taken along comes in again: {again:?}\n{written}");
    }
}

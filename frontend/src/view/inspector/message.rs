//! A message with bytes: something sent, a reply, or something that is neither.

use super::Shown;
use super::anatomy::Anatomy;
use super::base64::Base64;
use super::code::Code;
use super::facts::{Stand, When};
use super::login::Inside;
use super::mask::Mask;
use super::offers::Offers;
use super::sheet::Sheet;
use super::subject;
use super::tls::Travelled;
use crate::text::Label;
use crate::view::{use_words, wire};
use crate::walk::{Body, Snapshot};
use protocol::anatomy::Answer;
use protocol::auth;
use protocol::diagnosis::Finding;
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Capabilities;
use protocol::smtp::status::Severity;
use std::rc::Rc;
use yew::prelude::*;

/// Which message.
#[derive(PartialEq, Properties)]
pub(super) struct MessageProps {
    pub row: Shown,
    pub walk: Rc<Snapshot>,
    /// Secrets are shown.
    pub revealed: bool,
    /// The row was selected; otherwise it is the newest.
    pub open: bool,
}

/// The message taken apart.
#[component]
pub(super) fn Message(props: &MessageProps) -> Html {
    let (words, row, walk) = (use_words(), &props.row, &props.walk);
    let mask = Mask::new(walk, props.revealed, row);
    // What a mask would hide now is what the button is to hide again.
    let revealed = props.revealed && Mask::new(walk, false, row).hides();
    let (bytes, _) = row.wire().unwrap_or_default();
    let title = match subject::first_line(bytes, mask.ranges()) {
        line if line.is_empty() => wire::mark("CR LF"),
        line => html! { <code>{ line }</code> },
    };
    let code = match &row.body {
        Body::Received { reply, .. } => {
            html! { <Code code={reply.code()} enhanced={reply.enhanced()} /> }
        }
        _ => Html::default(),
    };
    let unrolled = encoded(row, &mask).map(|(encoded, bytes)| {
        html! { <><Inside row={row.clone()} /><Base64 {encoded} {bytes} /></> }
    });
    // Where both are now says nothing of a row that was left behind.
    let is_newest = !props.open || walk.rows.last().is_some_and(|newest| newest.id == row.id);
    html! {
        <Sheet
            class={class(row)} open={props.open} above={subject::above(words, row).map(AttrValue::from)}
            {title} meaning={mask.text(&subject::meaning(words, row))}
        >
            if let Some(capabilities) = offered(row) {
                <Offers {capabilities} />
            }
            <Anatomy row={row.clone()} mask={mask.clone()} {revealed} />
            { code }
            if let Some(likeliest) = likeliest(row) {
                <section>
                    <h3>{ words.label(Label::KnownBy) }</h3>
                    <p>{ words.recognised(likeliest.by) }</p>
                </section>
            }
            { unrolled }
            <Travelled row={row.clone()} mask={mask.clone()} route={walk.route.clone()} />
            if is_newest {
                <Stand walk={walk.clone()} />
            }
            <When row={row.clone()} />
        </Sheet>
    }
}

/// The class that colours a reply's code.
fn class(row: &Shown) -> Classes {
    match &row.body {
        Body::Received { reply, .. } => classes!(format!("reply-{}", reply.code().digits()[0])),
        _ => Classes::new(),
    }
}

/// The cause that a refusal is explained with.
fn likeliest(row: &Shown) -> Option<&Finding> {
    match &row.body {
        Body::Received { findings, .. } => findings.first(),
        _ => None,
    }
}

/// What EHLO's answer offers.
fn offered(row: &Shown) -> Option<Capabilities> {
    let Body::Received { answer: Answer::To(Verb::Ehlo), reply, .. } = &row.body else {
        return None;
    };
    let is_accepted = reply.code().severity() == Severity::Completion;
    let capabilities = is_accepted.then(|| Capabilities::from_reply(reply))?;
    (!capabilities.is_empty()).then_some(capabilities)
}

/// The first base64 of the message and what it stands for, unless it is hidden or says nothing.
fn encoded(row: &Shown, mask: &Mask) -> Option<(String, Vec<u8>)> {
    let (wire, spans) = row.wire()?;
    let span = spans.iter().find(|span| span.field.is_base64())?;
    let encoded = &wire[span.range.clone()];
    let bytes = auth::decode(encoded).filter(|bytes| !bytes.is_empty())?;
    // What is hidden may also turn up only when it is decoded.
    let repeats_secret = mask.text(&subject::decoded(&bytes)) != subject::decoded(&bytes);
    let is_hidden = mask.covers(&span.range) || repeats_secret;
    (!is_hidden).then(|| (String::from_utf8_lossy(encoded).into_owned(), bytes))
}

//! What was said beside what travelled in its place, and what others on the way see of it.

use super::dissection::Dissection;
use crate::text::Label;
use crate::view::inspector::Shown;
use crate::view::inspector::mask::Mask;
use crate::view::inspector::subject::readable;
use crate::view::use_words;
use crate::walk::{Route, Row};
use std::rc::Rc;
use tls_messages::Content;
use yew::prelude::*;

/// Which row.
#[derive(PartialEq, Properties)]
pub(crate) struct TravelledProps {
    pub(crate) row: Shown,
    pub(crate) mask: Mask,
    pub(crate) route: Route,
}

/// The records of a row; for a row that was not sealed, that everybody sees it.
#[component]
pub(crate) fn Travelled(props: &TravelledProps) -> Html {
    let (words, carried) = (use_words(), &props.row.carried);
    if carried.count == 0 {
        return html! {
            <section>
                <h3>{ words.label(Label::OthersSee) }</h3>
                <p>{ words.label(seen_in_plain_text(&props.route)) }</p>
            </section>
        };
    }
    let said = said(&props.row, &props.mask);
    let records = carried.records.iter().zip(said).enumerate().map(|(index, (record, said))| {
        let (bytes, spans) = (Rc::new(record.wire.clone()), Rc::new(record.spans.clone()));
        html! {
            <li key={index}>
                <h4>{ words.label(Label::AsSaid) }</h4>
                <p><code>{ said }</code></p>
                <h4>{ words.label(Label::AsSealed) }</h4>
                <Dissection {bytes} {spans} />
            </li>
        }
    });
    html! {
        <>
            <section>
                <h3>{ words.label(Label::OthersSee) }</h3>
                <p>{ words.label(Label::OthersSeeSealed) }</p>
            </section>
            <section>
                <h3>{ words.label(Label::Travelled) }</h3>
                <p>{ words.in_records(carried.count) }</p>
                <ol class="travelled">{ for records }</ol>
            </section>
        </>
    }
}

/// What others see of plain text. In the page there is no bridge among them.
const fn seen_in_plain_text(route: &Route) -> Label {
    match route {
        Route::Practice => Label::OthersWouldSeeAll,
        Route::Bridge { .. } => Label::OthersSeeAll,
    }
}

/// What stands in the place of a secret.
const DOTS: &str = "••••••••";

/// What each record says. A record keeps the beginning of its bytes only, and a piece of a secret looks like no secret:
/// so what to hide is told by where the bytes stand in the row.
fn said(row: &Row, mask: &Mask) -> Vec<String> {
    let mut at = 0;
    let said = row.carried.records.iter().map(|record| match &record.content {
        Content::Data(data) => {
            let start = at;
            at += data.whole as usize;
            readable(&said_from(row, mask, start, &data.bytes))
        }
        _ => String::new(),
    });
    said.collect()
}

/// These bytes of a row, which begin at `at` in it.
fn said_from(row: &Row, mask: &Mask, at: usize, bytes: &[u8]) -> String {
    let (wire, _) = row.wire().unwrap_or_default();
    let own = wire.get(at..).unwrap_or_default();
    let own = &own[..own.len().min(bytes.len())];
    // A record may begin with another row's bytes.
    let (own, others) =
        if bytes.starts_with(own) { bytes.split_at(own.len()) } else { bytes.split_at(0) };
    let mut text = String::new();
    let mut shown = 0;
    for range in mask.ranges() {
        let start = range.start.saturating_sub(at).clamp(shown, own.len());
        let end = range.end.saturating_sub(at).min(own.len());
        if start < end {
            text += &String::from_utf8_lossy(&own[shown..start]);
            text += DOTS;
            shown = end;
        }
    }
    text += &String::from_utf8_lossy(&own[shown..]);
    // Of what lies beyond the row's bytes it is not known where a secret stands.
    let may_be_secret = mask.hides() || (mask.knows_secrets() && !row.is_data());
    if !others.is_empty() && may_be_secret {
        return text + DOTS;
    }
    text + &mask.text(&String::from_utf8_lossy(others))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use crate::walk::{Body, Carried, Snapshot};
    use protocol::anatomy::{Answer, Content as Sent, Meaning, Piece};
    use protocol::auth::{Credentials, Mechanism};
    use protocol::client::Step;
    use protocol::secrets::Secrets;
    use protocol::smtp::limits;
    use protocol::smtp::reply::ReplyParser;
    use protocol::transcript::Target;
    use std::time::Duration;
    use tls_messages::{Kept, Record};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// What is kept of a record of data.
    const KEPT: usize = 256;

    fn record(bytes: &[u8]) -> Rc<Record> {
        let whole = bytes.len().try_into().unwrap();
        let data = Kept { bytes: bytes[..bytes.len().min(KEPT)].to_vec(), whole };
        Rc::new(Record {
            sent: true,
            wire: Kept::default(),
            spans: Vec::new(),
            content: Content::Data(data),
            sealed: true,
        })
    }

    /// What the records of a row say, where the set-up knows this password.
    fn shown(body: Body, records: &[&[u8]], password: &str) -> String {
        let carried = Carried {
            records: records.iter().map(|bytes| record(bytes)).collect(),
            count: records.len(),
        };
        let row = Row { id: 0, at: Duration::ZERO, took: None, body, login: None, carried };
        let secrets = Secrets::of(&Credentials { user: "tim".into(), password: password.into() });
        let walk = Snapshot { secrets: Rc::new(secrets), ..Snapshot::default() };
        said(&row, &Mask::new(&walk, false, &row)).join("|")
    }

    fn sent(line: &str, meaning: Meaning) -> Body {
        let piece = Piece { content: Sent::typed_line(line), meaning };
        let window = piece.window(limits::WINDOW);
        let spans = piece.spans(&window);
        Body::Sent { step: Step::Typed, piece, window, spans }
    }

    const COMMAND: Meaning = Meaning::Command { chunking: false };

    fn password_of_login() -> Meaning {
        Meaning::AuthResponse { mechanism: Mechanism::named("LOGIN"), n: 1 }
    }

    #[test]
    fn a_walk_that_stays_in_the_page_tells_of_no_bridge() {
        let target = Target { host: "mail.example.com".into(), port: 25 };
        let bridged = Route::Bridge { bridge: String::new(), token: None, target };
        for (language, bridge) in [(Language::En, "bridge"), (Language::Zh, "桥接")] {
            let said = |route: &Route| language.words().label(seen_in_plain_text(route));
            assert!(said(&bridged).contains(bridge));
            assert!(!said(&Route::Practice).contains(bridge));
        }
    }

    #[test]
    fn a_token_that_is_longer_than_what_is_kept_is_hidden_all_the_same() {
        let line = format!("AUTH XOAUTH2 {}", "QUJD".repeat(256));
        let wire = format!("{line}\r\n");
        let said = shown(sent(&line, COMMAND), &[wire.as_bytes()], "another");
        assert_eq!(said, format!("AUTH XOAUTH2 {DOTS}"));
        // The rest of it in a record of its own, beyond the row's window.
        let line = format!("AUTH XOAUTH2 {}", "QUJD".repeat(5000));
        let wire = format!("{line}\r\n");
        let (first, second) = wire.as_bytes().split_at(limits::CHUNK);
        let said = shown(sent(&line, COMMAND), &[first, second], "another");
        assert_eq!(said, format!("AUTH XOAUTH2 {DOTS}|{DOTS}"));
    }

    #[test]
    fn a_password_is_hidden_however_short_it_is_and_whoever_typed_it() {
        for (line, wire) in [("YWJj", "YWJj\r\n"), ("b3RoZXI=", "b3RoZXI=\r\n")] {
            let said = shown(sent(line, password_of_login()), &[wire.as_bytes()], "abc");
            assert_eq!(said.trim_end(), DOTS, "{line}");
        }
        let line = "AUTH PLAIN AHRpbQBvdGhlcg==";
        let wire = format!("{line}\r\n");
        let (first, second) = wire.as_bytes().split_at(16);
        let said = shown(sent(line, COMMAND), &[first, second], "abcd");
        assert_eq!(said.trim_end(), format!("AUTH PLAIN {DOTS}|{DOTS}"));
    }

    #[test]
    fn what_shares_a_record_with_a_reply_may_repeat_a_secret_of_which_a_piece_is_left() {
        let wire = b"500 what is tanstaaf?\r\n";
        let body = |wire: &[u8]| {
            let reply = ReplyParser::default().read(&mut &wire[..]).unwrap().unwrap();
            let answer = Answer::Nothing;
            Body::Received { step: None, answer, reply, spans: Vec::new(), findings: Vec::new() }
        };
        assert_eq!(shown(body(wire), &[wire], "tanstaaf"), format!("500 what is {DOTS}? "));
        let (first, second) = wire.split_at(16);
        assert_eq!(
            shown(body(wire), &[first, second], "tanstaaf"),
            format!("500 what is {DOTS}|{DOTS}? ")
        );
        // The reply before it, in the same record.
        let both = [b"250 Done\r\n", &wire[..16]].concat();
        assert_eq!(shown(body(b"250 Done\r\n"), &[&both], "tanstaaf"), format!("250 Done {DOTS}"));
        assert_eq!(shown(body(wire), &[&both], "tanstaaf"), DOTS);
    }
}

//! The stage: the conversation on its lifelines, one row a message.

use super::inspector::record_title;
use super::{icon, wire};
use super::{intending, use_intend, use_words};
use crate::parts::REST;
use crate::state::{Action, AppState, Intent};
use crate::text::{Label, Words, short_time};
use crate::walk::{Body, Route, Row, Snapshot};
use protocol::anatomy::Answer;
use protocol::client::Next;
use protocol::smtp::command::{self, Verb};
use protocol::smtp::reply::Reply;
use protocol::smtp::status::Severity;
use protocol::tunnel::TunnelEvent;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// What the stage shows.
#[derive(PartialEq, Properties)]
pub(super) struct StageProps {
    /// The page's state.
    pub(super) state: Rc<AppState>,
}

/// The stage.
#[component]
pub(super) fn Stage(props: &StageProps) -> Html {
    let words = use_words();
    let (state, walk) = (&props.state, &props.state.walk);
    let list = use_node_ref();
    use_effect_with((walk.rows.len(), state.selected), {
        let list = list.clone();
        move |&(_, selected)| {
            let Some(list) = list.cast::<web_sys::Element>() else { return };
            match selected {
                None => list.set_scroll_top(list.scroll_height()),
                Some(row) => show_row(&list, row),
            }
        }
    });
    let unsaid = walk.rows.is_empty();
    let bridged = matches!(walk.route, Route::Bridge { .. });
    let classes = classes!(
        "rows",
        bridged.then_some("bridged"),
        unsaid.then_some("ahead"),
        walk.state.is_over().then_some("closed"),
    );
    html! {
        <section class={classes!("stage", unsaid.then_some("unsaid"))} aria-label={words.label(Label::Conversation)}>
            <Ends {bridged} server={state.server_name()} />
            if unsaid {
                <p class="invitation">{ words.label(Label::Invitation) }</p>
            }
            <ol class={classes} ref={list} aria-live="polite" aria-relevant="additions">
                if unsaid {
                    { for ahead(words, state.form.login.is_some()) }
                } else {
                    { REST.get().map(|rest| (rest.rows)(state)) }
                    if let Next::Wait { .. } = &*walk.next {
                        <li class="row server waiting" key="waiting">
                            <div class="message">
                                <span class="bubble">{ words.label(Label::NoAnswerYet) }</span>
                                <span class="arrow"></span>
                            </div>
                        </li>
                    }
                }
                <li class="row rest" key="rest" aria-hidden="true"></li>
            </ol>
        </section>
    }
}

/// Everything that was said, row by row.
pub(crate) fn rows(state: &AppState) -> Html {
    let walk = &state.walk;
    let rows = visible(&walk.rows).map(|row| {
        html! {
            <StageRow
                key={row.id}
                row={row.clone()}
                walk={Unchanging(walk.clone())}
                revealed={state.revealed}
                selected={state.selected == Some(row.id)}
                fresh={row.id + 1 == walk.rows.len()}
            />
        }
    });
    html! { { for rows } }
}

/// Scrolls the selected row into what the inspector leaves of the stage.
fn show_row(list: &web_sys::Element, row: usize) {
    let Ok(Some(row)) = list.query_selector(&format!("[data-row=\"{row}\"]")) else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
}

/// A walk whose rows, once drawn, stay as they are: it is looked at for what to mask and where it goes, so a
/// row need not be drawn again when the walk goes on.
#[derive(Clone)]
struct Unchanging(Rc<Snapshot>);

impl PartialEq for Unchanging {
    fn eq(&self, other: &Self) -> bool {
        self.0.route == other.0.route && self.0.target == other.0.target
    }
}

/// Looking up and connecting are shown while they last; what they came to stays. That a connection which was
/// never made has ended need not be said.
fn visible(rows: &[Rc<Row>]) -> impl Iterator<Item = &Rc<Row>> {
    let last = rows.len().saturating_sub(1);
    let failed = |index: usize| {
        let before = index.checked_sub(1).map(|before| &rows[before].body);
        matches!(before, Some(Body::Note(TunnelEvent::Failed { .. })))
    };
    rows.iter().enumerate().filter_map(move |(index, row)| {
        let shown = match &row.body {
            Body::Note(TunnelEvent::Resolving { .. } | TunnelEvent::Connecting { .. }) => {
                index == last
            }
            Body::Note(TunnelEvent::Closed { .. }) => false,
            Body::Closed(_) => !failed(index),
            _ => true,
        };
        shown.then_some(row)
    })
}

/// Who stands at the lifelines.
#[derive(PartialEq, Properties)]
struct EndsProps {
    bridged: bool,
    server: String,
}

#[component]
fn Ends(props: &EndsProps) -> Html {
    let words = use_words();
    html! {
        <header class="ends">
            <div class="end client">
                <b>{ words.label(Label::You) }</b>
                <small>{ words.label(Label::YouAre) }</small>
            </div>
            if props.bridged {
                <div class="end bridge">
                    <b>{ words.label(Label::Bridge) }</b>
                    <small>{ words.label(Label::BridgeIs) }</small>
                </div>
            }
            <div class="end server">
                <b>{ words.label(Label::MailServer) }</b>
                <small>{ &props.server }</small>
            </div>
        </header>
    }
}

/// What is going to happen, before anything has.
fn ahead(words: &dyn Words, login: bool) -> Vec<Html> {
    let row = |side: &'static str, label| {
        html! {
            <li class={classes!("row", side)} key={format!("{label:?}")}>
                <div class="message">
                    <span class="bubble">{ words.label(label) }</span>
                    <span class="arrow"></span>
                </div>
            </li>
        }
    };
    let mut rows = vec![
        row("server", Label::AheadGreets),
        row("client", Label::AheadHello),
        row("server", Label::AheadOffers),
    ];
    if login {
        rows.push(row("client", Label::AheadLogin));
    }
    rows.push(row("client", Label::AheadEnvelope));
    rows.push(row("client", Label::AheadMessage));
    rows.push(row("server", Label::AheadAccepted));
    rows
}

/// One row.
#[derive(PartialEq, Properties)]
struct RowProps {
    row: Rc<Row>,
    walk: Unchanging,
    revealed: bool,
    selected: bool,
    fresh: bool,
}

#[component]
fn StageRow(props: &RowProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let row = &props.row;
    let walk = &props.walk.0;
    let select = intending(&intend, Intent::Show(Action::Select(Some(row.id))));
    let message = |side: &'static str, said: Label, bubble: Html, note: Option<String>| {
        let bad = row.is_refusal() || matches!(row.body, Body::Broken { .. });
        let is_record = matches!(row.body, Body::Record(_));
        let class = classes!(
            "row",
            side,
            bad.then_some("bad"),
            row.is_sealed().then_some("sealed"),
            is_record.then_some("record"),
            props.fresh.then_some("fresh")
        );
        html! {
            <li {class} data-row={row.id.to_string()}>
                <button type="button" class="message" onclick={select.clone()} aria-current={props.selected.then_some("true")}>
                    <span class="said">
                        { words.label(said) }{ " " }
                        if row.is_sealed() { { words.label(Label::SealedMark) }{ " " } }
                    </span>
                    <code class="bubble">{ bubble }</code>
                    if let Some(note) = note {
                        <span class="note">{ note }</span>
                    }
                    <span class="arrow"></span>
                </button>
            </li>
        }
    };
    // What there is more to see of is pressed like a message.
    let told = |text: String| {
        if row.can_be_opened() {
            html! {
                <button type="button" class="told" onclick={select.clone()} aria-current={props.selected.then_some("true")}>
                    { text }
                </button>
            }
        } else {
            html! { <p class="told">{ text }</p> }
        }
    };
    let event = |text: String, bad: bool| {
        html! {
            <li class={classes!("row", "event", bad.then_some("bad"))} data-row={row.id.to_string()}>{ told(text) }</li>
        }
    };
    match &row.body {
        Body::Note(told) => {
            let simulated =
                walk.route == Route::Practice && matches!(told, TunnelEvent::Connected { .. });
            let mut text = words.told(told);
            if simulated {
                text = format!("{text} · {}", words.label(Label::Simulated));
            }
            event(text, matches!(told, TunnelEvent::Failed { .. }))
        }
        Body::Record(record) => {
            let (side, said) =
                if record.sent { ("client", Label::YouSay) } else { ("server", Label::ServerSays) };
            let bubble = html! { <span class="line">{ record_title(words, record) }</span> };
            message(side, said, bubble, Some(words.bytes(record.wire.whole as usize)))
        }
        Body::Untrusted(facts) => {
            let problems = facts.problems.iter().map(|problem| words.tls_problem(problem));
            let why = problems.collect::<Vec<_>>().join(" ");
            event(format!("{} · {why}", words.label(Label::UntrustedTitle)), true)
        }
        Body::Upgraded(facts) => html! {
            <li
                class={classes!("row", "event", "upgraded", "sealed", (!facts.verified).then_some("bad"))}
                data-row={row.id.to_string()}
            >
                { icon::lock() }{ told(words.upgraded(facts)) }{ icon::lock() }
            </li>
        },
        Body::TlsEnded(finish) => event(words.tls_finish(finish), true),
        Body::Closed(how) => {
            // What the bridge gave as the reason is known of the newest end only.
            let newest = row.id + 1 == walk.rows.len();
            let code = walk.ended.filter(|_| newest).and_then(|ended| ended.code);
            event(words.ending(*how, code).to_owned(), false)
        }
        Body::Sent { window, spans, .. } => {
            let hidden = wire::hidden(walk, props.revealed, &window.bytes, spans);
            let bubble = sent_lines(&window.bytes, &hidden, row.is_data());
            let note = (window.left_out > 0).then(|| words.left_out(window.left_out));
            message("client", Label::YouSay, bubble, note)
        }
        Body::Received { reply, answer, spans, .. } => {
            let hidden = wire::hidden(walk, props.revealed, reply.wire(), spans);
            let bubble = reply_lines(words, reply, &hidden);
            message("server", Label::ServerSays, bubble, note(words, *answer, reply, row))
        }
        Body::Broken { bytes, .. } => {
            let bubble = sent_lines(bytes, &[], true);
            message("server", Label::ServerSays, bubble, None)
        }
    }
}

/// Beside a reply: how many extensions EHLO gave, or how long it took.
fn note(words: &dyn Words, answer: Answer, reply: &Reply, row: &Row) -> Option<String> {
    let offered = reply.lines().count() - 1;
    if answer == Answer::To(Verb::Ehlo) && offered > 0 && !reply.code().is_refusal() {
        return Some(words.extensions(offered));
    }
    row.took.map(short_time)
}

/// Something sent, line by line. Mail data shows its line ends, since they are the lesson, and so does a line
/// that is nothing else.
fn sent_lines(bytes: &[u8], hidden: &[Range<usize>], ends: bool) -> Html {
    let mut at = 0;
    let lines = command::lines(bytes).map(|line| {
        let text = wire::text(line, at, hidden);
        at += line.len();
        let ends = line.ends_with(b"\r\n") && (ends || text.is_empty());
        html! {
            <span class="line">{ text }if ends { { " " }{ wire::mark("CR LF") } }</span>
        }
    });
    let lines: Vec<_> = lines.collect();
    html! { { for lines } }
}

/// A reply, its code as a badge on the first line.
fn reply_lines(words: &dyn Words, reply: &Reply, hidden: &[Range<usize>]) -> Html {
    let last = reply.lines().count() - 1;
    let lines = reply.lines().enumerate().map(|(index, line)| {
        let text = wire::text(&reply.wire()[line.text.clone()], line.text.start, hidden);
        let separator = if index < last { "-" } else { " " };
        if index == 0 {
            html! {
                <span class="line">
                    { badge(words, reply, index < last) }
                    { if index < last { "" } else { " " } }{ text }
                </span>
            }
        } else {
            html! {
                <span class="line"><span class="again">{ reply.code().to_string() }{ separator }</span>{ text }</span>
            }
        }
    });
    html! { { for lines } }
}

/// A reply's code as a badge, which is also a word for a screen reader.
pub(super) fn badge(words: &dyn Words, reply: &Reply, more_lines: bool) -> Html {
    let (class, label) = match reply.code().severity() {
        Severity::Completion => ("ok", Label::BadgeCompletion),
        Severity::Intermediate => ("more", Label::BadgeIntermediate),
        Severity::Transient => ("later", Label::BadgeTransient),
        Severity::Permanent => ("bad", Label::BadgePermanent),
    };
    html! {
        <>
            <span class={classes!("badge", class)}>
                { reply.code().to_string() }
                if more_lines { <span class="sep">{ "-" }</span> }
            </span>
            <span class="said">{ words.label(label) }{ " " }</span>
        </>
    }
}

//! The plan: every step of the walk by phase, and where it is now.

use super::next_card::open_refusal;
use super::{use_intend, use_words};
use crate::state::{Action, AppState, Intent};
use crate::text::{Label, Words, short_time};
use crate::walk::{Body, Row};
use protocol::client::{Next, Record, Status, Step};
use protocol::lesson::Cover;
use std::rc::Rc;
use yew::prelude::*;

/// What the plan shows.
#[derive(PartialEq, Properties)]
pub(super) struct PlanProps {
    /// The page's state.
    pub(super) state: Rc<AppState>,
    /// The lesson, for its title.
    pub(super) lesson: Rc<Cover>,
}

/// The plan. On a small screen it is a bar of segments that opens.
#[component]
pub(super) fn Plan(props: &PlanProps) -> Html {
    let (words, state) = (use_words(), &props.state);
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    // On a small screen the open plan lies over the stage: a step that was chosen is to be seen.
    let close = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(false))
    };
    let records = &state.walk.progress;
    let now = current(state);
    let number =
        records.iter().position(|record| Some(record.step) == now).unwrap_or(records.len());
    let title = now.map_or_else(
        || words.label(Label::Walk).to_owned(),
        |step| name(words, step, &props.state),
    );
    let begins_with_tls = begins_with_tls(records);
    let segments = records.iter().enumerate().map(|(index, record)| {
        let first = index == 0
            || phase(records[index - 1].step, begins_with_tls)
                != phase(record.step, begins_with_tls);
        html! { <i class={classes!(class_of(record, now), first.then_some("first"))}></i> }
    });
    html! {
        <nav class={classes!("plan", open.then_some("open"))} aria-label={words.label(Label::Steps)}>
            if state.server.is_practice() {
                <p class="above">{ words.label(Label::Lesson) }</p>
                <h1>{ state.settings.language.of(&props.lesson.title).to_owned() }</h1>
            } else {
                <h1>{ words.label(Label::OwnWalk) }</h1>
            }
            <button
                type="button" class="plan-bar" data-do="all-steps" onclick={toggle}
                aria-expanded={open.to_string()} aria-controls="phases"
            >
                <span>
                    <b>{ title }</b>
                    <span class="soft">{ words.step_of((number + 1).min(records.len()), records.len()) }</span>
                </span>
                <span class="segments" aria-hidden="true">{ for segments }</span>
            </button>
            <ol class="phases" id="phases" onclick={close}>{ for PHASES.iter().map(|&label| html! {
                <Phase key={format!("{label:?}")} {label} state={state.clone()} {now} />
            }) }</ol>
        </nav>
    }
}

/// What a phase shows.
#[derive(PartialEq, Properties)]
struct PhaseProps {
    label: Label,
    state: Rc<AppState>,
    now: Option<Step>,
}

/// The steps of one phase.
#[component]
fn Phase(props: &PhaseProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let walk = &props.state.walk;
    let begins_with_tls = begins_with_tls(&walk.progress);
    let is_here = |record: &&Record| phase(record.step, begins_with_tls) == props.label;
    let mut records = walk.progress.iter().filter(is_here).peekable();
    if records.peek().is_none() {
        return Html::default();
    }
    let steps = records.map(|record| {
        let step = record.step;
        let class = class_of(record, props.now);
        let inner = html! {
            <>
                <span class="dot"></span>
                <span class="name">
                    { name(words, step, &props.state) }
                    <span class="said">{ ", " }{ status(words, record, props.now) }</span>
                </span>
                if let (true, Some(took)) = (is_answered(record), record.took()) {
                    <span class="took">{ short_time(took) }</span>
                }
                <span class="came">{ came(words, record, props.now) }</span>
            </>
        };
        let row = last_row_of(&walk.rows, step);
        let current = (props.now == Some(step)).then_some("step");
        let content = match row {
            Some(id) => {
                let select = super::intending(&intend, Intent::Show(Action::Select(Some(id))));
                html! { <button type="button" onclick={select}>{ inner }</button> }
            }
            None => html! { <span>{ inner }</span> },
        };
        html! {
            <li
                key={format!("{step:?}")} class={classes!("step", class)} aria-current={current}
                data-step={format!("{step:?}")} data-status={class}
            >{ content }</li>
        }
    });
    html! {
        <li class="phase">
            <h2>{ words.label(props.label) }</h2>
            <ol class="steps">{ for steps }</ol>
        </li>
    }
}

/// The phases in order.
const PHASES: [Label; 7] = [
    Label::PhaseConnect,
    Label::PhaseHello,
    Label::PhaseTls,
    Label::PhaseLogin,
    Label::PhaseEnvelope,
    Label::PhaseMessage,
    Label::PhaseGoodbye,
];

/// Whether TLS comes before the greeting, and so is a part of connecting.
fn begins_with_tls(records: &[Record]) -> bool {
    !records.iter().any(|record| record.step == Step::StartTls)
}

/// The phase of a step.
const fn phase(step: Step, begins_with_tls: bool) -> Label {
    match step {
        Step::Handshake if begins_with_tls => Label::PhaseConnect,
        Step::LookUp | Step::Connect | Step::Greeting => Label::PhaseConnect,
        Step::Hello => Label::PhaseHello,
        Step::StartTls | Step::Handshake | Step::HelloOverTls => Label::PhaseTls,
        Step::Auth | Step::AuthResponse(_) => Label::PhaseLogin,
        Step::Mail | Step::Rcpt(_) => Label::PhaseEnvelope,
        Step::Data
        | Step::Headers
        | Step::Body
        | Step::FinalDot
        | Step::Bdat(_)
        | Step::Chunk(_)
        | Step::LastChunk => Label::PhaseMessage,
        Step::Quit | Step::Extra(_) | Step::Typed => Label::PhaseGoodbye,
    }
}

/// The step whose turn it is; after a refusal the step that was refused, until it is taken up.
pub(super) fn current(state: &AppState) -> Option<Step> {
    if let Some(step) = open_refusal(state).and_then(|row| row.step()) {
        return Some(step);
    }
    match &*state.walk.next {
        Next::Connect => Some(Step::LookUp),
        Next::Send(proposal) => Some(proposal.step),
        Next::Wait { step, .. } => Some(*step),
        Next::UpgradeTls => Some(Step::Handshake),
        Next::HangUp | Next::Over => None,
    }
}

/// A step's name, with the mechanism of the login.
fn name(words: &dyn Words, step: Step, state: &AppState) -> String {
    words.step(step, state.walk.mechanism)
}

fn class_of(record: &Record, now: Option<Step>) -> &'static str {
    match record.status {
        Status::Done(_) => "done",
        Status::Refused(_) | Status::Failed => "failed",
        _ if now == Some(record.step) => "now",
        Status::Ahead | Status::Waiting => "ahead",
    }
}

fn status(words: &dyn Words, record: &Record, now: Option<Step>) -> &'static str {
    words.label(match record.status {
        Status::Done(_) => Label::StatusDone,
        Status::Refused(_) => Label::StatusRefused,
        Status::Failed => Label::StatusFailed,
        Status::Waiting => Label::StatusWaiting,
        Status::Ahead if now == Some(record.step) => Label::StatusNext,
        Status::Ahead => Label::StatusAhead,
    })
}

/// What came of a step: the code, or how long it took where there is none.
fn came(words: &dyn Words, record: &Record, now: Option<Step>) -> String {
    match record.status {
        Status::Done(Some(code)) | Status::Refused(code) => code.to_string(),
        Status::Done(None) => {
            record.took().filter(|took| !took.is_zero()).map_or_else(String::new, short_time)
        }
        Status::Failed | Status::Waiting => status(words, record, now).to_owned(),
        Status::Ahead if now == Some(record.step) => words.label(Label::StatusNext).to_owned(),
        Status::Ahead => String::new(),
    }
}

/// Whether the code stands where the time would.
const fn is_answered(record: &Record) -> bool {
    matches!(record.status, Status::Done(Some(_)) | Status::Refused(_))
}

/// The newest row that belongs to a step. Behind a handshake come tickets, and perhaps a bad end; what is looked for is
/// what it came to on this connection, and its certificates.
fn last_row_of(rows: &[Rc<Row>], step: Step) -> Option<usize> {
    let is_end = |row: &&Rc<Row>| matches!(row.body, Body::Closed(_));
    let this_connection = rows.iter().rev().skip_while(is_end).take_while(|row| !is_end(row));
    let newest = || rows.iter().rev().find(|row| row.step() == Some(step));
    let begun = this_connection.filter(|_| step == Step::Handshake);
    let begun = begun.into_iter().find(|row| matches!(row.body, Body::Upgraded(_)));
    begun.or_else(newest).map(|row| row.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::Carried;
    use protocol::client::{Ending, TlsFacts};
    use std::time::Duration;
    use tls_messages::{Content, Kept};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn rows(bodies: Vec<Body>) -> Vec<Rc<Row>> {
        let row = |(id, body)| {
            let (at, took, login, carried) = (Duration::ZERO, None, None, Carried::default());
            Rc::new(Row { id, at, took, body, login, carried })
        };
        bodies.into_iter().enumerate().map(row).collect()
    }

    fn record() -> Body {
        Body::Record(Rc::new(tls_messages::Record {
            sent: false,
            wire: Kept::default(),
            spans: Vec::new(),
            content: Content::Handshake(Vec::new()),
            sealed: true,
        }))
    }

    #[test]
    fn the_handshake_s_step_opens_the_certificates_though_a_ticket_came_behind() {
        let begun = || Body::Upgraded(TlsFacts::default());
        let (record, end) = (record, || Body::Closed(Ending::ByServer));
        let opens = |bodies| last_row_of(&rows(bodies), Step::Handshake);
        assert_eq!(opens(vec![record(), begun(), record()]), Some(1));
        assert_eq!(opens(vec![record(), begun(), record(), end()]), Some(1));
        assert_eq!(
            opens(vec![begun(), end(), record()]),
            Some(2),
            "an earlier connection’s are past"
        );
        assert_eq!(opens(vec![]), None);
    }
}

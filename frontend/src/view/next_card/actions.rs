//! What there is to press: the filled button first.

use super::card::{Card, editing_face, go_on, main_intent};
use super::{Pen, intending};
use crate::state::{Action, Face, Intent};
use crate::text::Label;
use crate::walk::Row;
use protocol::anatomy::Content;
use protocol::client::{Caution, Next, Proposal, Security, Step};
use yew::prelude::*;

/// The buttons of the card that the page opens with.
pub(super) fn opening(pen: &Pen<'_>) -> Html {
    html! { <>{ main(pen, Label::Connect) }{ run(pen) }</> }
}

/// The buttons of a card; `risk` is how the text on it may give a real login away.
pub(super) fn draw(pen: &Pen<'_>, card: &Card<'_>, risk: Option<Caution>) -> Html {
    match card {
        Card::Connect => opening(pen),
        Card::Waiting { .. } | Card::Handshaking => button(pen, "stop", Label::Stop, Intent::Stop),
        // No key goes on with it either; the filled button, and Enter, leave.
        Card::Untrusted(_) => html! {
            <>
                { main(pen, Label::Leave) }
                if pen.state.form.security != Security::Verified {
                    { button(pen, "go-on-anyway", Label::GoOnAnyway, Intent::GoOn) }
                }
            </>
        },
        Card::Editing(proposal, text) => {
            let is_data = matches!(proposal.piece.content, Content::Data(_));
            html! {
                <>
                    { send_text(pen, Intent::SendEdited((*text).to_owned()), is_data, risk) }
                    { button(pen, "put-back", Label::PutBack, Intent::Show(Action::Turn(Face::Proposal))) }
                </>
            }
        }
        Card::Typing(text) => html! {
            <>
                { send_text(pen, Intent::SendTyped((*text).to_owned()), false, risk) }
                { button(pen, "put-back", Label::Back, Intent::Show(Action::Turn(Face::Proposal))) }
            </>
        },
        Card::Proposal(_) => html! { <>{ main(pen, Label::Send) }{ beside(pen) }{ run(pen) }</> },
        // No key does this: a real password has to be sent by hand.
        Card::Warned(proposal) => html! {
            <>
                { for proposal.risk().map(|risk| all_the_same(pen, "next", proposal.step, risk)) }
                { beside(pen) }
            </>
        },
        Card::Refused(row, step) => after_refusal(pen, row, *step),
        Card::Delivered if pen.state.server.is_practice() => html! {
            <>
                { main(pen, Label::OpenMailbox) }
                { button(pen, "start-over", Label::StartOver, Intent::StartOver) }
            </>
        },
        Card::HangUp => html! { <>{ main(pen, Label::HangUp) }{ type_own(pen) }</> },
        Card::Delivered => main(pen, Label::StartOver),
        Card::Ended(_) => html! {
            <>
                { main(pen, Label::StartOver) }
                { button(pen, "change-setup", Label::Change, Intent::Show(Action::Setup(true))) }
            </>
        },
    }
}

/// The cure first, then the step again, then to go on.
fn after_refusal(pen: &Pen<'_>, row: &Row, step: Option<Step>) -> Html {
    let (words, state) = (pen.words, pen.state);
    let wanted = main_intent(state).unwrap_or(Intent::StartOver);
    let text = match &wanted {
        Intent::PutRight => words.label(Label::PutRight),
        Intent::Retry(_) => words.label(Label::TryAgain),
        Intent::StartOver => words.label(Label::StartOver),
        Intent::Show(Action::Setup(true)) => {
            row.cure().map_or(words.label(Label::Change), |cure| words.cure(cure))
        }
        _ => words.label(Label::GoOn),
    };
    let is_planned = |step: &Step| state.walk.progress.iter().any(|record| record.step == *step);
    let may_retry = state.walk.state.is_connected() && !matches!(wanted, Intent::Retry(_));
    let again = step.filter(|step| may_retry && is_planned(step));
    let proposal = match &*state.walk.next {
        Next::Send(proposal) if wanted != go_on(state) => Some(proposal),
        _ => None,
    };
    html! {
        <>
            { filled(pen, "next", text, wanted, "Enter") }
            if let Some(step) = again {
                { button(pen, "retry", Label::TryAgain, Intent::Retry(step)) }
            }
            if let Some(proposal) = proposal {
                <button type="button" class="button only-wide" data-do="go-on" onclick={intending(&pen.intend, go_on(state))}>
                    if proposal.risk().is_some() {
                        { words.label(Label::GoOn) }
                    } else {
                        { words.label(Label::Send) }{ " " }<code>{ first_word(proposal) }</code>
                    }
                </button>
            }
            { type_own(pen) }
        </>
    }
}

/// The button that sends a real password where it is not safe. It never is the element that another button was: that
/// may have the focus, and the next Enter would press it.
fn all_the_same(pen: &Pen<'_>, hook: &'static str, step: Step, risk: Caution) -> Html {
    let label = match risk {
        Caution::PasswordInClear => Label::PlainTextSend,
        _ => Label::UnverifiedSend,
    };
    html! {
        <button
            type="button" class="button main" data-do={hook} key={format!("{step:?}")}
            onclick={intending(&pen.intend, Intent::SendAllTheSame)}
        >{ pen.words.label(label) }</button>
    }
}

/// What stands beside *Send*.
fn beside(pen: &Pen<'_>) -> Html {
    html! {
        <>
            if let Some(face) = editing_face(pen.state) {
                { button(pen, "change", Label::ChangeIt, Intent::Show(Action::Turn(face))) }
            }
            { type_own(pen) }
        </>
    }
}

/// The filled button, for what Enter does as well.
fn main(pen: &Pen<'_>, label: Label) -> Html {
    let Some(wanted) = main_intent(pen.state) else { return Html::default() };
    filled(pen, "next", pen.words.label(label), wanted, "Enter")
}

/// Sends what stands in the editor.
fn send_text(pen: &Pen<'_>, wanted: Intent, is_data: bool, risk: Option<Caution>) -> Html {
    if let Some(risk) = risk {
        return all_the_same(pen, "send-text", Step::Typed, risk);
    }
    let key = if is_data { "Ctrl Enter" } else { "Enter" };
    filled(pen, "send-text", pen.words.label(Label::Send), wanted, key)
}

fn filled(
    pen: &Pen<'_>,
    hook: &'static str,
    text: &'static str,
    wanted: Intent,
    key: &'static str,
) -> Html {
    html! {
        <button type="button" class="button main" data-do={hook} onclick={intending(&pen.intend, wanted)}>
            { text }if !key.is_empty() { { " " }<kbd>{ key }</kbd> }
        </button>
    }
}

fn button(pen: &Pen<'_>, hook: &'static str, label: Label, wanted: Intent) -> Html {
    html! {
        <button type="button" class="button" data-do={hook} onclick={intending(&pen.intend, wanted)}>
            { pen.words.label(label) }
        </button>
    }
}

fn type_own(pen: &Pen<'_>) -> Html {
    let turn = intending(&pen.intend, Intent::Show(Action::Turn(Face::Typing(String::new()))));
    html! {
        <button type="button" class="button only-wide" data-do="type" onclick={turn}>
            { pen.words.label(Label::TypeYourOwn) }
        </button>
    }
}

fn run(pen: &Pen<'_>) -> Html {
    let running = pen.state.running;
    let (label, wanted) =
        if running { (Label::Pause, Intent::Pause) } else { (Label::RunToEnd, Intent::Run) };
    html! {
        <button
            type="button" class="button only-wide" data-do="run" aria-pressed={running.to_string()}
            onclick={intending(&pen.intend, wanted)}
        >{ pen.words.label(label) }</button>
    }
}

/// The command word of a proposal.
fn first_word(proposal: &Proposal) -> String {
    let bytes = proposal.piece.content.bytes();
    let word = bytes.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    String::from_utf8_lossy(word).into_owned()
}

//! The next step: always in the same spot, with the one filled button of the page.
//!
//! Which card is shown is decided in [`card`], from the state alone; here it is drawn: a title, what there is to
//! read, and what there is to press.

mod actions;
mod card;
mod editor;
mod fields;
mod letter;
mod menu;
mod reading;

pub(crate) use card::{Card, editing_face, main_intent, open_refusal};

use super::{intending, use_intend, use_words};
use crate::engine::Remarks;
use crate::parts::REST;
use crate::state::{Action, AppState, Face, Intent};
use crate::text::{Label, Words};
use editor::Editor;
use menu::Menu;
use protocol::anatomy::Content;
use protocol::auth::Mechanism;
use protocol::lesson::Cover;
use std::rc::Rc;
use yew::prelude::*;

/// What the card shows.
#[derive(PartialEq, Properties)]
pub(super) struct NextCardProps {
    /// The page's state.
    pub(super) state: Rc<AppState>,
    /// The lesson, for its mistakes.
    pub(super) lesson: Rc<Cover>,
    /// What there is to say of the text on a face, if it were sent now.
    pub(super) remarks: Callback<Face, Remarks>,
}

/// What every part of the card draws with.
pub(crate) struct Pen<'a> {
    words: &'static dyn Words,
    intend: Callback<Intent>,
    state: &'a AppState,
    lesson: &'a Cover,
}

/// The card.
#[component]
pub(super) fn NextCard(props: &NextCardProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &*props.state;
    let pen = Pen { words, intend, state, lesson: &props.lesson };
    let card = Card::of(state);
    let (what, actions) = match (&card, REST.get()) {
        (Card::Connect, _) => opening(&pen),
        // Nothing else happens before the rest is there.
        (_, None) => Default::default(),
        (_, Some(rest)) => (rest.card)(&pen, &card, &props.remarks),
    };
    html! {
        <section class={classes!("next", card.class())} id="next" aria-labelledby="next-title" data-card={card.name()}>
            <header>
                <h2 id="next-title" aria-live="polite">{ title(words, &card, state.walk.mechanism) }</h2>
                { corner(&pen, &card) }
            </header>
            <div class="what">
                { what }
                if let Some(error) = state.not_sent {
                    <p class="notice bad" role="alert">{ words.commit_error(error) }</p>
                }
            </div>
            <div class="actions">
                { actions }
                <span class="push"></span>
                <Menu state={props.state.clone()} />
            </div>
        </section>
    }
}

fn title(words: &dyn Words, card: &Card<'_>, mechanism: Option<&Mechanism>) -> String {
    let label = match card {
        Card::Proposal(proposal) | Card::Warned(proposal) | Card::Editing(proposal, _) => {
            return words.next(proposal.step, mechanism);
        }
        Card::Refused(_, step) => return words.refused(*step),
        Card::Connect => Label::NextConnect,
        Card::Waiting { connected: true } => Label::Waiting,
        Card::Waiting { connected: false } => Label::Connecting,
        Card::Typing(_) => Label::YourLine,
        Card::Handshaking => Label::Handshaking,
        Card::Untrusted(_) => Label::UntrustedTitle,
        Card::HangUp => Label::NextHangUp,
        Card::Delivered => Label::Delivered,
        Card::Ended(why) => why.title,
    };
    words.label(label).to_owned()
}

/// The countdown of whoever's turn it is; before there is one, the way to the set-up.
fn corner(pen: &Pen<'_>, card: &Card<'_>) -> Html {
    let state = pen.state;
    if let Card::Connect = card {
        let open = intending(&pen.intend, Intent::Show(Action::Setup(true)));
        return html! {
            <button type="button" class="link" data-do="change-setup" onclick={open}>
                { pen.words.label(Label::Change) }
            </button>
        };
    }
    let Some(patience) = state.walk.patience else { return Html::default() };
    let left = patience.until.saturating_sub(state.now.max(state.walk.at));
    let low = left.as_secs() < 60;
    html! {
        <p class={classes!("patience", low.then_some("low"))}>
            { pen.words.patience(patience.of_server, left) }
        </p>
    }
}

/// The card that the page opens with: what there is to read, and to press.
fn opening(pen: &Pen<'_>) -> (Html, Html) {
    let what = html! {
        <>
            <p class="why">{ pen.words.label(Label::WhyConnect) }</p>
            { reading::errand(pen) }
            { reading::mistakes(pen) }
        </>
    };
    (what, actions::opening(pen))
}

/// What a card is drawn with, and what comes of it.
pub(crate) type DrawCard = fn(&Pen<'_>, &Card<'_>, &Callback<Face, Remarks>) -> (Html, Html);

/// Any other card: what there is to read, and to press.
pub(crate) fn draw(
    pen: &Pen<'_>,
    card: &Card<'_>,
    remarks: &Callback<Face, Remarks>,
) -> (Html, Html) {
    let remarks = match card {
        Card::Editing(..) | Card::Typing(_) => remarks.emit(pen.state.face.clone()),
        _ => Remarks::default(),
    };
    let risk = remarks.risk;
    (content(pen, card, remarks), actions::draw(pen, card, risk))
}

/// What there is to read, or to write.
fn content(pen: &Pen<'_>, card: &Card<'_>, remarks: Remarks) -> Html {
    let (words, state) = (pen.words, pen.state);
    let Remarks { misfit, risk } = remarks;
    let sentence = |label| html! { <p class="why">{ words.label(label) }</p> };
    match card {
        Card::Connect => opening(pen).0,
        Card::Waiting { .. } => sentence(Label::WaitingWhy),
        Card::Editing(proposal, text) => {
            let is_data = matches!(proposal.piece.content, Content::Data(_));
            let text = (*text).to_owned();
            html! {
                <>
                    <Editor {text} {is_data} typed_freely=false {misfit} />
                    { for risk.map(|risk| reading::caution(words, risk)) }
                </>
            }
        }
        Card::Typing(text) => {
            let text = (*text).to_owned();
            html! {
                <>
                    <Editor {text} is_data=false typed_freely=true {misfit} />
                    { for risk.map(|risk| reading::caution(words, risk)) }
                    if let Some(row) = open_refusal(pen.state) {
                        { reading::refusal(words, row) }
                    }
                </>
            }
        }
        Card::Proposal(proposal) | Card::Warned(proposal) => reading::offer(pen, proposal),
        Card::Refused(row, _) => reading::refusal(words, row),
        Card::Handshaking => html! {
            <>
                <p class="why" role="status">{ words.fetching(state.fetching) }</p>
                { reading::fetching(state.fetching) }
            </>
        },
        Card::Untrusted(facts) => reading::untrusted(pen, facts),
        Card::HangUp => sentence(Label::WhyHangUp),
        Card::Delivered => html! {
            <>
                { sentence(Label::DeliveredWhy) }
                { reading::lints(pen) }
                { reading::mistakes(pen) }
            </>
        },
        Card::Ended(why) => html! {
            <>
                <p>{ why.text(words) }</p>
                { reading::mistakes(pen) }
            </>
        },
    }
}

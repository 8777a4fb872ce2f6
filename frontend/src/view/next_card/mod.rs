//! The next step: always in the same spot, with the one filled button of the page.

mod card;
mod editor;
mod fields;
mod letter;

pub(crate) use card::{editing_face, main_intent, open_refusal};

use super::stage::badge;
use super::{intending, use_intend, use_words};
use crate::state::{Action, AppState, Face, Intent, Screen};
use crate::text::{Label, Words};
use crate::view::plan::current;
use crate::walk::{Body, Row};
use card::Card;
use editor::Editor;
use fields::Fields;
use letter::LetterLines;
use protocol::anatomy::{Content, Piece};
use protocol::client::{Next, Proposal, Step};
use protocol::lesson::Lesson;
use std::rc::Rc;
use yew::prelude::*;

/// What the card shows.
#[derive(PartialEq, Properties)]
pub(super) struct NextCardProps {
    /// The page's state.
    pub(super) state: Rc<AppState>,
    /// The lesson, for its mistakes.
    pub(super) lesson: Rc<Lesson>,
    /// What a text would be if it were sent now.
    pub(super) consider: Callback<String, Piece>,
}

/// The card.
#[component]
pub(super) fn NextCard(props: &NextCardProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &props.state;
    let card = Card::of(state);
    let (title, what, actions) = draw(words, &intend, props, &card);
    let not_sent = state.not_sent.map(|error| {
        html! { <p class="notice bad" role="alert">{ words.commit_error(error) }</p> }
    });
    html! {
        <section class={classes!("next", card.class())} id="next" aria-labelledby="next-title" data-card={card.name()}>
            <header>
                <h2 id="next-title" aria-live="polite">{ title }</h2>
                { patience(words, state) }
            </header>
            <div class="what">{ what }{ not_sent }</div>
            <div class="actions">
                { actions }
                <span class="push"></span>
                <Menu state={state.clone()} />
            </div>
        </section>
    }
}

/// The countdown of whoever's turn it is, or that there is still a connection.
fn patience(words: &dyn Words, state: &AppState) -> Html {
    let Some(patience) = state.walk.patience else {
        return match Card::of(state) {
            Card::Connect => html! {
                <p class="patience"><SetupLink /></p>
            },
            _ => Html::default(),
        };
    };
    let left = patience.until.saturating_sub(state.now.max(state.walk.at));
    let low = left.as_secs() < 60;
    html! {
        <p class={classes!("patience", low.then_some("low"))}>{ words.patience(patience.of_server, left) }</p>
    }
}

/// Opens the set-up.
#[component]
fn SetupLink() -> Html {
    let (words, intend) = (use_words(), use_intend());
    let open = intending(&intend, Intent::Show(Action::Setup(true)));
    html! { <button type="button" class="link" data-do="change-setup" onclick={open}>{ words.label(Label::Change) }</button> }
}

/// Title, content and actions of a card.
fn draw(
    words: &dyn Words,
    intend: &Callback<Intent>,
    props: &NextCardProps,
    card: &Card<'_>,
) -> (String, Html, Html) {
    let state = &props.state;
    let label = |label| words.label(label).to_owned();
    let button = |do_: &'static str, text: Label, intent: Intent| {
        html! { <button type="button" class="button" data-do={do_} onclick={intending(intend, intent)}>{ words.label(text) }</button> }
    };
    let main = |text: String| {
        let intent = main_intent(state).unwrap_or(Intent::Tick);
        html! {
            <button type="button" class="button main" data-do="next" onclick={intending(intend, intent)}>
                { text }{ " " }<kbd>{ "Enter" }</kbd>
            </button>
        }
    };
    match card {
        Card::Connect => (
            label(Label::NextConnect),
            html! {
                <>
                    <p class="why">{ words.label(Label::WhyConnect) }</p>
                    <Errand state={state.clone()} />
                    <Mistakes state={state.clone()} lesson={props.lesson.clone()} />
                </>
            },
            html! { <>{ main(label(Label::Connect)) }{ run_button(words, intend, state) }</> },
        ),
        Card::Waiting => {
            let title =
                if state.walk.state.is_connected() { Label::Waiting } else { Label::Connecting };
            let what = html! { <p class="why">{ words.label(Label::WaitingWhy) }</p> };
            (label(title), what, button("stop", Label::Stop, Intent::Stop))
        }
        Card::Editing(proposal, text) => {
            let is_data = matches!(proposal.piece.content, Content::Data(_));
            let what = html! {
                <Editor text={text.to_string()} {is_data} typed_freely=false consider={props.consider.clone()} />
            };
            let actions = html! {
                <>
                    { send_text(words, intend, Intent::SendEdited(text.to_string()), is_data) }
                    { button("put-back", Label::PutBack, Intent::Show(Action::Turn(Face::Proposal))) }
                </>
            };
            (words.next(proposal.step), what, actions)
        }
        Card::Typing(text) => {
            let consider = props.consider.clone();
            let what = html! {
                <>
                    <Editor text={text.to_string()} is_data=false typed_freely=true {consider} />
                    if let Some(row) = open_refusal(state) {
                        <Refusal state={state.clone()} row={row.clone()} />
                    }
                </>
            };
            let actions = html! {
                <>
                    { send_text(words, intend, Intent::SendTyped(text.to_string()), false) }
                    { button("put-back", Label::Back, Intent::Show(Action::Turn(Face::Proposal))) }
                </>
            };
            (label(Label::YourLine), what, actions)
        }
        Card::Proposal(proposal) | Card::Warned(proposal) => {
            let what = html! { <Offer state={state.clone()} proposal={(*proposal).clone()} /> };
            let send = match card {
                Card::Warned(_) => html! {
                    <button type="button" class="button main" data-do="next" onclick={intending(intend, Intent::Send)}>
                        { words.label(Label::PlainTextSend) }
                    </button>
                },
                _ => main(label(Label::Send)),
            };
            let actions = html! {
                <>
                    { send }
                    { change_button(words, intend, state) }
                    { type_button(words, intend) }
                    { run_button(words, intend, state) }
                </>
            };
            (words.next(proposal.step), what, actions)
        }
        Card::Refused(row, step) => (
            words.refused(*step),
            html! { <Refusal state={state.clone()} row={(*row).clone()} /> },
            refusal_actions(words, intend, state, row, *step),
        ),
        Card::TlsWanted => (
            label(Label::TlsWanted),
            html! { <p>{ words.label(Label::TlsWantedWhy) }</p> },
            main(label(Label::StartOver)),
        ),
        Card::Delivered => (
            label(Label::Delivered),
            html! {
                <>
                    <p>{ words.label(Label::DeliveredWhy) }</p>
                    { for state.walk.lints.iter().map(|lint| html! { <p class="notice warn">{ words.lint(*lint) }</p> }) }
                    <Mistakes state={state.clone()} lesson={props.lesson.clone()} />
                </>
            },
            html! {
                <>
                    if state.server.is_practice() {
                        { main(label(Label::OpenMailbox)) }
                        { button("start-over", Label::StartOver, Intent::StartOver) }
                    } else {
                        { main(label(Label::StartOver)) }
                    }
                </>
            },
        ),
        Card::Ended(why) => (
            label(why.title),
            html! {
                <>
                    <p>{ why.text(words) }</p>
                    <Mistakes state={state.clone()} lesson={props.lesson.clone()} />
                </>
            },
            html! {
                <>
                    { main(label(Label::StartOver)) }
                    { button("change-setup", Label::Change, Intent::Show(Action::Setup(true))) }
                </>
            },
        ),
    }
}

/// Sends what stands in the editor.
fn send_text(words: &dyn Words, intend: &Callback<Intent>, intent: Intent, is_data: bool) -> Html {
    html! {
        <button type="button" class="button main" data-do="send-text" onclick={intending(intend, intent)}>
            { words.label(Label::Send) }{ " " }<kbd>{ if is_data { "Ctrl Enter" } else { "Enter" } }</kbd>
        </button>
    }
}

fn change_button(words: &dyn Words, intend: &Callback<Intent>, state: &AppState) -> Html {
    let Some(face) = editing_face(state) else { return Html::default() };
    let change = intending(intend, Intent::Show(Action::Turn(face)));
    html! { <button type="button" class="button" data-do="change" onclick={change}>{ words.label(Label::ChangeIt) }</button> }
}

fn type_button(words: &dyn Words, intend: &Callback<Intent>) -> Html {
    let turn = intending(intend, Intent::Show(Action::Turn(Face::Typing(String::new()))));
    html! {
        <button type="button" class="button only-wide" data-do="type" onclick={turn}>{ words.label(Label::TypeYourOwn) }</button>
    }
}

fn run_button(words: &dyn Words, intend: &Callback<Intent>, state: &AppState) -> Html {
    let (label, intent) =
        if state.running { (Label::Pause, Intent::Pause) } else { (Label::RunToEnd, Intent::Run) };
    html! {
        <button type="button" class="button only-wide" data-do="run" aria-pressed={state.running.to_string()} onclick={intending(intend, intent)}>
            { words.label(label) }
        </button>
    }
}

/// What can be done about a refusal: the cure first, then the step again, then to go on.
fn refusal_actions(
    words: &dyn Words,
    intend: &Callback<Intent>,
    state: &AppState,
    row: &Row,
    step: Option<Step>,
) -> Html {
    let main_label = match main_intent(state) {
        Some(Intent::PutRight) => words.label(Label::PutRight).to_owned(),
        Some(Intent::Retry(_)) => words.label(Label::TryAgain).to_owned(),
        Some(Intent::Show(Action::Setup(true))) => row.cure().map_or_else(
            || words.label(Label::Change).to_owned(),
            |cure| words.cure(cure).to_owned(),
        ),
        Some(Intent::StartOver) => words.label(Label::StartOver).to_owned(),
        _ => words.label(Label::GoOn).to_owned(),
    };
    let main = main_intent(state).unwrap_or(Intent::StartOver);
    let retry =
        step.filter(|_| state.walk.state.is_connected() && !matches!(main, Intent::Retry(_)));
    let go_on = match &*state.walk.next {
        Next::Send(proposal) if main != Intent::Send => Some(proposal),
        _ => None,
    };
    html! {
        <>
            <button type="button" class="button main" data-do="next" onclick={intending(intend, main)}>
                { main_label }{ " " }<kbd>{ "Enter" }</kbd>
            </button>
            if let Some(step) = retry {
                <button type="button" class="button" data-do="retry" onclick={intending(intend, Intent::Retry(step))}>
                    { words.label(Label::TryAgain) }
                </button>
            }
            if let Some(proposal) = go_on {
                <button type="button" class="button only-wide" data-do="go-on" onclick={intending(intend, Intent::Send)}>
                    { words.label(Label::Send) }{ " " }<code>{ first_word(proposal) }</code>
                </button>
            }
            { type_button(words, intend) }
        </>
    }
}

/// The command word of a proposal.
fn first_word(proposal: &Proposal) -> String {
    let bytes = proposal.piece.content.bytes();
    let word = bytes.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    String::from_utf8_lossy(word).into_owned()
}

/// A proposal: why, what to know, and its bytes by field.
#[derive(PartialEq, Properties)]
struct OfferProps {
    state: Rc<AppState>,
    proposal: Proposal,
}

#[component]
fn Offer(props: &OfferProps) -> Html {
    let words = use_words();
    let (state, proposal) = (&props.state, &props.proposal);
    let window = proposal.piece.window(protocol::smtp::limits::WINDOW);
    let spans = proposal.piece.spans(&window);
    let hidden = super::wire::hidden(&state.walk, state.revealed, &window.bytes, &spans);
    let is_letter = matches!(proposal.piece.content, Content::Data(_));
    let lints = state.walk.lints.iter().filter(|_| is_letter && proposal.step == Step::Headers);
    html! {
        <>
            { for proposal.cautions.iter().map(|caution| html! {
                <p class="notice warn" role="alert" key={format!("{caution:?}")}>{ words.caution(*caution) }</p>
            }) }
            { for lints.map(|lint| html! { <p class="notice warn">{ words.lint(*lint) }</p> }) }
            if proposal.cautions.is_empty() {
                <p class="why">{ words.why(proposal.step) }</p>
            }
            if is_letter {
                <LetterLines bytes={window.bytes.clone()} {spans} left_out={window.left_out} />
            } else {
                <Fields bytes={window.bytes.clone()} {spans} {hidden} />
            }
        </>
    }
}

/// What the server said, why, and what to do.
#[derive(PartialEq, Properties)]
struct RefusalProps {
    state: Rc<AppState>,
    row: Rc<Row>,
}

#[component]
fn Refusal(props: &RefusalProps) -> Html {
    let words = use_words();
    let Body::Received { reply, causes, .. } = &props.row.body else { return Html::default() };
    let text: Vec<_> =
        reply.texts().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let mut causes = causes.iter().map(|cause| words.cause(*cause));
    let first = causes.next();
    let others: Vec<_> = causes.collect();
    html! {
        <>
            <p class="said-by-server">{ badge(words, reply, false) }<code>{ text.join(" ") }</code></p>
            if let Some(first) = first {
                <p class="cause">{ first.cause }</p>
                <p class="why">{ first.cure }</p>
            }
            if !others.is_empty() {
                <details class="causes">
                    <summary>{ words.label(Label::OtherCauses) }</summary>
                    <ul>{ for others.iter().map(|other| html! { <li>{ other.cause }{ " " }{ other.cure }</li> }) }</ul>
                </details>
            }
        </>
    }
}

/// Who sends what to whom, through which server.
#[derive(PartialEq, Properties)]
struct ErrandProps {
    state: Rc<AppState>,
}

#[component]
fn Errand(props: &ErrandProps) -> Html {
    let words = use_words();
    let form = &props.state.form;
    let server = props.state.server_name();
    let facts = [
        (Label::From, form.from.clone()),
        (
            Label::To,
            form.to
                .iter()
                .filter(|to| !to.trim().is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (Label::Subject, form.subject.clone()),
        (Label::Through, server),
    ];
    html! {
        <dl class="errand">{ for facts.into_iter().map(|(label, value)| html! {
            <div key={format!("{label:?}")}><dt>{ words.label(label) }</dt><dd>{ value }</dd></div>
        }) }</dl>
    }
}

/// The lesson's mistakes, to be made on purpose.
#[derive(PartialEq, Properties)]
struct MistakesProps {
    state: Rc<AppState>,
    lesson: Rc<Lesson>,
}

#[component]
fn Mistakes(props: &MistakesProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &props.state;
    if !state.server.is_practice() {
        return Html::default();
    }
    let made = state.mistake;
    let chips = props.lesson.mistakes.iter().enumerate().map(|(index, mistake)| {
        let title = match state.settings.language {
            crate::text::Language::En => &mistake.title.en,
            crate::text::Language::Zh => &mistake.title.zh,
        };
        html! {
            <button
                type="button" class="chip" key={index} data-do={format!("mistake-{}", mistake.id)}
                aria-pressed={(made == Some(index)).to_string()}
                onclick={intending(&intend, Intent::TryMistake(index))}
            >{ title.clone() }</button>
        }
    });
    let heading = if made.is_some() { Label::MistakeMade } else { Label::OrTryAMistake };
    html! {
        <div class="chips one-line"><span class="above">{ words.label(heading) }</span>{ for chips }</div>
    }
}

/// What else can be done.
#[derive(PartialEq, Properties)]
struct MenuProps {
    state: Rc<AppState>,
}

#[component]
fn Menu(props: &MenuProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &props.state;
    let details = use_node_ref();
    let close = {
        let details = details.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(details) = details.cast::<web_sys::Element>() {
                let _ = details.remove_attribute("open");
            }
        })
    };
    let item = |do_: &'static str,
                label: Label,
                key: &'static str,
                intent: Intent,
                class: &'static str| {
        html! {
            <li class={class}>
                <button type="button" data-do={do_} onclick={intending(&intend, intent)}>
                    { words.label(label) }if !key.is_empty() { { " " }<kbd>{ key }</kbd> }
                </button>
            </li>
        }
    };
    let connected = current(state).is_some() && state.walk.state.is_connected();
    html! {
        <details class="menu up push-menu" ref={details} data-do="menu">
            <summary class="icon" aria-label={words.label(Label::More)}>{ super::icon::more() }</summary>
            <ul onclick={close}>
                if connected {
                    { item("menu-type", Label::TypeYourOwn, "", Intent::Show(Action::Turn(Face::Typing(String::new()))), "only-narrow") }
                    { item("menu-run", Label::RunToEnd, "", Intent::Run, "only-narrow") }
                    { item("menu-stop", Label::Stop, "", Intent::Stop, "") }
                }
                { item("menu-start-over", Label::StartOver, "", Intent::StartOver, "") }
                { item("menu-setup", Label::SetupTitle, "S", Intent::Show(Action::Setup(true)), "") }
                { item("menu-mailbox", Label::OpenMailbox, "M", Intent::Show(Action::Go(Screen::Mailbox)), "only-narrow") }
                { item("menu-keys", Label::KeysTitle, "?", Intent::Show(Action::Shortcuts(true)), "") }
            </ul>
        </details>
    }
}

//! The set-up: which server, which login, which envelope, which message.

mod draft;
mod field;
mod login;
mod question;
mod security;
mod server;

use super::modal::use_modal;
use super::{icon, use_intend, use_words};
use crate::settings;
use crate::state::{Action, AppState, Intent};
use crate::text::Label;
use draft::{Change, Draft};
use field::{Control, Field};
use login::Login;
use protocol::lesson::Cover;
use question::Question;
use security::Encryption;
use server::Servers;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// What the set-up shows.
#[derive(Clone, PartialEq, Properties)]
pub struct SetupProps {
    /// The page's state.
    pub state: Rc<AppState>,
    /// The lesson to go back to.
    pub lesson: Rc<Cover>,
}

/// The set-up, as a dialog over the page. What is typed is a draft until it is taken up.
#[component]
pub fn SetupDialog(props: &SetupProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let dialog = use_modal();
    let draft = use_reducer(|| {
        let (state, lesson) = (&props.state, props.lesson.form.clone());
        Draft::new(
            &state.form,
            &state.server,
            &state.tls,
            state.bridge_at.clone(),
            lesson,
            settings::load_setup(),
        )
    });
    let before = use_memo((), |()| props.state.bridge_at.clone());
    use_effect_with((), {
        let (intend, bridge) = (intend.clone(), before.clone());
        // A bridge may have been started since the page was opened.
        move |()| intend.emit(Intent::UseBridge((*bridge).clone()))
    });
    // Only once the fields are drawn again is it known which of them are wrong.
    use_effect_with(draft.tries, {
        let dialog = dialog.clone();
        move |&tries| {
            if tries > 0 {
                focus_first_wrong(&dialog);
            }
        }
    });
    // The walk goes through the bridge that the page knows of, so the page has to know of it first.
    let is_bridge_known = props.state.bridge_at == draft.bridge;
    let applying = use_state(|| false);
    use_effect_with((*applying, is_bridge_known), {
        let (draft, intend) = (draft.clone(), intend.clone());
        move |&(applying, is_bridge_known)| {
            if applying && is_bridge_known {
                let (form, server, tls) = draft.set_up();
                intend.emit(Intent::Apply { form, server, tls });
            }
        }
    });
    let onsubmit = {
        let (draft, intend) = (draft.clone(), intend.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if draft.problems().is_empty() {
                if !is_bridge_known {
                    intend.emit(Intent::UseBridge(draft.bridge.clone()));
                }
                applying.set(true);
            } else {
                draft.dispatch(Change::Refuse);
            }
        })
    };
    let leave = {
        let (intend, is_other) = (intend.clone(), props.state.bridge_at != *before);
        Callback::from(move |()| {
            if is_other {
                intend.emit(Intent::UseBridge((*before).clone()));
            }
            intend.emit(Intent::Show(Action::Setup(false)));
        })
    };
    let (cancel, onclose) = (leave.reform(|_: MouseEvent| ()), leave.reform(|_: Event| ()));
    let reset = {
        let draft = draft.clone();
        Callback::from(move |_| draft.dispatch(Change::Reset))
    };
    let wrong = if draft.tries > 0 { draft.wrong_count() } else { 0 };
    html! {
        <dialog class="setup" ref={dialog} aria-labelledby="setup-title" {onclose}>
            <form method="dialog" novalidate=true {onsubmit}>
                <header>
                    <h2 id="setup-title">{ words.label(Label::SetupTitle) }</h2>
                    <button
                        type="button" class="icon" data-do="close" onclick={cancel.clone()}
                        aria-label={words.label(Label::Close)}
                    >{ icon::close() }</button>
                </header>
                <div class="setup-body">
                    <Servers draft={draft.clone()} bridge={props.state.bridge.clone()} />
                    <Encryption draft={draft.clone()} />
                    <Login draft={draft.clone()} />
                    <Envelope draft={draft.clone()} />
                    <Text draft={draft.clone()} />
                </div>
                <footer>
                    <button type="button" class="link" data-do="back-to-lesson" onclick={reset}>
                        { words.label(Label::BackToLesson) }
                    </button>
                    <p class="wrong" role="status">
                        if wrong > 0 {
                            { words.to_mend(wrong) }
                        }
                    </p>
                    <button type="button" class="button" data-do="cancel" onclick={cancel}>
                        { words.label(Label::Cancel) }
                    </button>
                    <button type="submit" class="button main" data-do="apply">
                        { words.label(Label::Apply) }
                    </button>
                </footer>
            </form>
        </dialog>
    }
}

/// What each part of the set-up works on.
#[derive(PartialEq, Properties)]
struct PartProps {
    draft: UseReducerHandle<Draft>,
}

/// Who the message is from and for, as far as servers go by it.
#[component]
fn Envelope(props: &PartProps) -> Html {
    let (words, draft) = (use_words(), &props.draft);
    let hints: &'static [Label] = if draft.is_public() {
        &[Label::RecipientsNote, Label::RefusingNames]
    } else {
        &[Label::RecipientsNote]
    };
    html! {
        <fieldset>
            <legend>{ words.label(Label::SetupEnvelope) }</legend>
            <div class="grid-2">
                <Field {draft} question={Question::From} label={Label::Sender} verb="MAIL FROM" />
                <Field
                    {draft} question={Question::To} label={Label::Recipients} verb="RCPT TO"
                    control={Control::FewLines} {hints}
                />
            </div>
        </fieldset>
    }
}

/// What is in the message.
#[component]
fn Text(props: &PartProps) -> Html {
    let (words, draft) = (use_words(), &props.draft);
    let onchange = {
        let draft = draft.clone();
        Callback::from(move |event: Event| {
            let ticked = event.target_unchecked_into::<HtmlInputElement>().checked();
            draft.dispatch(Change::EmptyLine(ticked));
        })
    };
    html! {
        <fieldset>
            <legend>{ words.label(Label::SetupMessage) }</legend>
            <div class="grid-2">
                <Field
                    {draft} question={Question::Subject} label={Label::Subject}
                    control={Control::Prose} whole=true
                />
                <Field
                    {draft} question={Question::Body} label={Label::Text}
                    control={Control::Lines} whole=true
                />
                <label class="ticks whole">
                    <input
                        type="checkbox" data-do="empty-line" checked={draft.empty_line()} {onchange}
                    />
                    { words.label(Label::EmptyLine) }
                </label>
            </div>
        </fieldset>
    }
}

/// Leads a person to the first field that needs mending.
fn focus_first_wrong(dialog: &NodeRef) {
    let dialog = dialog.cast::<Element>();
    let first = dialog.and_then(|dialog| dialog.query_selector("[aria-invalid=true]").ok()?);
    if let Some(field) = first.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // Without focus, the message beside the field still says what is wrong.
        let _ = field.focus();
    }
}

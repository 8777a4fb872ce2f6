//! One question of the set-up: its label, its field, and what is wrong with the answer.

use super::draft::{Change, Draft};
use super::question::Question;
use crate::text::Label;
use crate::view::use_words;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What is asked, and how.
#[derive(PartialEq, Properties)]
pub(super) struct FieldProps {
    /// Where the answer is kept.
    pub(super) draft: UseReducerHandle<Draft>,
    /// What is asked.
    pub(super) question: Question,
    /// The same in words.
    pub(super) label: Label,
    /// The command that the answer goes into.
    #[prop_or_default]
    pub(super) verb: &'static str,
    /// An answer as an example.
    #[prop_or_default]
    pub(super) placeholder: Option<&'static str>,
    /// What helps to answer.
    #[prop_or_default]
    pub(super) hints: &'static [Label],
    /// The kind of field.
    #[prop_or_default]
    pub(super) control: Control,
    /// Told when the field is left.
    #[prop_or_default]
    pub(super) onleave: Callback<()>,
    /// Across both columns.
    #[prop_or_default]
    pub(super) whole: bool,
}

/// The kinds of field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Control {
    /// A line that goes on the wire as it stands.
    #[default]
    Line,
    /// A line for a number.
    Number,
    /// A line of what a person reads.
    Prose,
    /// A line that is hidden unless the person asks to see it.
    Secret,
    /// A few lines for the wire.
    FewLines,
    /// Many lines of what a person reads.
    Lines,
}

/// The field.
#[component]
pub(super) fn Field(props: &FieldProps) -> Html {
    let (words, draft, question) = (use_words(), &props.draft, props.question);
    let name = question.name();
    let id = format!("setup-{name}");
    let wrong = draft.wrong(question);
    let is_wrong = !wrong.is_empty();
    let several = question == Question::To && draft.answer(question).lines().count() > 1;
    let described: Vec<_> = [("hint", !props.hints.is_empty()), ("wrong", is_wrong)]
        .into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(what, _)| format!("{id}-{what}"))
        .collect();
    let frame = Frame {
        id: id.clone(),
        name,
        value: draft.answer(question).to_owned(),
        placeholder: props.placeholder,
        invalid: is_wrong.then_some("true"),
        described: (!described.is_empty()).then(|| described.join(" ")),
        onblur: {
            let (draft, onleave) = (draft.clone(), props.onleave.clone());
            Callback::from(move |_| {
                draft.dispatch(Change::Leave(question));
                onleave.emit(());
            })
        },
    };
    let answer = {
        let draft = draft.clone();
        Callback::from(move |text| draft.dispatch(Change::Answer(question, text)))
    };
    let field = match props.control {
        Control::FewLines | Control::Lines => area(frame, &answer, props.control),
        Control::Secret => html! { <Secret {frame} {answer} /> },
        Control::Line | Control::Number | Control::Prose => {
            input(frame, &answer, "text", props.control)
        }
    };
    html! {
        <div class={classes!("asks", props.whole.then_some("whole"))}>
            <label for={id.clone()}>
                { words.label(props.label) }
                if !props.verb.is_empty() {
                    { " " }<code class="soft">{ props.verb }</code>
                }
            </label>
            { field }
            if !props.hints.is_empty() {
                <span class="hint" id={format!("{id}-hint")}>
                    { for props.hints.iter().map(|&hint| html! { <>{ words.label(hint) }{ " " }</> }) }
                </span>
            }
            if is_wrong {
                <div class="wrong" id={format!("{id}-wrong")}>
                    { for wrong.iter().map(|it| html! { <p>{ it.said(words, several) }</p> }) }
                </div>
            }
        </div>
    }
}

/// What every kind of field has.
#[derive(Clone, PartialEq)]
struct Frame {
    id: String,
    name: &'static str,
    value: String,
    placeholder: Option<&'static str>,
    invalid: Option<&'static str>,
    described: Option<String>,
    onblur: Callback<FocusEvent>,
}

fn input(frame: Frame, answer: &Callback<String>, kind: &'static str, control: Control) -> Html {
    let value = |event: &Event| event.target_unchecked_into::<HtmlInputElement>().value();
    let oninput = answer.reform(move |event: InputEvent| value(&event));
    // Whoever fills in a field for a person may tell of it only like this.
    let onchange = answer.reform(move |event: Event| value(&event));
    let is_prose = control == Control::Prose;
    html! {
        <input
            type={kind} id={frame.id} data-do={frame.name} value={frame.value}
            placeholder={frame.placeholder} class={classes!((!is_prose).then_some("mono"))}
            autocomplete="off" autocapitalize={(!is_prose).then_some("off")}
            spellcheck={(!is_prose).then_some("false")}
            inputmode={(control == Control::Number).then_some("numeric")}
            aria-invalid={frame.invalid} aria-describedby={frame.described}
            {oninput} {onchange} onblur={frame.onblur}
        />
    }
}

fn area(frame: Frame, answer: &Callback<String>, control: Control) -> Html {
    let value = |event: &Event| event.target_unchecked_into::<HtmlTextAreaElement>().value();
    let oninput = answer.reform(move |event: InputEvent| value(&event));
    let onchange = answer.reform(move |event: Event| value(&event));
    let is_wire = control == Control::FewLines;
    html! {
        <textarea
            id={frame.id} data-do={frame.name} value={frame.value}
            class={classes!(is_wire.then_some("mono short"))} autocomplete="off"
            autocapitalize={is_wire.then_some("off")} spellcheck={is_wire.then_some("false")}
            aria-invalid={frame.invalid} aria-describedby={frame.described}
            {oninput} {onchange} onblur={frame.onblur}
        />
    }
}

/// A field that hides its text.
#[derive(PartialEq, Properties)]
struct SecretProps {
    frame: Frame,
    answer: Callback<String>,
}

#[component]
fn Secret(props: &SecretProps) -> Html {
    let words = use_words();
    let shown = use_state(|| false);
    let (kind, label, name) = if *shown {
        ("text", Label::Hide, Label::HideSecrets)
    } else {
        ("password", Label::Show, Label::ShowSecrets)
    };
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_| shown.set(!*shown))
    };
    html! {
        <span class="with-button">
            { input(props.frame.clone(), &props.answer, kind, Control::Secret) }
            <button
                type="button" class="link" data-do="show-password" onclick={toggle}
                aria-label={words.label(name)}
            >{ words.label(label) }</button>
        </span>
    }
}

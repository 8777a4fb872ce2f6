//! Who one is to the server: a name, and a login where one is wanted.

use super::draft::{Change, Draft};
use super::field::{Control, Field};
use super::question::Question;
use crate::text::Label;
use crate::view::use_words;
use protocol::auth::{MECHANISMS, Mechanism, Takes};
use protocol::client::Security;
use protocol::form::STRONGEST;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What it works on.
#[derive(PartialEq, Properties)]
pub(super) struct LoginProps {
    /// The draft.
    pub(super) draft: UseReducerHandle<Draft>,
}

/// Name and login.
#[component]
pub(super) fn Login(props: &LoginProps) -> Html {
    let (words, draft) = (use_words(), &props.draft);
    let public = draft.is_public();
    let takes = Mechanism::named(draft.answer(Question::Mechanism)).map(|known| known.takes);
    let is_token = takes == Some(Takes::Token);
    let label = if is_token { Label::AccessToken } else { Label::Password };
    let (control, hints): (_, &'static [Label]) = match (public, is_token) {
        (true, _) => (Control::Line, &[Label::PublicAccount]),
        (false, true) => (Control::Secret, &[Label::AccessTokenNote]),
        (false, false) => (Control::Secret, &[Label::PasswordNote, Label::ProviderNote]),
    };
    html! {
        <fieldset>
            <legend>{ words.label(Label::SetupLogin) }</legend>
            <div class="grid-2">
                <Field
                    {draft} question={Question::ClientName} label={Label::ClientName} verb="EHLO"
                    hints={[Label::ClientNameNote].as_slice()}
                />
                <MechanismChoice {draft} />
                if draft.logs_in() {
                    <Field {draft} question={Question::User} label={Label::User} />
                    if takes != Some(Takes::Nothing) {
                        <Field {draft} question={Question::Password} {label} {control} {hints} />
                    }
                    if !public && draft.security() == Security::None {
                        <p class="notice warn">
                            <b>{ words.label(Label::PlainText) }</b>
                            { " " }{ words.label(Label::PlainTextWhy) }
                        </p>
                    }
                }
            </div>
        </fieldset>
    }
}

/// By which mechanism to log in, if at all.
#[component]
fn MechanismChoice(props: &LoginProps) -> Html {
    let (words, draft) = (use_words(), &props.draft);
    let chosen = draft.answer(Question::Mechanism);
    let has_tls = draft.security() != Security::None;
    let onchange = {
        let draft = draft.clone();
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<HtmlSelectElement>().value();
            draft.dispatch(Change::Answer(Question::Mechanism, name));
        })
    };
    html! {
        <div class="asks">
            <label for="setup-mechanism">{ words.label(Label::LogIn) }</label>
            <select id="setup-mechanism" data-do="mechanism" {onchange}>
                { for MECHANISMS.iter().filter(|known| has_tls || !known.needs_tls()).map(|mechanism| html! {
                    <option value={mechanism.name} selected={mechanism.name == chosen}>
                        { format!("AUTH {}", mechanism.name) }
                    </option>
                }) }
                <option value={STRONGEST} selected={chosen == STRONGEST}>
                    { words.label(Label::Strongest) }
                </option>
                <option value="" selected={chosen.is_empty()}>{ words.label(Label::NoLogin) }</option>
            </select>
            if let Some(mechanism) = Mechanism::named(chosen) {
                <p class="hint">{ words.protection(mechanism.protection) }</p>
            }
        </div>
    }
}

//! Whether and how the session is encrypted, whom to believe, and what a practice server is to show.

use super::draft::{Change, Draft, ServerKind};
use super::field::{Control, Field};
use super::question::Question;
use crate::text::{Label, Words};
use crate::tls_setup::Shows;
use crate::view::use_words;
use protocol::client::Security;
use tls_messages::Versions;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What it works on.
#[derive(PartialEq, Properties)]
pub(super) struct EncryptionProps {
    /// The draft.
    pub(super) draft: UseReducerHandle<Draft>,
}

/// The versions that can be offered, with their names.
const VERSIONS: [(Versions, Label); 3] = [
    (Versions::Both, Label::VersionsBoth),
    (Versions::Tls12, Label::VersionOld),
    (Versions::Tls13, Label::VersionNew),
];

/// The part of the set-up about TLS.
#[component]
pub(super) fn Encryption(props: &EncryptionProps) -> Html {
    let (words, draft) = (use_words(), &props.draft);
    let security = draft.security();
    let is_own = draft.kind == ServerKind::Own;
    html! {
        <fieldset>
            <legend>{ words.label(Label::SetupSecurity) }</legend>
            <div class="grid-2">
                <Choice
                    {draft} name="security" label={Label::SecurityMode}
                    options={Security::ALL.map(|it| (words.security(it).name, Change::Secure(it))).to_vec()}
                    chosen={Change::Secure(security)}
                    hint={words.security(security).meaning}
                />
                if security != Security::None {
                    <Choice
                        {draft} name="versions" label={Label::TlsVersions}
                        options={VERSIONS.map(|(it, label)| (words.label(label), Change::Offer(it))).to_vec()}
                        chosen={Change::Offer(draft.tls().versions)}
                    />
                    if is_own {
                        <Field
                            {draft} question={Question::Authorities} label={Label::Authorities}
                            control={Control::FewLines} hints={[Label::AuthoritiesNote].as_slice()}
                        />
                        <Field
                            {draft} question={Question::Identity} label={Label::OwnCertificate}
                            control={Control::FewLines} hints={[Label::OwnCertificateNote].as_slice()}
                        />
                    } else {
                        { shows(words, draft) }
                    }
                }
            </div>
        </fieldset>
    }
}

fn shows(words: &'static dyn Words, draft: &UseReducerHandle<Draft>) -> Html {
    html! {
        <Choice
            {draft} name="shows" label={Label::ItsCertificate}
            options={Shows::ALL.map(|it| (words.shows(it), Change::Show(it))).to_vec()}
            chosen={Change::Show(draft.tls().shows)}
            hint={words.label(Label::ItsCertificateNote)}
        />
    }
}

/// One of several.
#[derive(PartialEq, Properties)]
struct ChoiceProps {
    draft: UseReducerHandle<Draft>,
    name: &'static str,
    label: Label,
    /// Their names, and what choosing them changes.
    options: Vec<(&'static str, Change)>,
    chosen: Change,
    #[prop_or_default]
    hint: &'static str,
}

#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let words = use_words();
    let id = format!("setup-{}", props.name);
    let hint_id = format!("{id}-hint");
    let onchange = {
        let (draft, options) = (props.draft.clone(), props.options.clone());
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
            if let Some((_, change)) = usize::try_from(chosen).ok().and_then(|at| options.get(at)) {
                draft.dispatch(change.clone());
            }
        })
    };
    let options = props.options.iter().map(|(name, change)| {
        html! { <option selected={*change == props.chosen}>{ *name }</option> }
    });
    html! {
        <div class="asks">
            <label for={id.clone()}>{ words.label(props.label) }</label>
            <select
                {id} data-do={props.name} {onchange}
                aria-describedby={(!props.hint.is_empty()).then_some(hint_id.clone())}
            >{ for options }</select>
            if !props.hint.is_empty() {
                <span class="hint" id={hint_id}>{ props.hint }</span>
            }
        </div>
    }
}

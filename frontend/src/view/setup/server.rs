//! Which server: one for practice, or one of one's own.

use super::draft::{Change, Draft, ServerKind};
use super::field::{Control, Field};
use super::question::Question;
use crate::bridge::BridgeStatus;
use crate::server_choice::{PROVIDERS, Provider};
use crate::state::Intent;
use crate::text::Label;
use crate::view::{intending, use_intend, use_words};
use yew::prelude::*;

/// What it works on.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct ServersProps {
    /// The draft.
    pub(super) draft: UseReducerHandle<Draft>,
    /// What is known of the bridge.
    pub(super) bridge: BridgeStatus,
}

/// The choice of server.
#[component]
pub(super) fn Servers(props: &ServersProps) -> Html {
    let (words, draft, bridge) = (use_words(), &props.draft, &props.bridge);
    let is_own = draft.kind == ServerKind::Own;
    let confined = matches!(bridge, BridgeStatus::Found(info) if is_own && !info.public_targets);
    html! {
        <fieldset>
            <legend>{ words.label(Label::SetupServer) }</legend>
            <div class="choices">
                { for [ServerKind::Here, ServerKind::OnBridge, ServerKind::Own].map(|kind| html! {
                    <Choice {draft} {kind} tag={tag(kind, bridge)} />
                }) }
            </div>
            if draft.kind != ServerKind::Here {
                <Bridge ..props.clone() />
            }
            if confined {
                <p class="notice" role="status">{ words.label(Label::PublicTargetsOff) }</p>
            }
            if is_own {
                <div class="grid-2 target">
                    <Field {draft} question={Question::Host} label={Label::Host} />
                    <Field
                        {draft} question={Question::Port} label={Label::Port}
                        control={Control::Number}
                    />
                </div>
            }
            <details class="providers">
                <summary data-do="providers">{ words.label(Label::Provider) }</summary>
                <div class="choices">
                    { for PROVIDERS.iter().map(|provider| html! {
                        <ProviderButton {draft} {provider} />
                    }) }
                </div>
            </details>
        </fieldset>
    }
}

/// What stands in the way of a kind of server.
fn tag(kind: ServerKind, bridge: &BridgeStatus) -> Option<Label> {
    match (kind, bridge) {
        (ServerKind::Here, _) => None,
        (_, BridgeStatus::Missing) => Some(Label::NoBridge),
        (ServerKind::OnBridge, BridgeStatus::Found(info)) if info.practice.is_none() => {
            Some(Label::PracticeOff)
        }
        _ => None,
    }
}

/// One kind of server.
#[derive(PartialEq, Properties)]
struct ChoiceProps {
    draft: UseReducerHandle<Draft>,
    kind: ServerKind,
    tag: Option<Label>,
}

#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let (words, kind) = (use_words(), props.kind);
    let (hook, name, about) = match kind {
        ServerKind::Here => ("server-here", Label::PracticeHere, Label::PracticeHereWhy),
        ServerKind::OnBridge => {
            ("server-on-bridge", Label::PracticeOnBridge, Label::PracticeOnBridgeWhy)
        }
        ServerKind::Own => ("server-own", Label::OwnServer, Label::OwnServerWhy),
    };
    let is_chosen = props.draft.kind == kind;
    let onchange = {
        let draft = props.draft.clone();
        Callback::from(move |_| draft.dispatch(Change::Choose(kind)))
    };
    html! {
        <label class="choice">
            <input
                type="radio" name="server" value={hook} data-do={hook} checked={is_chosen}
                autofocus={is_chosen} {onchange}
            />
            <b>{ words.label(name) }</b>
            if let Some(tag) = props.tag {
                <span class="tag warn">{ words.label(tag) }</span>
            }
            <small>{ words.label(about) }</small>
        </label>
    }
}

/// Where the bridge is and what it wants to be shown, as far as that is not plain already.
#[component]
fn Bridge(props: &ServersProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let (draft, access) = (&props.draft, &props.draft.bridge);
    let is_missing = props.bridge == BridgeStatus::Missing;
    let wants_token = matches!(&props.bridge, BridgeStatus::Found(info) if info.token_wanted);
    let has_address = !access.address.is_empty();
    let asks_token = wants_token || !access.token.is_empty();
    // Another bridge is asked at once, so that it is known before the set-up is taken up.
    let onleave = intending(&intend, Intent::UseBridge(access.clone()));
    html! {
        <>
            if is_missing {
                <p class="notice warn" role="status">{ words.label(Label::BridgeMissing) }</p>
            } else if has_address {
                <p class="notice" role="status">{ words.label(Label::BridgeFound) }</p>
            }
            if is_missing || has_address || asks_token {
                <div class="grid-2 target">
                    if is_missing || has_address {
                        <Field
                            {draft} question={Question::BridgeAddress} label={Label::BridgeAddress}
                            placeholder="http://127.0.0.1:8025" onleave={onleave.clone()}
                        />
                    }
                    if asks_token {
                        <Field
                            {draft} question={Question::BridgeToken} label={Label::BridgeToken}
                            control={Control::Secret} {onleave}
                        />
                    }
                </div>
            }
        </>
    }
}

/// One provider.
#[derive(PartialEq, Properties)]
struct ProviderProps {
    draft: UseReducerHandle<Draft>,
    provider: &'static Provider,
}

#[component]
fn ProviderButton(props: &ProviderProps) -> Html {
    let provider = props.provider;
    let onclick = {
        let draft = props.draft.clone();
        Callback::from(move |_| draft.dispatch(Change::Fill(provider)))
    };
    html! {
        <button
            type="button" class="choice" data-do={format!("provider-{}", provider.name)}
            {onclick}
        >
            <b>{ provider.name }</b>
            <small class="mono">{ format!("{}:{}", provider.host, provider.port) }</small>
        </button>
    }
}

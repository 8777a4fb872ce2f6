//! The bytes of a message and the list of its fields, each lighting its own in the other.

use super::Shown;
use super::bytes::{self, Bytes};
use super::explanation::{explanation, name};
use super::mask::Mask;
use super::parts::{Part, Parts};
use crate::state::{Action, Intent};
use crate::text::Label;
use crate::view::{intending, use_intend, use_words, wire};
use crate::walk::Body;
use yew::prelude::*;

/// Bytes shown at first, and how many more at a time.
const AT_FIRST: usize = 512;
const MORE: usize = 4096;
/// Fields listed at first.
const FIELDS: usize = 40;

/// What is taken apart.
#[derive(PartialEq, Properties)]
pub(super) struct AnatomyProps {
    pub row: Shown,
    pub mask: Mask,
    /// Something is shown that would be hidden otherwise.
    pub revealed: bool,
}

/// Bytes and fields.
#[component]
pub(super) fn Anatomy(props: &AnatomyProps) -> Html {
    let (words, row) = (use_words(), &props.row);
    let pointed = use_state(|| None::<usize>);
    let focused = use_state(|| None::<usize>);
    let limit = use_state(|| AT_FIRST);
    let all_fields = use_state(|| false);
    let region = use_node_ref();

    let parts = use_memo(row.clone(), |row| Parts::new(row.wire().unwrap_or_default().1));
    let lines = use_memo((row.clone(), *limit), |(row, limit)| {
        let (bytes, spans) = row.wire().unwrap_or_default();
        bytes::lines(bytes.len().min(*limit), spans.iter().map(|span| span.range.clone()))
    });
    let point = use_callback((), {
        let pointed = pointed.clone();
        move |part, ()| pointed.set(part)
    });
    let focus = use_callback((), {
        let focused = focused.clone();
        move |part, ()| focused.set(part)
    });
    use_effect_with(*focused, {
        let region = region.clone();
        move |focused| {
            if focused.is_some() {
                scroll_to_lit(&region);
            }
        }
    });

    let lit = pointed.or(*focused);
    let listed = if *all_fields { parts.list.len() } else { FIELDS.min(parts.list.len()) };
    let entries = parts.list[..listed].iter().enumerate().map(|(index, part)| {
        html! {
            <Entry
                key={index} {index} row={row.clone()} part={part.clone()} mask={props.mask.clone()}
                lit={lit == Some(index)} point={point.clone()} focus={focus.clone()}
            />
        }
    });
    let more_bytes = Callback::from({
        let limit = limit.clone();
        move |_| limit.set(*limit + MORE)
    });
    let more_fields = Callback::from({
        let all_fields = all_fields.clone();
        move |_| all_fields.set(true)
    });
    html! {
        <section>
            <h3>{ words.label(Label::Bytes) }</h3>
            <Bytes
                row={row.clone()} {lines} parts={parts.clone()} mask={props.mask.clone()}
                {lit} point={point.clone()} {region}
            />
            <Rest row={row.clone()} limit={*limit} more={more_bytes} />
            <Secret hidden={props.mask.hides()} revealed={props.revealed} />
            if listed > 0 {
                <ol class="parts" aria-label={words.label(Label::Fields)}>{ for entries }</ol>
            }
            if listed < parts.list.len() {
                <button type="button" class="link" onclick={more_fields}>
                    { words.label(Label::MoreFields) }
                </button>
            }
        </section>
    }
}

/// One entry of the list.
#[derive(PartialEq, Properties)]
struct EntryProps {
    index: usize,
    row: Shown,
    part: Part,
    mask: Mask,
    lit: bool,
    point: Callback<Option<usize>>,
    focus: Callback<Option<usize>>,
}

/// A field's bytes, what it is called, what it means, and where that is laid down.
#[component]
fn Entry(props: &EntryProps) -> Html {
    let (words, index) = (use_words(), props.index);
    let (bytes, _) = props.row.wire().unwrap_or_default();
    let class = classes!("part", wire::class_of(props.part.field), props.lit.then_some("lit"));
    html! {
        <li>
            <button
                type="button" {class}
                onmouseenter={props.point.reform(move |_| Some(index))}
                onmouseleave={props.point.reform(|_| None)}
                onfocus={props.focus.reform(move |_| Some(index))}
                onblur={props.focus.reform(|_| None)}
            >
                <code>{ name(words, bytes, &props.part, &props.mask) }</code>
                <span>{ explanation(words, &props.row, &props.part, &props.mask) }</span>
            </button>
        </li>
    }
}

/// What of a message is shown.
#[derive(PartialEq, Properties)]
struct RestProps {
    row: Shown,
    limit: usize,
    more: Callback<MouseEvent>,
}

/// How many bytes are not shown, and a button for more of those that are at hand.
#[component]
fn Rest(props: &RestProps) -> Html {
    let words = use_words();
    let (bytes, _) = props.row.wire().unwrap_or_default();
    let at_hand = bytes.len().saturating_sub(props.limit);
    let elsewhere = match &props.row.body {
        Body::Sent { window, .. } => window.left_out,
        _ => 0,
    };
    if at_hand + elsewhere == 0 {
        return Html::default();
    }
    html! {
        <div class="pager">
            <span>{ words.left_out(at_hand + elsewhere) }</span>
            if at_hand > 0 {
                <button type="button" class="link" onclick={props.more.clone()}>
                    { words.label(Label::MoreBytes) }
                </button>
            }
        </div>
    }
}

/// Whether there is a secret, and whether it is shown.
#[derive(PartialEq, Properties)]
struct SecretProps {
    hidden: bool,
    revealed: bool,
}

/// Shows what is hidden, or hides it again.
#[component]
fn Secret(props: &SecretProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    if !props.hidden && !props.revealed {
        return Html::default();
    }
    let (label, action) = if props.hidden {
        (Label::ShowSecrets, "show-secrets")
    } else {
        (Label::HideSecrets, "hide-secrets")
    };
    html! {
        <div class="pager">
            <span></span>
            <button
                type="button" class="link" data-do={action}
                onclick={intending(&intend, Intent::Show(Action::Reveal(props.hidden)))}
            >{ words.label(label) }</button>
        </div>
    }
}

/// Scrolls the bytes, and nothing else, to the first that are lit.
fn scroll_to_lit(region: &NodeRef) {
    let Some(region) = region.cast::<web_sys::Element>() else { return };
    let Ok(Some(run)) = region.query_selector(".lit") else { return };
    let (seen, wanted) = (region.get_bounding_client_rect(), run.get_bounding_client_rect());
    if wanted.top() < seen.top() || wanted.bottom() > seen.bottom() {
        let middle = (seen.height() - wanted.height()) / 2.0;
        let by = wanted.top() - seen.top() - middle;
        #[expect(clippy::cast_possible_truncation, reason = "pixels of one page fit in an i32")]
        region.set_scroll_top(region.scroll_top() + by as i32);
    }
}

//! The list of letters, the newest first.

use super::title;
use super::when::{iso, short};
use crate::mailbox::{Letter, LetterId};
use crate::state::{Action, Intent};
use crate::text::Label;
use crate::view::{intending, use_intend, use_words};
use std::rc::Rc;
use yew::prelude::*;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub(super) struct ListProps {
    /// The letters.
    pub(super) letters: Rc<[Rc<Letter>]>,
    /// The one beside the list.
    pub(super) shown: LetterId,
    /// Which mailbox it is.
    pub(super) which: Label,
    /// The mailbox could not be read again: these letters may not be all.
    pub(super) failed: bool,
}

/// The list.
#[component]
pub(super) fn LetterList(props: &ListProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    html! {
        <section class="mail-list" aria-labelledby="mailbox-title">
            <header>
                <h2 id="mailbox-title">{ words.label(Label::MailboxTitle) }</h2>
                <span class="soft">
                    { words.label(props.which) }{ " · " }{ words.letters(props.letters.len()) }
                </span>
                <span class="tools">
                    <button
                        type="button" class="link" data-do="refresh"
                        onclick={intending(&intend, Intent::RefreshMailbox)}
                    >{ words.label(Label::Refresh) }</button>
                    <DeleteAll />
                </span>
            </header>
            if props.failed {
                <p class="notice bad" role="alert">{ words.label(Label::MailboxFailed) }</p>
            }
            <ol>{ for props.letters.iter().map(|letter| html! {
                <Entry key={number(letter.id)} letter={letter.clone()} shown={letter.id == props.shown} />
            }) }</ol>
        </section>
    }
}

/// A letter's number in its mailbox.
const fn number(id: LetterId) -> u64 {
    match id {
        LetterId::Here(number) | LetterId::OnBridge(number) => number,
    }
}

/// One letter of the list.
#[derive(PartialEq, Properties)]
struct EntryProps {
    letter: Rc<Letter>,
    shown: bool,
}

#[component]
fn Entry(props: &EntryProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let letter = &props.letter;
    let from = letter.envelope.from.as_str();
    let bare = from.strip_prefix('<').and_then(|from| from.strip_suffix('>'));
    let from = bare.filter(|from| !from.is_empty()).unwrap_or(from).to_owned();
    let open = intending(&intend, Intent::Show(Action::OpenLetter(Some(letter.id))));
    html! {
        <li>
            <button
                type="button" class="mail" data-do={format!("letter-{}", number(letter.id))}
                aria-current={props.shown.then_some("true")} onclick={open}
            >
                <b>{ title(words, letter) }</b>
                <span>{ from }</span>
                <time datetime={iso(letter.received)}>{ short(letter.received) }</time>
            </button>
        </li>
    }
}

/// Empties the mailbox, at the second press.
#[component]
fn DeleteAll() -> Html {
    let (words, intend) = (use_words(), use_intend());
    let asked = use_state(|| false);
    let onclick = {
        let asked = asked.clone();
        Callback::from(move |_| {
            if *asked {
                intend.emit(Intent::EmptyMailbox);
            }
            asked.set(!*asked);
        })
    };
    let onblur = {
        let asked = asked.clone();
        Callback::from(move |_| asked.set(false))
    };
    let label = if *asked { Label::DeleteAllSure } else { Label::DeleteAll };
    html! {
        <>
            <button
                type="button" class={classes!("link", asked.then_some("bad"))} data-do="delete-all"
                {onclick} {onblur}
            >{ words.label(label) }</button>
            // A button's new name is not read out by itself.
            <span class="said" role="status">
                if *asked {
                    { words.label(label) }
                }
            </span>
        </>
    }
}

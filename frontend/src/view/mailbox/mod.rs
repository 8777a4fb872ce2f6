//! The practice mailbox: a list and a letter, its envelope beside its headers.

mod addresses;
mod compare;
mod letter;
mod list;
mod when;

use super::{intending, use_intend, use_words};
use crate::mailbox::{Letter, LetterId};
use crate::server_choice::ServerChoice;
use crate::state::{Action, AppState, Intent, Screen};
use crate::text::{Label, Words};
use letter::LetterView;
use list::LetterList;
use protocol::message::decode_words;
use std::rc::Rc;
use yew::prelude::*;

/// What the mailbox shows.
#[derive(Clone, PartialEq, Properties)]
pub struct MailboxProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// The mailbox. Where there is room for both, the newest letter is open until another one is.
#[component]
pub fn MailboxScreen(props: &MailboxProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &props.state;
    use_newest_letters(&state.server, &intend);
    let letters: Rc<[_]> = letters_of(state).cloned().collect();
    let failed = state.mailbox_failed && is_on_bridge(&state.server);
    let which =
        if is_on_bridge(&state.server) { Label::MailboxOnBridge } else { Label::MailboxHere };
    let refresh = intending(&intend, Intent::RefreshMailbox);
    let Some(newest) = letters.first() else {
        let walk = intending(&intend, Intent::Show(Action::Go(Screen::Walk)));
        let text = if failed { Label::MailboxFailed } else { Label::MailboxEmpty };
        return html! {
            <main class="mailbox empty">
                <div class="nothing">
                    <h1>{ words.label(Label::MailboxTitle) }</h1>
                    <p class="soft">{ words.label(which) }</p>
                    <p role="status">{ words.label(text) }</p>
                    <p>
                        <button type="button" class="button main" data-do="to-walk" onclick={walk}>
                            { words.label(Label::MailboxWalk) }
                        </button>
                        <button type="button" class="button" data-do="refresh" onclick={refresh}>
                            { words.label(Label::Refresh) }
                        </button>
                    </p>
                </div>
            </main>
        };
    };
    let open = letters.iter().find(|letter| Some(letter.id) == state.letter);
    let letter = open.unwrap_or(newest);
    html! {
        <main class={classes!("mailbox", open.map(|_| "reading"))}>
            <h1 class="said">{ words.label(Label::MailboxTitle) }</h1>
            <LetterList letters={letters.clone()} shown={letter.id} {which} {failed} />
            <LetterView letter={letter.clone()} />
        </main>
    }
}

/// Whether the mailbox is the bridge's.
fn is_on_bridge(server: &ServerChoice) -> bool {
    *server == ServerChoice::PracticeOnBridge
}

/// The letters of the mailbox that is shown; those of the other one may still be in the state.
fn letters_of(state: &AppState) -> impl Iterator<Item = &Rc<Letter>> {
    let on_bridge = is_on_bridge(&state.server);
    state
        .letters
        .iter()
        .filter(move |letter| matches!(letter.id, LetterId::OnBridge(_)) == on_bridge)
}

/// What a letter is headed with: its subject as a reader sees it.
fn title(words: &dyn Words, letter: &Letter) -> String {
    let subject = letter.subject().map(|subject| decode_words(&subject));
    subject.unwrap_or_else(|| words.label(Label::NoSubject).to_owned())
}

/// Looks into the other mailbox when the server is changed while the mailbox is open. Opening it looks anyway.
#[hook]
fn use_newest_letters(server: &ServerChoice, intend: &Callback<Intent>) {
    let seen = use_mut_ref(|| server.clone());
    use_effect_with(server.clone(), {
        let intend = intend.clone();
        move |server| {
            if seen.replace(server.clone()) != *server {
                intend.emit(Intent::RefreshMailbox);
            }
        }
    });
}

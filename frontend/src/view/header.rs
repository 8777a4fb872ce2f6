//! The bar at the top: the page's places, the server, the language and the colours.

use super::{icon, intending, use_intend, use_words};
use crate::server_choice::{ServerChoice, parse_target};
use crate::settings::{Settings, Theme};
use crate::state::{Action, Intent, Screen};
use crate::text::{Label, Language, Words};
use yew::prelude::*;

/// What the bar shows.
#[derive(PartialEq, Properties)]
pub struct HeaderProps {
    /// Language and colours.
    pub settings: Settings,
    /// The place that is open.
    pub screen: Screen,
    /// The server of the walk.
    pub server: ServerChoice,
    /// Whether there is a connection.
    pub connected: bool,
    /// How many letters are in the mailbox.
    pub letters: usize,
}

/// The bar.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let open_setup = intending(&intend, Intent::Show(Action::Setup(true)));
    html! {
        <header class="top">
            if props.screen == Screen::Walk {
                <a class="skip" href="#next">{ words.label(Label::SkipToNext) }</a>
            }
            <span class="brand"><b>{ "SMTP" }</b>{ " " }<span>{ "Walkthrough" }</span></span>
            <nav class="places" aria-label={words.label(Label::Places)}>
                { place(words, &intend, props, Screen::Walk) }
                { place(words, &intend, props, Screen::Mailbox) }
            </nav>
            <button type="button" class="server-pill" data-do="open-setup" onclick={open_setup}>
                <span class={classes!("lamp", props.connected.then_some("on"))}></span>
                <span>
                    <span class="said">{ words.label(Label::SetupTitle) }{ words.label(Label::Colon) }</span>
                    { server_name(words, &props.server) }
                    <span class="said">{ ", " }{ words.label(lamp(props.connected)) }</span>
                </span>
            </button>
            <div class="switch" role="group" aria-label={words.label(Label::Language)}>
                { for Language::ALL.map(|language| speaker(&intend, language, props.settings.language)) }
            </div>
            { theme_button(words, &intend, props.settings.theme) }
        </header>
    }
}

/// The way to one of the page's places.
fn place(
    words: &dyn Words,
    intend: &Callback<Intent>,
    props: &HeaderProps,
    screen: Screen,
) -> Html {
    let (hook, label, count) = match screen {
        Screen::Walk => ("go-walk", Label::Walk, 0),
        Screen::Mailbox => ("go-mailbox", Label::Mailbox, props.letters),
    };
    let current = (props.screen == screen).then_some("page");
    let go = intending(intend, Intent::Show(Action::Go(screen)));
    html! {
        <button type="button" data-do={hook} aria-current={current} onclick={go}>
            { words.label(label) }
            if count > 0 {
                { " " }<span class="count">{ count }</span>
            }
        </button>
    }
}

/// What a server is called.
fn server_name(words: &dyn Words, server: &ServerChoice) -> String {
    match server {
        ServerChoice::PracticeHere => words.label(Label::PracticeHere).to_owned(),
        ServerChoice::PracticeOnBridge => words.label(Label::PracticeOnBridge).to_owned(),
        ServerChoice::Own { host, port } => {
            parse_target(host, port).map_or_else(|_| format!("{host}:{port}"), |it| it.to_string())
        }
    }
}

/// The lamp in a word.
const fn lamp(connected: bool) -> Label {
    if connected { Label::LampOn } else { Label::LampOff }
}

/// One of the languages, called by its own name.
fn speaker(intend: &Callback<Intent>, language: Language, spoken: Language) -> Html {
    let hook = match language {
        Language::En => "speak-en",
        Language::Zh => "speak-zh",
    };
    let speak = intending(intend, Intent::Show(Action::Speak(language)));
    html! {
        <button
            type="button" data-do={hook} lang={language.tag()} onclick={speak}
            aria-pressed={(language == spoken).to_string()}
        >{ language.name() }</button>
    }
}

/// Goes on to the next colours; its name is those that there are.
fn theme_button(words: &dyn Words, intend: &Callback<Intent>, theme: Theme) -> Html {
    let (now, next) = match theme {
        Theme::System => (Label::ThemeSystem, Theme::Light),
        Theme::Light => (Label::ThemeLight, Theme::Dark),
        Theme::Dark => (Label::ThemeDark, Theme::System),
    };
    let name = [Label::Theme, Label::Colon, now].map(|label| words.label(label)).concat();
    let paint = intending(intend, Intent::Show(Action::Paint(next)));
    html! {
        <button
            type="button" class="icon" data-do="theme" onclick={paint}
            aria-label={name.clone()} title={name}
        >{ icon::theme() }</button>
    }
}

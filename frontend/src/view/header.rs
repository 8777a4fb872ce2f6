//! The bar at the top: the page's places, the server, the language and the colours.

use crate::server_choice::ServerChoice;
use crate::settings::Settings;
use crate::state::Screen;
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
    let _ = props;
    html! { <header class="top"></header> }
}

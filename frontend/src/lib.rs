//! The page.
use yew::prelude::*;

/// The whole page.
#[component]
pub fn Page() -> Html {
    html! { <main>{ "SMTP Walkthrough" }</main> }
}

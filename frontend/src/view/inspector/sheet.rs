//! The inspector's frame: its heading, its close button, the meaning in a sentence.

use crate::state::{Action, Intent};
use crate::text::Label;
use crate::view::{icon, use_intend, use_words};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// What stands in the frame.
#[derive(PartialEq, Properties)]
pub(super) struct SheetProps {
    /// The class of the reply's first digit, if it is one.
    #[prop_or_default]
    pub class: Classes,
    /// Whether a row is selected, which opens it where it is a sheet.
    #[prop_or_default]
    pub open: bool,
    /// The small line above the title.
    #[prop_or_default]
    pub above: Option<AttrValue>,
    /// The title.
    pub title: Html,
    /// What it means, in a sentence.
    pub meaning: AttrValue,
    /// The sections.
    pub children: Html,
}

/// The frame.
#[component]
pub(super) fn Sheet(props: &SheetProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let close = Callback::from(move |_| {
        // The button goes away with the sheet: the keyboard goes back to where it was opened.
        focus_selected_row();
        intend.emit(Intent::Show(Action::Select(None)));
    });
    html! {
        <aside
            class={classes!("inspector", props.class.clone(), props.open.then_some("open"))}
            aria-labelledby="taken-apart"
        >
            <header>
                if let Some(above) = &props.above {
                    <p class="above">{ above }</p>
                }
                <button
                    type="button" class="icon close" data-do="close-inspector"
                    aria-label={words.label(Label::Close)} onclick={close}
                >{ icon::close() }</button>
                <h2 id="taken-apart">{ props.title.clone() }</h2>
            </header>
            <p class="meaning">{ &props.meaning }</p>
            { props.children.clone() }
        </aside>
    }
}

/// Gives the keyboard to the row that is selected, if it is on the page.
fn focus_selected_row() {
    let document = web_sys::window().and_then(|window| window.document());
    let row = document.and_then(|it| it.query_selector(".message[aria-current]").ok().flatten());
    if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A row that cannot take the keyboard leaves it where it is.
        let _ = row.focus();
    }
}

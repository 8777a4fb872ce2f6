//! Starts the page, in the element that `index.html` keeps for it.

use frontend::parts::{Absent, words_of};
use frontend::settings;
use wasm_bindgen_futures::spawn_local;

fn main() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html has an element with the id `app`");
    spawn_local(async move {
        if let Err(Absent) = words_of(settings::load_settings().language).fetch().await {
            wasm_bindgen::throw_str("the page’s words did not arrive");
        }
        yew::Renderer::<frontend::Page>::with_root(root).render();
    });
}

//! The page in a real browser: `cargo xtask test page`.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::platform::time::sleep;

wasm_bindgen_test_configure!(run_in_browser);

/// How often, and with what pause, to look for something that has to appear.
const LOOKS: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// The first element that `selector` selects below `root`, as soon as it is there.
async fn find(root: &Element, selector: &str) -> Element {
    for _ in 0..LOOKS {
        if let Some(element) = root.query_selector(selector).expect("a valid selector") {
            return element;
        }
        sleep(PAUSE).await;
    }
    panic!("`{selector}` did not appear in:\n{}", root.inner_html());
}

#[test]
async fn the_page_takes_the_place_of_what_stood_in_its_element() {
    let document = web_sys::window().and_then(|window| window.document()).expect("a browser");
    let root = document.create_element("div").expect("an element");
    root.set_inner_html("<p class='start-loading'>Loading…</p>");
    document.body().expect("a body").append_child(&root).expect("a place in it");

    let page = yew::Renderer::<frontend::Page>::with_root(root.clone()).render();
    find(&root, "main button").await;
    let loading = root.query_selector(".start-loading").expect("a valid selector");
    assert!(loading.is_none(), "{}", root.inner_html());
    page.destroy();
}

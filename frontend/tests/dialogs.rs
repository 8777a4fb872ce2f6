//! The set-up and the keyboard in a real browser: `cargo xtask test page`.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};
use web_sys::{
    Document, Element, FocusEvent, HtmlElement, HtmlInputElement, InputEvent, KeyboardEvent,
    KeyboardEventInit,
};
use yew::AppHandle;
use yew::platform::time::sleep;

wasm_bindgen_test_configure!(run_in_browser);

/// How often, and with what pause, to look for something that has to happen.
const LOOKS: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// The page, in an element of its own.
struct Page {
    root: Element,
    app: Option<AppHandle<frontend::Page>>,
}

impl Page {
    fn open() -> Self {
        let root = document().create_element("div").expect("an element");
        document().body().expect("a body").append_child(&root).expect("a place in it");
        let app = yew::Renderer::<frontend::Page>::with_root(root.clone()).render();
        Self { root, app: Some(app) }
    }

    fn look(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).expect("a valid selector")
    }

    /// Waits until `happened`.
    async fn until(&self, what: &str, happened: impl Fn(&Self) -> bool) {
        for _ in 0..LOOKS {
            if happened(self) {
                return;
            }
            sleep(PAUSE).await;
        }
        panic!("{what} did not happen in:\n{}", self.root.inner_html());
    }

    async fn find<T: JsCast>(&self, selector: &str) -> T {
        self.until(selector, |page| page.look(selector).is_some()).await;
        self.look(selector).expect("it was there").dyn_into().expect("an element of that kind")
    }

    async fn gone(&self, selector: &str) {
        self.until(&format!("no {selector}"), |page| page.look(selector).is_none()).await;
    }

    /// Presses the button with this hook, as a mouse does: it has the focus then.
    async fn press(&self, hook: &str) {
        let button: HtmlElement = self.find(&hooked(hook)).await;
        button.focus().expect("it can have the focus");
        button.click();
    }

    /// Types into the field with this hook, and leaves it.
    async fn fill_in(&self, hook: &str, text: &str) {
        let field: HtmlInputElement = self.find(&hooked(hook)).await;
        field.set_value(text);
        field.dispatch_event(&InputEvent::new("input").expect("an event")).expect("dispatched");
        field.dispatch_event(&FocusEvent::new("blur").expect("an event")).expect("dispatched");
    }

    async fn value(&self, hook: &str) -> String {
        self.find::<HtmlInputElement>(&hooked(hook)).await.value()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("a browser")
}

fn hooked(hook: &str) -> String {
    format!("[data-do='{hook}']")
}

/// The hook of what has the focus.
fn focused() -> Option<String> {
    document().active_element()?.get_attribute("data-do")
}

/// Presses a key while nothing in particular has the focus.
fn key(key: &str, init: impl Fn(&KeyboardEventInit)) {
    if let Some(element) = document().active_element().and_then(|it| it.dyn_into().ok()) {
        let element: HtmlElement = element;
        element.blur().expect("it can lose the focus");
    }
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    init(&options);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options);
    document()
        .body()
        .expect("a body")
        .dispatch_event(&event.expect("an event"))
        .expect("dispatched");
}

#[test]
async fn the_set_up_leads_to_the_first_wrong_field_and_back_to_where_it_was_opened() {
    let page = Page::open();
    page.press("open-setup").await;
    page.find::<Element>("dialog[open]").await;
    page.press("server-own").await;
    page.fill_in("host", "mail example.com").await;
    page.find::<Element>("#setup-host-wrong").await;
    assert_eq!(page.value("password").await, "", "the practice password stays where it is public");
    page.press("apply").await;
    page.until("the focus on the host", |_| focused().as_deref() == Some("host")).await;
    page.press("cancel").await;
    page.gone("dialog").await;
    page.until("the focus where it was", |_| focused().as_deref() == Some("open-setup")).await;
}

#[test]
async fn what_is_set_up_is_what_the_walk_does() {
    let page = Page::open();
    page.press("open-setup").await;
    page.fill_in("client-name", "library.example").await;
    page.press("apply").await;
    page.gone("dialog").await;
    page.press("open-setup").await;
    assert_eq!(page.value("client-name").await, "library.example");
}

#[test]
async fn keys_take_the_walk_on_but_not_while_something_is_composed() {
    let page = Page::open();
    page.find::<Element>("[data-card='connect']").await;
    key("Enter", |init| init.set_is_composing(true));
    key("Enter", |init| init.set_ctrl_key(true));
    key("Enter", |init| init.set_repeat(true));
    key("m", |_| {});
    page.find::<Element>(".mailbox").await;
    key("m", |_| {});
    page.find::<Element>("[data-card='connect']").await;
    key("Enter", |_| {});
    page.find::<Element>("[data-card='proposal']").await;
    key("e", |_| {});
    page.find::<Element>("#edit-field").await;
    key("Escape", |_| {});
    page.gone("#edit-field").await;
}

//! Starts the page, in the element that `index.html` keeps for it.

fn main() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html has an element with the id `app`");
    yew::Renderer::<frontend::Page>::with_root(root).render();
}

//! Starts the page.
fn main() {
    yew::Renderer::<frontend::Page>::new().render();
}

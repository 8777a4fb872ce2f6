//! The few icons, drawn as SVG in the text's own colour.

use yew::prelude::*;

/// Half light, half dark.
pub(super) fn theme() -> Html {
    html! {
        <svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
            <circle cx="9" cy="9" r="6.75" />
            <path d="M9 2.25v13.5a6.75 6.75 0 0 0 0-13.5z" fill="currentColor" stroke="none" />
        </svg>
    }
}

/// A cross.
pub(super) fn close() -> Html {
    line("M3.5 3.5l9 9M12.5 3.5l-9 9")
}

/// A padlock that is shut.
pub(super) fn lock() -> Html {
    html! {
        <svg class="lock" width="14" height="14" viewBox="0 0 14 14" fill="currentColor" aria-hidden="true">
            <path d="M4 6V4.5a3 3 0 0 1 6 0V6h.5a1 1 0 0 1 1 1v4.5a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zm1.4 0h3.2V4.5a1.6 1.6 0 0 0-3.2 0z" />
        </svg>
    }
}

/// To the left.
pub(super) fn left() -> Html {
    line("M10 3L5 8l5 5")
}

/// To the right.
pub(super) fn right() -> Html {
    line("M6 3l5 5-5 5")
}

/// Three dots.
pub(super) fn more() -> Html {
    html! {
        <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
            <circle cx="3" cy="8" r="1.4" /><circle cx="8" cy="8" r="1.4" /><circle cx="13" cy="8" r="1.4" />
        </svg>
    }
}

fn line(path: &'static str) -> Html {
    html! {
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d={path} />
        </svg>
    }
}

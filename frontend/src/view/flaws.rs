//! What is wrong with a message, where it matters.

use crate::text::Words;
use protocol::message::Flaw;
use protocol::message::lint::Severity;
use yew::prelude::*;

/// A notice for each kind of flaw, with the first line that has it. Advice is left out.
pub(super) fn notices(words: &dyn Words, flaws: &[Flaw]) -> Html {
    let is_first = |(at, flaw): &(usize, &Flaw)| flaws[..*at].iter().all(|it| it.lint != flaw.lint);
    let shown = flaws.iter().enumerate().filter(is_first).map(|(_, flaw)| flaw);
    let shown = shown.filter(|flaw| flaw.lint.severity() > Severity::Advice);
    let notice = |flaw: &Flaw| {
        html! {
            <p class="notice warn" key={flaw.lint.name()}>
                if let Some(place) = &flaw.place {
                    { words.in_line(place.line) }
                }
                { words.lint(flaw.lint) }
            </p>
        }
    };
    html! { { for shown.map(notice) } }
}

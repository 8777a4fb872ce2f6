//! What there is to read on the card.

use super::fields::Fields;
use super::letter::LetterLines;
use super::{Pen, intending};
use crate::state::Intent;
use crate::text::{Label, Words};
use crate::transport::Fetching;
use crate::view::charset;
use crate::view::flaws;
use crate::view::inspector::day;
use crate::view::stage::badge;
use crate::view::wire;
use crate::walk::{Body, Row};
use protocol::anatomy::Content;
use protocol::client::{Caution, Proposal, Security, Step};
use protocol::form::STRONGEST;
use protocol::smtp::limits;
use tls_messages::Facts;
use yew::prelude::*;

/// A proposal: what to know, why, and its bytes by field.
pub(super) fn offer(pen: &Pen<'_>, proposal: &Proposal) -> Html {
    let (words, state) = (pen.words, pen.state);
    let window = proposal.piece.window(limits::WINDOW);
    let spans = proposal.piece.spans(&window);
    let hidden = wire::hidden(&state.walk, state.revealed, &window.bytes, &spans);
    let (bytes, left_out) = (window.bytes, window.left_out);
    let is_letter = matches!(proposal.piece.content, Content::Data(_));
    let cautions = proposal.cautions.iter().map(|known| caution(words, *known));
    html! {
        <>
            { for cautions }
            if proposal.step == Step::Headers {
                { lints(pen) }
            }
            if proposal.cautions.is_empty() {
                <p class="why">
                    { words.why(proposal.step, pen.state.walk.mechanism) }
                    if proposal.step == Step::Auth {
                        { why_this_mechanism(pen) }
                    }
                    if !proposal.along.is_empty() {
                        { " " }{ words.label(Label::LeaveTogether) }
                    }
                </p>
            }
            if is_letter {
                <LetterLines {bytes} {spans} {left_out} />
            } else {
                <Fields {bytes} {spans} {hidden} />
            }
        </>
    }
}

/// Something to know before sending.
pub(super) fn caution(words: &dyn Words, caution: Caution) -> Html {
    html! {
        <p class="notice warn" role="alert" key={format!("{caution:?}")}>{ words.caution(caution) }</p>
    }
}

/// What the mechanism does for the password, and that it was taken for that, if it was.
fn why_this_mechanism(pen: &Pen<'_>) -> Html {
    let Some(mechanism) = pen.state.walk.mechanism else { return Html::default() };
    let login = pen.state.form.login.as_ref();
    let was_left_open = login.is_some_and(|login| login.mechanism == STRONGEST);
    html! {
        <>
            if was_left_open {
                { " " }{ pen.words.label(Label::StrongestTaken) }
            }
            { " " }{ pen.words.protection(mechanism.protection) }
        </>
    }
}

/// What is wrong with the message, though no server need refuse it.
pub(super) fn lints(pen: &Pen<'_>) -> Html {
    flaws::notices(pen.words, &pen.state.walk.flaws)
}

/// What the server said, why, and what to do.
pub(super) fn refusal(words: &dyn Words, row: &Row) -> Html {
    let Body::Received { reply, findings, .. } = &row.body else { return Html::default() };
    let (text, in_gbk): (Vec<_>, Vec<_>) = reply.texts().map(charset::read).unzip();
    let mut causes = findings.iter().map(|finding| words.cause(finding.cause));
    let likeliest = causes.next();
    let others: Vec<_> =
        causes.map(|other| html! { <li>{ other.cause }{ " " }{ other.cure }</li> }).collect();
    html! {
        <>
            <p class="said-by-server">{ badge(words, reply, false) }<code>{ text.join(" ") }</code></p>
            if in_gbk.contains(&true) {
                <p class="why">{ words.label(Label::ReadAsGbk) }</p>
            }
            if let Some(likeliest) = likeliest {
                <p class="cause">{ likeliest.cause }</p>
                <p class="why">{ likeliest.cure }</p>
            }
            if !others.is_empty() {
                <details class="causes">
                    <summary>{ words.label(Label::OtherCauses) }</summary>
                    <ul>{ for others }</ul>
                </details>
            }
        </>
    }
}

/// How much of the TLS part of the page is there, while it comes.
pub(super) fn fetching(fetching: Fetching) -> Html {
    match fetching {
        Fetching::Under { got, whole } if whole > 0 => html! {
            <progress class="fetching" value={got.to_string()} max={whole.to_string()}></progress>
        },
        _ => Html::default(),
    }
}

/// Whose certificate it is, and why it is not trusted.
pub(super) fn untrusted(pen: &Pen<'_>, known: &Facts) -> Html {
    let (words, form) = (pen.words, &pen.state.form);
    let own = known.chain.first();
    let verified = form.security == Security::Verified;
    html! {
        <>
            { for known.problems.iter().map(|problem| html! {
                <p class="cause">{ words.tls_problem(problem) }</p>
            }) }
            <p class="why">{ words.label(Label::UntrustedWhy) }</p>
            <p class="why">{ words.label(if verified { Label::VerifiedOnly } else { Label::UntrustedCommon }) }</p>
            if let Some(own) = own {
                <dl class="errand">
                    <div><dt>{ words.label(Label::TlsTrust) }</dt><dd>{ &own.subject }</dd></div>
                    <div><dt>{ words.label(Label::CertIssuer) }</dt><dd>{ &own.issuer }</dd></div>
                    <div><dt>{ words.label(Label::CertUntil) }</dt><dd>{ day(own.until) }</dd></div>
                </dl>
            }
        </>
    }
}

/// Who sends what to whom, through which server.
pub(super) fn errand(pen: &Pen<'_>) -> Html {
    let form = &pen.state.form;
    let to: Vec<_> = form.to.iter().map(|to| to.trim()).filter(|to| !to.is_empty()).collect();
    let facts = [
        (Label::From, form.from.clone()),
        (Label::To, to.join(", ")),
        (Label::Subject, form.subject.clone()),
        (Label::Through, pen.state.server_name()),
    ];
    html! {
        <dl class="errand">{ for facts.into_iter().map(|(label, value)| html! {
            <div key={format!("{label:?}")}><dt>{ pen.words.label(label) }</dt><dd>{ value }</dd></div>
        }) }</dl>
    }
}

/// The lesson's mistakes, to be made on purpose.
pub(super) fn mistakes(pen: &Pen<'_>) -> Html {
    let state = pen.state;
    if !state.server.is_practice() {
        return Html::default();
    }
    let language = state.settings.language;
    let chips = pen.lesson.mistakes.iter().enumerate().map(|(index, mistake)| {
        let made = state.mistake == Some(index);
        html! {
            <button
                type="button" class="chip" key={index} data-do={format!("mistake-{}", mistake.id)}
                aria-pressed={made.to_string()}
                onclick={intending(&pen.intend, Intent::TryMistake(index))}
            >{ language.of(&mistake.title).to_owned() }</button>
        }
    });
    let heading = if state.mistake.is_some() { Label::MistakeMade } else { Label::OrTryAMistake };
    html! {
        <div class="chips one-line">
            <span class="above">{ pen.words.label(heading) }</span>
            { for chips }
        </div>
    }
}

//! Bytes of TLS and the list of their fields, each lighting its own in the other.

use crate::text::{Label, Words};
use crate::view::inspector::bytes::{self, Line};
use crate::view::inspector::mask::Mask;
use crate::view::use_words;
use std::rc::Rc;
use tls_messages::{Field, Kept, Span};
use yew::prelude::*;

/// Fields listed at first.
const FIELDS: usize = 24;
/// Bytes shown.
const BYTES: usize = 1024;
/// Bytes of a field in the list.
const SAMPLE: usize = 3;

/// What is taken apart.
#[derive(PartialEq, Properties)]
pub(super) struct DissectionProps {
    pub(super) bytes: Rc<Kept>,
    pub(super) spans: Rc<Vec<Span>>,
}

/// Bytes and fields.
#[component]
pub(super) fn Dissection(props: &DissectionProps) -> Html {
    let words = use_words();
    let lit = use_state(|| None::<usize>);
    let all = use_state(|| false);
    let (bytes, spans) = (&props.bytes.bytes, &props.spans);
    let lines = use_memo((props.bytes.clone(), spans.clone()), |(bytes, spans)| {
        let ranges = spans.iter().map(|span| span.start as usize..span.end as usize);
        bytes::lines(bytes.bytes.len().min(BYTES), ranges)
    });
    let over = {
        let lit = lit.clone();
        Callback::from(move |event: MouseEvent| lit.set(bytes::part_at(&event)))
    };
    let light = |index: Option<usize>| {
        let lit = lit.clone();
        Callback::from(move |()| lit.set(index))
    };
    let listed = if *all { spans.len() } else { FIELDS.min(spans.len()) };
    let entries = spans[..listed].iter().enumerate().map(|(index, span)| {
        let (on, off) = (light(Some(index)), light(None));
        let class = classes!("part", class_of(span.field), (*lit == Some(index)).then_some("lit"));
        html! {
            <li key={index}>
                <button
                    type="button" {class}
                    onmouseenter={on.reform(|_| ())} onmouseleave={off.reform(|_| ())}
                    onfocus={on.reform(|_| ())} onblur={off.reform(|_| ())}
                >
                    <code>{ sample(bytes, span) }</code>
                    <span>{ said(words, span) }</span>
                </button>
            </li>
        }
    });
    let shown = bytes.len().min(BYTES);
    let left_out = (props.bytes.whole as usize).saturating_sub(shown);
    let more = {
        let all = all.clone();
        Callback::from(move |_| all.set(true))
    };
    html! {
        <>
            <div class="bytes" tabindex="0" role="region" aria-label={words.label(Label::Bytes)} onmouseover={over}>
                <table>
                    { bytes::head(words) }
                    <tbody>{ for lines.iter().map(|line| row(bytes, spans, line, *lit)) }</tbody>
                </table>
            </div>
            if left_out > 0 {
                <div class="pager"><span>{ words.left_out(left_out) }</span></div>
            }
            <ol class="parts" aria-label={words.label(Label::Fields)}>{ for entries }</ol>
            if listed < spans.len() {
                <button type="button" class="link" data-do="more-fields" onclick={more}>{ words.label(Label::MoreFields) }</button>
            }
        </>
    }
}

fn row(wire: &[u8], spans: &[Span], line: &Line, lit: Option<usize>) -> Html {
    let mask = Mask::none();
    let cell = |separator: &'static str, show: fn(&[u8], usize, &Mask) -> String| {
        let mask = mask.clone();
        line.runs.iter().enumerate().map(move |(index, run)| {
            let is_lit = (run.span.is_some() && run.span == lit).then_some("lit");
            let field = run.span.map_or("f-odd", |span| class_of(spans[span].field));
            html! {
                <>
                    if index > 0 { { separator } }
                    <span class={classes!("run", field, is_lit)} data-part={run.span.map(|span| span.to_string())}>
                        { show(&wire[run.range.clone()], run.range.start, &mask) }
                    </span>
                </>
            }
        })
    };
    html! {
        <tr key={line.offset}>
            <th scope="row">{ format!("{:04x}", line.offset) }</th>
            <td>{ for cell(" ", bytes::hexadecimal) }</td>
            <td>{ for cell("", bytes::glyphs) }</td>
        </tr>
    }
}

/// The first bytes of a field.
fn sample(wire: &[u8], span: &Span) -> String {
    let range = span.start as usize..(span.end as usize).min(wire.len());
    let bytes = wire.get(range).unwrap_or_default();
    let more = if bytes.len() > SAMPLE { " …" } else { "" };
    let shown = &bytes[..bytes.len().min(SAMPLE)];
    bytes::hexadecimal(shown, 0, &Mask::none()) + more
}

/// What a field is called, what it says, and what that means.
fn said(words: &dyn Words, span: &Span) -> Html {
    let named = words.tls_field(span.field);
    html! {
        <>
            <b>{ named.name }</b>
            if !span.says.is_empty() {
                { " " }<code>{ &span.says }</code>
            }
            <br /><small>{ named.meaning }</small>
        </>
    }
}

/// The class that colours a field.
const fn class_of(field: Field) -> &'static str {
    match field {
        Field::ContentType
        | Field::MessageType
        | Field::ExtensionType
        | Field::AlertLevel
        | Field::AlertDescription => "f-word",
        Field::RecordVersion
        | Field::LegacyVersion
        | Field::SupportedVersion
        | Field::CipherSuite
        | Field::Group
        | Field::SignatureScheme
        | Field::PskMode
        | Field::CurveType
        | Field::CertificateType
        | Field::PointFormat => "f-code",
        Field::ServerName | Field::Protocol | Field::Certificate | Field::AuthorityName => "f-who",
        Field::Random
        | Field::KeyShare
        | Field::Signature
        | Field::VerifyData
        | Field::Ciphertext
        | Field::Tag
        | Field::Ticket
        | Field::TicketNonce
        | Field::ExplicitNonce => "f-secret",
        Field::RecordLength
        | Field::MessageLength
        | Field::Length
        | Field::Compression
        | Field::NameType
        | Field::SessionId
        | Field::RequestContext
        | Field::Lifetime
        | Field::AgeAdd
        | Field::KeyUpdateRequest => "f-glue",
        Field::Fragment | Field::ExtensionData => "f-text",
        Field::Unparsed => "f-odd",
    }
}

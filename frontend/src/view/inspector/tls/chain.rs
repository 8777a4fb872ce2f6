//! What is known of a TLS connection, and the certificates that vouch for it.

use crate::text::Label;
use crate::view::inspector::facts::facts;
use crate::view::use_words;
use std::fmt::Write as _;
use std::rc::Rc;
use tls_messages::{Certificate, Facts};
use yew::prelude::*;

/// Which connection.
#[derive(PartialEq, Properties)]
pub(crate) struct ChainProps {
    pub(crate) facts: Rc<Facts>,
}

/// Connection and certificates.
#[component]
pub(crate) fn Chain(props: &ChainProps) -> Html {
    let (words, known) = (use_words(), &*props.facts);
    let trust = if known.problems.is_empty() { Label::Trusted } else { Label::NotTrusted };
    let rows = [
        (Label::TlsVersion, known.version.clone()),
        (Label::TlsSuite, known.suite.clone()),
        (Label::TlsGroup, known.group.clone().unwrap_or_default()),
        (Label::TlsTrust, words.label(trust).to_owned()),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    html! {
        <>
            <section>
                <h3>{ words.label(Label::TlsFacts) }</h3>
                { facts(rows.map(|(label, value)| (words.label(label), value))) }
                { for known.problems.iter().map(|problem| html! {
                    <p class="notice bad">{ words.tls_problem(problem) }</p>
                }) }
            </section>
            <section>
                <h3>{ words.label(Label::Chain) }</h3>
                <ol class="chain">
                    { for known.chain.iter().map(|certificate| html! {
                        <Link key={certificate.serial.clone()} certificate={certificate.clone()} />
                    }) }
                </ol>
            </section>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct LinkProps {
    certificate: Certificate,
}

/// One certificate.
#[component]
fn Link(props: &LinkProps) -> Html {
    let (words, it) = (use_words(), &props.certificate);
    let rows = [
        (Label::CertNames, it.names.join(", ")),
        (Label::CertIssuer, it.issuer.clone()),
        (Label::CertFrom, day(it.from)),
        (Label::CertUntil, day(it.until)),
        (Label::CertKey, it.key.clone()),
        (Label::CertSigned, it.signature.clone()),
        (Label::CertSerial, it.serial.clone()),
        (Label::CertPrint, fingerprint(&it.fingerprint)),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    html! {
        <li>
            <b>{ &it.subject }</b>
            if it.is_authority {
                { " " }<span class="tag">{ words.label(Label::CertAuthority) }</span>
            }
            { facts(rows.map(|(label, value)| (words.label(label), value))) }
        </li>
    }
}

/// A moment as a day, in Coordinated Universal Time.
pub(crate) fn day(seconds: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "exact for as long as calendars go")]
    let millis = seconds as f64 * 1000.0;
    let date = js_sys::Date::new(&millis.into());
    // A moment beyond what a calendar holds has no day.
    if date.get_time().is_nan() {
        return String::new();
    }
    let text = String::from(date.to_iso_string());
    text.split('T').next().unwrap_or_default().to_owned()
}

/// Pairs of digits with colons between, as other tools write it.
fn fingerprint(digest: &[u8]) -> String {
    let mut text = String::from("SHA-256");
    for (index, byte) in digest.iter().enumerate() {
        // Writing to a String does not fail.
        let _ = write!(text, "{}{byte:02X}", if index == 0 { ' ' } else { ':' });
    }
    text
}

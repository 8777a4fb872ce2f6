//! How base64 is made: three bytes, 24 bits, cut into four sixes (RFC 4648 §4).

use super::explanation::stands_for;
use super::subject::decoded;
use crate::text::Label;
use crate::view::{icon, use_words};
use yew::prelude::*;

/// Three bytes, at the end perhaps fewer, and the characters made of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    bytes: Vec<u8>,
    /// Each character with its number; `None` for `=`.
    sixes: [(char, Option<u8>); 4],
}

impl Group {
    /// The groups of a base64 text and the bytes it stands for.
    fn all(encoded: &str, bytes: &[u8]) -> Vec<Self> {
        let characters: Vec<char> = encoded.chars().collect();
        let groups = bytes.chunks(3).zip(characters.chunks_exact(4));
        groups
            .map(|(bytes, characters)| {
                let bits = bits(bytes);
                let six = |n: usize| (characters[n], bits.get(n * 6..n * 6 + 6).map(number));
                Self { bytes: bytes.to_vec(), sixes: [six(0), six(1), six(2), six(3)] }
            })
            .collect()
    }
}

/// The bits of some bytes, filled up with zeros to a multiple of six.
fn bits(bytes: &[u8]) -> Vec<bool> {
    let mut bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    bits.resize(bits.len().next_multiple_of(6), false);
    bits
}

/// The number that some bits stand for.
fn number(bits: &[bool]) -> u8 {
    bits.iter().fold(0, |number, &bit| number << 1 | u8::from(bit))
}

/// What is unrolled.
#[derive(PartialEq, Properties)]
pub(super) struct Base64Props {
    /// The base64 text.
    pub encoded: AttrValue,
    /// What it stands for; not empty.
    pub bytes: Vec<u8>,
}

/// The text, what it stands for, and one group at a time.
#[component]
pub(super) fn Base64(props: &Base64Props) -> Html {
    let words = use_words();
    let at = use_state(|| 0_usize);
    let groups = Group::all(&props.encoded, &props.bytes);
    let Some(group) = groups.get(*at) else { return Html::default() };
    let last = groups.len() - 1;
    let note = match group.bytes.len() {
        3 => Label::Base64Note,
        _ => Label::Base64Padding,
    };
    let go = |to: Option<usize>| {
        let at = at.clone();
        Callback::from(move |_| {
            if let Some(to) = to {
                at.set(to);
            }
        })
    };
    html! {
        <section>
            <h3>{ words.label(Label::HowBase64) }</h3>
            <p class="decoded">
                <code>{ &props.encoded }</code>
                { stands_for(words) }
                <b>{ decoded(&props.bytes) }</b>
            </p>
            { table(group, words.label(note)) }
            <div class="pager">
                <span aria-live="polite">
                    { words.label(note) }{ " " }{ words.one_of(*at + 1, groups.len()) }
                </span>
                <button
                    type="button" class="icon" data-do="base64-previous" disabled={*at == 0}
                    aria-label={words.label(Label::Base64Previous)} onclick={go(at.checked_sub(1))}
                >{ icon::left() }</button>
                <button
                    type="button" class="icon" data-do="base64-next" disabled={*at == last}
                    aria-label={words.label(Label::Base64Next)} onclick={go(Some((*at + 1).min(last)))}
                >{ icon::right() }</button>
            </div>
        </section>
    }
}

/// The same bits, in eights above and in sixes below; 24 columns whatever is missing.
fn table(group: &Group, caption: &'static str) -> Html {
    let (bytes, bits) = (&group.bytes, bits(&group.bytes));
    let missing = (24 - bytes.len() * 8).to_string();
    let eights = |class: &'static str, show: fn(u8) -> String| {
        html! {
            <>
                { for bytes.iter().map(|&byte| html! { <td {class} colspan="8">{ show(byte) }</td> }) }
                if bytes.len() < 3 { <td colspan={missing.clone()}></td> }
            </>
        }
    };
    let cut = (0..24).map(|at| match bits.get(at) {
        Some(&bit) => {
            let padding = (at >= bytes.len() * 8).then_some("padding");
            html! { <td class={classes!(padding)}>{ u8::from(bit) }</td> }
        }
        None => html! { <td></td> },
    });
    let sixes = group.sixes.iter().map(|(character, number)| {
        let padding = number.is_none().then_some("padding");
        html! { <td class={classes!("six", padding)} colspan="6">{ *character }</td> }
    });
    let numbers = group.sixes.iter().map(|(_, number)| {
        html! { <td class="number" colspan="6">{ number.map(|number| number.to_string()) }</td> }
    });
    html! {
        <table class="sixes">
            <caption class="said">{ caption }</caption>
            <tbody>
                <tr>{ eights("number", |byte| format!("{byte:02x}")) }</tr>
                <tr>{ eights("eight", glyph) }</tr>
                <tr class="bits">{ for cut }</tr>
                <tr>{ for sixes }</tr>
                <tr>{ for numbers }</tr>
            </tbody>
        </table>
    }
}

/// A byte as a character where it is one by itself.
fn glyph(byte: u8) -> String {
    match byte {
        b' ' => "␣".to_owned(),
        0x80.. => String::new(),
        _ => decoded(&[byte]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::auth::encode;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn groups(text: &str) -> Vec<Group> {
        Group::all(&encode(text.as_bytes()), text.as_bytes())
    }

    #[test]
    fn three_bytes_are_four_sixes() {
        let groups = groups("Username:");
        assert_eq!(groups.len(), 3);
        assert_eq!(groups[0].bytes, b"Use");
        assert_eq!(
            groups[0].sixes,
            [('V', Some(21)), ('X', Some(23)), ('N', Some(13)), ('l', Some(37))]
        );
    }

    #[test]
    fn what_is_missing_at_the_end_is_zeros_and_equals_signs() {
        assert_eq!(
            groups("ab").pop().map(|group| group.sixes),
            Some([('Y', Some(24)), ('W', Some(22)), ('I', Some(8)), ('=', None)])
        );
        assert_eq!(
            groups("a").pop().map(|group| group.sixes),
            Some([('Y', Some(24)), ('Q', Some(16)), ('=', None), ('=', None)])
        );
    }

    #[test]
    fn every_number_is_its_character_s_place_in_the_alphabet() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bytes: Vec<u8> = (0..=255).collect();
        for (character, number) in
            Group::all(&encode(&bytes), &bytes).iter().flat_map(|it| it.sixes)
        {
            assert_eq!(number.map(usize::from), alphabet.find(character), "{character}");
        }
    }

    #[test]
    fn bits_come_highest_first() {
        let text = |bytes: &[u8]| -> String {
            bits(bytes).iter().map(|&bit| if bit { '1' } else { '0' }).collect()
        };
        assert_eq!(text(b"U"), "010101010000");
        assert_eq!(number(&bits(b"U")[..6]), 21);
    }
}

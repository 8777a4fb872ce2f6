//! Which fields of a message are explained together.
//!
//! A command's fields are explained one by one. What repeats itself (line ends, the code of every line of
//! a reply, the lines of a body) is explained once, with how often it is there; a header is explained as a
//! whole, its name and its value in one entry, and what there is in values once for all headers.

use protocol::anatomy::{Field, Span};
use std::ops::Range;

/// One entry of the list of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What it is.
    pub field: Field,
    /// The bytes of the first one.
    pub range: Range<usize>,
    /// A header's value, from its first line to its last.
    pub value: Option<Range<usize>>,
    /// How many there are.
    pub count: usize,
}

/// The list of fields, and which of its entries each span belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// In the order of the first byte of each.
    pub list: Vec<Part>,
    /// For each span, its place in the list.
    pub of_span: Vec<usize>,
}

impl Parts {
    /// Groups the spans of a message.
    pub(super) fn new(spans: &[Span]) -> Self {
        let mut list: Vec<Part> = Vec::new();
        let mut header = None;
        let of_span = spans
            .iter()
            .map(|span| {
                header = header.filter(|_| may_follow_header_name(span.field));
                if let Some(part) = header.and_then(|header: usize| list.get_mut(header)) {
                    part.add_value(span);
                }
                let known = match (span.field, header) {
                    (Field::HeaderValue | Field::Space, Some(header)) => Some(header),
                    (field, header)
                        if is_explained_once(field)
                            || header.is_some() && field.is_of_header_value() =>
                    {
                        list.iter().position(|part| part.field == field)
                    }
                    _ => None,
                };
                let at = known.unwrap_or(list.len());
                match list.get_mut(at) {
                    Some(part) if part.field == Field::HeaderName => {}
                    Some(part) => part.count += 1,
                    None => list.push(Part::new(span)),
                }
                if span.field == Field::HeaderName {
                    header = Some(at);
                }
                at
            })
            .collect();
        Self { list, of_span }
    }
}

impl Part {
    fn new(span: &Span) -> Self {
        Self { field: span.field, range: span.range.clone(), value: None, count: 1 }
    }

    /// The value of a folded header goes on behind the fold.
    fn add_value(&mut self, span: &Span) {
        if span.field == Field::HeaderValue || span.field.is_of_header_value() {
            let start = self.value.as_ref().map_or(span.range.start, |value| value.start);
            self.value = Some(start..span.range.end);
        }
    }
}

/// Whether a field is the same wherever it stands, or one of many of its kind.
const fn is_explained_once(field: Field) -> bool {
    matches!(
        field,
        Field::Space
            | Field::PathOpen
            | Field::At
            | Field::PathClose
            | Field::ParameterEquals
            | Field::NotifyComma
            | Field::LineEnd
            | Field::ReplyCode
            | Field::LastLine
            | Field::MoreLines
            | Field::EnhancedCode
            | Field::Text
            | Field::ExtensionKeyword
            | Field::ExtensionParameter
            | Field::HeaderColon
            | Field::HeaderFold
            | Field::BodyText
            | Field::EncodedBody
            | Field::QuotedByte
            | Field::SoftBreak
            | Field::OutsideParts
            | Field::Boundary
            | Field::BoundaryDashes
            | Field::StuffedDot
    )
}

/// Whether a field can stand between a header's name and the end of its value.
const fn may_follow_header_name(field: Field) -> bool {
    matches!(
        field,
        Field::HeaderColon | Field::Space | Field::HeaderValue | Field::HeaderFold | Field::LineEnd
    ) || field.is_of_header_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::anatomy::{Answer, Content, Meaning, Piece, reply_spans};
    use protocol::smtp::command::{Command, Verb};
    use protocol::smtp::reply::ReplyParser;
    use std::sync::Arc;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Each entry's text, its value, and how often it is there.
    fn list<'a>(wire: &'a str, parts: &Parts) -> Vec<(&'a str, &'a str, usize)> {
        let entry = |part: &Part| {
            let value = part.value.clone().map_or("", |value| &wire[value]);
            (&wire[part.range.clone()], value, part.count)
        };
        parts.list.iter().map(entry).collect()
    }

    fn data_spans(text: &str) -> Vec<Span> {
        let meaning = Meaning::Data { at: Arc::default(), stuffed: false };
        let piece = Piece { content: Content::typed_data(text), meaning };
        piece.spans(&piece.window(10_000))
    }

    #[test]
    fn a_command_s_fields_are_explained_one_by_one_and_its_spaces_once() {
        let wire = "MAIL FROM:<a@b.example> SIZE=10 BODY=7BIT\r\n";
        let parts = Parts::new(&Command::read(wire.as_bytes()).spans);
        let texts: Vec<_> = list(wire, &parts).into_iter().map(|(text, _, n)| (text, n)).collect();
        assert_eq!(
            texts,
            [
                ("MAIL", 1),
                (" ", 3),
                ("FROM:", 1),
                ("<", 1),
                ("a", 1),
                ("@", 1),
                ("b.example", 1),
                (">", 1),
                ("SIZE", 1),
                ("=", 2),
                ("10", 1),
                ("BODY", 1),
                ("7BIT", 1),
                ("\r\n", 1)
            ]
        );
    }

    #[test]
    fn a_reply_of_many_lines_explains_its_code_and_its_line_ends_once() {
        let wire = "250-mx.example\r\n250-SIZE 10\r\n250-AUTH LOGIN PLAIN\r\n250 HELP\r\n";
        let reply = ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap();
        let spans = reply_spans(Answer::To(Verb::Ehlo), &reply);
        let parts = Parts::new(&spans);
        assert_eq!(
            list(wire, &parts),
            [
                ("250", "", 4),
                ("-", "", 3),
                ("mx.example", "", 1),
                ("\r\n", "", 4),
                ("SIZE", "", 3),
                (" ", "", 3),
                ("10", "", 3),
                (" ", "", 1)
            ]
        );
        // The two spaces are different fields: one parts keyword and parameter, one ends the reply.
        assert_eq!(parts.list[5].field, Field::Space);
        assert_eq!(parts.list[7].field, Field::LastLine);
    }

    #[test]
    fn a_header_is_one_entry_however_it_is_folded_and_the_body_another() {
        let wire = "Subject: my\r\n first\r\nTo: x\r\n\r\na: b\r\n.c\r\n";
        let spans = data_spans(wire);
        let parts = Parts::new(&spans);
        assert_eq!(
            list(wire, &parts),
            [
                ("Subject", "my\r\n first", 1),
                (":", "", 2),
                ("\r\n", "", 5),
                (" ", "", 1),
                ("To", "x", 1),
                ("x", "", 1),
                ("\r\n", "", 1),
                ("a: b", "", 2),
                (".", "", 1)
            ]
        );
        assert_eq!(parts.list[5].field, Field::DisplayName);
        assert_eq!(parts.list[6].field, Field::EmptyLine);
    }

    #[test]
    fn a_space_behind_the_data_does_not_belong_to_a_header() {
        let wire = "To: x\r\n.\r\nMAIL FROM:<>\r\n";
        let parts = Parts::new(&data_spans(wire));
        assert!(list(wire, &parts).contains(&(" ", "", 1)), "{parts:?}");
    }

    #[test]
    fn every_span_belongs_to_an_entry_of_its_own_kind() {
        let spans = data_spans("A: b\r\n\tc\r\nno header\r\n\r\nbody\r\n.\r\nQUIT\r\n");
        let parts = Parts::new(&spans);
        assert_eq!(parts.of_span.len(), spans.len());
        for (span, &at) in spans.iter().zip(&parts.of_span) {
            let part = &parts.list[at];
            let is_of_header =
                part.field == Field::HeaderName && may_follow_header_name(span.field);
            assert!(part.field == span.field || is_of_header, "{span:?} in {part:?}");
        }
    }
}

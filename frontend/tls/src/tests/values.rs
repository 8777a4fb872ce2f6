//! What stands in the messages, value by value.

use super::*;
use tls_messages::Message;

/// A message's fields with their bytes, and what they say; those of the lengths are left out.
fn fields(bytes: &[u8], spans: &[Span]) -> Vec<(Field, String, Vec<u8>)> {
    let lengths = [Field::Length, Field::MessageLength];
    let told = spans.iter().filter(|span| !lengths.contains(&span.field));
    told.map(|span| {
        let bytes = &bytes[span.start as usize..span.end as usize];
        (span.field, span.says.clone(), bytes.to_vec())
    })
    .collect()
}

/// What the fields of one kind say, in their order.
fn says(message: &Message, field: Field) -> Vec<&str> {
    let of = message.spans.iter().filter(|span| span.field == field);
    of.map(|span| &span.says[..]).collect()
}

/// A made-up message: its kind, its length, and this.
fn made(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

#[test]
fn a_stapled_answer_of_the_authority_is_taken_apart() {
    let message = made(22, b"\x01\x00\x00\x05reply");
    let parts = anatomy::message(&message, false);
    assert_eq!(parts.kind, MessageKind::CertificateStatus);
    assert_tiles(&parts.spans, message.len());
    assert_eq!(
        fields(&message, &parts.spans),
        [
            (Field::MessageType, "certificate_status".to_owned(), vec![22]),
            (Field::CertificateType, "ocsp".to_owned(), vec![1]),
            (Field::ExtensionData, String::new(), b"reply".to_vec()),
        ]
    );
    let short = made(22, b"\x01\x00\x00\x09reply");
    let spans = anatomy::message(&short, false).spans;
    assert_tiles(&spans, short.len());
    assert_eq!(spans.last().map(|span| span.field), Some(Field::Unparsed));
}

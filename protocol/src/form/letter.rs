//! What a form says of its message beside subject and text.

use super::FormField;
use crate::auth;
use crate::message::{Attachment, Letter, Message, Party};
use crate::smtp::cursor::{Expected, SyntaxError};
use crate::smtp::limits;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Headers and parts beyond those of the classic lab's letter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LetterForm {
    /// The From header, where it is to be another than the envelope's sender; an empty list leaves it out. Each
    /// entry is an address, or `name <address>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<String>>,
    /// The To header, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
    /// The Cc header.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// The Date header, in seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// The Message-ID header, without its angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Further header lines, such as `Reply-To: a@example.com`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// The text once more, as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// What is attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentForm>,
    /// What separates the parts.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub boundary: String,
    /// The whole message as it stands, headers too, in place of everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Content>,
}

/// A file to attach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentForm {
    /// Its name.
    pub name: String,
    /// Its media type, such as `text/csv`.
    pub media_type: String,
    /// Its content.
    pub content: Content,
}

/// Bytes in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Text, with the line ends that are in it.
    Text(String),
    /// Any bytes, in base64.
    Base64(String),
}

impl LetterForm {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The message of a letter to which this is added.
    pub(super) fn build(
        &self,
        letter: Letter,
        keep: &mut impl FnMut(FormField, SyntaxError),
    ) -> Message {
        if let Some(raw) = &self.raw {
            return Message::from_raw(raw.check(FormField::Raw, keep));
        }
        let from = self.from.as_ref().map(|it| parties(it, FormField::HeaderFrom, keep));
        let to = self.to.as_ref().map(|it| parties(it, FormField::HeaderTo, keep));
        let mut room = limits::DATA_COMMITTED;
        let mut attach = |(n, it): (usize, &AttachmentForm)| it.check(n, &mut room, keep);
        let attachments = self.attachments.iter().enumerate().map(&mut attach).collect();
        let lines = self.headers.iter().enumerate();
        Letter {
            from: from.unwrap_or(letter.from),
            to: to.unwrap_or(letter.to),
            cc: parties(&self.cc, FormField::Cc, keep),
            date: self.date,
            message_id: self.message_id.as_ref().map(|id| message_id(id, keep)),
            more: lines.filter_map(|(n, line)| header(n, line, keep)).collect(),
            html: self.html.clone(),
            attachments,
            boundary: self.boundary.clone(),
            ..letter
        }
        .build()
    }
}

impl AttachmentForm {
    fn check(
        &self,
        n: usize,
        room: &mut usize,
        keep: &mut impl FnMut(FormField, SyntaxError),
    ) -> Attachment {
        let field = FormField::Attachment(n);
        let is_token = |part: &str| {
            let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
            !part.is_empty() && part.bytes().all(is_token)
        };
        let is_type = self.media_type.split_once('/').is_some_and(|(kind, subtype)| {
            // Parts that hold parts are made here.
            kind != "multipart" && is_token(kind) && is_token(subtype)
        });
        if !is_type {
            let found = self.media_type.clone();
            keep(field, SyntaxError { at: 0, expected: Expected::MediaType, found });
        }
        let content = self.content.check(field, keep);
        let length = content.len();
        if length > *room {
            let (expected, found) = (Expected::AtMost(*room), length.to_string());
            keep(field, SyntaxError { at: 0, expected, found });
        }
        *room = room.saturating_sub(length);
        Attachment { name: self.name.clone(), media_type: self.media_type.clone(), content }
    }
}

impl Content {
    fn check(&self, field: FormField, keep: &mut impl FnMut(FormField, SyntaxError)) -> Bytes {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Base64(text) => {
                let text: Vec<u8> = text.bytes().filter(|it| !it.is_ascii_whitespace()).collect();
                auth::decode(&text).map_or_else(
                    || {
                        let found = String::from_utf8_lossy(&text).chars().take(32).collect();
                        keep(field, SyntaxError { at: 0, expected: Expected::Base64, found });
                        Bytes::new()
                    },
                    Bytes::from,
                )
            }
        }
    }
}

fn parties(
    texts: &[String],
    field: fn(usize) -> FormField,
    keep: &mut impl FnMut(FormField, SyntaxError),
) -> Vec<Party> {
    let mut read =
        |(n, text): (usize, &String)| text.parse().map_err(|error| keep(field(n), error)).ok();
    texts.iter().enumerate().filter_map(&mut read).collect()
}

/// `left@right`, both without spaces and brackets (RFC 5322 §3.6.4).
fn message_id(text: &str, keep: &mut impl FnMut(FormField, SyntaxError)) -> String {
    let id = text.trim().trim_start_matches('<').trim_end_matches('>');
    let is_good = |part: &str| {
        let is_bad = |byte: u8| !byte.is_ascii_graphic() || b"<>@".contains(&byte);
        !part.is_empty() && !part.bytes().any(is_bad)
    };
    if !id.split_once('@').is_some_and(|(left, right)| is_good(left) && is_good(right)) {
        let found = text.to_owned();
        keep(FormField::MessageId, SyntaxError { at: 0, expected: Expected::MessageId, found });
    }
    id.to_owned()
}

/// `name: value` on one line (RFC 5322 §2.2).
fn header(
    n: usize,
    line: &str,
    keep: &mut impl FnMut(FormField, SyntaxError),
) -> Option<(String, String)> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    let parts = line.split_once(':').filter(|(name, _)| is_name(name));
    let parts = parts.filter(|_| !line.contains(['\r', '\n']));
    if parts.is_none() {
        let (expected, found) = (Expected::HeaderField, line.to_owned());
        keep(FormField::HeaderLine(n), SyntaxError { at: 0, expected, found });
    }
    parts.map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn form(letter: &Value) -> Form {
        let form = json!({
            "client_name": "student.example", "from": "a@example.com", "to": ["b@example.com"],
            "subject": "Hello", "body": "Text", "login": null, "letter": letter,
        });
        serde_json::from_value(form).unwrap()
    }

    fn sent(letter: &Value) -> String {
        let Message { headers, body } = form(letter).check().unwrap().message;
        String::from_utf8([headers, body].concat()).unwrap()
    }

    #[test]
    fn without_a_word_it_is_the_lab_s_letter() {
        let lab = "From: a@example.com\r\nTo: b@example.com\r\nSubject: Hello\r\n\r\nText\r\n";
        assert_eq!(sent(&json!({})), lab);
        assert!(LetterForm::default().is_empty());
    }

    #[test]
    fn headers_and_parts_are_added() {
        let message = sent(&json!({
            "from": ["Jane <jane@example.com>"], "cc": ["c@example.com"], "date": 1_000_000_000,
            "message_id": "1@example.com", "headers": ["X-Lab: yes"], "boundary": "lab",
            "attachments": [{
                "name": "a.csv", "media_type": "text/csv", "content": {"base64": "YSxiDQo="}
            }],
        }));
        for part in [
            "From: \"Jane\" <jane@example.com>\r\n",
            "Cc: c@example.com\r\n",
            "Date: Sun, 9 Sep 2001 01:46:40 +0000\r\n",
            "Message-ID: <1@example.com>\r\n",
            "X-Lab: yes\r\n",
            "boundary=\"lab\"\r\n",
            "filename=\"a.csv\"",
            "a,b",
        ] {
            assert!(message.contains(part), "{part:?} in {message}");
        }
        assert!(!sent(&json!({"from": []})).contains("From:"));
    }

    #[test]
    fn a_raw_message_is_taken_as_it_is() {
        let text = "To: b@example.com\nBare\r\n\r\n.\n";
        assert_eq!(sent(&json!({"raw": {"text": text}})), text);
        assert_eq!(sent(&json!({"raw": {"base64": "QTogYg0K"}})), "A: b\r\n");
    }

    #[test]
    fn every_wrong_entry_is_named() {
        let errors = form(&json!({
            "from": ["Jane <jane@>"], "to": ["b"], "cc": ["c@example.com", "d"],
            "message_id": "no id", "headers": ["no header", "A: b\r\nC: d"],
            "attachments": [
                {"name": "", "media_type": "multipart/mixed", "content": {"text": ""}},
                {"name": "", "media_type": "text/plain", "content": {"base64": "!"}},
            ],
        }))
        .check()
        .unwrap_err();
        let fields: Vec<_> =
            errors.iter().map(|error| (error.field, error.error.expected)).collect();
        assert_eq!(
            fields,
            [
                (FormField::HeaderFrom(0), Expected::Domain),
                (FormField::HeaderTo(0), Expected::At),
                (FormField::Attachment(0), Expected::MediaType),
                (FormField::Attachment(1), Expected::Base64),
                (FormField::Cc(1), Expected::At),
                (FormField::MessageId, Expected::MessageId),
                (FormField::HeaderLine(0), Expected::HeaderField),
                (FormField::HeaderLine(1), Expected::HeaderField),
            ]
        );
        let errors = form(&json!({"raw": {"base64": "?"}})).check().unwrap_err();
        assert_eq!(errors[0].field, FormField::Raw);
    }
}

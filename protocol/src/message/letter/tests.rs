use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn letter(subject: &str, body: &str) -> Letter {
    Letter {
        from: vec!["a@example.com".into()],
        to: vec!["b@example.com".into(), "c@example.com".into()],
        subject: subject.into(),
        body: body.into(),
        ..Letter::default()
    }
}

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_lab_s_letter_has_three_headers_and_an_empty_line() {
    let message = letter("Hello", "First line\nSecond line").build();
    assert_eq!(
        text(&message.headers),
        "From: a@example.com\r\nTo: b@example.com, c@example.com\r\nSubject: Hello\r\n\r\n"
    );
    assert_eq!(text(&message.body), "First line\r\nSecond line\r\n");
}

#[test]
fn text_beyond_ascii_gets_the_headers_that_say_so() {
    let message = letter("你好", "第一行\n").build();
    let headers = text(&message.headers);
    assert!(headers.contains("Subject: =?utf-8?B?5L2g5aW9?=\r\n"), "{headers}");
    assert!(
        headers.contains("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"),
        "{headers}"
    );
    assert!(headers.ends_with("\r\n\r\n") && headers.is_ascii(), "{headers}");
    assert!(message.body.is_ascii() && message.body.ends_with(b"\r\n"), "{:?}", message.body);
}

#[test]
fn a_subject_cannot_smuggle_a_header() {
    let message = letter("Hello\r\nBcc: d@example.com", "x").build();
    assert!(text(&message.headers).contains("Subject: Hello Bcc: d@example.com\r\n"));
}

#[test]
fn a_whole_letter_has_its_headers_and_parts_in_order() {
    let whole = Letter {
        from: vec!["\"Doe, Jane\" <jane@example.com>".parse().unwrap()],
        cc: vec!["\u{5f20}\u{4e09} <zhang@example.com>".parse().unwrap()],
        date: Some(1_000_000_000),
        message_id: Some("1@example.com".into()),
        more: vec![("Reply-To".into(), "jane@example.org".into())],
        html: Some("<p>Hello</p>".into()),
        attachments: vec![Attachment {
            name: "a.bin".into(),
            media_type: "application/octet-stream".into(),
            content: Bytes::from_static(b"\0\xff"),
        }],
        boundary: "lab".into(),
        ..letter("Hello", "Hello")
    };
    let Message { headers, body } = whole.build();
    assert_eq!(
        text(&headers),
        "From: \"Doe, Jane\" <jane@example.com>\r\n\
         To: b@example.com, c@example.com\r\n\
         Cc: =?utf-8?B?5byg5LiJ?= <zhang@example.com>\r\n\
         Subject: Hello\r\n\
         Date: Sun, 9 Sep 2001 01:46:40 +0000\r\n\
         Message-ID: <1@example.com>\r\n\
         Reply-To: jane@example.org\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"lab\"\r\n\r\n"
    );
    let body = text(&body);
    for part in [
        "--lab\r\nContent-Type: multipart/alternative; boundary=\"text-lab\"\r\n",
        "--text-lab\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n",
        "--text-lab\r\nContent-Type: text/html; charset=\"utf-8\"\r\n",
        "--text-lab--\r\n",
        "Content-Disposition: attachment; filename=\"a.bin\"\r\n",
        "Content-Transfer-Encoding: base64\r\n\r\nAP8=",
        "--lab--\r\n",
    ] {
        assert!(body.contains(part), "{part:?} in {body}");
    }
    assert_eq!(whole.build(), whole.build(), "no clock and no chance");
}

#[test]
fn a_boundary_that_stands_in_the_text_gets_a_number() {
    let html = Some(String::new());
    let tricky = Letter { html, boundary: "lab".into(), ..letter("", "lab and lab-1\n") };
    let Message { headers, .. } = tricky.build();
    assert!(text(&headers).contains("boundary=\"text-lab-2\""), "{}", text(&headers));
    let odd = Letter { html: Some(String::new()), boundary: "a\"\r\n b".into(), ..letter("", "") };
    assert!(text(&odd.build().headers).contains("boundary=\"text-ab\""));
}

#[test]
fn many_addresses_are_folded() {
    let to = (0..100).map(|n| Party::from(format!("recipient-{n}@example.com").as_str()));
    let message = Letter { to: to.collect(), ..letter("", "") }.build();
    let lines: Vec<_> = text(&message.headers).split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= limits::ADVISED_LINE), "{lines:?}");
    assert_eq!(message.fields()[1].value.split(", ").count(), 100);
}

#[test]
fn parties_are_read_with_and_without_a_name() {
    let read = |text: &str| text.parse::<Party>().map(|it| (it.name, it.address));
    let party = |name: &str, address: &str| Ok((name.to_owned(), address.to_owned()));
    assert_eq!(read(" a@example.com "), party("", "a@example.com"));
    assert_eq!(read("Jane Doe <a@example.com>"), party("Jane Doe", "a@example.com"));
    assert_eq!(read("\"Doe, J.\" <a@example.com>"), party("Doe, J.", "a@example.com"));
    assert_eq!(read("<a@example.com>"), party("", "a@example.com"));
    let wrong = |text: &str| {
        let error = read(text).unwrap_err();
        (error.at, error.expected)
    };
    assert_eq!(wrong("Jane <a@>"), (8, Expected::Domain));
    assert_eq!(wrong("Jane <a@example.com"), (19, Expected::PathClose));
    assert_eq!(wrong("Jane"), (4, Expected::At));
}

//! Rules as JSON, and which attempts they are for.

use super::*;
use crate::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read(json: &str) -> Result<Fault, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// One rule with everything that goes together.
const FULL: &str = r#"{
    "at": "message", "when": {"nth": 2}, "per": "sender", "from": "@Student.example", "to": "slow@",
    "phrase": "prize", "larger_than": 10,
    "reply": {"code": 554, "enhanced": "5.7.1", "text": ["one", {"hex": "b5c7 C2BC"}, "三"]},
    "delay": 0.25, "drip": {"bytes": 3, "every": 2}, "broken": {"garbage": "\r\nnoise"},
    "disconnect": {"inside": 7}
}"#;

#[test]
fn a_rule_survives_being_written_and_read() {
    for json in [
        FULL,
        r#"{"at": "greeting", "disconnect": "after"}"#,
        r#"{"at": "rcpt", "when": {"from": 3}, "holds": {"bytes": 900}, "reply": "452 4.2.2 Full"}"#,
        r#"{"at": "starttls", "reply": "454"}"#,
        r#"{"at": "auth_response", "per": "connection", "reply": {"code": 535, "text": {"hex": "b5c7"}}}"#,
        r#"{"at": "noop", "broken": {"codes_differ": 550}}"#,
        r#"{"at": "noop", "broken": {"exact": {"hex": "00ff0d0a"}}}"#,
        // Read from the line, this would have an enhanced code.
        r#"{"at": "noop", "reply": {"code": 250, "text": "2.0.0 is not a code here"}}"#,
        r#"{"at": "mail", "from": "<>", "reply": {"code": 250, "text": []}}"#,
    ] {
        let fault = read(json).unwrap();
        let written = serde_json::to_string(&fault).unwrap();
        assert_eq!(read(&written).as_ref(), Ok(&fault), "{written}");
    }
}

#[test]
fn a_rule_is_written_as_a_person_would_write_it() {
    for json in [
        r#"{"at":"rcpt","when":{"first":1},"reply":"450 4.7.1 Greylisted"}"#,
        r#"{"at":"mail","from":"student@","delay":3.0}"#,
        r#"{"at":"data","broken":"bare_lf"}"#,
        r#"{"at":"ehlo","reply":{"code":250,"text":["mx.example","SIZE 9"]}}"#,
    ] {
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
    }
}

#[test]
fn a_rule_that_can_never_work_is_refused_with_what_was_expected_and_what_came() {
    for (json, message) in [
        (
            r#"{"at": "noop", "reply": "199 ok"}"#,
            "expected a reply code from 200 to 599, found 199",
        ),
        (r#"{"at": "noop", "reply": "hello"}"#, "from 200 to 599, found hello"),
        (r#"{"at": "noop", "reply": {"code": 600}}"#, "from 200 to 599, found 600"),
        (r#"{"at": "noop", "broken": {"codes_differ": 1}}"#, "from 200 to 599, found 1"),
        (
            r#"{"at": "noop", "reply": "250 a\rb"}"#,
            "without control characters, found the byte 0x0d",
        ),
        (
            r#"{"at": "noop", "reply": {"code": 250, "text": {"hex": "0a"}}}"#,
            "without control characters, found the byte 0x0a",
        ),
        (
            r#"{"at": "noop", "reply": {"code": 250, "enhanced": "3.1", "text": "a"}}"#,
            "expected an enhanced code such as 4.7.1, found \"3.1\"",
        ),
        (
            r#"{"at": "noop", "reply": {"code": 250, "text": {"hex": "abc"}}}"#,
            "expected pairs of hexadecimal digits, found \"abc\"",
        ),
        (r#"{"at": "noop", "reply": 250}"#, "expected a reply such as \"450 4.7.1 Come again\""),
        (r#"{"at": "noop"}"#, "expected reply, delay, drip, broken or disconnect, found none"),
        (r#"{"at": "lunch", "delay": 1}"#, "unknown variant `lunch`, expected one of `greeting`"),
        (r#"{"at": "noop", "delai": 1}"#, "unknown field `delai`, expected one of `at`, `when`"),
        (r#"{"at": "noop", "delay": -1}"#, "expected seconds above 0 and at most 3600, found -1"),
        (r#"{"at": "noop", "delay": 0.0001}"#, "expected seconds above 0"),
        (r#"{"at": "noop", "delay": 3601}"#, "at most 3600, found 3601"),
        (r#"{"at": "noop", "drip": {"bytes": 0, "every": 1}}"#, "nonzero"),
        (r#"{"at": "noop", "when": {"nth": 0}, "delay": 1}"#, "nonzero"),
        (
            r#"{"at": "mail", "to": "a@", "delay": 1}"#,
            "\"to\" at rcpt, data and message only, found it at mail",
        ),
        (r#"{"at": "ehlo", "from": "a@", "delay": 1}"#, "only, found it at ehlo"),
        (r#"{"at": "starttls", "per": "sender", "delay": 1}"#, "\"per\": \"sender\" at mail, rcpt"),
        (
            r#"{"at": "data", "phrase": "x", "delay": 1}"#,
            "\"phrase\" at message only, found it at data",
        ),
        (r#"{"at": "message", "phrase": "", "delay": 1}"#, "expected a phrase, found none"),
        (r#"{"at": "data", "holds": {"messages": 1}, "delay": 1}"#, "\"holds\" at rcpt only"),
        (r#"{"at": "rcpt", "to": "a b", "delay": 1}"#, "expected an address such as a@b.example"),
        (
            r#"{"at": "rcpt", "disconnect": "before", "reply": "250 ok"}"#,
            "expected nothing but a delay with \"disconnect\": \"before\", found reply",
        ),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(message), "{json}: {error}");
    }
    let long = format!(r#"{{"at": "noop", "reply": "250 2.0.0 {}"}}"#, "x".repeat(501));
    assert!(read(&long).unwrap_err().contains("expected at most 500 bytes, found 501"));
    let lines = vec!["x".repeat(400); 200];
    let many = serde_json::json!({"at": "noop", "reply": {"code": 250, "text": lines}});
    assert!(read(&many.to_string()).unwrap_err().contains("expected at most 65536 bytes"));
    let noise = serde_json::json!({"at": "noop", "broken": {"garbage": "x".repeat(70_000)}});
    assert!(read(&noise.to_string()).unwrap_err().contains("65536 bytes, found 70000"));
}

#[test]
fn the_steps_are_those_of_the_commands_and_three_more() {
    let of_commands = crate::smtp::command::Verb::ALL.map(Step::of);
    let others: Vec<_> = Step::ALL.iter().filter(|step| !of_commands.contains(step)).collect();
    assert_eq!(others, [&Step::Greeting, &Step::AuthResponse, &Step::Message]);
    let name = |step: Step| serde_json::from_str::<Step>(&format!("\"{step}\"")).unwrap();
    assert!(Step::ALL.iter().all(|&step| name(step) == step));
}

#[test]
fn a_pattern_is_an_address_or_one_side_of_it() {
    let is = |pattern: &str, path: &str| {
        pattern.parse::<Pattern>().unwrap().is_recipient(&path.parse().unwrap())
    };
    assert!(is("a@b.example", "<A@B.example>") && !is("a@b.example", "<a@c.example>"));
    assert!(is("a@", "<A@c.example>") && !is("a@", "<b@c.example>"));
    assert!(is("@B.example", "<a@b.example>") && !is("@b.example", "<a@c.example>"));
    assert!(is("postmaster@", "<Postmaster>") && !is("@b.example", "<Postmaster>"));
    let is_sender = |pattern: &str, path: &str| {
        pattern.parse::<Pattern>().unwrap().is_sender(&path.parse().unwrap())
    };
    assert!(is_sender("<>", "<>") && !is_sender("<>", "<a@b.example>"));
    assert!(!is_sender("a@", "<>"));
}

/// The numbers of the attempts at RCPT that a rule acts on, of the first five.
fn acts_on(when: &str) -> Vec<usize> {
    let fault = read(&format!(r#"{{"at": "rcpt", "when": {when}, "delay": 1}}"#)).unwrap();
    let (mut store, to) = (Store::default(), ["<a@b.example>".parse().unwrap()]);
    let mut attempt = || meet([&fault], &moment("192.0.2.1", &to), &mut store).is_some();
    (1..=5).filter(|_| attempt()).collect()
}

fn moment<'a>(peer: &'a str, to: &'a [ForwardPath]) -> Moment<'a> {
    let from = Some(&ReversePath::Null);
    Moment { step: Step::Rcpt, peer, connection: 1, message: 1, from, to, data: None }
}

#[test]
fn a_rule_is_for_the_attempts_that_it_names() {
    assert_eq!(acts_on(r#""always""#), [1, 2, 3, 4, 5]);
    assert_eq!(acts_on(r#"{"nth": 2}"#), [2]);
    assert_eq!(acts_on(r#"{"first": 2}"#), [1, 2]);
    assert_eq!(acts_on(r#"{"from": 4}"#), [4, 5]);
}

#[test]
fn the_first_rule_acts_and_the_others_count() {
    let rules = r#"[{"at": "rcpt", "when": {"first": 1}, "delay": 1}, {"at": "rcpt", "when": {"nth": 2}, "delay": 2}]"#;
    let rules: Vec<Fault> = serde_json::from_str(rules).unwrap();
    let (mut store, to) = (Store::default(), ["<a@b.example>".parse().unwrap()]);
    let mut acting = || {
        let acts = meet(&rules, &moment("192.0.2.1", &to), &mut store)?;
        rules.iter().position(|rule| rule == acts)
    };
    assert_eq!([acting(), acting(), acting()], [Some(0), Some(1), None]);
}

#[test]
fn counters_are_bounded_and_the_oldest_is_forgotten() {
    let (mut attempts, to) = (Attempts::default(), ["<a@b.example>".parse().unwrap()]);
    let mut count = |peer: usize| {
        let number = attempts.count(0, Per::Recipient, &moment(&peer.to_string(), &to));
        assert!(attempts.len() <= limits::ATTEMPTS);
        number
    };
    assert_eq!([count(0), count(1), count(0)], [1, 1, 2]);
    (2..=limits::ATTEMPTS).for_each(|peer| assert_eq!(count(peer), 1));
    assert_eq!(count(1), 2, "it came second");
    assert_eq!(count(0), 1, "it came first");
    attempts.forget();
    assert_eq!(attempts.len(), 0);
}

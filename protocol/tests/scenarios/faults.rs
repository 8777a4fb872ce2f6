//! Each kind of fault with both ends: what the server does on purpose, and what the client makes of it.

use crate::pair::{Pair, lab, without_login};
use protocol::client::{Ending, Event, Next, State, Status, Step, Verdict};
use protocol::diagnosis::{Cause, Context, End, How, Provider, diagnose, diagnose_end};
use protocol::lesson::Lesson;
use protocol::server::Config;
use protocol::smtp::limits;
use protocol::smtp::reply::ReplyError;
use protocol::smtp::status::ReplyCode;
use protocol::transcript::Item;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn with(faults: &str) -> Config {
    let faults = serde_json::from_str(faults).expect("the rules are well formed");
    Config { faults, ..Config::default() }
}

/// A walk to a server with these rules, pressed on for as long as there is something to press.
fn walk(faults: &str) -> Pair {
    let mut pair = Pair::practice(lab(), with(faults));
    pair.press_on();
    pair
}

fn code(number: u16) -> ReplyCode {
    ReplyCode::new(number).unwrap()
}

#[test]
fn a_chosen_refusal_is_the_answer_to_its_step() {
    for (at, step, verdict) in [
        ("mail", Step::Mail, Verdict::Refused),
        ("rcpt", Step::Rcpt(0), Verdict::Refused),
        ("data", Step::Data, Verdict::Refused),
        ("message", Step::FinalDot, Verdict::Refused),
    ] {
        let pair = walk(&format!(r#"[{{"at": "{at}", "reply": "554 5.7.1 Not today"}}]"#));
        assert_eq!(pair.code(step), Some(554), "{at}");
        let is_it = |event: &Event| matches!(event, Event::Replied { step: of, verdict: is, .. } if *of == Some(step) && *is == verdict);
        assert!(pair.events.iter().any(is_it), "{at}");
        assert!(pair.delivered().is_empty());
        pair.assert_transcript_is_the_wire();
    }
}

#[test]
fn a_greeting_that_refuses_leaves_only_quit() {
    let pair = walk(r#"[{"at": "greeting", "reply": "554 5.7.1 No service for you"}]"#);
    assert_eq!(pair.status(Step::Greeting), Status::Refused(code(554)));
    assert_eq!(pair.code(Step::Quit), Some(221));
    assert_eq!(pair.client.state(), State::Closed);
    let pair = walk(r#"[{"at": "greeting", "reply": "421 4.7.0 Too many connections"}]"#);
    assert_eq!(pair.events.last(), Some(&Event::Closed { how: Ending::ByServer, during: None }));
}

#[test]
fn a_reply_that_does_not_fit_is_out_of_place() {
    let pair = walk(r#"[{"at": "data", "reply": "250 2.0.0 Thanks already"}]"#);
    assert_eq!(pair.status(Step::Data), Status::Failed);
    let out_of_place = |event: &Event| {
        matches!(event, Event::Replied { verdict: Verdict::OutOfPlace, step: Some(Step::Data), .. })
    };
    assert!(pair.events.iter().any(out_of_place));
}

#[test]
fn greylisting_is_waited_for_and_then_the_message_is_delivered() {
    let rules = r#"[{"at": "rcpt", "when": {"first": 1}, "reply": "450 4.7.1 Greylisted"}]"#;
    let mut pair = walk(rules);
    assert_eq!(pair.code(Step::Rcpt(0)), Some(450));
    assert!(pair.delivered().is_empty());
    pair.wait(Duration::from_mins(15));
    pair.practice_again(with(rules));
    pair.press_on();
    assert_eq!((pair.code(Step::Rcpt(0)), pair.delivered().len()), (Some(250), 1));
    assert_eq!(pair.client.transcript().connections().len(), 2);
}

#[test]
fn an_address_that_is_greylisted_by_name_can_be_sent_again_at_once() {
    let setup = without_login(&["<greylist@practice.example>"]);
    let mut pair = Pair::practice(setup, Config::default());
    pair.press_until(Step::Rcpt(0));
    pair.press();
    assert_eq!(pair.code(Step::Rcpt(0)), Some(450));
    pair.client.retry(Step::Rcpt(0));
    pair.press_on();
    assert_eq!((pair.code(Step::Rcpt(0)), pair.delivered().len()), (Some(250), 1));
}

#[test]
fn a_quota_and_a_rate_are_met_by_the_message_after_the_last_that_fits() {
    for (rule, step, number) in [
        (
            r#"[{"at": "rcpt", "holds": {"messages": 1}, "reply": "452 4.2.2 Full"}]"#,
            Step::Rcpt(0),
            452,
        ),
        (
            r#"[{"at": "mail", "per": "client", "when": {"from": 2}, "reply": "450 4.7.1 Slow down"}]"#,
            Step::Mail,
            450,
        ),
        (
            r#"[{"at": "greeting", "when": {"from": 2}, "reply": "421 4.7.0 Too many connections"}]"#,
            Step::Greeting,
            421,
        ),
    ] {
        let mut pair = walk(rule);
        assert_eq!(pair.delivered().len(), 1);
        pair.practice_again(with(rule));
        pair.press_on();
        assert_eq!((pair.code(step), pair.delivered().len()), (Some(number), 1), "{step:?}");
    }
}

#[test]
fn content_and_size_are_refused_at_the_final_dot() {
    for (rule, number) in [
        (r#"[{"at": "message", "phrase": "SUBJECT:", "reply": "554 5.7.1 Spam"}]"#, 554),
        (r#"[{"at": "message", "larger_than": 20, "reply": "552 5.3.4 Too large"}]"#, 552),
    ] {
        assert_eq!(walk(rule).code(Step::FinalDot), Some(number));
    }
}

#[test]
fn a_late_reply_takes_as_long_as_it_says() {
    let mut pair = walk(r#"[{"at": "mail", "delay": 40}]"#);
    assert!(matches!(pair.client.next(), Next::Wait { .. }));
    pair.wait(Duration::from_secs(40));
    assert_eq!(pair.code(Step::Mail), Some(250));
    let record = |step| *pair.client.progress().iter().find(|it| it.step == step).unwrap();
    assert_eq!(record(Step::Mail).took(), Some(Duration::from_secs(40)));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
    pair.assert_transcript_is_the_wire();
}

#[test]
fn an_address_that_is_slow_by_name_is_accepted_after_a_while() {
    let setup = without_login(&["<slow@practice.example>"]);
    let mut pair = Pair::practice(setup, Config::default());
    pair.press_on();
    assert!(matches!(pair.client.next(), Next::Wait { .. }));
    pair.wait(Duration::from_secs(5));
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

#[test]
fn a_reply_later_than_patience_comes_to_nobody() {
    let mut pair = walk(r#"[{"at": "mail", "delay": 301}]"#);
    pair.wait(Duration::from_mins(10));
    let over = Event::Closed { how: Ending::PatienceOver, during: Some(Step::Mail) };
    assert_eq!(pair.events.last(), Some(&over));
}

#[test]
fn commands_sent_at_once_to_a_slow_server_are_answered_one_by_one() {
    let mut pair = Pair::practice(lab(), with(r#"[{"at": "noop", "delay": 3}]"#));
    pair.type_line("NOOP\r\nNOOP\r\nHELP");
    let replies = |pair: &Pair| {
        pair.events.iter().filter(|event| matches!(event, Event::Replied { .. })).count()
    };
    for (seconds, count) in [(0, 1), (3, 2), (2, 2), (1, 4)] {
        pair.wait(Duration::from_secs(seconds));
        assert_eq!(replies(&pair), count);
    }
}

#[test]
fn a_dripping_reply_is_one_reply() {
    let mut pair = walk(r#"[{"at": "ehlo", "drip": {"bytes": 20, "every": 1}}]"#);
    let steps = |pair: &Pair| pair.status(Step::Hello);
    assert_eq!(steps(&pair), Status::Waiting);
    pair.wait(Duration::from_secs(3));
    assert_eq!(steps(&pair), Status::Waiting);
    pair.wait(Duration::from_secs(30));
    assert_eq!(pair.code(Step::Hello), Some(250));
    assert!(!pair.client.capabilities().is_empty());
    pair.press_on();
    assert_eq!(pair.delivered().len(), 1);
}

/// What a connection that ended so is explained by.
fn explained(pair: &Pair) -> Vec<Cause> {
    let Some(Event::Closed { how, .. }) = pair.events.last() else { panic!("it is over") };
    let end = End {
        how: How::Closed(*how),
        port: 25,
        heard: pair.status(Step::Greeting) == Status::Done(Some(code(220))),
        goodbye: false,
        context: Context::default(),
    };
    diagnose_end(&end).iter().map(|finding| finding.cause).collect()
}

#[test]
fn a_disconnection_is_an_end_during_its_step() {
    for (rule, step, kept) in [
        (r#"[{"at": "greeting", "disconnect": "before"}]"#, Step::Greeting, 0),
        (r#"[{"at": "data", "disconnect": "before"}]"#, Step::Data, 0),
        (r#"[{"at": "mail", "disconnect": {"inside": 6}}]"#, Step::Mail, 0),
        (r#"[{"at": "message", "disconnect": {"inside": 0}}]"#, Step::FinalDot, 1),
    ] {
        let pair = walk(rule);
        let during = Some(step);
        assert_eq!(pair.events.last(), Some(&Event::Closed { how: Ending::ByServer, during }));
        assert_eq!((pair.status(step), pair.client.next()), (Status::Failed, Next::Over));
        assert_eq!(pair.delivered().len(), kept, "{rule}");
        assert_eq!(explained(&pair)[0], Cause::HungUp);
    }
    let pair = walk(r#"[{"at": "mail", "disconnect": "after"}]"#);
    assert_eq!(pair.code(Step::Mail), Some(250));
    assert_eq!(pair.events.last(), Some(&Event::Closed { how: Ending::ByServer, during: None }));
}

#[test]
fn a_broken_reply_stops_the_walk_and_the_transcript_keeps_it() {
    let line_too_long = ReplyError::LineTooLong { limit: limits::REPLY_LINE_READ };
    let reply_too_long = ReplyError::ReplyTooLong { limit: limits::REPLY_READ };
    for (at, broken, error) in [
        ("ehlo", r#""bare_lf""#, ReplyError::BareLf),
        (
            "ehlo",
            r#"{"codes_differ": 550}"#,
            ReplyError::CodesDiffer { first: code(250), found: code(550) },
        ),
        ("ehlo", r#""endless_line""#, line_too_long),
        ("ehlo", r#""endless_reply""#, reply_too_long),
        (
            "greeting",
            r#"{"garbage": "SSH-2.0-other\r\n"}"#,
            ReplyError::NotACode { at: 0, found: b'S' },
        ),
        ("ehlo", r#"{"exact": {"hex": "1503 0100"}}"#, ReplyError::NotACode { at: 0, found: 0x15 }),
    ] {
        for segment in [usize::MAX, 7] {
            let mut pair =
                Pair::practice(lab(), with(&format!(r#"[{{"at": "{at}", "broken": {broken}}}]"#)));
            pair.segment = segment;
            pair.press_on();
            assert!(pair.events.contains(&Event::Broken(error)), "{broken}: {:?}", pair.events);
            assert_eq!((pair.client.state(), pair.client.next()), (State::Broken, Next::Over));
            let entries = pair.client.transcript().current().unwrap().entries();
            let Item::Broken { error: noted, bytes } = &entries.last().unwrap().item else {
                panic!("the transcript says it");
            };
            assert_eq!(*noted, error);
            assert!(pair.received.windows(bytes.len()).any(|part| part == bytes), "{broken}");
        }
    }
}

#[test]
fn a_reply_that_never_ends_is_waited_for_as_long_as_any() {
    for broken in ["unfinished_line", "unfinished_reply"] {
        let mut pair = walk(&format!(r#"[{{"at": "mail", "broken": "{broken}"}}]"#));
        assert!(matches!(pair.client.next(), Next::Wait { .. }));
        pair.wait(limits::WAIT_COMMAND);
        let over = Event::Closed { how: Ending::PatienceOver, during: Some(Step::Mail) };
        assert_eq!(pair.events.last(), Some(&over), "{broken}");
        assert_eq!(
            pair.client.transcript().current().unwrap().entries().last().unwrap().item,
            Item::Closed(Ending::PatienceOver)
        );
    }
}

#[test]
fn a_refusal_in_gbk_is_explained_all_the_same() {
    // 登录失败，请使用授权码登录
    let hex = "b5c7 c2bc caa7 b0dc a3ac c7eb cab9 d3c3 cada c8a8 c2eb b5c7 c2bc";
    let rule = format!(
        r#"[{{"at": "auth_response", "when": {{"nth": 2}}, "reply": {{"code": 535, "text": {{"hex": "{hex}"}}}}}}]"#
    );
    let pair = walk(&rule);
    let entries = pair.client.transcript().current().unwrap().entries();
    let refusal = entries.iter().find_map(|entry| match &entry.item {
        Item::Received { step: Some(Step::AuthResponse(1)), answer, reply } => {
            Some((*answer, reply))
        }
        _ => None,
    });
    let (answer, reply) = refusal.unwrap();
    let context = Context { provider: Some(Provider::Qq), ..Context::default() };
    let found = diagnose(answer, reply, context);
    assert_eq!(found[0].cause, Cause::AuthorizationCodeWanted, "{found:?}");
    pair.assert_transcript_is_the_wire();
}

#[test]
fn a_lesson_with_faults_goes_the_same_way_every_time() {
    let rules = r#"[
        {"at": "rcpt", "when": {"first": 1}, "reply": "450 4.7.1 Greylisted"},
        {"at": "mail", "per": "connection", "delay": 30},
        {"at": "ehlo", "drip": {"bytes": 10, "every": 0.5}}
    ]"#;
    let lesson = Lesson { server: with(rules), again: 1, ..Lesson::classic_lab() };
    let lesson = Lesson::from_json(&lesson.to_json().unwrap()).unwrap();
    let (first, second) = (lesson.replay().unwrap(), lesson.replay().unwrap());
    assert_eq!(first.turns(), second.turns());
    assert!(!first.endless);
    assert_eq!((first.client.transcript().connections().len(), first.store.len()), (2, 1));
    let turns = first.turns();
    let rcpt = turns
        .iter()
        .filter(|turn| turn.client.as_ref().is_some_and(|client| client.starts_with("RCPT")));
    let replies: Vec<_> = rcpt.map(|turn| &turn.server[0][..3]).collect();
    assert_eq!(replies, ["450", "250"]);
}

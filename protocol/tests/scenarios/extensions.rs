//! Each extension with and without, at both ends.

use crate::pair::{Pair, without_login};
use protocol::client::{Caution, Setup, Step, USABLE, Wishes};
use protocol::message::Message;
use protocol::server::{Config, Envelope, MailingList, RecipientWishes, Tls};
use protocol::smtp::address::{Domain, Mailbox};
use protocol::smtp::extension::Extension;
use protocol::smtp::parameter::{Notify, Return};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEACHER: &str = "<teacher@practice.example>";
const INTERNATIONAL: &str = "<老师@practice.example>";

/// A message of ASCII to the teacher, with every extension used that is offered.
fn plain() -> Setup {
    let message = Message::from_raw("Subject: x\r\n\r\nHello\r\n");
    Setup { message, wishes: Wishes::default(), ..without_login(&[TEACHER]) }
}

/// The same with text beyond ASCII.
fn eight_bit() -> Setup {
    Setup { message: Message::from_raw("Subject: x\r\n\r\n你好\r\n"), ..plain() }
}

/// From and to addresses beyond ASCII.
fn international() -> Setup {
    let message = Message::from_raw("From: 学生@student.example\r\n\r\nHello\r\n");
    let from = "<学生@student.example>".parse().unwrap();
    Setup { from, to: vec![INTERNATIONAL.parse().unwrap()], message, ..plain() }
}

/// Every kind of report is asked for.
fn reported() -> Setup {
    let wishes = Wishes {
        notify: Some(Notify { success: true, failure: true, delay: false }),
        ret: Some(Return::Headers),
        envelope_id: Some("lab 1+1".parse().unwrap()),
        original_recipient: true,
        ..Wishes::default()
    };
    Setup { wishes, ..plain() }
}

/// A server with mailboxes in every script, that offers everything.
fn config() -> Config {
    let mut config = Config::default();
    config.extensions.push(Extension::Expn);
    config.mailboxes.push("老师@practice.example".parse::<Mailbox>().unwrap());
    config.mailboxes.push("info@例子.example".parse::<Mailbox>().unwrap());
    config.domains.push("例子.example".parse::<Domain>().unwrap());
    let members = ["student@student.example", "老师@practice.example"];
    config.lists = vec![
        MailingList {
            name: "class@practice.example".parse().unwrap(),
            members: members.map(|member| member.parse().unwrap()).to_vec(),
        },
        MailingList {
            name: "ascii@practice.example".parse().unwrap(),
            members: ["student@student.example", "b@example.org"]
                .map(|member| member.parse().unwrap())
                .to_vec(),
        },
    ];
    config
}

/// The same server without one extension.
fn without(extension: Extension) -> Config {
    let mut config = config();
    config.extensions.retain(|offered| *offered != extension);
    config
}

/// The same wishes but for one extension.
fn unused(setup: Setup, extension: Extension) -> Setup {
    let mut setup = setup;
    setup.wishes.extensions.retain(|used| *used != extension);
    setup
}

/// What is proposed for this step.
fn proposed(pair: &mut Pair, step: Step) -> String {
    pair.press_until(step);
    pair.proposed_line()
}

/// The cautions with the line of this step.
fn cautions(pair: &mut Pair, step: Step) -> Vec<Caution> {
    pair.press_until(step);
    pair.proposal().unwrap().cautions
}

/// The walk with this server, pressed on to its end, and the envelope of what was delivered.
fn delivered(setup: Setup, config: Config) -> Envelope {
    let mut pair = Pair::practice(setup, config);
    pair.press_on();
    pair.assert_transcript_is_the_wire();
    pair.store().iter().next().expect("the message is delivered").envelope.clone()
}

/// What the server says to a line.
fn said(pair: &mut Pair, line: &str) -> String {
    let before = pair.received.len();
    pair.type_line(line);
    String::from_utf8(pair.received[before..].to_vec()).unwrap()
}

/// Connected, and introduced with EHLO.
fn introduced(config: Config) -> Pair {
    let mut pair = Pair::practice(plain(), config);
    pair.press_until(Step::Mail);
    pair
}

#[test]
fn each_parameter_is_proposed_where_it_is_of_use_and_offered_and_wished() {
    for (extension, setup, parameter) in [
        (Extension::Size, plain(), "SIZE=21"),
        (Extension::EightBitMime, eight_bit(), "BODY=8BITMIME"),
        (Extension::SmtpUtf8, international(), "SMTPUTF8"),
        (Extension::Dsn, reported(), "RET=HDRS ENVID=lab+201+2B1"),
    ] {
        let has = |setup: Setup, config| {
            let line = proposed(&mut Pair::practice(setup, config), Step::Mail);
            line.contains(parameter)
        };
        assert!(USABLE.contains(&extension));
        assert!(has(setup.clone(), config()), "{parameter}");
        assert!(!has(setup.clone(), without(extension)), "{parameter} is not offered");
        assert!(!has(unused(setup, extension), config()), "{parameter} is not wished");
    }
    let line = proposed(&mut Pair::practice(plain(), config()), Step::Mail);
    assert_eq!(
        line, "MAIL FROM:<student@student.example> SIZE=21\r\n",
        "what is of no use is left out"
    );
}

#[test]
fn a_parameter_of_an_extension_that_is_not_offered_is_not_known_to_the_server() {
    for (extension, line) in [
        (Extension::Size, "MAIL FROM:<> SIZE=1"),
        (Extension::Size, "MAIL FROM:<> SIZE=big"),
        (Extension::EightBitMime, "MAIL FROM:<> BODY=7BIT"),
        (Extension::SmtpUtf8, "MAIL FROM:<> SMTPUTF8"),
        (Extension::Dsn, "MAIL FROM:<> RET=FULL"),
        (Extension::Dsn, "MAIL FROM:<> ENVID=1"),
    ] {
        let keyword = extension.keyword();
        let mut pair = introduced(without(extension));
        assert!(!String::from_utf8_lossy(&pair.received).contains(keyword), "{keyword}");
        assert!(said(&mut pair, line).starts_with("555 5.5.4 MAIL does not take"), "{line}");
        let mut pair = introduced(config());
        assert!(String::from_utf8_lossy(&pair.received).contains(keyword), "{keyword}");
        assert!(!said(&mut pair, line).starts_with("555"), "{line}");
    }
    for line in [
        "RCPT TO:<teacher@practice.example> NOTIFY=NEVER",
        "RCPT TO:<teacher@practice.example> ORCPT=rfc822;a@b",
    ] {
        let mut pair = introduced(without(Extension::Dsn));
        pair.press();
        assert!(said(&mut pair, line).starts_with("555 5.5.4 RCPT does not take"), "{line}");
        let mut pair = introduced(config());
        pair.press();
        assert!(said(&mut pair, line).starts_with("250"), "{line}");
    }
}

#[test]
fn behind_helo_there_are_no_parameters() {
    let mut pair = Pair::practice(reported(), config());
    pair.type_line("HELO student.example");
    assert_eq!(pair.proposed_line(), "MAIL FROM:<student@student.example>\r\n");
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::DsnNotOffered]);
    assert_eq!(proposed(&mut pair, Step::Rcpt(0)), "RCPT TO:<teacher@practice.example>\r\n");
    let line = "RCPT TO:<teacher@practice.example> NOTIFY=NEVER";
    assert_eq!(said(&mut pair, line), "555 RCPT does not take the parameter NOTIFY=NEVER\r\n");
    let mut pair = Pair::practice(plain(), config());
    pair.type_line("HELO student.example");
    assert!(said(&mut pair, "MAIL FROM:<> SIZE=1").starts_with("555 MAIL does not take"));
}

#[test]
fn a_message_over_the_server_s_size_is_told_of_before_and_refused_at_mail() {
    let small = |size| Config { size, ..config() };
    let mut pair = Pair::practice(plain(), small(20));
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::TooLarge]);
    pair.press();
    assert_eq!(pair.code(Step::Mail), Some(552));
    // Without the number, it is refused when it is there.
    let mut pair = Pair::practice(unused(plain(), Extension::Size), small(20));
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::TooLarge]);
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(552));
    for config in [small(21), small(0), Config { size: 20, ..without(Extension::Size) }] {
        assert_eq!(cautions(&mut Pair::practice(plain(), config), Step::Mail), []);
    }
    assert_eq!(delivered(plain(), small(0)).parameters, ["SIZE=21"], "0 is no limit");
}

#[test]
fn text_beyond_ascii_is_announced_where_8bitmime_is_offered() {
    let envelope = delivered(eight_bit(), config());
    assert_eq!(envelope.parameters, ["SIZE=22", "BODY=8BITMIME"]);
    // Most servers take it unannounced as well, once they offer 8BITMIME.
    assert_eq!(
        delivered(unused(eight_bit(), Extension::EightBitMime), config()).parameters,
        ["SIZE=22"]
    );
    let mut pair = Pair::practice(eight_bit(), without(Extension::EightBitMime));
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::EightBitNotOffered]);
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(554));
    let mut pair = introduced(config());
    pair.client.revise(eight_bit());
    pair.type_line("MAIL FROM:<a@example.com> BODY=7BIT");
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(554), "it was announced as 7BIT");
    assert!(String::from_utf8_lossy(&pair.received).contains("\r\n554 5.6.1 "));
}

#[test]
fn addresses_beyond_ascii_go_with_smtputf8_and_only_with_it() {
    let mut pair = Pair::practice(international(), config());
    let mail = proposed(&mut pair, Step::Mail);
    assert_eq!(mail, "MAIL FROM:<学生@student.example> SIZE=39 BODY=8BITMIME SMTPUTF8\r\n");
    pair.press_on();
    let message = pair.store().iter().next().unwrap();
    assert_eq!(message.envelope.to, [INTERNATIONAL.parse().unwrap()]);
    let trace = String::from_utf8(message.trace.to_vec()).unwrap();
    assert!(trace.starts_with("Return-Path: <学生@student.example>\r\n"), "{trace}");
    assert!(
        trace.contains(" with UTF8SMTP id ") && trace.contains("for <老师@practice.example>;"),
        "{trace}"
    );

    let mut pair = Pair::practice(international(), without(Extension::SmtpUtf8));
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::SmtpUtf8NotOffered]);
    pair.press();
    assert_eq!(pair.code(Step::Mail), Some(553));
    pair.type_line("MAIL FROM:<a@example.com>");
    assert_eq!(cautions(&mut pair, Step::Rcpt(0)), [Caution::SmtpUtf8NotOffered]);
    pair.press();
    assert_eq!(pair.code(Step::Rcpt(0)), Some(553));

    let mut pair = introduced(config());
    let needs = "553 5.6.7 An address beyond ASCII needs the parameter SMTPUTF8";
    assert!(said(&mut pair, "MAIL FROM:<学生@student.example>").starts_with(needs));
    pair.type_line("MAIL FROM:<a@example.com>");
    assert!(said(&mut pair, "RCPT TO:<老师@practice.example>").starts_with(needs));
    pair.type_line("RSET");
    pair.type_line("MAIL FROM:<a@example.com> SMTPUTF8");
    assert!(said(&mut pair, "RCPT TO:<INFO@例子.example>").starts_with("250 2.1.5"));
    assert!(said(&mut pair, "RCPT TO:<没有@practice.example>").starts_with("550 5.1.1"));
}

#[test]
fn a_header_in_utf_8_wants_smtputf8_and_one_in_another_charset_does_not() {
    let with_subject = |subject: &[u8]| {
        let raw = [b"Subject: ", subject, b"\r\n\r\nHello\r\n"].concat();
        proposed(
            &mut Pair::practice(Setup { message: Message::from_raw(raw), ..plain() }, config()),
            Step::Mail,
        )
    };
    assert!(with_subject("你好".as_bytes()).ends_with(" BODY=8BITMIME SMTPUTF8\r\n"));
    assert!(with_subject(b"\xc4\xe3\xba\xc3").ends_with(" BODY=8BITMIME\r\n"), "that is GBK");
}

#[test]
fn the_trace_says_by_which_protocol_a_message_came() {
    let login = || crate::pair::lab().login;
    for (setup, tls, protocol) in [
        (plain(), false, "ESMTP"),
        (Setup { login: login(), ..plain() }, false, "ESMTPA"),
        (plain(), true, "ESMTPS"),
        (Setup { login: login(), ..plain() }, true, "ESMTPSA"),
        (international(), false, "UTF8SMTP"),
        (Setup { login: login(), ..international() }, false, "UTF8SMTPA"),
        (international(), true, "UTF8SMTPS"),
        (Setup { login: login(), ..international() }, true, "UTF8SMTPSA"),
    ] {
        let mut pair = if tls {
            Pair::practice_over_tls(setup, config(), Tls::default())
        } else {
            Pair::practice(setup, config())
        };
        pair.press_on();
        let message = pair.store().iter().next().unwrap();
        let trace = String::from_utf8_lossy(&message.trace);
        assert!(trace.contains(&format!(" with {protocol} id ")), "{protocol}: {trace}");
    }
}

#[test]
fn the_wishes_for_reports_are_kept_with_the_message() {
    let envelope = delivered(reported(), config());
    assert_eq!(envelope.parameters, ["SIZE=21", "RET=HDRS", "ENVID=lab+201+2B1"]);
    let original = "ORCPT=rfc822;teacher@practice.example";
    let parameters = ["NOTIFY=SUCCESS,FAILURE", original].map(str::to_owned).to_vec();
    let to = TEACHER.parse().unwrap();
    assert_eq!(envelope.recipient_wishes, [RecipientWishes { to, parameters }]);
    assert_eq!(delivered(plain(), config()).recipient_wishes, []);
    let mut pair = Pair::practice(reported(), without(Extension::Dsn));
    assert_eq!(cautions(&mut pair, Step::Mail), [Caution::DsnNotOffered]);
    pair.press_on();
    assert_eq!(pair.code(Step::FinalDot), Some(250), "it goes without the wish");
    // Who does not use it does not miss it.
    let mut pair = Pair::practice(unused(reported(), Extension::Dsn), without(Extension::Dsn));
    assert_eq!(cautions(&mut pair, Step::Mail), []);
}

#[test]
fn without_enhanced_codes_no_reply_has_one() {
    let walk = |config| {
        let mut pair = Pair::practice(crate::pair::lab(), config);
        pair.type_line("FOO");
        pair.press_on();
        let replies = pair.client.transcript().current().unwrap().entries().to_vec();
        let enhanced = |item: &protocol::transcript::Item| match item {
            protocol::transcript::Item::Received { reply, .. } => reply.enhanced().is_some(),
            _ => false,
        };
        replies.iter().filter(|entry| enhanced(&entry.item)).count()
    };
    assert_eq!(walk(without(Extension::EnhancedStatusCodes)), 0);
    assert!(walk(config()) > 5);
}

#[test]
fn commands_that_are_not_offered_are_not_carried_out() {
    let mut pair = introduced(without(Extension::Expn));
    assert!(said(&mut pair, "EXPN class").starts_with("502 5.5.1 EXPN"));
    assert!(!said(&mut pair, "HELP").contains("EXPN"));
    let mut pair = introduced(without(Extension::Help));
    assert!(said(&mut pair, "HELP").starts_with("502 5.5.1 HELP"));
    let mut pair = introduced(without(Extension::Vrfy));
    for name in ["teacher", "nobody", "b@example.org"] {
        assert!(said(&mut pair, &format!("VRFY {name}")).starts_with("252 2.5.0"), "{name}");
    }
    let pair = introduced(without(Extension::Pipelining));
    assert!(!String::from_utf8_lossy(&pair.received).contains("PIPELINING"));
}

#[test]
fn a_list_is_expanded_and_a_user_is_none() {
    let mut pair = introduced(config());
    for (line, reply) in [
        ("EXPN ascii", "250-2.1.5 <student@student.example>\r\n250 2.1.5 <b@example.org>\r\n"),
        ("EXPN <ASCII@Practice.Example>", "250-2.1.5 <student@student.example>\r\n"),
        ("EXPN class", "252 2.6.8 "),
        (
            "EXPN class SMTPUTF8",
            "250-2.1.5 <student@student.example>\r\n250 2.1.5 <老师@practice.example>\r\n",
        ),
        ("EXPN teacher", "550 5.1.3 That is a user, not a mailing list"),
        ("EXPN teacher@practice.example", "550 5.1.3"),
        ("EXPN nobody", "550 5.1.1 No such list"),
        ("EXPN nobody@practice.example", "550 5.1.1 No such list"),
        ("EXPN list@example.org", "252 2.0.0"),
        ("VRFY class@practice.example", "250 2.1.5 <class@practice.example>"),
        ("VRFY 老师", "553 5.6.7"),
        ("VRFY 老师 SMTPUTF8", "250 2.1.5 <老师@practice.example>\r\n"),
        ("VRFY info", "252 2.6.8 "),
        ("VRFY info smtputf8", "250 2.1.5 <info@例子.example>\r\n"),
    ] {
        let reply_to_it = said(&mut pair, line);
        assert!(reply_to_it.starts_with(reply), "{line}: {reply_to_it}");
    }
    let mut pair = introduced(without(Extension::SmtpUtf8));
    assert!(said(&mut pair, "VRFY info SMTPUTF8").starts_with("555 5.5.4 VRFY"));
}

#[test]
fn mail_for_a_list_is_delivered_to_everybody_on_it_once() {
    let to = ["<class@practice.example>", "<student@student.example>", "<ascii@practice.example>"];
    let to = to.map(|path| path.parse().unwrap()).to_vec();
    let envelope = delivered(Setup { to, ..reported() }, config());
    let delivered_to: Vec<_> = envelope.to.iter().map(ToString::to_string).collect();
    assert_eq!(delivered_to, ["<student@student.example>", INTERNATIONAL, "<b@example.org>"]);
    assert_eq!(envelope.from.to_string(), "<student@student.example>", "the sender stays");
    assert_eq!(envelope.recipient_wishes[0].to.to_string(), "<class@practice.example>");
}

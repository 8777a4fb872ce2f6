//! The classic lab: with the practice server in the page, with the bridge's, and with its mistakes.

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Find, Options},
    page::{Page, Server},
};

/// What both sides say, byte for byte.
const CONVERSATION: &str = "\
S: 220 practice.example ESMTP ready
C: EHLO student.example
S: 250-practice.example greets student.example
S: 250-PIPELINING
S: 250-SIZE 10485760
S: 250-8BITMIME
S: 250-AUTH LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=
S: 334 UGFzc3dvcmQ6
C: cHJhY3RpY2U=
S: 235 2.7.0 Authentication successful
C: MAIL FROM:<student@student.example>
S: 250 2.1.0 Sender ok
C: RCPT TO:<teacher@practice.example>
S: 250 2.1.5 Recipient ok
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>
C: From: student@student.example
C: To: teacher@practice.example
C: Subject: My first mail by hand
C: 
C: Dear teacher,
C: 
C: I typed every command of this mail myself.
C: 
C: Your student
C: .
S: 250 2.0.0 Ok: queued as practice-1
C: QUIT
S: 221 2.0.0 practice.example closing connection";

/// The same with a server that offers what servers of today do, as the bridge's does.
fn conversation_with_the_bridge() -> String {
    let more = [
        ("8BITMIME", "SMTPUTF8"),
        ("SMTPUTF8", "CHUNKING"),
        ("CHUNKING", "DSN"),
        ("DSN", "STARTTLS"),
        ("ENHANCEDSTATUSCODES", "VRFY"),
    ];
    more.iter().fold(CONVERSATION.to_owned(), |said, (before, added)| {
        let before = format!("S: 250-{before}\n");
        said.replace(&before, &format!("{before}S: 250-{added}\n"))
    })
}

/// The message as it was sent.
const LETTER: &str = "\
From: student@student.example
To: teacher@practice.example
Subject: My first mail by hand

Dear teacher,

I typed every command of this mail myself.

Your student
";

/// The plan's steps when all is done.
const ALL_DONE: [&str; 14] = [
    "LookUp done",
    "Connect done",
    "Greeting done",
    "Hello done",
    "Auth done",
    "AuthResponse(0) done",
    "AuthResponse(1) done",
    "Mail done",
    "Rcpt(0) done",
    "Data done",
    "Headers done",
    "Body done",
    "FinalDot done",
    "Quit done",
];

#[tokio::test]
async fn pressing_one_button_delivers_the_lab_s_letter_in_english() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.see("The classic lab").await?;
    page.see("Next: connect to the mail server").await?;
    // Filled in, with one filled button to press.
    page.see("My first mail by hand").await?;
    assert_eq!(page.all(Find::Css(".button.main")).await?.len(), 1);
    page.screenshot("start").await?;

    let seen = page.walk_to_step("AuthResponse(1)").await?;
    assert_eq!(seen.title, "Next: your password");
    page.screenshot("password").await?;
    let seen = page.walk_to_card("delivered").await?;
    assert_eq!(seen.title, "Delivered");
    page.screenshot("delivered").await?;
    assert_eq!(page.steps().await?, ALL_DONE);
    assert_eq!(said(&page).await?, CONVERSATION);
    page.see("found 192.0.2.25").await?;
    page.see("connected to 192.0.2.25:25 · simulated: nothing leaves this page").await?;

    page.press("next").await?;
    page.find(Find::Css(".letter")).await?;
    see_letter(&page, ["Envelope", "Headers", "Text", "Raw message"]).await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn pressing_one_button_delivers_the_lab_s_letter_in_chinese() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let languages = vec!["fr-FR".into(), "zh-CN".into(), "en".into()];
    let page = Page::open(&bridge.url("/"), Options { languages, ..Options::default() }).await?;
    page.see("经典实验").await?;
    page.see("下一步：连接邮件服务器").await?;
    assert_eq!(page.script("return document.documentElement.lang").await?, "zh-CN");
    page.screenshot("start").await?;

    let seen = page.walk_to_card("delivered").await?;
    assert_eq!(seen.title, "已送达");
    page.screenshot("delivered").await?;
    assert_eq!(page.steps().await?, ALL_DONE);
    // The protocol's words are the same in every language.
    assert_eq!(said(&page).await?, CONVERSATION);

    page.press("next").await?;
    page.find(Find::Css(".letter")).await?;
    see_letter(&page, ["信封", "邮件头", "正文", "原始邮件"]).await?;
    page.press("speak-en").await?;
    page.see("Raw message").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn the_same_lab_is_walked_to_the_practice_port_of_the_bridge() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.set_up(Server::OnBridge, &[]).await?;
    page.walk_to_card("delivered").await?;
    page.screenshot("delivered").await?;
    assert_eq!(said(&page).await?, conversation_with_the_bridge());
    let listed = bridge.get("/practice/messages").await?;
    let listed = String::from_utf8_lossy(&listed.body).into_owned();
    assert!(listed.contains("<teacher@practice.example>"), "{listed}");
    page.press("next").await?;
    page.find(Find::Css(".letter")).await?;
    see_letter(&page, ["Envelope", "Headers", "Text", "Raw message"]).await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn its_mistakes_show_when_they_are_made_and_are_put_right() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    for (mistake, code) in [("wrong-password", "535"), ("wrong-recipient", "550"), ("spam", "554")]
    {
        page.press(&format!("mistake-{mistake}")).await?;
        page.until_card("connect").await?;
        let refused = page.walk_to_card("refused").await?;
        let said = said(&page).await?;
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with(&format!("S: {code}")), "{mistake}: {said}");
        page.screenshot(mistake).await?;
        page.press("next").await?;
        page.after(&refused).await?;
        page.walk_to_card("delivered").await?;
    }
    page.press("mistake-empty-line").await?;
    page.until_card("connect").await?;
    page.walk_to_card("delivered").await?;
    page.see("The empty line between headers and text is missing.").await?;
    page.screenshot("empty-line").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_recipient_named_for_its_refusal_is_refused_and_the_other_gets_the_letter() -> Result<()>
{
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.set_up(Server::Here, &[("to", "full@practice.example\nteacher@practice.example")]).await?;
    page.walk_to_card("refused").await?;
    assert!(said(&page).await?.ends_with("S: 452 4.2.2 Mailbox full, as its name says"));
    page.see("The recipient’s mailbox is full").await?;
    page.screenshot("full").await?;
    page.press("go-on").await?;
    page.until_card("proposal").await?;
    page.walk_to_card("delivered").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn what_a_server_does_not_offer_is_said_before_it_is_asked_for() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.set_up(Server::Here, &[("to", "老师@practice.example")]).await?;
    page.walk_to_step("Mail").await?;
    page.see("this server does not offer SMTPUTF8").await?;
    page.screenshot("caution").await?;
    page.walk_to_card("refused").await?;
    let refusal = "S: 553 5.6.7 An address beyond ASCII needs SMTPUTF8, which is not offered here";
    assert!(said(&page).await?.ends_with(refusal));
    page.expect_clean_console().await
}

/// What both sides said, without what merely happened.
async fn said(page: &Page) -> Result<String> {
    let mut lines = page.conversation().await?;
    lines.retain(|line| !line.starts_with("* "));
    Ok(lines.join("\n"))
}

/// Looks at the letter that is open: beside its headers the envelope, its text, its every byte.
async fn see_letter(page: &Page, words: [&str; 4]) -> Result<()> {
    for word in &words[..3] {
        page.see(word).await?;
    }
    let compared = page.text_of(Find::Css(".letter .compare")).await?;
    for line in [
        "MAIL FROM:<student@student.example>",
        "From: student@student.example",
        "RCPT TO:<teacher@practice.example>",
        "To: teacher@practice.example",
    ] {
        assert!(compared.contains(line), "no {line:?} in {compared}");
    }
    let body = page.text_of(Find::Css(".letter .body-text")).await?;
    assert_eq!(body, LETTER.split_once("\n\n").map_or("", |(_, body)| body).trim_end());
    page.screenshot("letter").await?;

    page.click(Find::Button(words[3])).await?;
    let raw = page.text_of(Find::Css(".letter .raw")).await?;
    assert!(raw.ends_with(LETTER.trim_end()), "{raw}");
    assert!(raw.starts_with("Return-Path: <student@student.example>\n"), "{raw}");
    page.screenshot("raw").await.map(drop)
}

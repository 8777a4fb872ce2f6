//! Walks in a real browser: to the practice server in the page, to the bridge's, and to a real Postfix.

mod page;

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Find, Key, Options},
    postfix::{self, Postfix},
};
use page::{Own, Page};
use tokio::sync::{Semaphore, SemaphorePermit};

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const PASSWORD: &str = "correct-horse";

/// The classic lab as it stands on the page, as far as the practice server's own words are not free.
const LAB: [&str; 20] = [
    "220 practice.example ESMTP ready",
    "EHLO student.example",
    "250-practice.example greets student.example\n250-PIPELINING\n250-SIZE 10485760\n250-8BITMIME\n\
     250-AUTH LOGIN PLAIN\n250-ENHANCEDSTATUSCODES\n250 HELP",
    "AUTH LOGIN",
    "334 VXNlcm5hbWU6",
    "c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=",
    "334 UGFzc3dvcmQ6",
    "cHJhY3RpY2U=",
    "235",
    "MAIL FROM:<student@student.example>",
    "250",
    "RCPT TO:<teacher@practice.example>",
    "250",
    "DATA",
    "354",
    "From: student@student.example\nTo: teacher@practice.example\nSubject: My first mail by hand\n",
    "Dear teacher,\n\nI typed every command of this mail myself.\n\nYour student",
    ".",
    "250",
    "QUIT",
];

/// A browser wants a few hundred megabytes: so many run side by side and no more.
async fn turn() -> SemaphorePermit<'static> {
    static BROWSERS: Semaphore = Semaphore::const_new(3);
    BROWSERS.acquire().await.expect("nobody closes it")
}

/// Whether the rows are the lab's.
fn assert_is_the_lab(rows: &[String]) {
    assert_eq!(rows.len(), LAB.len() + 1, "{rows:#?}");
    for (row, expected) in rows.iter().zip(LAB) {
        // Of a code that stands alone here, the text behind it is the server's to choose.
        let is_code = expected.len() == 3 && expected.bytes().all(|byte| byte.is_ascii_digit());
        assert!(if is_code { row.starts_with(expected) } else { row == expected }, "{row:?}");
    }
    assert!(rows[LAB.len()].starts_with("221"), "{rows:?}");
}

#[tokio::test]
async fn the_classic_lab_is_walked_in_the_page_and_its_letter_read() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    page.0.see("The classic lab").await?;
    page.0.screenshot("opening").await?;
    assert_eq!(page.walk_on().await?, "delivered");
    assert_is_the_lab(&page.rows().await?);
    for step in ["LookUp", "Greeting", "Hello", "AuthResponse(1)", "Rcpt(0)", "FinalDot", "Quit"] {
        assert_eq!(page.status(step).await?, "done", "{step}");
    }
    page.0.screenshot("delivered").await?;
    page.press("next").await?;
    for text in [
        "My first mail by hand",
        "MAIL FROM:<student@student.example>",
        "To: teacher@practice.example",
    ] {
        page.0.see(text).await?;
    }
    page.0.see("I typed every command of this mail myself.").await?;
    page.0.screenshot("letter").await?;
    page.press("raw").await?;
    page.0.see("Received: from student.example").await?;
    page.0.screenshot("letter-raw").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_chinese_browser_gets_the_lab_in_chinese() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let chinese = Options { languages: vec!["zh-CN".into()], dark: true, ..Options::default() };
    let page = Page::open(&bridge, chinese).await?;
    page.0.see("经典实验").await?;
    assert_eq!(page.walk_on().await?, "delivered");
    assert_is_the_lab(&page.rows().await?);
    page.0.see("已送达").await?;
    page.0.screenshot("delivered").await?;
    page.press("speak-en").await?;
    page.0.see("Delivered").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn the_lab_is_walked_through_the_bridge_to_its_practice_port() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    page.press("change-setup").await?;
    page.press("server-on-bridge").await?;
    page.press("apply").await?;
    assert_eq!(page.walk_on().await?, "delivered");
    assert_is_the_lab(&page.rows().await?);
    page.0.screenshot("delivered").await?;
    let listed = bridge.get("/practice/messages").await?;
    let listed = String::from_utf8_lossy(&listed.body).into_owned();
    assert!(listed.contains("<teacher@practice.example>"), "{listed}");
    page.press("next").await?;
    page.0.see("I typed every command of this mail myself.").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_real_postfix_delivers_what_was_shown_and_the_password_is_never_seen() -> Result<()> {
    let _turn = turn().await;
    let postfix = Postfix::start(postfix::Options::default()).await?;
    let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    let own = Own { port: postfix.port(), user: ALICE, password: PASSWORD, from: ALICE, to: BOB };
    page.set_up(&own).await?;
    assert_eq!(page.walk_on().await?, "warned", "before a real password leaves");
    page.0.screenshot("warned").await?;
    page.0.press(Key::Enter).await?;
    page.card("warned").await?;
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=\"AuthResponse(1)\"][data-status=done]")).await?;
    assert_eq!(page.walk_on().await?, "delivered");
    page.0.screenshot("delivered").await?;

    let rows = page.rows().await?;
    let shown: Vec<_> =
        rows.iter().skip_while(|row| !row.starts_with("354")).skip(1).take(2).collect();
    let shown = format!("{}\n{}\n", shown[0], shown[1]).replace('\n', "\r\n");
    let delivered = postfix.deliveries(BOB, 1).await?;
    assert_eq!(String::from_utf8_lossy(&postfix::as_sent(&delivered[0])), shown);

    let encoded = "Y29ycmVjdC1ob3JzZQ==";
    for (place, text) in [("the page", page.everything().await?), ("the log", bridge.log())] {
        assert!(!text.contains(PASSWORD) && !text.contains(encoded), "{place} shows the password");
    }
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_refused_login_is_explained_and_put_right_in_the_same_connection() -> Result<()> {
    let _turn = turn().await;
    let postfix = Postfix::start(postfix::Options::default()).await?;
    let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    let own =
        Own { port: postfix.port(), user: ALICE, password: "wrong-horse", from: ALICE, to: BOB };
    page.set_up(&own).await?;
    assert_eq!(page.walk_on().await?, "warned");
    page.press("next").await?;
    page.card("refused").await?;
    page.0.see("The server refused the login").await?;
    page.0.see("authorization code").await?;
    assert_eq!(page.status("AuthResponse(1)").await?, "failed");
    page.0.screenshot("refused").await?;

    page.press("next").await?;
    page.0.fill(Find::Do("password"), PASSWORD).await?;
    page.press("apply").await?;
    page.card("proposal").await?;
    assert_eq!(page.walk_on().await?, "warned");
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=\"AuthResponse(1)\"][data-status=done]")).await?;
    assert_eq!(page.walk_on().await?, "delivered");
    let greetings = page.rows().await?.iter().filter(|row| row.starts_with("220")).count();
    assert_eq!(greetings, 1, "it was one connection");
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_refused_recipient_is_explained_and_the_other_gets_the_letter() -> Result<()> {
    let _turn = turn().await;
    let postfix = Postfix::start(postfix::Options::default()).await?;
    let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    let to = format!("nobody@example.test\n{BOB}");
    let own = Own { port: postfix.port(), user: ALICE, password: PASSWORD, from: ALICE, to: &to };
    page.set_up(&own).await?;
    assert_eq!(page.walk_on().await?, "warned");
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=\"AuthResponse(1)\"][data-status=done]")).await?;
    assert_eq!(page.walk_on().await?, "refused");
    page.0.see("There is no mailbox with this address.").await?;
    page.0.screenshot("refused").await?;
    page.press("go-on").await?;
    assert_eq!(page.walk_on().await?, "delivered");
    assert_eq!(page.status("Rcpt(0)").await?, "failed");
    assert_eq!(page.status("Rcpt(1)").await?, "done");
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_command_is_changed_by_hand_and_another_typed() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    for step in ["Greeting", "Hello", "Auth", "AuthResponse(0)", "AuthResponse(1)"] {
        page.press("next").await?;
        let done = format!("[data-step=\"{step}\"][data-status=done]");
        page.0.find(Find::Css(&done)).await?;
    }
    page.press("change").await?;
    page.0.fill(Find::Css("#edit-field"), "MAIL FROM:<somebody@student.example>").await?;
    page.0.screenshot("changed").await?;
    page.press("send-text").await?;
    page.0.find(Find::Css("[data-step=Mail][data-status=done]")).await?;

    page.press("type").await?;
    page.0.fill(Find::Css("#edit-field"), "FROBNICATE now").await?;
    page.0.see("is not a command").await?;
    page.0.press(Key::Enter).await?;
    page.0.see("500").await?;
    page.0.see("The server does not know this command").await?;
    page.0.screenshot("typed").await?;
    page.press("put-back").await?;
    page.card("refused").await?;
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=\"Rcpt(0)\"][data-status=done]")).await?;
    assert_eq!(page.walk_on().await?, "delivered");
    page.press("next").await?;
    page.0.see("MAIL FROM:<somebody@student.example>").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn a_bridge_that_is_stopped_in_mid_walk_is_said_to_be_gone() -> Result<()> {
    let _turn = turn().await;
    let mut bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    page.press("change-setup").await?;
    page.press("server-on-bridge").await?;
    page.press("apply").await?;
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=Greeting][data-status=done]")).await?;
    page.press("next").await?;
    page.0.find(Find::Css("[data-step=Hello][data-status=done]")).await?;
    bridge.stop().await?;
    page.card("ended").await?;
    page.0.see("The bridge is shutting down.").await?;
    assert!(page.rows().await?.contains(&"EHLO student.example".to_owned()), "what was said stays");
    page.0.screenshot("gone").await?;
    page.press("next").await?;
    page.card("connect").await
}

#[tokio::test]
async fn the_lab_s_mistakes_show_when_made_and_are_put_right() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    for (mistake, code) in [("wrong-password", "535"), ("wrong-recipient", "550"), ("spam", "554")]
    {
        page.press(&format!("mistake-{mistake}")).await?;
        page.card("connect").await?;
        assert_eq!(page.walk_on().await?, "refused", "{mistake}");
        let rows = page.rows().await?;
        assert!(rows.last().is_some_and(|row| row.starts_with(code)), "{mistake}: {rows:#?}");
        page.0.screenshot(mistake).await?;
        page.press("next").await?;
        page.card("proposal").await?;
        assert_eq!(page.walk_on().await?, "delivered", "{mistake}, put right");
    }
    page.press("mistake-empty-line").await?;
    page.card("connect").await?;
    assert_eq!(page.walk_on().await?, "delivered");
    page.0.see("The empty line between headers and text is missing.").await?;
    page.0.screenshot("empty-line").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn the_keyboard_alone_walks_the_lab_on_a_phone_and_nothing_overflows() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let phone = Options { viewport: (390, 844), ..Options::default() };
    let page = Page::open(&bridge, phone).await?;
    for press in 0..40 {
        let wide =
            page.0.script("return document.documentElement.scrollWidth > innerWidth").await?;
        assert_eq!(wide, false, "after {press} presses");
        let rows = page.rows().await?.len();
        if page.0.all(Find::Css("#next[data-card=delivered]")).await?.is_empty() {
            page.0.press(Key::Enter).await?;
            page.0
                .until("the step to be taken", async || {
                    Ok((page.rows().await?.len() > rows).then_some(()))
                })
                .await?;
        } else {
            page.0.screenshot("delivered").await?;
            return page.0.expect_clean_console().await;
        }
    }
    panic!("the lab does not end")
}

#[tokio::test]
async fn what_may_not_be_dialled_and_what_does_not_answer_are_explained() -> Result<()> {
    let _turn = turn().await;
    let closed = e2e::net::free_port()?;
    let bridge = Bridge::start(&["--allow", &format!("127.0.0.1:{closed}")]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    let mut own = Own { port: closed, user: ALICE, password: PASSWORD, from: ALICE, to: BOB };
    page.set_up(&own).await?;
    page.press("next").await?;
    page.card("ended").await?;
    page.0.see("Nobody listens at this port.").await?;
    page.0.screenshot("nobody").await?;
    page.press("next").await?;
    page.card("connect").await?;
    own.port = closed - 1;
    page.set_up(&own).await?;
    page.press("next").await?;
    page.card("ended").await?;
    page.0.see("The bridge does not allow this server.").await?;
    page.0.screenshot("forbidden").await?;
    page.0.expect_clean_console().await
}

#[tokio::test]
async fn run_goes_to_the_end_by_itself_and_stop_ends_it() -> Result<()> {
    let _turn = turn().await;
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge, Options::default()).await?;
    page.press("run").await?;
    page.card("delivered").await?;
    page.press("start-over").await?;
    page.card("connect").await?;
    page.press("next").await?;
    page.card("proposal").await?;
    page.press("menu").await?;
    page.press("menu-stop").await?;
    page.card("ended").await?;
    page.0.see("You stopped here").await?;
    page.0.expect_clean_console().await
}

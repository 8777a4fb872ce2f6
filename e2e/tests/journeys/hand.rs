//! By hand: commands changed and typed, no mouse, no hurry, no patience.

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Find, Key, Options},
    page::Page,
};

#[tokio::test]
async fn a_command_is_changed_by_hand_and_another_typed() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    let before = page.walk_to_step("Mail").await?;
    page.press("change").await?;
    page.screenshot("changed").await?;
    page.send_text("MAIL FROM:<somebody@student.example>").await?;
    page.after(&before).await?;

    page.press("type").await?;
    page.fill(Find::Css("#edit-field"), "FROBNICATE now").await?;
    page.see("is not a command").await?;
    page.key(Key::Enter).await?;
    page.see("The server does not know this command").await?;
    page.screenshot("typed").await?;
    // What was typed is not lost: it can be had back, and the walk goes on from where it was.
    page.press("put-back").await?;
    let refused = page.until_card("refused").await?;
    page.press("next").await?;
    page.after(&refused).await?;
    page.walk_to_card("delivered").await?;
    let lines = page.conversation().await?;
    for line in ["C: MAIL FROM:<somebody@student.example>", "C: FROBNICATE now"] {
        assert!(lines.contains(&line.to_owned()), "no {line:?} in {lines:#?}");
    }
    page.press("next").await?;
    page.see("MAIL FROM:<somebody@student.example>").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn the_keyboard_alone_walks_the_lab_on_a_phone_and_nothing_overflows() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let phone = Options { viewport: (390, 844), ..Options::default() };
    let page = Page::open(&bridge.url("/"), phone).await?;
    let mut seen = page.seen().await?;
    while seen.card != "delivered" {
        let wide = page.script("return document.documentElement.scrollWidth > innerWidth").await?;
        assert_eq!(wide, false, "at {seen}");
        page.key(Key::Enter).await?;
        seen = page.after(&seen).await?;
    }
    page.screenshot("delivered").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn run_goes_to_the_end_by_itself_and_stop_ends_it() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.press("run").await?;
    page.until_card("delivered").await?;
    page.press("start-over").await?;
    page.until_card("connect").await?;
    page.press_next().await?;
    page.press_in_menu("menu-stop").await?;
    page.until_card("ended").await?;
    page.see("You stopped here").await?;
    page.expect_clean_console().await
}

//! Connections that fail: what may not be dialled, what does not answer, a bridge that goes away.

use e2e::{
    Result,
    bridge::Bridge,
    browser::Options,
    net,
    page::{Page, Server},
};

#[tokio::test]
async fn a_port_where_nobody_listens_and_one_that_is_forbidden_are_told_apart() -> Result<()> {
    let closed = net::free_port()?;
    let bridge = Bridge::start(&["--allow", &format!("127.0.0.1:{closed}")]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    let alice = "alice@example.test";
    let answers = [("user", alice), ("password", "secret"), ("from", alice), ("to", alice)];
    for (port, sentence) in [
        (closed, "Nobody listens at this port."),
        (bridge.practice().port() - 1, "The bridge does not allow this server."),
    ] {
        page.set_up(Server::Own(([127, 0, 0, 1], port).into()), &answers).await?;
        page.until_card("connect").await?;
        assert_eq!(page.press_next().await?.card, "ended");
        page.see(sentence).await?;
        page.screenshot(&format!("port-{}", if port == closed { "closed" } else { "forbidden" }))
            .await?;
        assert_eq!(page.press_next().await?.card, "connect", "it can be tried again");
    }
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_bridge_that_is_stopped_in_mid_walk_is_said_to_be_gone() -> Result<()> {
    let mut bridge = Bridge::start(&[]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.set_up(Server::OnBridge, &[]).await?;
    page.walk_to_step("Mail").await?;
    let before = page.conversation().await?;
    bridge.stop().await?;
    let seen = page.until_card("ended").await?;
    page.see("The bridge is shutting down.").await?;
    page.screenshot("gone").await?;
    let after = page.conversation().await?;
    assert_eq!(after[..before.len()], before, "what was said stays");
    assert!(page.steps().await?.contains(&"Hello done".to_owned()), "{:?}", page.steps().await?);

    // As long as there is no bridge that is said too; when there is one again, the walk begins anew.
    page.press("next").await?;
    assert_eq!(page.after(&seen).await?.card, "connect");
    let without = page.press_next().await?;
    assert_eq!(without.card, "ended");
    page.see("There was no connection. Is the bridge running?").await?;
    page.screenshot("without").await?;
    bridge.start_again().await?;
    page.press("next").await?;
    page.until_card("connect").await?;
    assert_eq!(page.walk_to_card("delivered").await?.title, "Delivered");
    Ok(())
}

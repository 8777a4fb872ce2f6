//! Connections that fail: what may not be dialled, what does not answer or talks nonsense, a bridge
//! that goes away.

use std::net::SocketAddr;

use e2e::{
    Result,
    bridge::Bridge,
    browser::Options,
    net,
    page::{Page, Server},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ALICE: &str = "alice@example.test";

/// What every set-up of a server of one's own wants.
const ANSWERS: [(&str, &str); 4] =
    [("user", ALICE), ("password", "secret"), ("from", ALICE), ("to", ALICE)];

#[tokio::test]
async fn a_port_where_nobody_listens_and_one_that_is_forbidden_are_told_apart() -> Result<()> {
    let closed = net::free_port()?;
    let bridge = Bridge::start(&["--allow", &format!("127.0.0.1:{closed}")]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    for (port, sentence) in [
        (closed, "Nobody listens at this port."),
        (bridge.practice().port() - 1, "The bridge does not allow this server."),
    ] {
        page.set_up(Server::Own(([127, 0, 0, 1], port).into()), &ANSWERS).await?;
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
    // It does not wait for the walk to come to its end.
    let mut bridge = Bridge::start(&["--drain", "100ms"]).await?;
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

#[tokio::test]
async fn a_server_that_talks_nonsense_is_left_with_the_reason_and_nothing_seen_is_lost()
-> Result<()> {
    let ten_megabytes = b"220-hello\r\n".repeat(1024 * 1024);
    let cases: [(&str, &[u8], &str); 5] = [
        ("not-mail", b"SSH-2.0-OpenSSH_9.2\r\n", "A reply begins with three digits."),
        ("bare-lf", b"220 ready\n", "This one ended with LF alone."),
        ("line-without-end", &b"220 on and on ".repeat(1024), "This one did not end within"),
        ("ten-megabytes", &ten_megabytes, "This reply did not end within"),
        ("tls", b"\x15\x03\x01\x00\x02\x02\x46", "This looks like TLS."),
    ];
    for (name, nonsense, sentence) in cases {
        let server = speaker(nonsense.to_vec())?;
        let bridge = Bridge::start(&["--allow", &server.to_string()]).await?;
        let page = Page::open(&bridge.url("/"), Options::default()).await?;
        page.set_up(Server::Own(server), &ANSWERS).await?;
        page.until_card("connect").await?;
        assert_eq!(page.press_next().await?.card, "ended", "{name}");
        page.see(sentence).await?;
        page.screenshot(name).await?;
        let lines = page.conversation().await?;
        let connected = format!("* connected to {server}");
        assert!(lines.iter().any(|line| line.starts_with(&connected)), "{name}: {lines:#?}");
        page.expect_clean_console().await?;
    }
    Ok(())
}

/// A server that says this to whoever connects, and then hears them out.
fn speaker(says: Vec<u8>) -> Result<SocketAddr> {
    let (listener, address) = net::listen()?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Whoever is spoken to may leave before the end.
            _ = stream.write_all(&says).await;
            _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    Ok(address)
}

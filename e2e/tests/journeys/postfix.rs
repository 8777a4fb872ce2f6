//! A server of one's own, reached through the bridge: a real Postfix with real logins.

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Find, Key, Options},
    page::{Page, Server},
    postfix::{self, Postfix},
};

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const PASSWORD: &str = "correct-horse";

/// All the forms in which the password could be seen: as it is, and in base64 (RFC 4954).
const SECRETS: [&str; 2] = [PASSWORD, "Y29ycmVjdC1ob3JzZQ"];

#[tokio::test]
async fn what_is_shown_is_what_arrives_and_the_password_is_never_seen() -> Result<()> {
    let (postfix, bridge, page) = set_up(PASSWORD, BOB).await?;
    let warned = page.walk_to_card("warned").await?;
    page.see("Everybody on the way can read it.").await?;
    page.screenshot("warned").await?;
    // The quick key does not do what wants to be read first.
    page.key(Key::Enter).await?;
    assert_eq!(page.seen().await?, warned);
    page.press_next().await?;
    page.walk_to_card("delivered").await?;
    page.screenshot("delivered").await?;

    let delivered = postfix.deliveries(BOB, 1).await?;
    let stored = String::from_utf8_lossy(&postfix::as_sent(&delivered[0])).into_owned();
    assert_eq!(stored, page.mail_data().await?);

    let html = page.script("return document.documentElement.outerHTML").await?.to_string();
    let stored = page.script("return JSON.stringify([localStorage, sessionStorage])").await?;
    for (place, text) in [
        ("the page", html),
        ("the browser's storage", stored.to_string()),
        ("the bridge's log", bridge.log()),
    ] {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{place} holds {secret:?}");
        }
    }
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_proof_logs_in_without_a_warning_since_the_password_stays_in_the_page() -> Result<()> {
    let (postfix, _bridge, page) = set_up(PASSWORD, BOB).await?;
    for mechanism in ["AUTH CRAM-MD5", "AUTH SCRAM-SHA-1", "AUTH SCRAM-SHA-256"] {
        page.log_in_by(mechanism).await?;
        page.walk_to_card("delivered").await?;
        let lines = page.conversation().await?;
        let command = format!("C: {mechanism}");
        assert!(lines.iter().any(|line| line.starts_with(&command)), "{lines:#?}");
        assert!(lines.iter().any(|line| line.starts_with("S: 235 2.7.0")), "{lines:#?}");
        page.screenshot(mechanism).await?;
        page.press("next").await?;
        page.until_card("connect").await?;
    }
    assert_eq!(postfix.deliveries(BOB, 3).await?.len(), 3);
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_refused_login_is_explained_and_put_right_in_the_same_connection() -> Result<()> {
    let (postfix, _bridge, page) = set_up("wrong-horse", BOB).await?;
    page.walk_to_card("warned").await?;
    assert_eq!(page.press_next().await?.card, "refused");
    page.see("The server refused the login").await?;
    page.see("authorization code").await?;
    assert!(page.steps().await?.contains(&"AuthResponse(1) failed".to_owned()));
    page.screenshot("refused").await?;

    page.press("next").await?;
    page.fill(Find::Do("password"), PASSWORD).await?;
    page.press("apply").await?;
    page.until_card("proposal").await?;
    page.walk_to_card("warned").await?;
    page.press_next().await?;
    page.walk_to_card("delivered").await?;
    let lines = page.conversation().await?;
    let greetings = lines.iter().filter(|line| line.starts_with("S: 220")).count();
    assert_eq!(greetings, 1, "it was one connection");
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_refused_recipient_is_explained_and_the_other_gets_the_mail() -> Result<()> {
    let (postfix, _bridge, page) = set_up(PASSWORD, &format!("nobody@example.test\n{BOB}")).await?;
    page.walk_to_card("warned").await?;
    page.press_next().await?;
    page.walk_to_card("refused").await?;
    page.see("There is no mailbox with this address.").await?;
    page.screenshot("refused").await?;
    page.press("go-on").await?;
    page.until_card("proposal").await?;
    page.walk_to_card("delivered").await?;
    let steps = page.steps().await?;
    for step in ["Rcpt(0) failed", "Rcpt(1) done"] {
        assert!(steps.contains(&step.to_owned()), "no {step:?} in {steps:?}");
    }
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.expect_clean_console().await
}

/// A Postfix, a bridge that may dial it, and a page set up for Alice to write to `to`.
async fn set_up(password: &str, to: &str) -> Result<(Postfix, Bridge, Page)> {
    let postfix = Postfix::start(postfix::Options::default()).await?;
    let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    let answers = [("user", ALICE), ("password", password), ("from", ALICE), ("to", to)];
    page.set_up(Server::Own(postfix.address()), &answers).await?;
    Ok((postfix, bridge, page))
}

//! Mail servers that others wrote, reached through the bridge.

use e2e::{
    Result,
    bridge::Bridge,
    browser::Options,
    page::{Page, Server},
    peer::{Kind, Peer},
};
use serde_json::json;

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const PASSWORD: &str = "correct-horse";

#[tokio::test]
async fn aiosmtpd_gets_what_is_shown_by_every_mechanism_it_knows() -> Result<()> {
    writes_to(Kind::Aiosmtpd).await
}

#[tokio::test]
async fn smtp_server_gets_what_is_shown_by_every_mechanism_it_knows() -> Result<()> {
    writes_to(Kind::SmtpServer).await
}

#[tokio::test]
async fn aiosmtpd_understands_every_parameter_it_offers_typed_by_hand() -> Result<()> {
    understands(Kind::Aiosmtpd, &["SIZE=4000", "BODY=8BITMIME", "SMTPUTF8"], &[]).await
}

#[tokio::test]
async fn smtp_server_understands_every_parameter_it_offers_typed_by_hand() -> Result<()> {
    let of_mail = ["SIZE=4000", "BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "ENVID=walk+2B1"];
    let of_rcpt = ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;bob@example.test"];
    understands(Kind::SmtpServer, &of_mail, &of_rcpt).await
}

/// The page, set up for Alice to write to Bob, and the servers it does that with.
async fn set_up(kind: Kind) -> Result<(Peer, Bridge, Page)> {
    let accounts = json!({ ALICE: PASSWORD });
    let peer = Peer::start(kind, &json!({ "accounts": accounts, "login_required": true })).await?;
    let bridge = Bridge::start(&["--allow", &peer.address().to_string()]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    let answers = [
        ("user", ALICE),
        ("password", PASSWORD),
        ("from", ALICE),
        ("to", BOB),
        ("subject", "你好"),
        ("body", ".one dot\n..\n.\nThe end."),
    ];
    page.set_up(Server::Own(peer.address()), &answers).await?;
    Ok((peer, bridge, page))
}

async fn understands(kind: Kind, of_mail: &[&str], of_rcpt: &[&str]) -> Result<()> {
    let (peer, _bridge, page) = set_up(kind).await?;
    page.log_in_by("AUTH CRAM-MD5").await?;
    for (step, command, parameters) in [
        ("Mail", format!("MAIL FROM:<{ALICE}>"), of_mail),
        ("Rcpt(0)", format!("RCPT TO:<{BOB}>"), of_rcpt),
    ] {
        let before = page.walk_to_step(step).await?;
        page.press("change").await?;
        page.send_text(&[&[&*command], parameters].concat().join(" ")).await?;
        page.after(&before).await?;
    }
    page.walk_to_card("delivered").await?;
    // smtp-server gives xtext decoded (RFC 3461 §4).
    let sent: Vec<_> =
        of_mail.iter().chain(of_rcpt).map(|parameter| parameter.replace("+2B", "+")).collect();
    assert_eq!(peer.letters(1).await?[0].parameters, sent, "{kind:?}");
    page.expect_clean_console().await
}

async fn writes_to(kind: Kind) -> Result<()> {
    let (peer, _bridge, page) = set_up(kind).await?;
    for (n, mechanism) in ["LOGIN", "PLAIN", "CRAM-MD5"].into_iter().enumerate() {
        page.log_in_by(&format!("AUTH {mechanism}")).await?;
        // A password that others could read is sent only once that was read.
        if mechanism != "CRAM-MD5" {
            page.walk_to_card("warned").await?;
            page.press_next().await?;
        }
        page.walk_to_card("delivered").await?;

        let letter = &peer.letters(n + 1).await?[n];
        assert_eq!((&*letter.user, &*letter.sender), (ALICE, ALICE), "{kind:?}, {mechanism}");
        assert_eq!(letter.recipients, [BOB], "{kind:?}, {mechanism}");
        let data = String::from_utf8_lossy(&letter.data);
        assert_eq!(data, page.mail_data().await?, "{kind:?}, {mechanism}");
        assert!(data.ends_with("\r\n\r\n.one dot\r\n..\r\n.\r\nThe end.\r\n"), "{data}");
        page.press("next").await?;
        page.until_card("connect").await?;
    }
    let logins = peer.seen("login");
    let used: Vec<_> = logins.iter().map(|login| login["mechanism"].clone()).collect();
    assert_eq!(used, ["LOGIN", "PLAIN", "CRAM-MD5"], "{kind:?}");
    page.expect_clean_console().await
}

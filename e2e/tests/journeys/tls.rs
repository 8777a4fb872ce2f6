//! TLS that ends in the page: with the practice servers, with a real Postfix, with openssl, and with somebody on the
//! way who meddles.

use e2e::{
    Result,
    authority::Authority,
    between::{Between, Meddling},
    bridge::Bridge,
    browser::{Find, Key, Options},
    openssl::Openssl,
    page::{Page, Server},
    postfix::{self, Postfix},
};
use std::net::SocketAddr;

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const PASSWORD: &str = "correct-horse";
/// All the forms in which the password could be seen: as it is, and in base64, whatever stands before it.
const SECRETS: [&str; 4] = [PASSWORD, "Y29ycmVjdC1ob3Jz", "jb3JyZWN0LWhvcnNl", "NvcnJlY3QtaG9yc2"];

const IF_OFFERED: &str = "STARTTLS if offered";
const STARTTLS: &str = "STARTTLS required";
const VERIFIED: &str = "STARTTLS, verified";
const IMPLICIT: &str = "TLS from the first byte";

/// The TLS files that the page has fetched.
const FETCHED: &str = "return performance.getEntriesByType('resource')
    .filter(it => it.name.includes('/tls-')).map(it => it.name.split('/').pop());";

async fn fetched(page: &Page) -> Result<usize> {
    Ok(page.script(FETCHED).await?.as_array().map_or(0, Vec::len))
}

/// A bridge and its page.
async fn open(allowed: &[SocketAddr]) -> Result<(Bridge, Page)> {
    let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
    let extra: Vec<_> = allowed.iter().flat_map(|address| ["--allow", address]).collect();
    let bridge = Bridge::start(&extra).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    Ok((bridge, page))
}

/// Sets up a server of one's own, whose authority is believed, for Alice to write to Bob.
async fn set_up(page: &Page, server: SocketAddr, security: &str, authority: &str) -> Result<()> {
    let answers = [("user", ALICE), ("password", PASSWORD), ("from", ALICE), ("to", BOB)];
    page.press("open-setup").await?;
    page.press("server-own").await?;
    page.choose(Find::Do("security"), security).await?;
    page.answer(Server::Own(server), &answers).await?;
    page.fill(Find::Do("authorities"), authority).await?;
    page.press("apply").await?;
    page.gone(Find::Css("dialog")).await
}

#[tokio::test]
async fn the_practice_server_in_the_page_speaks_it_and_the_module_comes_when_it_is_needed()
-> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    page.walk_to_card("delivered").await?;
    assert_eq!(fetched(&page).await?, 0, "nobody has needed it");
    page.choose_in_setup(&[("security", VERIFIED)]).await?;
    page.until_card("connect").await?;
    assert_eq!(fetched(&page).await?, 0, "nobody has needed it yet");
    page.walk_to_step("HelloOverTls").await?;
    assert!(fetched(&page).await? > 0);
    page.see("encrypted from here on TLSv1.3").await?;
    let lines = page.conversation().await?;
    for said in ["C: ClientHello", "S: ServerHello", "C: ChangeCipherSpec"] {
        assert!(lines.contains(&said.to_owned()), "no {said:?} in {lines:#?}");
    }
    page.screenshot("begun").await?;
    page.walk_to_card("delivered").await?;
    page.screenshot("delivered").await?;

    // Again, from the first byte; the module is there already.
    page.choose_in_setup(&[("security", IMPLICIT)]).await?;
    page.until_card("connect").await?;
    let before = fetched(&page).await?;
    page.walk_to_card("delivered").await?;
    assert_eq!(fetched(&page).await?, before, "it is kept");
    page.see("connected to 192.0.2.25:465").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn tls_that_does_not_arrive_is_said_and_fetched_again() -> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    page.choose_in_setup(&[("security", VERIFIED)]).await?;
    page.until_card("connect").await?;
    page.block(&["*/tls-*"]).await?;
    page.walk_to_step("StartTls").await?;
    page.press("next").await?;
    page.until_card("ended").await?;
    page.see("The part of this page that speaks TLS did not arrive.").await?;
    page.block(&[]).await?;
    // The filled button starts over.
    page.press_next().await?;
    page.walk_to_card("delivered").await?;
    page.see("encrypted from here on TLSv1.3").await
}

#[tokio::test]
async fn the_practice_server_of_the_bridge_speaks_it_and_is_verified() -> Result<()> {
    let (bridge, page) = open(&[]).await?;
    page.set_up(Server::OnBridge, &[]).await?;
    for (security, n) in [(VERIFIED, 1), (IMPLICIT, 2)] {
        page.choose_in_setup(&[("security", security)]).await?;
        page.until_card("connect").await?;
        page.walk_to_card("delivered").await?;
        page.see("encrypted from here on TLSv1.3").await?;
        let listed = bridge.get("/practice/messages").await?;
        let listed: serde_json::Value = serde_json::from_slice(&listed.body).unwrap_or_default();
        assert_eq!(listed.as_array().map(Vec::len), Some(n), "{listed}");
        let html = page.text().await?;
        assert!(!html.contains("not verified"), "{html}");
    }
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_login_is_bound_to_the_connection_or_by_certificate_with_both_practice_servers()
-> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    for server in [Server::Here, Server::OnBridge] {
        page.set_up(server, &[]).await?;
        for mechanism in ["AUTH SCRAM-SHA-256-PLUS", "AUTH EXTERNAL"] {
            page.choose_in_setup(&[("security", VERIFIED), ("mechanism", mechanism)]).await?;
            page.until_card("connect").await?;
            page.walk_to_card("delivered").await?;
            let lines = page.conversation().await?;
            let command = format!("C: {mechanism}");
            assert!(lines.iter().any(|line| line.starts_with(&command)), "{lines:#?}");
            assert!(lines.iter().any(|line| line.starts_with("S: 235 ")), "{lines:#?}");
        }
    }
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_real_postfix_gets_the_mail_and_whoever_is_on_the_way_sees_nothing_of_it() -> Result<()> {
    let authority = Authority::new()?;
    let tls = Some(authority.certificate()?);
    let postfix = Postfix::start(postfix::Options { tls, ..Default::default() }).await?;
    for (server, security) in [(postfix.address(), VERIFIED), (postfix.tls_address(), IMPLICIT)] {
        let between = Between::start(server, Meddling::None)?;
        let (bridge, page) = open(&[between.address()]).await?;
        set_up(&page, between.address(), security, &authority.pem()?).await?;
        // There is nothing to warn of: one button leads to the end.
        page.walk_to_card("delivered").await?;
        page.see("encrypted from here on TLSv1.3").await?;
        page.screenshot("delivered").await?;

        let (there, back) = (between.from_client(), between.from_server());
        assert!(there.len() > 600 && back.len() > 600, "something went by");
        let [there, back] = [there, back].map(|way| String::from_utf8_lossy(&way).into_owned());
        // What each side says in the clear ends with these, if it says anything in the clear.
        let behind = |way: &str, last: &str| {
            way.split_once(last).map_or(way, |(_, behind)| behind).to_owned()
        };
        let commands = behind(&there, "STARTTLS\r\n");
        for word in ["EHLO", "AUTH", "MAIL FROM", "RCPT TO", "DATA\r", "QUIT", ALICE, "Subject"] {
            assert!(!commands.contains(word), "{word:?} was seen on the way ({security})");
        }
        let replies = behind(&back, "Ready to start TLS\r\n");
        for word in ["250 2.1.0", "235 2.7.0", "PIPELINING", "queued as", "221 2.0.0"] {
            assert!(!replies.contains(word), "{word:?} was seen on the way ({security})");
        }
        for (place, text) in [
            ("on the way there", there),
            ("on the way back", back),
            ("in the bridge's log", bridge.log()),
        ] {
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret:?} was seen {place} ({security})");
            }
        }
        page.expect_clean_console().await?;
    }
    let delivered = postfix.deliveries(BOB, 2).await?;
    let stored = String::from_utf8_lossy(&postfix::as_sent(&delivered[0])).into_owned();
    assert!(stored.starts_with("From: "), "{stored}");
    assert!(postfix.log().contains("TLS connection established"), "{}", postfix.log());
    Ok(())
}

#[tokio::test]
async fn an_authority_that_nobody_knows_stops_the_walk_and_a_password_is_warned_of_again()
-> Result<()> {
    let authority = Authority::new()?;
    let tls = Some(authority.certificate()?);
    let postfix = Postfix::start(postfix::Options { tls, ..Default::default() }).await?;
    let (_bridge, page) = open(&[postfix.address()]).await?;
    set_up(&page, postfix.address(), STARTTLS, "").await?;
    page.walk_to_card("untrusted").await?;
    page.see("Nobody who is trusted vouches for it").await?;
    page.see("Test Authority").await?;
    page.screenshot("untrusted").await?;
    page.press("go-on-anyway").await?;
    page.until_card("proposal").await?;
    let warned = page.walk_to_card("warned").await?;
    page.screenshot("warned").await?;
    // Enter does not send a password to somebody nobody vouches for.
    page.key(Key::Enter).await?;
    assert_eq!(page.seen().await?, warned);
    page.press_next().await?;
    // At AUTH, and where the password itself is due.
    let again = page.walk_to_card("warned").await?;
    assert_ne!(again.step, warned.step);
    page.key(Key::Enter).await?;
    assert_eq!(page.seen().await?, again);
    page.press_next().await?;
    page.walk_to_card("delivered").await?;
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.expect_clean_console().await
}

#[tokio::test]
async fn each_bad_certificate_is_refused_with_its_reason_by_both_practice_servers() -> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    let bad = [
        ("expired", "It has expired."),
        ("not valid yet", "It is not valid yet."),
        ("for another name", "It is for elsewhere.example"),
        ("self-signed", "It vouches for itself."),
        ("from an unknown authority", "Nobody who is trusted vouches for it, only"),
        ("missing a link to the authority", "did not send that certificate along"),
    ];
    for server in [Server::Here, Server::OnBridge] {
        page.set_up(server, &[]).await?;
        for (shows, why) in bad {
            page.choose_in_setup(&[("security", STARTTLS), ("shows", shows)]).await?;
            page.until_card("connect").await?;
            page.walk_to_card("untrusted").await?;
            page.see(why).await?;
            let lines = page.conversation().await?;
            let begun = lines.iter().position(|line| line == "C: STARTTLS").unwrap_or_default();
            let said_inside = lines[begun..].iter().any(|line| line.starts_with("C: EHLO"));
            assert!(!said_inside, "{lines:#?}");
            // The filled button leaves.
            page.press_next().await?;
            page.until_card("ended").await?;
        }
    }
    page.expect_clean_console().await
}

#[tokio::test]
async fn where_only_a_verified_certificate_will_do_there_is_no_going_on() -> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    page.choose_in_setup(&[("security", VERIFIED), ("shows", "self-signed")]).await?;
    page.walk_to_card("untrusted").await?;
    page.see("so the walk ends here").await?;
    assert!(page.all(Find::Do("go-on-anyway")).await?.is_empty());
    page.expect_clean_console().await
}

#[tokio::test]
async fn servers_that_speak_one_version_alone_are_spoken_to_in_it() -> Result<()> {
    let authority = Authority::new()?;
    let certificate = authority.certificate()?;
    for (option, seen) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let openssl = Openssl::start(&certificate, &[option]).await?;
        let (_bridge, page) = open(&[openssl.address()]).await?;
        set_up(&page, openssl.address(), IMPLICIT, &authority.pem()?).await?;
        page.walk_to_step("Hello").await?;
        page.see(&format!("encrypted from here on {seen}")).await?;
        page.screenshot(seen).await?;
        page.press_next().await?;
        page.expect_clean_console().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_version_that_the_server_does_not_speak_is_refused_with_its_alert() -> Result<()> {
    let authority = Authority::new()?;
    let openssl = Openssl::start(&authority.certificate()?, &["-tls1_2"]).await?;
    let (_bridge, page) = open(&[openssl.address()]).await?;
    set_up(&page, openssl.address(), IMPLICIT, &authority.pem()?).await?;
    page.choose_in_setup(&[("versions", "TLS 1.3 alone")]).await?;
    page.press("next").await?;
    page.until_card("ended").await?;
    page.see("gave TLS up with the alert protocol_version").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn an_offer_of_starttls_that_was_taken_out_on_the_way_ends_the_walk() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let between = Between::start(bridge.practice(), Meddling::HideStartTls)?;
    let (_other, page) = open(&[between.address()]).await?;
    set_up(&page, between.address(), STARTTLS, "").await?;
    page.walk_to_step("Quit").await?;
    page.see("took STARTTLS out of the server’s list of offers").await?;
    let lines = page.conversation().await?;
    assert!(lines.iter().any(|line| line.contains("XXXXXXXX")), "{lines:#?}");
    page.screenshot("downgrade").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn tls_that_is_wished_for_is_spoken_where_it_is_offered_and_done_without_where_not()
-> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let hidden = Between::start(bridge.practice(), Meddling::HideStartTls)?;
    let (_other, page) = open(&[hidden.address(), bridge.practice()]).await?;
    let authority = authority_of(&bridge).await?;
    set_up(&page, hidden.address(), IF_OFFERED, &authority).await?;
    // No login: the account is not the practice server's, and a real password would be warned of.
    page.walk_to_step("Auth").await?;
    assert!(!page.conversation().await?.contains(&"C: STARTTLS".to_owned()));
    set_up(&page, bridge.practice(), IF_OFFERED, &authority).await?;
    page.until_card("connect").await?;
    page.walk_to_step("Auth").await?;
    page.see("encrypted from here on").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn what_was_agreed_can_be_read_field_by_field() -> Result<()> {
    let (_bridge, page) = open(&[]).await?;
    page.choose_in_setup(&[("security", IMPLICIT)]).await?;
    page.until_card("connect").await?;
    page.walk_to_step("Mail").await?;
    let read = async |what: &str, seen: &[&str]| -> Result<()> {
        page.click(Find::Css(what)).await?;
        for text in seen {
            page.see(text).await?;
        }
        Ok(())
    };
    let hello = "li.record.client button";
    read(hello, &["TLS_CHACHA20_POLY1305_SHA256"]).await?;
    page.press("more-fields").await?;
    read(hello, &["practice.example", "x25519", "TLSv1.3"]).await?;
    page.screenshot("client-hello").await?;
    read("li.record.server button", &["ServerHello", "key share"]).await?;
    page.screenshot("server-hello").await?;
    // The chain of a good connection, from the row that says it is encrypted.
    read("li.upgraded button", &["The connection", "Certificate chain", "Fingerprint"]).await?;
    page.screenshot("chain").await?;
    let sealed = "li.client.sealed:not(.record) button";
    read(sealed, &["What was said", "EHLO student.example", "What travelled"]).await?;
    page.see("Sealed bytes, and how many of them. Not what they say.").await?;
    page.screenshot("sealed").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn plain_text_behind_the_consent_to_starttls_is_refused_and_explained() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let between = Between::start(bridge.practice(), Meddling::SpeakBehindStartTls)?;
    let (_other, page) = open(&[between.address()]).await?;
    set_up(&page, between.address(), STARTTLS, "").await?;
    page.walk_to_step("StartTls").await?;
    page.press("next").await?;
    page.until_card("ended").await?;
    page.see("Only TLS may stand behind the reply to STARTTLS. Plain text came.").await?;
    page.screenshot("behind").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_connection_cut_in_the_handshake_in_a_record_or_without_goodbye_is_told_as_that()
-> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    for (meddling, told) in [
        (Meddling::CutAfter(300), "cut in the middle of the handshake, inside a record"),
        (Meddling::CutInRecord, "The connection was cut inside a record"),
        (Meddling::CutBehindRecord, "closed without TLS’s goodbye (close_notify)"),
    ] {
        let between = Between::start(bridge.practice_tls(), meddling)?;
        let (_other, page) = open(&[between.address()]).await?;
        let authority = authority_of(&bridge).await?;
        set_up(&page, between.address(), IMPLICIT, &authority).await?;
        page.press("next").await?;
        page.until_card("ended").await?;
        page.see(told).await?;
        let lines = page.conversation().await?;
        assert!(lines.contains(&"C: ClientHello".to_owned()), "the transcript is kept: {lines:#?}");
        page.expect_clean_console().await?;
    }
    Ok(())
}

#[tokio::test]
async fn bytes_that_come_one_at_a_time_are_the_same_session() -> Result<()> {
    let authority = Authority::new()?;
    let tls = Some(authority.certificate()?);
    let postfix = Postfix::start(postfix::Options { tls, ..Default::default() }).await?;
    let between = Between::start(postfix.address(), Meddling::ByteByByte)?;
    let (_bridge, page) = open(&[between.address()]).await?;
    set_up(&page, between.address(), VERIFIED, &authority.pem()?).await?;
    page.walk_to_card("delivered").await?;
    assert_eq!(postfix.deliveries(BOB, 1).await?.len(), 1);
    page.expect_clean_console().await
}

#[tokio::test]
async fn each_of_the_two_ports_is_recognised_where_the_other_was_expected() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let (_other, page) = open(&[bridge.practice(), bridge.practice_tls()]).await?;
    set_up(&page, bridge.practice(), IMPLICIT, "").await?;
    page.press("next").await?;
    page.until_card("ended").await?;
    page.see("This port speaks plain SMTP").await?;
    page.screenshot("plain").await?;

    // A server that waits for TLS says nothing, and an impatient client that speaks is answered with an alert.
    page.choose_in_setup(&[("security", "none")]).await?;
    page.fill_port(bridge.practice_tls()).await?;
    page.press("next").await?;
    page.until_card("waiting").await?;
    page.press("stop").await?;
    page.until_card("ended").await?;
    page.expect_clean_console().await
}

#[tokio::test]
async fn a_message_of_25_mb_goes_through_and_arrives_whole() -> Result<()> {
    let authority = Authority::new()?;
    let tls = Some(authority.certificate()?);
    let postfix = Postfix::start(postfix::Options { tls, ..Default::default() }).await?;
    let (_bridge, page) = open(&[postfix.address()]).await?;
    set_up(&page, postfix.address(), VERIFIED, &authority.pem()?).await?;
    page.fill_body_with(LINES).await?;
    page.walk_to_card("delivered").await?;
    let delivered = postfix.deliveries(BOB, 1).await?;
    let sent = postfix::as_sent(&delivered[0]);
    let begin = sent.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4);
    let lines = sent[begin..].split_inclusive(|byte| *byte == b'\n');
    let mut count = 0;
    for line in lines {
        assert_eq!(line.len(), 76 + 2, "line {count}");
        count += 1;
    }
    assert_eq!(count, LINES);
    page.expect_clean_console().await
}

/// Lines of 76 characters and their ends: 25 MB.
const LINES: usize = 25_000_000 / 78;

/// The authority of a bridge's practice server.
async fn authority_of(bridge: &Bridge) -> Result<String> {
    let info = bridge.get("/bridge").await?;
    let info: serde_json::Value = serde_json::from_slice(&info.body).unwrap_or_default();
    Ok(info["practice"]["authority"].as_str().unwrap_or_default().to_owned())
}

//! The page in parts: what it opens with, what comes behind it, and what happens where a part does not come.

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Find, Options},
    page::Page,
};

/// The part with all of SMTP, and a language.
const REST: &str = "*split_rest*";
const CHINESE: &str = "*split_chinese*";

/// What a page may fetch before it can be used, in bytes as they travel.
const FIRST_LOAD: u64 = 150_000;

/// The name and the size of everything that arrived.
const ARRIVED: &str = "return ['navigation', 'resource']
    .flatMap(kind => performance.getEntriesByType(kind))
    .filter(it => it.encodedBodySize > 0)
    .map(it => [new URL(it.name).pathname.split('/').pop(), it.encodedBodySize]);";

/// The names of what was fetched, and not taken from what the browser keeps.
const FETCHED: &str = "return performance.getEntriesByType('resource')
    .filter(it => it.transferSize > 0 && /-[0-9a-f]{16}/.test(it.name)).map(it => it.name);";

async fn arrived(page: &Page) -> Result<Vec<(String, u64)>> {
    let entries = page.script(ARRIVED).await?;
    let entry =
        |entry: &serde_json::Value| Some((entry[0].as_str()?.to_owned(), entry[1].as_u64()?));
    Ok(entries.as_array().into_iter().flatten().filter_map(entry).collect())
}

/// A page whose console need not be clean: the browser says there what it did not fetch.
async fn open_without(pattern: &str) -> Result<(Bridge, Page)> {
    let bridge = Bridge::start(&[]).await?;
    let page = Page::open_without(&bridge.url("/"), Options::default(), &[pattern]).await?;
    Ok((bridge, page))
}

#[tokio::test]
async fn the_page_opens_filled_in_with_little_and_the_rest_comes_behind_it() -> Result<()> {
    let (bridge, page) = open_without(REST).await?;
    // All of it is there to be read.
    for text in ["The classic lab", "teacher@practice.example", "Leave out the empty line"] {
        page.see(text).await?;
    }
    assert_eq!(page.steps().await?.len(), 14);
    page.screenshot("opened").await?;
    let files = arrived(&page).await?;
    let size: u64 = files.iter().map(|(_, size)| size).sum();
    assert!(files.iter().any(|(name, _)| name == "split_english.wasm"), "{files:#?}");
    assert!(size <= FIRST_LOAD, "{size} bytes are more than {FIRST_LOAD}: {files:#?}");
    let early = |name: &str| ["rest", "chinese", "worker"].iter().any(|late| name.contains(late));
    assert!(!files.iter().any(|(name, _)| early(name)), "{files:#?}");

    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    page.until("the rest to arrive", async || {
        let files = arrived(&page).await?;
        Ok(files.iter().any(|(name, _)| name == "split_rest.wasm").then_some(()))
    })
    .await?;
    // And whoever comes back fetches none of it again.
    page.goto(&bridge.url("/?again")).await?;
    page.until_card("connect").await?;
    let fetched = page.script(FETCHED).await?;
    assert_eq!(fetched, serde_json::json!([]), "of what a browser keeps for good");
    page.expect_clean_console().await
}

#[tokio::test]
async fn what_was_wanted_before_it_could_be_done_is_done_when_it_can() -> Result<()> {
    let (_bridge, page) = open_without(REST).await?;
    page.see("A part of this page did not arrive.").await?;
    page.press("next").await?;
    page.see("A part of this page did not arrive.").await?;
    page.screenshot("did-not-arrive").await?;
    page.block(&[]).await?;
    page.press("fetch-again").await?;
    page.until_card("proposal").await?;
    page.see("220 practice.example ESMTP ready").await?;
    page.see_no("A part of this page did not arrive.").await?;
    page.walk_to_card("delivered").await.map(drop)
}

#[tokio::test]
async fn a_set_up_that_was_opened_too_early_opens_when_it_arrives() -> Result<()> {
    let (_bridge, page) = open_without(REST).await?;
    page.see("A part of this page did not arrive.").await?;
    page.press("open-setup").await?;
    page.block(&[]).await?;
    page.press("fetch-again").await?;
    page.find(Find::Css("dialog [data-do=server-own]")).await?;
    Ok(())
}

#[tokio::test]
async fn a_language_is_fetched_when_it_is_chosen() -> Result<()> {
    let (_bridge, page) = open_without(CHINESE).await?;
    page.press("speak-zh").await?;
    page.see("A part of this page did not arrive.").await?;
    page.block(&[]).await?;
    page.press("fetch-again").await?;
    page.see("经典实验").await?;
    let files = arrived(&page).await?;
    assert!(files.iter().any(|(name, _)| name == "split_chinese.wasm"), "{files:#?}");
    Ok(())
}

#[tokio::test]
async fn a_page_without_words_says_what_did_not_arrive() -> Result<()> {
    let bridge = Bridge::start(&[]).await?;
    let page = e2e::browser::Browser::open(Options::default()).await?;
    page.block(&["*split_english*"]).await?;
    page.goto(&bridge.url("/")).await?;
    page.see("The page could not start").await?;
    page.see("the page\u{2019}s words did not arrive").await
}

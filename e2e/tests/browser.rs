//! The harness's browser does what a person would do, and says what it saw when it cannot.

use std::time::Duration;

use e2e::{
    Error,
    browser::{Browser, Find, Key, Options},
    site::{File, Site},
};

const SITE: &[File] = &[
    (
        "/",
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<h1>A   page</h1>
<label>Your name <input id="name" value="old"></label>
<label for="kind">Kind</label><select id="kind"><option>Tea</option><option>Coffee</option></select>
<button id="greet" aria-label="Greet me">→</button>
<button data-do="later">Later</button>
<button id="slow" disabled>Not yet</button>
<a href="/next">Next page</a>
<p hidden>Nobody sees this</p>
<p id="out"></p>
<pre id="keys"></pre>
<script src="/page.js"></script>"#,
    ),
    (
        "/page.css",
        "body { background: #fff } @media (prefers-color-scheme: dark) { body { background: #000 } }",
    ),
    (
        "/page.js",
        r"const at = id => document.getElementById(id);
at('greet').onclick = () => at('out').textContent = `Hello, ${at('name').value} (${at('kind').value})`;
document.onkeydown = e => at('keys').textContent += e.key + ' ';
// Replaces itself, as a page drawn anew does, and comes to life only after a while.
document.querySelector('[data-do=later]').onclick = () => setTimeout(() => {
  const fresh = at('slow').cloneNode(true);
  fresh.disabled = false;
  fresh.textContent = 'Now';
  fresh.onclick = () => at('out').textContent = 'Done';
  at('slow').replaceWith(fresh);
}, 300);",
    ),
    (
        "/next",
        r#"<!doctype html><title>Next</title><link rel="icon" href="data:,"><h1>The next page</h1>"#,
    ),
    (
        "/broken",
        r#"<!doctype html><title>Broken</title><link rel="icon" href="data:,">
<h1>Broken</h1><script>document.title = 'the policy forbids this'</script>
<script src="/broken.js"></script><script src="/missing.js"></script>"#,
    ),
    ("/broken.js", "console.warn('a warning'); throw new Error('on purpose');"),
];

#[tokio::test]
async fn fields_buttons_and_links_are_found_by_their_accessible_names() {
    let site = Site::serve(SITE).await.unwrap();
    let browser = Browser::open(Options::default()).await.unwrap();
    browser.goto(&site.url("/")).await.unwrap();
    browser.see("A page").await.unwrap();
    browser.fill(Find::Field("Your name"), "Ada 小王").await.unwrap();
    assert_eq!(browser.value_of(Find::Field("Your name")).await.unwrap(), "Ada 小王");
    browser.choose(Find::Field("Kind"), "Coffee").await.unwrap();
    browser.click(Find::Button("Greet me")).await.unwrap();
    browser.see("Hello, Ada 小王 (Coffee)").await.unwrap();
    assert_eq!(browser.text_of(Find::Text("Hello,")).await.unwrap(), "Hello, Ada 小王 (Coffee)");
    browser.fill(Find::Field("Your name"), "").await.unwrap();
    browser.click(Find::Button("Greet me")).await.unwrap();
    browser.see("Hello, (Coffee)").await.unwrap();
    browser.screenshot("greeted").await.unwrap();
    browser.click(Find::Link("Next page")).await.unwrap();
    browser.see("The next page").await.unwrap();
    browser.expect_clean_console().await.unwrap();
}

#[tokio::test]
async fn keys_go_where_the_focus_is() {
    let site = Site::serve(SITE).await.unwrap();
    let browser = Browser::open(Options::default()).await.unwrap();
    browser.goto(&site.url("/")).await.unwrap();
    browser.key(Key::Tab).await.unwrap();
    browser.type_text("new").await.unwrap();
    assert_eq!(browser.value_of(Find::Field("Your name")).await.unwrap(), "new");
    browser.key(Key::Tab).await.unwrap();
    browser.key(Key::Tab).await.unwrap();
    browser.key(Key::Enter).await.unwrap();
    browser.see("Hello, new (Tea)").await.unwrap();
    assert_eq!(browser.text_of(Find::Css("#keys")).await.unwrap(), "Tab n e w Tab Tab Enter ");
}

#[tokio::test]
async fn a_click_waits_until_its_button_is_there_and_enabled() {
    let site = Site::serve(SITE).await.unwrap();
    let browser = Browser::open(Options::default()).await.unwrap();
    browser.goto(&site.url("/")).await.unwrap();
    browser.click(Find::Do("later")).await.unwrap();
    browser.click(Find::Css("#slow")).await.unwrap();
    browser.see("Done").await.unwrap();
    browser.gone(Find::Button("Not yet")).await.unwrap();
    assert_eq!(browser.all(Find::Button("Now")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn hidden_text_is_not_seen() {
    let site = Site::serve(SITE).await.unwrap();
    let browser = Browser::open(Options::default()).await.unwrap();
    browser.goto(&site.url("/")).await.unwrap();
    browser.see_no("Nobody sees this").await.unwrap();
    assert!(browser.all(Find::Text("Nobody sees this")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_wait_in_vain_tells_what_the_page_showed() {
    let site = Site::serve(SITE).await.unwrap();
    let impatient = Options { patience: Duration::from_millis(200), ..Options::default() };
    let browser = Browser::open(impatient).await.unwrap();
    browser.goto(&site.url("/broken")).await.unwrap();
    let error = browser.see("what never comes").await.unwrap_err();
    let Error::Page(seen) = &error else { panic!("{error}") };
    assert!(std::fs::read(&seen.screenshot).unwrap().starts_with(b"\x89PNG"));
    let said = error.to_string();
    for part in
        ["waited 200ms for the text \"what never comes\"", "/broken", "Broken", "on purpose"]
    {
        assert!(said.contains(part), "no {part:?} in: {said}");
    }
}

#[tokio::test]
async fn the_console_tells_of_exceptions_missing_files_and_what_the_policy_forbids() {
    let site = Site::serve(SITE).await.unwrap();
    let browser = Browser::open(Options::default()).await.unwrap();
    browser.goto(&site.url("/broken")).await.unwrap();
    let Error::Console(errors) = browser.expect_clean_console().await.unwrap_err() else {
        panic!("another error")
    };
    let about = |part: &str| errors.iter().filter(|error| error.message.contains(part)).count();
    assert_eq!(about("Content Security Policy"), 1, "{errors:?}");
    assert_eq!(about("on purpose"), 1, "{errors:?}");
    assert_eq!(about("missing.js"), 1, "{errors:?}");
    assert_eq!(about("a warning"), 0, "{errors:?}");
    let all = ["Content Security Policy", "on purpose", "missing.js"];
    browser.expect_console_errors(&all).await.unwrap();
    let error = browser.expect_console_errors(&["never said"]).await.unwrap_err();
    assert!(error.to_string().contains("never said"), "{error}");
}

#[tokio::test]
async fn the_page_gets_the_size_language_and_colours_asked_for() {
    let site = Site::serve(SITE).await.unwrap();
    let phone = Options {
        viewport: (390, 844),
        languages: vec!["zh-CN".into(), "zh".into()],
        dark: true,
        still: true,
        ..Options::default()
    };
    let cases =
        [(Options::default(), "1440x900 en light moving"), (phone, "390x844 zh-CN,zh dark still")];
    for (options, expected) in cases {
        let viewport = options.viewport;
        let browser = Browser::open(options).await.unwrap();
        // The wishes outlive a navigation.
        browser.goto(&site.url("/next")).await.unwrap();
        browser.goto(&site.url("/")).await.unwrap();
        let got = browser
            .script(
                "const prefers = what => matchMedia(`(prefers-${what})`).matches;
                 return `${innerWidth}x${innerHeight} ${navigator.languages} `
                     + (prefers('color-scheme: dark') ? 'dark ' : 'light ')
                     + (prefers('reduced-motion: reduce') ? 'still' : 'moving')",
            )
            .await
            .unwrap();
        assert_eq!(got, expected);
        let picture = std::fs::read(browser.screenshot("page").await.unwrap()).unwrap();
        assert_eq!(png_size(&picture), viewport);
    }
}

#[tokio::test]
async fn two_browsers_share_nothing() {
    let site = Site::serve(SITE).await.unwrap();
    let open = || Browser::open(Options::default());
    let (one, other) = tokio::try_join!(open(), open()).unwrap();
    one.goto(&site.url("/")).await.unwrap();
    one.script("localStorage.setItem('seen', 'yes')").await.unwrap();
    other.goto(&site.url("/")).await.unwrap();
    drop(one);
    assert!(other.script("return localStorage.getItem('seen')").await.unwrap().is_null());
}

/// Width and height stand at the start of a PNG (its IHDR chunk).
fn png_size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| png[at..at + 4].iter().fold(0, |n, byte| n << 8 | u32::from(*byte));
    (number(16), number(20))
}

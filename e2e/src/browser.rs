//! A browser, used as a person uses it: by what is written on things.
//!
//! Every action waits until its target is there, visible and willing, and gives up with a picture
//! of the page and its text ([`Error::Page`]). There is no pause anywhere: an action that waits,
//! waits for something.

mod command;
mod console;
mod find;
mod launch;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fantoccini::{Client, elements::Element, error::CmdError};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

pub use console::ConsoleEntry;
pub use fantoccini::key::Key;
pub use find::Find;

use crate::{Error, PageSeen, Result, artifacts, process::Program, wait};

/// How many browsers run at a time in one test process: each takes some 300 MB, and on a machine
/// with many cores the test runner would start as many at once.
const AT_ONCE: usize = 4;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// What the browser is to be like.
#[derive(Debug, Clone)]
pub struct Options {
    /// Width and height of the page's area in CSS pixels, exactly.
    pub viewport: (u32, u32),
    /// The languages the person prefers, best first, as in `navigator.languages`.
    pub languages: Vec<String>,
    /// Whether the person prefers dark pages.
    pub dark: bool,
    /// Whether the person prefers pages without motion.
    pub still: bool,
    /// How long to wait for anything on a page.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            viewport: (1440, 900),
            languages: vec!["en".into()],
            dark: false,
            still: false,
            patience: wait::PATIENCE,
        }
    }
}

/// A headless Chromium with a profile of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    console: Mutex<Vec<ConsoleEntry>>,
    patience: Duration,
    /// What ends with the browser, in this order: the browser is gone when its profile goes.
    _ends: (Program, TempDir, SemaphorePermit<'static>),
}

impl Browser {
    /// Starts a browser, as soon as there are not too many.
    ///
    /// # Errors
    /// When chromedriver or Chromium is missing or does not start.
    pub async fn open(options: Options) -> Result<Self> {
        let Ok(place) = PLACES.acquire().await else { unreachable!("the places are never closed") };
        let profile = TempDir::with_prefix("e2e-browser-").map_err(Error::io("make a profile"))?;
        let (client, driver) = launch::launch(&options, profile.path()).await?;
        let (console, patience) = (Mutex::default(), options.patience);
        let browser = Self { client, console, patience, _ends: (driver, profile, place) };
        browser.prefer(options.dark, options.still).await?;
        browser.resize(options.viewport).await?;
        Ok(browser)
    }

    /// Goes to an address, and comes back when the page has loaded.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.map_err(Error::webdriver(format!("go to {url}")))
    }

    /// Clicks something, once it is there and enabled.
    ///
    /// # Errors
    /// When that does not come about in time.
    pub async fn click(&self, find: Find<'_>) -> Result<()> {
        self.act(&format!("{find} that can be clicked"), find, async |element| {
            // WebDriver clicks a disabled button as well, and nothing comes of it.
            if !element.is_enabled().await?
                || element.attr("aria-disabled").await?.as_deref() == Some("true")
            {
                return Ok(None);
            }
            element.click().await.map(Some)
        })
        .await
    }

    /// Has every request fail whose address fits one of these patterns, in which `*` is anything; none of them with no
    /// pattern.
    ///
    /// # Errors
    /// When the browser does not take that.
    pub async fn block(&self, patterns: &[&str]) -> Result<()> {
        command::devtools(&self.client, "Network.enable", json!({})).await?;
        let parameters = json!({ "urls": patterns });
        command::devtools(&self.client, "Network.setBlockedURLs", parameters).await.map(drop)
    }

    /// Replaces what a field holds, key by key.
    ///
    /// # Errors
    /// When there is no such field that takes text.
    pub async fn fill(&self, find: Find<'_>, text: &str) -> Result<()> {
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        let keys = if text.is_empty() { char::from(Key::Delete).into() } else { text.to_owned() };
        self.act(&format!("{find} that takes text"), find, async |element| {
            element.click().await?;
            element.send_keys(&select_all).await?;
            element.send_keys(&keys).await.map(Some)
        })
        .await
    }

    /// Chooses an option of a list by what is written on it.
    ///
    /// # Errors
    /// When there is no such list or option.
    pub async fn choose(&self, find: Find<'_>, option: &str) -> Result<()> {
        self.act(&format!("{find} with the option {option:?}"), find, async |element| {
            element.select_by_label(option).await.map(Some)
        })
        .await
    }

    /// Types where the focus is.
    ///
    /// # Errors
    /// When nothing there takes keys.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let focused = self.client.active_element().await.map_err(Error::webdriver("type"))?;
        focused.send_keys(text).await.map_err(Error::webdriver(format!("type {text:?}")))
    }

    /// Presses a key where the focus is.
    ///
    /// # Errors
    /// When nothing there takes keys.
    pub async fn key(&self, key: Key) -> Result<()> {
        self.type_text(&char::from(key).to_string()).await
    }

    /// Waits until the page shows `text`. White space of any kind and length counts as one blank.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn see(&self, text: &str) -> Result<()> {
        let wanted = find::squeezed(text);
        self.until(&format!("the text {text:?}"), async || {
            Ok(find::squeezed(&self.text().await?).contains(&wanted).then_some(()))
        })
        .await
    }

    /// Waits until the page no longer shows `text`.
    ///
    /// # Errors
    /// When it does not go away in time.
    pub async fn see_no(&self, text: &str) -> Result<()> {
        let unwanted = find::squeezed(text);
        self.until(&format!("the text {text:?} to go"), async || {
            Ok((!find::squeezed(&self.text().await?).contains(&unwanted)).then_some(()))
        })
        .await
    }

    /// Waits until something is there to be seen, and gives it.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn find(&self, find: Find<'_>) -> Result<Element> {
        self.until(&find.to_string(), async || self.first(find).await).await
    }

    /// Waits until something is no longer to be seen.
    ///
    /// # Errors
    /// When it does not go away in time.
    pub async fn gone(&self, find: Find<'_>) -> Result<()> {
        self.until(&format!("{find} to go"), async || {
            Ok(self.first(find).await?.is_none().then_some(()))
        })
        .await
    }

    /// All that are to be seen at this moment, in the page's order.
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn all(&self, find: Find<'_>) -> Result<Vec<Element>> {
        find::all(&self.client, find, usize::MAX).await
    }

    /// The text shown within something, once it is there.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn text_of(&self, find: Find<'_>) -> Result<String> {
        self.act(&find.to_string(), find, async |element| element.text().await.map(Some)).await
    }

    /// What a field holds, once it is there.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn value_of(&self, find: Find<'_>) -> Result<String> {
        self.act(&find.to_string(), find, async |element| element.prop("value").await).await
    }

    /// Waits for a condition of the test's own. `awaited` continues "waited for …".
    ///
    /// # Errors
    /// [`Error::Page`] when it does not come true in time, and at once what `probe` fails with.
    pub async fn until<T>(
        &self,
        awaited: &str,
        probe: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        match wait::until(awaited, self.patience, probe).await {
            Err(Error::Deadline { awaited, within, .. }) => {
                Err(self.explain(awaited, within).await?)
            }
            other => other,
        }
    }

    /// All text a person would see on the page, by scrolling if need be.
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn text(&self) -> Result<String> {
        let text = self.script("return document.body ? document.body.innerText : ''").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs JavaScript in the page and gives what it returns. For looking, not for acting.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        let result = self.client.execute(script, Vec::new()).await;
        result.map_err(Error::webdriver(format!("run {script:?}")))
    }

    /// Keeps a picture of the page as it is in the window, with the test's artifacts.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let path = artifacts::path(&format!("{name}.png"))?;
        self.screenshot_to(&path).await?;
        Ok(path)
    }

    /// As [`Browser::screenshot`], into a file of one's choice.
    ///
    /// # Errors
    /// As there.
    pub async fn screenshot_to(&self, path: &Path) -> Result<()> {
        let doing = || Error::webdriver("take a screenshot");
        let picture = self.client.screenshot().await.map_err(doing())?;
        fs::write(path, picture).map_err(Error::io(format!("write {}", path.display())))
    }

    /// All that the page's console has said so far.
    ///
    /// # Errors
    /// When chromedriver cannot be asked.
    pub async fn console(&self) -> Result<Vec<ConsoleEntry>> {
        let new = command::console(&self.client).await?;
        // chromedriver gives each entry once.
        let mut all = self.console.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(new);
        Ok(all.clone())
    }

    /// Fails when the console holds an error: an exception, a file that did not load, something
    /// the Content-Security-Policy forbade.
    ///
    /// # Errors
    /// [`Error::Console`] with these errors.
    pub async fn expect_clean_console(&self) -> Result<()> {
        self.expect_console_errors(&[]).await
    }

    /// As [`Browser::expect_clean_console`], but for errors that contain one of `expected`, and
    /// each of these must have come.
    ///
    /// # Errors
    /// [`Error::Console`] with the other errors, [`Error::Missing`] for what did not come.
    pub async fn expect_console_errors(&self, expected: &[&str]) -> Result<()> {
        let mut errors = self.console().await?;
        errors.retain(ConsoleEntry::is_error);
        for part in expected {
            if !errors.iter().any(|error| error.message.contains(part)) {
                return Err(Error::Missing {
                    expected: format!("an error with {part:?} in the console"),
                    found: format!("these are there: {errors:?}"),
                    cure: "see what the page does in its place".into(),
                });
            }
        }
        errors.retain(|error| !expected.iter().any(|part| error.message.contains(part)));
        if errors.is_empty() { Ok(()) } else { Err(Error::Console(errors)) }
    }

    /// Gives the page an area of exactly this many CSS pixels.
    ///
    /// # Errors
    /// When chromedriver refuses.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let parameters =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        command::devtools(&self.client, "Emulation.setDeviceMetricsOverride", parameters)
            .await
            .map(drop)
    }

    /// Makes the person prefer dark or light pages, with motion or without.
    ///
    /// # Errors
    /// When chromedriver refuses.
    pub async fn prefer(&self, dark: bool, still: bool) -> Result<()> {
        let scheme = if dark { "dark" } else { "light" };
        let motion = if still { "reduce" } else { "no-preference" };
        let parameters = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]});
        command::devtools(&self.client, "Emulation.setEmulatedMedia", parameters).await.map(drop)
    }

    async fn first(&self, find: Find<'_>) -> Result<Option<Element>> {
        Ok(find::all(&self.client, find, 1).await?.pop())
    }

    /// Does something with an element, again and again until it succeeds: between being found and
    /// being used the page may have replaced, moved or covered it.
    async fn act<T>(
        &self,
        awaited: &str,
        find: Find<'_>,
        action: impl AsyncFn(&Element) -> Result<Option<T>, CmdError>,
    ) -> Result<T> {
        self.until(awaited, async || {
            let Some(element) = self.first(find).await? else { return Ok(None) };
            match action(&element).await {
                Ok(done) => Ok(done),
                Err(error) if is_passing(&error) => Ok(None),
                Err(error) => Err(Error::webdriver(format!("use {find}"))(error)),
            }
        })
        .await
    }

    /// The error for a wait in vain, with all that helps to see why.
    async fn explain(&self, awaited: String, within: Duration) -> Result<Error> {
        let screenshot = artifacts::numbered("failure", "png")?;
        self.screenshot_to(&screenshot).await?;
        let url = self.client.current_url().await.map_err(Error::webdriver("name its page"))?;
        let (text, console) = (self.text().await?, self.console().await?);
        let url = url.into();
        Ok(Error::Page(Box::new(PageSeen { awaited, within, url, text, console, screenshot })))
    }
}

/// Whether an error tells of a moment only: the element was replaced, is not shown yet, or
/// something lies over it.
fn is_passing(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else { return false };
    let passing = [
        "stale element reference",
        "element click intercepted",
        "element not interactable",
        "no such element",
    ];
    passing.contains(&error.error().as_str())
}

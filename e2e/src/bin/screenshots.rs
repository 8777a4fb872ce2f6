//! Pictures of the page's screens, to be looked at: each at three sizes, light and dark, in both
//! languages, in `target/artifacts/screens/`.
//!
//! `cargo run -p e2e --bin screenshots -- [--only NAME]…`
//!
//! Ends with 0 when all were taken, 1 when some could not be or the console held errors, and 64
//! when it was called wrongly.

use std::{fs, path::Path, process::ExitCode};

use e2e::{
    Error, Result, artifacts,
    bridge::Bridge,
    browser::{Find, Options},
    page::Page,
};

/// A screen: its name, and how a person who has just opened the page gets there.
struct Screen {
    name: &'static str,
    steps: &'static [Act],
}

/// What the person does. By hooks, for the words differ.
enum Act {
    /// Clicks what has this hook.
    Press(&'static str),
    /// Clicks the n-th thing said, n from 1.
    Read(usize),
    /// Sets up the login by this mechanism.
    LogInBy(&'static str),
    /// Chooses from a list of the set-up: its hook, and the place of the choice, from 0.
    Choose(&'static str, usize),
    /// Clicks the first thing like this.
    Click(&'static str),
    /// Goes on until this card is shown.
    UntilCard(&'static str),
    /// Goes on until it is the turn of this step.
    UntilStep(&'static str),
}
use Act::{Choose, Click, LogInBy, Press, Read, UntilCard, UntilStep};

/// All screens. A new one is one line here.
const SCREENS: &[Screen] = &[
    Screen { name: "opening", steps: &[] },
    Screen { name: "command", steps: &[UntilStep("Mail")] },
    Screen { name: "command-by-hand", steps: &[UntilStep("Mail"), Press("change")] },
    Screen { name: "secret", steps: &[UntilStep("AuthResponse(1)")] },
    Screen { name: "greeting-read", steps: &[UntilStep("Auth"), Read(1)] },
    Screen { name: "capabilities-read", steps: &[UntilStep("Auth"), Read(3)] },
    Screen { name: "base64-read", steps: &[UntilStep("Mail"), Read(6)] },
    Screen { name: "proof", steps: &[LogInBy("AUTH SCRAM-SHA-256"), UntilStep("AuthResponse(1)")] },
    Screen {
        name: "proof-read",
        steps: &[LogInBy("AUTH SCRAM-SHA-256"), UntilStep("Mail"), Read(6)],
    },
    Screen { name: "refused", steps: &[Press("mistake-wrong-password"), UntilCard("refused")] },
    Screen { name: "delivered", steps: &[UntilCard("delivered")] },
    Screen { name: "letter", steps: &[UntilCard("delivered"), Press("next"), Press("letter-1")] },
    Screen {
        name: "raw-letter",
        steps: &[UntilCard("delivered"), Press("next"), Press("letter-1"), Press("raw")],
    },
    Screen { name: "encrypted", steps: &[Choose("security", REQUIRED), UntilStep("HelloOverTls")] },
    Screen {
        name: "client-hello-read",
        steps: &[Choose("security", IMPLICIT), UntilStep("Hello"), Read(1)],
    },
    Screen {
        name: "certificate-read",
        steps: &[
            Choose("security", IMPLICIT),
            UntilStep("Hello"),
            Click("li[data-row].upgraded button"),
        ],
    },
    Screen {
        name: "sealed-read",
        steps: &[
            Choose("security", IMPLICIT),
            UntilStep("Mail"),
            Click("li.client.sealed:not(.record) button"),
        ],
    },
    Screen {
        name: "untrusted",
        steps: &[Choose("security", REQUIRED), Choose("shows", EXPIRED), UntilCard("untrusted")],
    },
    Screen { name: "set-up", steps: &[Press("change-setup")] },
    Screen { name: "own-server", steps: &[Press("change-setup"), Press("server-own")] },
];

/// The places of these in their lists.
const REQUIRED: usize = 2;
const IMPLICIT: usize = 4;
const EXPIRED: usize = 1;

/// A phone, a projector, a laptop.
const SIZES: [(u32, u32); 3] = [(390, 844), (1024, 768), (1440, 900)];

const LANGUAGES: [(&str, &[&str]); 2] = [("en", &["en"]), ("zh", &["zh-CN", "zh"])];

const WRONG_CALL: u8 = 64;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let screens = match chosen(std::env::args().skip(1)) {
        Ok(screens) => screens,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::from(WRONG_CALL);
        }
    };
    match shoot(&screens).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failures) => {
            eprintln!("{failures} of the visits failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The screens named with `--only`, or all.
fn chosen(mut arguments: impl Iterator<Item = String>) -> Result<Vec<&'static Screen>, String> {
    let names = || SCREENS.iter().map(|screen| screen.name).collect::<Vec<_>>().join(", ");
    let mut chosen = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument != "--only" {
            return Err(format!("expected `--only NAME`, got {argument:?}"));
        }
        let name = arguments.next().ok_or_else(|| format!("--only wants one of: {}", names()))?;
        let screen = SCREENS.iter().find(|screen| screen.name == name);
        chosen.push(screen.ok_or_else(|| format!("no screen {name:?}; there are: {}", names()))?);
    }
    if chosen.is_empty() { Ok(SCREENS.iter().collect()) } else { Ok(chosen) }
}

/// Takes all pictures and gives the number of visits that failed.
async fn shoot(screens: &[&Screen]) -> Result<usize> {
    let folder = artifacts::dir()?.join("screens");
    fs::create_dir_all(&folder).map_err(Error::io(format!("make {}", folder.display())))?;
    let bridge = Bridge::start(&[]).await?;
    let url = bridge.url("/");
    let mut failures = 0;
    for screen in screens {
        for size in SIZES {
            // Two at a time keep an ordinary machine busy.
            let [english, chinese] = LANGUAGES;
            let (english, chinese) = tokio::join!(
                visit(screen, size, english, &url, &folder),
                visit(screen, size, chinese, &url, &folder),
            );
            for visit in [english, chinese] {
                if let Err(error) = visit {
                    eprintln!("{} at {}×{}: {error}", screen.name, size.0, size.1);
                    failures += 1;
                }
            }
        }
    }
    println!("the pictures are in {}", folder.display());
    Ok(failures)
}

/// Goes to a screen as a new person, and takes its picture in the light and in the dark.
async fn visit(
    screen: &Screen,
    viewport: (u32, u32),
    (tag, languages): (&str, &[&str]),
    url: &str,
    folder: &Path,
) -> Result<()> {
    let languages = languages.iter().map(ToString::to_string).collect();
    let options = Options { viewport, languages, still: true, ..Options::default() };
    let page = Page::open(url, options).await?;
    for step in screen.steps {
        match *step {
            Press(hook) => page.press(hook).await?,
            Read(n) => {
                let said = format!("li:nth-child({n} of .row:not(.event)) .bubble");
                page.click(Find::Css(&said)).await?;
            }
            Choose(hook, place) => page.choose_nth_in_setup(hook, place).await?,
            Click(what) => page.click(Find::Css(what)).await?,
            LogInBy(name) => page.log_in_by(name).await?,
            UntilCard(card) => drop(page.walk_to_card(card).await?),
            UntilStep(step) => drop(page.walk_to_step(step).await?),
        }
    }
    let (width, height) = viewport;
    for (dark, scheme) in [(false, "light"), (true, "dark")] {
        page.prefer(dark, true).await?;
        let name = format!("{}.{width}x{height}.{scheme}.{tag}.png", screen.name);
        page.screenshot_to(&folder.join(&name)).await?;
        println!("{name}");
    }
    page.expect_clean_console().await
}

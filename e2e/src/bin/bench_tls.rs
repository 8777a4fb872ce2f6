//! How long TLS in the page takes, beside programs that have the machine for themselves: a message of 25 MB through
//! STARTTLS, page and bridge, beside curl straight to the same server; and the handshake, beside openssl's.
//!
//! `cargo xtask bench tls` builds and starts this.

#![allow(clippy::print_stdout, reason = "it is a program that reports")]

use std::{
    fs,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use e2e::{
    Error, Result, artifacts,
    authority::Authority,
    bridge::Bridge,
    browser::{Find, Options},
    page::{Page, Server},
    postfix::{self, Postfix},
    process::run,
};

const ROUNDS: usize = 5;
/// Lines of 76 characters and their ends: 25 MB.
const LINES: usize = 25_000_000 / 78;

/// Sends the text and the dot as soon as they are proposed, and measures until the reply to the dot is there. The
/// longest the page was busy in one go is measured beside it.
const SEND: &str = "
window.measured = null;
(async () => {
    let longest = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
    }).observe({ entryTypes: ['longtask'] });
    const status = step => document.querySelector(`[data-step=${step}]`)?.dataset.status;
    const until = async (step, wanted) => {
        while (status(step) !== wanted) await new Promise(done => setTimeout(done, 1));
    };
    const begun = performance.now();
    document.querySelector('[data-do=next]').click();
    await until('FinalDot', 'now');
    document.querySelector('[data-do=next]').click();
    await until('FinalDot', 'done');
    window.measured = [performance.now() - begun, longest];
})();";

/// What the plan says that the handshake took.
const HANDSHAKE: &str =
    "return document.querySelector('[data-step=Handshake] .came')?.textContent ?? '';";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match bench().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn bench() -> Result<()> {
    let authority = Authority::new()?;
    let tls = Some(authority.certificate()?);
    let postfix = Postfix::start(postfix::Options { tls, ..Default::default() }).await?;
    let bridge = Bridge::start(&["--allow", &postfix.address().to_string()]).await?;
    let page = Page::open(&bridge.url("/"), Options::default()).await?;
    let answers = [
        ("user", "alice@example.test"),
        ("password", "correct-horse"),
        ("from", "alice@example.test"),
        ("to", "bob@example.test"),
    ];
    page.press("open-setup").await?;
    page.press("server-own").await?;
    page.choose(Find::Do("security"), "STARTTLS, verified").await?;
    page.answer(Server::Own(postfix.address()), &answers).await?;
    page.fill(Find::Do("authorities"), &authority.pem()?).await?;
    page.press("apply").await?;
    page.gone(Find::Css("dialog")).await?;
    page.fill_body_with(LINES).await?;

    let files = Files::write(&authority)?;
    let (mut sent, mut by_curl, mut busy) = (Vec::new(), Vec::new(), Vec::new());
    let (mut handshakes, mut by_openssl) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        page.walk_to_step("HelloOverTls").await?;
        let handshake = page.script(HANDSHAKE).await?;
        page.walk_to_step("Body").await?;
        page.script(SEND).await?;
        let measured = page
            .until("the message to be through", async || {
                let measured = page.script("return window.measured;").await?;
                let number = |at: usize| measured[at].as_f64();
                Ok(number(0).zip(number(1)))
            })
            .await?;
        page.walk_to_card("delivered").await?;
        page.press("next").await?;
        page.until_card("connect").await?;
        let curl = files.send(&postfix)?;
        let openssl = files.handshake(&postfix)?;
        // The first round is for everybody to get ready: the page fetches its module.
        if round > 0 {
            sent.push(measured.0);
            busy.push(measured.1);
            by_curl.push(millis(curl));
            handshakes.push(shown(handshake.as_str().unwrap_or_default()));
            by_openssl.push(millis(openssl));
        }
    }
    let (sent, by_curl) = (median(sent), median(by_curl));
    let (handshake, by_openssl) = (median(handshakes), median(by_openssl));
    println!("medians of {ROUNDS} rounds, in milliseconds");
    println!("                              page    other   ratio");
    println!("25 MB, page and curl      {sent:8.0} {by_curl:8.0} {:7.2}", sent / by_curl);
    println!(
        "handshake, page and openssl {handshake:6.1} {by_openssl:8.1} {:7.2}",
        handshake / by_openssl
    );
    println!("the page was busy in one go for at most {:.0}", median(busy));
    Ok(())
}

/// What the other programs read.
struct Files {
    message: std::path::PathBuf,
    authority: std::path::PathBuf,
}

impl Files {
    fn write(authority: &Authority) -> Result<Self> {
        let (message, trusted) = (artifacts::path("message.eml")?, artifacts::path("ca.pem")?);
        let line = "x".repeat(76) + "\r\n";
        let text = String::from("Subject: large\r\n\r\n") + &line.repeat(LINES);
        fs::write(&message, text).map_err(Error::io("write the message"))?;
        fs::write(&trusted, authority.pem()?).map_err(Error::io("write the authority"))?;
        Ok(Self { message, authority: trusted })
    }

    /// The time that curl takes for the whole session.
    fn send(&self, postfix: &Postfix) -> Result<Duration> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--ssl-reqd", "--cacert"]).arg(&self.authority);
        curl.args(["--user", "alice@example.test:correct-horse"]);
        curl.args(["--mail-from", "alice@example.test", "--mail-rcpt", "bob@example.test"]);
        curl.arg("--upload-file").arg(&self.message);
        curl.arg(format!("smtp://{}", postfix.address()));
        let begun = Instant::now();
        run(&mut curl)?;
        Ok(begun.elapsed())
    }

    /// The time that openssl takes to connect, ask for STARTTLS, and shake hands; less what it takes to start.
    fn handshake(&self, postfix: &Postfix) -> Result<Duration> {
        let timed = |arguments: &[&str]| -> Result<Duration> {
            let begun = Instant::now();
            let mut openssl = Command::new("openssl");
            run(openssl.args(arguments).stdin(Stdio::null()))?;
            Ok(begun.elapsed())
        };
        let started = timed(&["version"])?;
        let (address, trusted) = (postfix.address().to_string(), self.authority.to_string_lossy());
        let whole =
            timed(&["s_client", "-starttls", "smtp", "-connect", &address, "-CAfile", &trusted])?;
        Ok(whole.saturating_sub(started))
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A time as the page shows it: `12 ms`, `1.5 s`.
fn shown(text: &str) -> f64 {
    let mut words = text.split_whitespace();
    let number: f64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(f64::NAN);
    if words.next() == Some("s") { number * 1e3 } else { number }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

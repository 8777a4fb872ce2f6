//! The walkthrough's own page: how a person gets about on it, and what is seen there.
//!
//! What is pressed is found by the page's hooks (`data-do`, `data-card`, `data-step`, `data-row`),
//! which are the same in every language and at every size.

use std::{fmt, net::SocketAddr, ops::Deref};

use serde_json::Value;

use crate::{
    Error, Result,
    browser::{Browser, Find, Options},
};

/// A browser with the page in it. What any page can do is the browser's.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
}

/// The card with the next step, and how far the walk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which card it is; empty where there is none, as in the mailbox.
    pub card: String,
    /// Its heading.
    pub title: String,
    /// The step whose turn it is, such as `AuthResponse(0)`; empty when there is none.
    pub step: String,
    /// How many rows the conversation has.
    pub rows: usize,
}

/// Which server a walk is set up for.
#[derive(Debug, Clone, Copy)]
pub enum Server {
    /// The practice server in the page.
    Here,
    /// The bridge's practice server.
    OnBridge,
    /// One of the person's own.
    Own(SocketAddr),
}

/// More presses than any walk has steps.
const PRESSES: usize = 60;

const SEEN: &str = "
const next = document.querySelector('#next');
const step = document.querySelector('[data-step][aria-current=step]');
return [next?.dataset.card ?? '', next?.querySelector('h2').innerText ?? '',
    step?.dataset.step ?? '', document.querySelectorAll('li[data-row]').length];";

/// Each row as it went over the wire: without the words for screen readers and the marks for line
/// ends, which the page adds.
const CONVERSATION: &str = "
const text = line => {
    const copy = line.cloneNode(true);
    const marked = copy.querySelector('.mark') !== null;
    copy.querySelectorAll('.said, .mark').forEach(added => added.remove());
    return marked ? copy.textContent.replace(/ $/, '') : copy.textContent;
};
const who = row => row.classList.contains('client') ? 'C: '
    : row.classList.contains('server') ? 'S: ' : '* ';
return [...document.querySelectorAll('li[data-row]')].flatMap(row => {
    const lines = [...row.querySelectorAll('.line')];
    const texts = lines.length > 0 ? lines.map(text) : [row.textContent];
    return texts.map(text => who(row) + text);
});";

const STEPS: &str = "return [...document.querySelectorAll('[data-step]')]
    .map(step => `${step.dataset.step} ${step.dataset.status}`);";

impl Page {
    /// Opens the page at `url` in a browser of its own, and waits until a walk can begin.
    ///
    /// # Errors
    /// When the browser does not start or the page does not.
    pub async fn open(url: &str, options: Options) -> Result<Self> {
        Self::open_without(url, options, &[]).await
    }

    /// The same, while what fits one of these patterns does not arrive ([`Browser::block`]).
    ///
    /// # Errors
    /// As there.
    pub async fn open_without(url: &str, options: Options, patterns: &[&str]) -> Result<Self> {
        let page = Self { browser: Browser::open(options).await? };
        if !patterns.is_empty() {
            page.block(patterns).await?;
        }
        page.goto(url).await?;
        page.until_card("connect").await?;
        Ok(page)
    }

    /// Clicks what has this hook.
    ///
    /// # Errors
    /// When it does not come, or cannot be clicked.
    pub async fn press(&self, hook: &str) -> Result<()> {
        self.click(Find::Do(hook)).await
    }

    /// Clicks something in the card's menu.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn press_in_menu(&self, hook: &str) -> Result<()> {
        self.click(Find::Css("[data-do=menu] > summary")).await?;
        self.press(hook).await
    }

    /// Presses the filled button, and waits until that came to something: another card or another
    /// row, and not the server's turn.
    ///
    /// # Errors
    /// When nothing comes of it.
    pub async fn press_next(&self) -> Result<Seen> {
        let before = self.seen().await?;
        self.press("next").await?;
        self.after(&before).await
    }

    /// Waits until the page has gone on from `before`, and it is the person's turn again.
    ///
    /// # Errors
    /// When it does not.
    pub async fn after(&self, before: &Seen) -> Result<Seen> {
        self.until(&format!("what comes after {before}"), async || {
            let seen = self.seen().await?;
            let waits = ["waiting", "handshaking"].contains(&seen.card.as_str());
            Ok((seen != *before && !waits).then_some(seen))
        })
        .await
    }

    /// Presses the filled button until it is the turn of `step`.
    ///
    /// # Errors
    /// When something needs a person on the way.
    pub async fn walk_to_step(&self, step: &str) -> Result<Seen> {
        self.walk_until(&format!("the step {step}"), |seen| seen.step == step).await
    }

    /// Presses the filled button until this card is shown.
    ///
    /// # Errors
    /// When something else needs a person on the way.
    pub async fn walk_to_card(&self, card: &str) -> Result<Seen> {
        self.walk_until(&format!("the card {card:?}"), |seen| seen.card == card).await
    }

    async fn walk_until(&self, goal: &str, is_there: impl Fn(&Seen) -> bool) -> Result<Seen> {
        let mut seen = self.seen().await?;
        for _ in 0..PRESSES {
            if is_there(&seen) {
                return Ok(seen);
            }
            // The others want to be read first.
            if !["connect", "proposal"].contains(&seen.card.as_str()) {
                break;
            }
            seen = self.press_next().await?;
        }
        let picture = self.screenshot("astray").await?;
        Err(Error::Missing {
            expected: format!("to come to {goal} by pressing the filled button"),
            found: format!("the walk came to {seen}"),
            cure: format!("see {}", picture.display()),
        })
    }

    /// Waits for a card, and gives what is seen then.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn until_card(&self, card: &str) -> Result<Seen> {
        self.until(&format!("the card {card:?}"), async || {
            let seen = self.seen().await?;
            Ok((seen.card == card).then_some(seen))
        })
        .await
    }

    /// The card and the walk at this moment.
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn seen(&self) -> Result<Seen> {
        let seen = self.script(SEEN).await?;
        let text = |at: usize| seen[at].as_str().unwrap_or_default().to_owned();
        let rows = seen[3].as_u64().and_then(|rows| usize::try_from(rows).ok()).unwrap_or(0);
        Ok(Seen { card: text(0), title: text(1), step: text(2), rows })
    }

    /// The conversation line by line, byte for byte where the bytes are text: `C: ` is what the
    /// person sent, `S: ` what the server did, `* ` what happened. A masked password is dots.
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn conversation(&self) -> Result<Vec<String>> {
        Ok(strings(&self.script(CONVERSATION).await?))
    }

    /// The mail data that the conversation shows, without the dots that travel doubled (RFC 5321
    /// §4.5.2).
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn mail_data(&self) -> Result<String> {
        let lines = self.conversation().await?;
        let data = lines.iter().skip_while(|line| !line.starts_with("S: 354")).skip(1);
        let data = data.take_while(|line| *line != "C: .").map(|line| {
            let line = line.strip_prefix("C: ").unwrap_or(line);
            line.strip_prefix('.').unwrap_or(line).to_owned() + "\r\n"
        });
        Ok(data.collect())
    }

    /// Every step of the plan with its status: `Mail done`, `Rcpt(0) now`, `Data ahead`.
    ///
    /// # Errors
    /// When the page cannot be asked.
    pub async fn steps(&self) -> Result<Vec<String>> {
        Ok(strings(&self.script(STEPS).await?))
    }

    /// Opens the set-up, chooses a server, fills in fields by their hooks, and takes it all up.
    ///
    /// # Errors
    /// When a field is not there, or the set-up is refused.
    pub async fn set_up(&self, server: Server, answers: &[(&str, &str)]) -> Result<()> {
        self.press("open-setup").await?;
        self.answer(server, answers).await?;
        self.press("apply").await?;
        self.gone(Find::Css("dialog")).await
    }

    /// As [`Page::set_up`], in a set-up that is open and stays so.
    ///
    /// # Errors
    /// When a field is not there.
    pub async fn answer(&self, server: Server, answers: &[(&str, &str)]) -> Result<()> {
        match server {
            Server::Here => self.press("server-here").await?,
            Server::OnBridge => self.press("server-on-bridge").await?,
            Server::Own(address) => {
                self.press("server-own").await?;
                self.fill(Find::Do("host"), &address.ip().to_string()).await?;
                self.fill(Find::Do("port"), &address.port().to_string()).await?;
            }
        }
        for (hook, answer) in answers {
            self.fill(Find::Do(hook), answer).await?;
        }
        Ok(())
    }

    /// Opens the set-up and chooses from lists, each by its hook and the name of the choice.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn choose_in_setup(&self, choices: &[(&str, &str)]) -> Result<()> {
        self.press("open-setup").await?;
        for (hook, choice) in choices {
            self.choose(Find::Do(hook), choice).await?;
        }
        self.press("apply").await?;
        self.gone(Find::Css("dialog")).await
    }

    /// Opens the set-up from the first card, which is there at every size, and chooses from a list by place, from 0, whatever
    /// language the choices are written in.
    ///
    /// # Errors
    /// When there is no such list.
    pub async fn choose_nth_in_setup(&self, hook: &str, place: usize) -> Result<()> {
        self.press("change-setup").await?;
        let list = format!("select[data-do={hook}]");
        self.find(Find::Css(&list)).await?;
        let choose = format!(
            "const list = document.querySelector('{list}'); list.selectedIndex = {place};\
             list.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        self.script(&choose).await?;
        self.press("apply").await?;
        self.gone(Find::Css("dialog")).await
    }

    /// Opens the set-up and fills in another port of the same host.
    ///
    /// # Errors
    /// When there is no field for it.
    pub async fn fill_port(&self, address: SocketAddr) -> Result<()> {
        self.set_up(Server::Own(address), &[]).await
    }

    /// Opens the set-up and fills the text with so many lines of 76 characters, at once: typing them would take hours.
    ///
    /// # Errors
    /// When there is no field for it.
    pub async fn fill_body_with(&self, lines: usize) -> Result<()> {
        self.press("open-setup").await?;
        self.find(Find::Do("body")).await?;
        let fill = format!(
            "const body = document.querySelector('[data-do=body]');\
             body.value = Array({lines}).fill('x'.repeat(76)).join('\\n');\
             body.dispatchEvent(new Event('input', {{ bubbles: true }}));"
        );
        self.script(&fill).await?;
        self.press("apply").await?;
        self.gone(Find::Css("dialog")).await
    }

    /// Opens the set-up and chooses the mechanism to log in by, as it is written there.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn log_in_by(&self, mechanism: &str) -> Result<()> {
        self.press("change-setup").await?;
        self.choose(Find::Do("mechanism"), mechanism).await?;
        self.press("apply").await?;
        self.gone(Find::Css("dialog")).await
    }

    /// Replaces what stands in the editor, which is open, and sends it.
    ///
    /// # Errors
    /// When there is no editor, or nothing comes of it.
    pub async fn send_text(&self, text: &str) -> Result<()> {
        self.fill(Find::Css("#edit-field"), text).await?;
        self.press("send-text").await
    }
}

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { card, title, step, rows } = self;
        write!(f, "the card {card:?} ({title:?}) at the step {step:?} with {rows} rows")
    }
}

fn strings(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

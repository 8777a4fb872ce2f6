//! The page as a journey sees it: the card with the next step, the rows, the plan.

use e2e::{
    Result,
    bridge::Bridge,
    browser::{Browser, Find, Options},
};

/// The page, open in a browser.
pub(crate) struct Page(pub(crate) Browser);

/// The login and the envelope for a server of one's own.
pub(crate) struct Own<'a> {
    pub(crate) port: u16,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

impl Page {
    /// Opens the bridge's page as a person with these preferences would.
    pub(crate) async fn open(bridge: &Bridge, options: Options) -> Result<Self> {
        let browser = Browser::open(options).await?;
        browser.goto(&bridge.url("/")).await?;
        let page = Self(browser);
        page.card("connect").await?;
        Ok(page)
    }

    /// Presses something by its hook, which is the same in every language.
    pub(crate) async fn press(&self, hook: &str) -> Result<()> {
        self.0.click(Find::Do(hook)).await
    }

    /// Waits until the card is this one.
    pub(crate) async fn card(&self, name: &str) -> Result<()> {
        self.0.find(Find::Css(&format!("#next[data-card={name:?}]"))).await.map(drop)
    }

    /// Presses the filled button for as long as there is a step to take, and gives the card it led to.
    pub(crate) async fn walk_on(&self) -> Result<String> {
        for _ in 0..40 {
            let card = self.settled_card().await?;
            if !matches!(card.as_str(), "connect" | "proposal") {
                return Ok(card);
            }
            let rows = self.rows().await?.len();
            self.press("next").await?;
            // Headers and text are not answered: only the rows tell that the step was taken.
            self.0
                .until("the step to be taken", async || {
                    Ok((self.rows().await?.len() > rows).then_some(()))
                })
                .await?;
        }
        panic!("the walk does not end")
    }

    /// The card, once it is not the server's turn.
    async fn settled_card(&self) -> Result<String> {
        self.0
            .until("the server to have answered", async || {
                let card =
                    self.script("return document.querySelector('#next').dataset.card").await?;
                Ok((card != "waiting").then_some(card))
            })
            .await
    }

    /// What was said, row by row, each line as it stands on the page.
    pub(crate) async fn rows(&self) -> Result<Vec<String>> {
        let rows = self
            .script(
                "return [...document.querySelectorAll('.rows [data-row] .bubble')]
                    .map(bubble => [...bubble.querySelectorAll('.line')].map(line => {
                        const copy = line.cloneNode(true);
                        copy.querySelectorAll('.said, .mark').forEach(part => part.remove());
                        return copy.textContent.trimEnd();
                    }).join('\\n')).join('\\0')",
            )
            .await?;
        Ok(rows.split('\0').filter(|row| !row.is_empty()).map(str::to_owned).collect())
    }

    /// What became of a step of the plan.
    pub(crate) async fn status(&self, step: &str) -> Result<String> {
        let selector = format!("[data-step=\"{step}\"]");
        self.script(&format!("return document.querySelector('{selector}').dataset.status")).await
    }

    /// Sets up a walk to a server of one's own on this machine.
    pub(crate) async fn set_up(&self, own: &Own<'_>) -> Result<()> {
        self.press("change-setup").await?;
        self.press("server-own").await?;
        let fields = [
            ("host", "127.0.0.1"),
            ("port", &own.port.to_string()),
            ("user", own.user),
            ("password", own.password),
            ("from", own.from),
            ("to", own.to),
        ];
        for (hook, text) in fields {
            self.0.fill(Find::Do(hook), text).await?;
        }
        self.press("apply").await?;
        self.0.gone(Find::Css("dialog[open]")).await
    }

    /// All that the page holds as text, the folded parts and the attributes too.
    pub(crate) async fn everything(&self) -> Result<String> {
        self.script("return document.documentElement.outerHTML").await
    }

    async fn script(&self, script: &str) -> Result<String> {
        Ok(self.0.script(script).await?.as_str().unwrap_or_default().to_owned())
    }
}

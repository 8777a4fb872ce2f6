//! What chromedriver can do and fantoccini has no function for.

use fantoccini::{Client, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};

use super::ConsoleEntry;
use crate::{Error, Result};

/// A command below `/session/ID/`: a POST with a body, or a GET without.
#[derive(Debug)]
struct Command {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> std::result::Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}

/// A command of the `DevTools` protocol, through chromedriver.
pub(super) async fn devtools(client: &Client, name: &str, parameters: Value) -> Result<Value> {
    let body = Some(json!({"cmd": name, "params": parameters}));
    let command = Command { path: "goog/cdp/execute".into(), body };
    client.issue_cmd(command).await.map_err(Error::webdriver(format!("do {name}")))
}

/// The entries of the console since it was last asked.
pub(super) async fn console(client: &Client) -> Result<Vec<ConsoleEntry>> {
    let command = Command { path: "se/log".into(), body: Some(json!({"type": "browser"})) };
    let doing = Error::webdriver("read its console");
    let entries = client.issue_cmd(command).await.map_err(doing)?;
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entry = |entry| ConsoleEntry {
        level: text(entry, "level"),
        source: text(entry, "source"),
        message: text(entry, "message"),
    };
    Ok(entries.as_array().into_iter().flatten().map(entry).collect())
}

/// The accessible name, as a screen reader would say it.
pub(super) async fn accessible_name(
    client: &Client,
    element: &Element,
) -> std::result::Result<String, CmdError> {
    let path = format!("element/{}/computedlabel", element.element_id());
    let name = client.issue_cmd(Command { path, body: None }).await?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

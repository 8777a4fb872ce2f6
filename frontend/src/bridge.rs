//! What the page knows of a bridge, and how it asks.

use protocol::tunnel::{BridgeInfo, PracticeInfo};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// What is known of the bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BridgeStatus {
    /// It has not been asked yet.
    #[default]
    Unknown,
    /// Nobody answers, or nobody who is a bridge.
    Missing,
    /// It answers.
    Found(BridgeInfo),
}

impl BridgeStatus {
    /// Its practice server, where it is known to have one.
    pub fn practice(&self) -> Option<&PracticeInfo> {
        match self {
            Self::Found(info) => info.practice.as_ref(),
            Self::Unknown | Self::Missing => None,
        }
    }
}

/// Where the bridge is and what it wants, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeAccess {
    /// Its address, such as `http://127.0.0.1:8025`; empty for the page's own origin.
    pub address: String,
    /// The token for its tunnels; empty for none. Never kept.
    pub token: String,
}

impl BridgeAccess {
    /// The address to ask.
    pub fn url(&self) -> String {
        let typed = self.address.trim().trim_end_matches('/');
        if typed.is_empty() { own_origin() } else { typed.to_owned() }
    }

    /// The token, if there is one.
    pub fn token(&self) -> Option<String> {
        Some(self.token.trim().to_owned()).filter(|token| !token.is_empty())
    }
}

/// The page's own origin.
fn own_origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Asks the bridge at `address` what it is.
pub async fn ask(address: &str) -> BridgeStatus {
    match get_json(&format!("{address}/bridge")).await {
        Some(info) => BridgeStatus::Found(info),
        None => BridgeStatus::Missing,
    }
}

/// The JSON at an address; `None` when there is none.
pub(crate) async fn get_json<T: DeserializeOwned>(url: &str) -> Option<T> {
    let text = JsFuture::from(request("GET", url).await?.text().ok()?).await.ok()?;
    serde_json::from_str(&text.as_string()?).ok()
}

/// The bytes at an address, if there are any and they are at most `limit`.
pub(crate) async fn get_bytes(url: &str, limit: usize) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(request("GET", url).await?.array_buffer().ok()?).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&buffer);
    (bytes.length() as usize <= limit).then(|| bytes.to_vec())
}

/// Deletes what is at an address. `false` when that did not work.
pub(crate) async fn delete(url: &str) -> bool {
    request("DELETE", url).await.is_some()
}

async fn request(method: &str, url: &str) -> Option<Response> {
    let options = RequestInit::new();
    options.set_method(method);
    let fetched = web_sys::window()?.fetch_with_str_and_init(url, &options);
    let response: Result<JsValue, JsValue> = JsFuture::from(fetched).await;
    response.ok()?.dyn_into::<Response>().ok().filter(Response::ok)
}

//! A mail server behind the bridge: a WebSocket whose binary frames are the TCP bytes.

use super::{Ended, Incoming, Transport};
use bytes::Bytes;
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::client::Ending;
use protocol::transcript::Target;
use protocol::tunnel::{CloseCode, ClosedBy, SUBPROTOCOL, TOKEN_PREFIX, TunnelEvent};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// A tunnel through the bridge.
pub struct BridgeTransport {
    /// `None` when the browser refused to open one.
    socket: Option<WebSocket>,
    inbox: Rc<RefCell<Inbox>>,
    /// Kept alive for as long as the socket may call them.
    _handlers: Option<Handlers>,
}

/// What came in and has not been asked for.
#[derive(Default)]
struct Inbox {
    incoming: VecDeque<Incoming>,
    /// What the bridge said of the end, ahead of the close code.
    closed_by: Option<ClosedBy>,
    connected: bool,
}

struct Handlers {
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl BridgeTransport {
    /// Opens a tunnel to `target` through the bridge at `bridge`, an address such as `http://127.0.0.1:8025`.
    /// `wake` is called whenever there is something to poll.
    pub fn open(bridge: &str, token: Option<&str>, target: &Target, wake: Rc<dyn Fn()>) -> Self {
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let protocols = js_sys::Array::of1(&SUBPROTOCOL.into());
        if let Some(token) = token {
            protocols.push(&format!("{TOKEN_PREFIX}{token}").into());
        }
        let Ok(socket) = WebSocket::new_with_str_sequence(&tunnel_url(bridge, target), &protocols)
        else {
            inbox
                .borrow_mut()
                .incoming
                .push_back(Incoming::Ended(Ended { how: Ending::TransportLost, code: None }));
            return Self { socket: None, inbox, _handlers: None };
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let message = {
            let (inbox, wake) = (inbox.clone(), wake.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                inbox.borrow_mut().message(&event.data());
                wake();
            })
        };
        let close = {
            let inbox = inbox.clone();
            Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
                inbox.borrow_mut().close(event.code());
                wake();
            })
        };
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Self {
            socket: Some(socket),
            inbox,
            _handlers: Some(Handlers { _message: message, _close: close }),
        }
    }
}

/// `ws://…/tunnel?host=…&port=…`, relative to the bridge's own address.
fn tunnel_url(bridge: &str, target: &Target) -> String {
    let base = bridge.trim_end_matches('/').replacen("http", "ws", 1);
    let host = js_sys::encode_uri_component(&target.host);
    format!("{base}/tunnel?host={host}&port={}", target.port)
}

impl Inbox {
    fn message(&mut self, data: &JsValue) {
        if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            let bytes = Uint8Array::new(buffer).to_vec();
            self.incoming.push_back(Incoming::Bytes(bytes.into()));
        } else if let Some(event) =
            data.as_string().and_then(|text| serde_json::from_str(&text).ok())
        {
            match &event {
                TunnelEvent::Closed { by } => self.closed_by = Some(*by),
                TunnelEvent::Connected { .. } => self.connected = true,
                _ => {}
            }
            self.incoming.push_back(Incoming::Told(event));
        }
    }

    fn close(&mut self, code: u16) {
        let how = match self.closed_by {
            Some(ClosedBy::Server) => Ending::ByServer,
            Some(ClosedBy::Reset) => Ending::Reset,
            Some(ClosedBy::Page) => Ending::ByUs,
            _ if self.connected => Ending::TransportLost,
            _ => Ending::NeverOpened,
        };
        let code = CloseCode::from_code(code).filter(|code| *code != CloseCode::Normal);
        self.incoming.push_back(Incoming::Ended(Ended { how, code }));
    }
}

impl Transport for BridgeTransport {
    fn send(&mut self, bytes: &Bytes) {
        // A socket that is closing says so through its close event; there is nothing to add here.
        let open = self.socket.as_ref().filter(|socket| socket.ready_state() == WebSocket::OPEN);
        if let Some(socket) = open {
            let _ = socket.send_with_u8_array(bytes);
        }
    }

    fn buffered(&self) -> usize {
        self.socket.as_ref().map_or(0, |socket| socket.buffered_amount() as usize)
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.inbox.borrow_mut().incoming.pop_front()
    }

    fn close(&mut self) {
        if let Some(socket) = &self.socket {
            let _ = socket.close_with_code(CloseCode::Normal.code());
        }
    }
}

impl Drop for BridgeTransport {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }
}

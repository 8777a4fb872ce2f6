//! The opening handshake (RFC 6455 §4.2), and what its subprotocols say here.

use crate::token::Token;
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use protocol::tunnel::{SUBPROTOCOL, TOKEN_PREFIX};
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

/// The answer to a request that asks for a WebSocket.
pub(crate) fn accept(request: &Request) -> Result<Response, Box<Response>> {
    create_response_with_body(request, Body::empty).map_err(|error| {
        let headers = [(UPGRADE, "websocket"), (SEC_WEBSOCKET_VERSION, "13")];
        let said = format!("expected a WebSocket's opening handshake (RFC 6455 §4.2): {error}\n");
        Box::new((StatusCode::UPGRADE_REQUIRED, headers, said).into_response())
    })
}

/// What a client offered as subprotocols.
///
/// Browsers let a page send no other header with a WebSocket; so the token comes as one of these. It is
/// never sent back: of what is offered only [`SUBPROTOCOL`] is chosen, or nothing.
#[derive(Debug)]
pub(crate) struct Offer<'a> {
    /// Whether the client wants to be told of events.
    pub(crate) events: bool,
    /// The entry with a token. One that comes twice is none.
    token: Option<&'a str>,
}

impl<'a> Offer<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
        let entries: Vec<_> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .collect();
        let mut tokens = entries.iter().filter(|entry| entry.starts_with(TOKEN_PREFIX));
        let token = match (tokens.next(), tokens.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        };
        Self { events: entries.contains(&SUBPROTOCOL), token }
    }

    pub(crate) fn brings(&self, token: &Token) -> bool {
        self.token.is_some_and(|entry| token.is_brought_by(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (SEC_WEBSOCKET_PROTOCOL, line.parse().unwrap())).collect()
    }

    #[test]
    fn entries_are_found_in_one_line_and_in_several() {
        let token = "0123456789abcdef".parse().unwrap();
        for lines in [
            &["smtp-tunnel.v1, token.0123456789abcdef"][..],
            &["smtp-tunnel.v1", "token.0123456789abcdef"],
            &["token.0123456789abcdef ,other,smtp-tunnel.v1"],
        ] {
            let headers = headers(lines);
            let offer = Offer::of(&headers);
            assert!(offer.events && offer.brings(&token), "{lines:?}");
        }
    }

    #[test]
    fn two_tokens_are_none() {
        let headers = headers(&["token.0123456789abcdef, token.0123456789abcdef"]);
        let offer = Offer::of(&headers);
        assert!(!offer.brings(&"0123456789abcdef".parse().unwrap()) && !offer.events);
    }
}

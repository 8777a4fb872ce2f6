//! What every request has to pass, and what every response carries.
//!
//! A bridge on somebody's own machine can be reached by every web page that this person opens. Three
//! checks keep such a page out, and each covers for one trick:
//!
//! * **Host**: a page of `evil.example` can have its own name lead to 127.0.0.1 (DNS rebinding) and is then
//!   of the same origin as the bridge. The Host header still says `evil.example`, so only the names the
//!   bridge answers to are let in. An address as such cannot be rebound: the one that the connection
//!   arrived at is always right.
//! * **Origin**: a WebSocket may be opened across origins, and the browser merely says whose page it is.
//! * **No Origin**: that is how tools ask, and they may on a loopback bridge. Beyond loopback, whatever
//!   changes something or opens a tunnel must say where it comes from.

use crate::{
    bridge::{Bridge, Connection},
    metrics::Code,
    origin::{Origin, Site},
    proxies,
};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_METHOD, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY,
        VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tracing::{field::display, info};

/// Nothing inline, nothing from elsewhere, nothing the page does not use. `wasm-unsafe-eval` is what
/// WebAssembly needs; `ws:` and `wss:` are there for a page that is told of a bridge elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self' ws: wss:; img-src 'self' data:; font-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'self'; \
    frame-ancestors 'none'";

/// Headers of every response, errors among them.
const ALWAYS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // No other page may show or run what is served here. A page that is listed asks with CORS, which this
    // does not concern.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What pages of other origins may ask for, when they are listed.
const SHARED: [&str; 2] = ["/bridge", "/practice/"];

/// How much of what a stranger wrote is repeated, in characters.
const REPEATED: usize = 200;

/// Who is let in.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Where the bridge listens.
    listen: SocketAddr,
    /// Whose pages are let in beside the bridge's own.
    origins: Vec<Origin>,
    /// Whether others than the person who started it can reach it.
    reached: bool,
}

/// Why a request is not let in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Stop {
    #[error("expected one Host header that names a host, came none or something else\n")]
    NoHost,
    #[error(
        "this bridge does not answer to {0}; if that is a name of its own, start it with --origin \
         http://{0}, or https:// where a proxy in front of it speaks TLS\n"
    )]
    Host(String),
    #[error(
        "this bridge is not for pages from {0}; if you run it and trust that page, start it with \
         --origin {0}\n"
    )]
    Origin(String),
    #[error("beyond its own machine this bridge wants to know whose page asks: send an Origin\n")]
    NoOrigin,
}

impl Stop {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoHost => StatusCode::BAD_REQUEST,
            Self::Host(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin(_) | Self::NoOrigin => StatusCode::FORBIDDEN,
        }
    }
}

/// Lets a request through or stops it, and gives every response its headers.
pub(crate) async fn guard(
    State(bridge): State<Arc<Bridge>>,
    request: Request,
    next: Next,
) -> Response {
    let shared = SHARED.iter().any(|path| request.uri().path().starts_with(path));
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let asked = Asked::of(&bridge, &request);
    let (mut response, origin) = match bridge.guard.check(&request) {
        Err(stop) => {
            let code = stop.status().as_u16();
            bridge.metrics.stopped.get_or_create(&Code { code }).inc();
            asked.log(&format!("is stopped: {}", stop.to_string().trim()));
            ((stop.status(), stop.to_string()).into_response(), None)
        }
        Ok(Some(origin)) if preflight && shared => (preflight_answer(), Some(origin)),
        Ok(origin) => {
            let response = next.run(request).await;
            let status = response.status();
            if status.is_client_error() || status.is_server_error() {
                asked.log(&format!("is answered with {status}"));
            }
            (response, origin)
        }
    };
    let headers = response.headers_mut();
    headers.extend(ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    if shared {
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
    response
}

fn preflight_answer() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, DELETE"),
        // In seconds.
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers, Body::empty()).into_response()
}

/// A request, for the log.
struct Asked {
    /// The other end of its connection, and whoever that asks for.
    peer: Option<SocketAddr>,
    client: Option<IpAddr>,
    method: Method,
    /// Without the query, which may hold anything.
    path: String,
}

impl Asked {
    fn of(bridge: &Bridge, request: &Request) -> Self {
        let connection = request.extensions().get::<Arc<Connection>>();
        let peer = connection.map(|connection| connection.peer);
        let client =
            peer.map(|peer| proxies::client(&bridge.config.proxies, peer.ip(), request.headers()));
        Self { peer, client, method: request.method().clone(), path: cut(request.uri().path()) }
    }

    fn log(&self, what: &str) {
        let (peer, client) = (self.peer.map(display), self.client.map(display));
        info!(peer, client, "{:.20} {} {what}", self.method.as_str(), self.path);
    }
}

fn cut(text: &str) -> String {
    text.chars().take(REPEATED).collect()
}

impl Guard {
    pub(crate) fn new(listen: SocketAddr, origins: Vec<Origin>, behind_proxy: bool) -> Self {
        Self { listen, origins, reached: behind_proxy || !listen.ip().is_loopback() }
    }

    /// Gives the Origin when there is one; it is allowed then.
    fn check(&self, request: &Request) -> Result<Option<HeaderValue>, Stop> {
        let arrived = request.extensions().get::<Arc<Connection>>().map(|c| c.local);
        let arrived = arrived.unwrap_or(self.listen);
        let host = site(request.headers()).ok_or(Stop::NoHost)?;
        // A request to a proxy names its target in the first line as well, and that line would win
        // (RFC 9112 §3.2.2).
        let line = request.uri().authority().map(|a| Site::of(a, 80).ok_or(Stop::NoHost));
        for site in [Some(host), line.transpose()?].into_iter().flatten() {
            if !self.answers_to(&site, arrived) {
                return Err(Stop::Host(cut(&site.to_string())));
            }
        }
        let mut origins = request.headers().get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if self.may_be_anybody(request) => Ok(None),
            (None, _) => Err(Stop::NoOrigin),
            (Some(origin), None) if self.is_listed(origin, arrived) => Ok(Some(origin.clone())),
            (Some(origin), _) => {
                Err(Stop::Origin(cut(&String::from_utf8_lossy(origin.as_bytes()))))
            }
        }
    }

    /// Whether a request may leave out where it comes from.
    fn may_be_anybody(&self, request: &Request) -> bool {
        !self.reached || request.method().is_safe() && request.uri().path() != crate::bridge::TUNNEL
    }

    fn answers_to(&self, site: &Site, arrived: SocketAddr) -> bool {
        self.own_sites(arrived).contains(site)
            // Through a proxy that speaks TLS the name stays and the port does not.
            || self.origins.iter().any(|origin| origin.site().host == site.host)
    }

    fn is_listed(&self, header: &HeaderValue, arrived: SocketAddr) -> bool {
        // Compared as a browser writes it. `null`, the origin of a page in a sandbox or from a file, is
        // nobody's and never listed.
        let is = |origin: &Origin| header.as_bytes() == origin.to_string().as_bytes();
        self.origins.iter().any(is)
            || self.own_sites(arrived).into_iter().any(|site| is(&Origin::http(site)))
    }

    /// The names by which the bridge itself is asked for.
    fn own_sites(&self, arrived: SocketAddr) -> [Site; 4] {
        let here = |host: &str| Site::new(host, self.listen.port());
        let arrived = Site::of_address(arrived.ip(), arrived.port());
        [here("127.0.0.1"), here("localhost"), here("[::1]"), arrived]
    }
}

/// The one Host header.
fn site(headers: &HeaderMap) -> Option<Site> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Site::from_header(host.to_str().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: &str = "127.0.0.1:8025";
    const EVERYWHERE: &str = "0.0.0.0:8025";

    fn check(listen: &str, request: &str) -> Result<Option<HeaderValue>, Stop> {
        let page = "https://walk.example.com".parse().unwrap();
        let guard = Guard::new(listen.parse().unwrap(), vec![page], false);
        let mut words = request.split_whitespace();
        let mut built =
            http::Request::builder().method(words.next().unwrap()).uri(words.next().unwrap());
        for header in words {
            let (name, value) = header.split_once('=').unwrap();
            built = built.header(name, value);
        }
        let mut request = built.body(Body::empty()).unwrap();
        let arrived = if listen == EVERYWHERE { "192.168.1.5:8025" } else { listen };
        request.extensions_mut().insert(Connection::for_test(arrived.parse().unwrap()));
        guard.check(&request)
    }

    fn is_let_in(listen: &str, request: &str) -> bool {
        check(listen, request).is_ok()
    }

    #[test]
    fn the_bridge_answers_to_its_own_names_alone() {
        for host in ["127.0.0.1:8025", "localhost:8025", "LOCALHOST:8025", "[::1]:8025"] {
            assert!(is_let_in(LOOPBACK, &format!("GET / host={host}")), "{host}");
        }
        for host in [
            "127.0.0.1",
            "localhost",
            "127.0.0.1:80",
            "127.0.0.2:8025",
            "evil.example:8025",
            "localhost.evil.example:8025",
            "192.168.1.5:8025",
        ] {
            let stop = check(LOOPBACK, &format!("GET / host={host}")).unwrap_err();
            assert!(matches!(stop, Stop::Host(_)), "{host}: {stop}");
        }
        for host in ["walk.example.com", "walk.example.com:443"] {
            assert!(is_let_in(LOOPBACK, &format!("GET / host={host}")), "{host}");
        }
    }

    #[test]
    fn a_request_names_one_host() {
        for request in [
            "GET /",
            "GET / host=127.0.0.1:8025 host=127.0.0.1:8025",
            "GET / host=a@127.0.0.1:8025",
        ] {
            assert_eq!(check(LOOPBACK, request), Err(Stop::NoHost), "{request}");
        }
        let line = "GET http://evil.example/ host=127.0.0.1:8025";
        assert!(matches!(check(LOOPBACK, line), Err(Stop::Host(_))));
    }

    #[test]
    fn a_bridge_for_others_answers_to_the_address_it_was_reached_at() {
        assert!(is_let_in(EVERYWHERE, "GET / host=192.168.1.5:8025"));
        assert!(!is_let_in(EVERYWHERE, "GET / host=192.168.1.6:8025"));
        assert!(!is_let_in(EVERYWHERE, "GET / host=evil.example:8025"));
        let own = "GET /tunnel host=192.168.1.5:8025 origin=http://192.168.1.5:8025";
        assert!(is_let_in(EVERYWHERE, own));
    }

    #[test]
    fn a_foreign_origin_is_stopped_whatever_it_asks_for() {
        for origin in [
            "http://evil.example",
            "null",
            "http://127.0.0.1",
            "http://127.0.0.1:8026",
            "https://127.0.0.1:8025",
            "http://walk.example.com",
            "https://walk.example.com:8443",
            "https://walk.example.com.evil.example",
        ] {
            for path in ["/tunnel", "/bridge", "/", "/practice/messages"] {
                let request = format!("GET {path} host=127.0.0.1:8025 origin={origin}");
                assert_eq!(check(LOOPBACK, &request), Err(Stop::Origin(origin.into())));
            }
        }
        let two = "GET / host=127.0.0.1:8025 origin=https://walk.example.com origin=null";
        assert!(!is_let_in(LOOPBACK, two));
    }

    #[test]
    fn the_bridges_own_pages_and_listed_ones_are_let_in() {
        for origin in [
            "http://127.0.0.1:8025",
            "http://localhost:8025",
            "http://[::1]:8025",
            "https://walk.example.com",
        ] {
            let request = format!("GET /tunnel host=localhost:8025 origin={origin}");
            assert_eq!(check(LOOPBACK, &request).unwrap().unwrap(), origin);
        }
    }

    #[test]
    fn without_an_origin_a_tunnel_is_for_loopback_alone() {
        let (tunnel, delete) = ("GET /tunnel host=localhost:8025", "DELETE /x host=localhost:8025");
        assert!(is_let_in(LOOPBACK, tunnel) && is_let_in(LOOPBACK, delete));
        assert_eq!(check(EVERYWHERE, tunnel), Err(Stop::NoOrigin));
        assert_eq!(check(EVERYWHERE, delete), Err(Stop::NoOrigin));
        // A page is opened, and asks at its own origin, without one.
        assert!(is_let_in(EVERYWHERE, "GET / host=localhost:8025"));
        assert!(is_let_in(EVERYWHERE, "GET /bridge host=localhost:8025"));
    }
}

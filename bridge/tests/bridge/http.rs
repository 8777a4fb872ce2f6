//! Everything that is asked for in plain HTTP, and who may ask.

use crate::harness::*;
use protocol::tunnel::BridgeInfo;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self' ws: wss:; img-src 'self' data:; font-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'self'; \
    frame-ancestors 'none'";

const LISTED: &str = "https://walk.example.com";

async fn bridge() -> Bridge {
    let mut config = with_rules(&[]);
    config.origins = vec![LISTED.parse().unwrap()];
    Bridge::start(config).await
}

#[tokio::test]
async fn every_response_carries_the_policy() {
    let bridge = bridge().await;
    for request in [
        "GET /",
        "GET /bridge",
        "GET /healthz",
        "GET /practice/messages",
        "GET /nothing",
        "POST /",
        "GET /tunnel",
        "GET /\nOrigin: http://evil.example",
    ] {
        let response = bridge.http(request).await;
        assert_eq!(response.header("content-security-policy"), POLICY, "{request}");
        assert_eq!(response.header("x-content-type-options"), "nosniff", "{request}");
        assert_eq!(response.header("referrer-policy"), "no-referrer", "{request}");
        assert_eq!(response.header("cross-origin-opener-policy"), "same-origin", "{request}");
        assert_eq!(response.header("cross-origin-resource-policy"), "same-origin", "{request}");
    }
}

#[tokio::test]
async fn a_foreign_host_gets_nothing() {
    let bridge = bridge().await;
    for path in ["/", "/bridge", "/healthz", "/tunnel?host=practice", "/practice/messages"] {
        let response = bridge.http_to("evil.example", &format!("GET {path}")).await;
        assert_eq!(response.status, 421, "{path}");
        assert!(response.text().contains("--origin http://evil.example:80"), "{}", response.text());
    }
    let no_host = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_eq!(bridge.raw(no_host).await.status, 400);
    let own = format!("localhost:{}", bridge.address.port());
    assert_eq!(bridge.http_to(&own, "GET /healthz").await.status, 200);
}

#[tokio::test]
async fn a_foreign_origin_is_stopped_before_the_upgrade() {
    let bridge = bridge().await;
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        let headers = [("origin", origin)];
        let refused = bridge.try_client("/tunnel?host=practice", &[], &headers).await;
        let Err(tokio_tungstenite::tungstenite::Error::Http(response)) = refused else {
            panic!("{origin} was let in")
        };
        assert_eq!(response.status(), 403, "{origin}");
        let refused = bridge.http(&format!("GET /bridge\nOrigin: {origin}")).await;
        assert_eq!(refused.status, 403);
        assert_eq!(refused.header("access-control-allow-origin"), "");
        assert!(refused.text().contains(&format!("--origin {origin}")), "{}", refused.text());
    }
    let own = format!("http://{}", bridge.address);
    for origin in [LISTED, &own] {
        let headers = [("origin", origin)];
        assert!(bridge.try_client("/tunnel?host=practice", &[], &headers).await.is_ok());
    }
}

#[tokio::test]
async fn without_an_origin_a_tunnel_is_for_loopback_alone() {
    let loopback_only = bridge().await;
    assert!(loopback_only.try_client("/tunnel?host=practice", &[], &[]).await.is_ok());

    let for_others = Bridge::start_on("0.0.0.0:0", with_rules(&[])).await;
    let refused = for_others.try_client("/tunnel?host=practice", &[], &[]).await;
    let Err(tokio_tungstenite::tungstenite::Error::Http(response)) = refused else {
        panic!("it was let in")
    };
    assert_eq!(response.status(), 403);
    assert_eq!(for_others.http("DELETE /practice/messages").await.status, 403);
    assert_eq!(for_others.http("GET /").await.status, 200);
    let own = format!("http://{}", for_others.address);
    let headers = [("origin", own.as_str())];
    assert!(for_others.try_client("/tunnel?host=practice", &[], &headers).await.is_ok());
}

#[tokio::test]
async fn listed_pages_may_read_across_origins_and_no_others() {
    let bridge = bridge().await;
    for path in ["/bridge", "/practice/messages"] {
        let response = bridge.http(&format!("GET {path}\nOrigin: {LISTED}")).await;
        assert_eq!(response.header("access-control-allow-origin"), LISTED, "{path}");
        assert!(response.header("vary").contains("Origin"), "{path}");
        let ask =
            format!("OPTIONS {path}\nOrigin: {LISTED}\nAccess-Control-Request-Method: DELETE");
        let preflight = bridge.http(&ask).await;
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), LISTED);
        assert!(preflight.header("access-control-allow-methods").contains("DELETE"));
        let foreign = bridge.http(&ask.replace(LISTED, "http://evil.example")).await;
        assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (403, ""));
        // Whoever asks without an origin gets an answer for nobody in particular.
        let plain = bridge.http(&format!("GET {path}")).await;
        assert_eq!(plain.header("access-control-allow-origin"), "");
    }
    let page = bridge.http(&format!("GET /\nOrigin: {LISTED}")).await;
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, ""));
}

#[tokio::test]
async fn a_page_is_told_what_it_needs_before_it_asks() {
    let bridge = bridge().await;
    let response = bridge.http("GET /bridge").await;
    assert_eq!(response.header("content-type"), "application/json");
    let info: BridgeInfo = serde_json::from_slice(&response.body).unwrap();
    let port = bridge.practice.unwrap().port();
    let practice = info.practice.unwrap();
    assert_eq!((info.token_wanted, info.public_targets), (false, false));
    assert_eq!((practice.port, practice.tls_port), (port, bridge.practice_tls.map(|it| it.port())));
    assert!(practice.authority.unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(practice.identity.unwrap().contains("-----BEGIN PRIVATE KEY-----"));
    assert!(!info.version.is_empty());

    let mut config = with_rules(&[]);
    config.token = Some("0123456789abcdef".parse().unwrap());
    config.policy.public = true;
    let other = Bridge::without_practice(config).await;
    let info: BridgeInfo = serde_json::from_slice(&other.http("GET /bridge").await.body).unwrap();
    assert_eq!((info.token_wanted, info.public_targets, info.practice), (true, true, None));
}

#[tokio::test]
async fn a_bridge_that_runs_is_healthy() {
    let bridge = bridge().await;
    let response = bridge.http("GET /healthz").await;
    assert_eq!((response.status, response.text().as_str()), (200, "ok\n"));
    assert_eq!(bridge.http("HEAD /healthz").await.body, b"");
    assert_eq!(bridge.http("POST /healthz").await.status, 405);
}

#[tokio::test]
async fn the_page_is_sent_once_and_then_only_when_it_changed() {
    let bridge = bridge().await;
    let page = bridge.http("GET /").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text().starts_with("<!doctype html>"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let etag = page.header("etag").to_owned();
    let known = bridge.http(&format!("GET /\nIf-None-Match: {etag}")).await;
    assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, &*etag));
    let other = bridge.http("GET /\nIf-None-Match: \"other\"").await;
    assert_eq!(other.status, 200);
    assert_eq!(bridge.http("GET /index.html").await.body, page.body);
}

#[tokio::test]
async fn the_page_is_sent_in_a_coding_that_the_browser_reads() {
    let bridge = bridge().await;
    let plain = bridge.http("GET /").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", ""),
    ] {
        let page = bridge.http(&format!("GET /\nAccept-Encoding: {accepted}")).await;
        assert_eq!(page.header("content-encoding"), coding, "{accepted}");
        assert_eq!(page.body.len() < plain.body.len(), !coding.is_empty(), "{accepted}");
        assert!(page.header("vary").contains("Accept-Encoding"));
        assert_eq!(page.header("content-length"), page.body.len().to_string());
        let head = bridge.http(&format!("HEAD /\nAccept-Encoding: {accepted}")).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), page.header("content-length"), "{accepted}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bridge = bridge().await;
    for path in ["/nothing", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/index.html/", "//"] {
        assert_eq!(bridge.http(&format!("GET {path}")).await.status, 404, "{path}");
    }
    assert_eq!(bridge.http("DELETE /").await.status, 405);
}

#[tokio::test]
async fn a_tunnel_asked_for_without_a_websocket_is_told_what_it_is() {
    let bridge = bridge().await;
    let response = bridge.http("GET /tunnel?host=practice").await;
    assert_eq!((response.status, response.header("upgrade")), (426, "websocket"));
    assert_eq!(response.header("sec-websocket-version"), "13");
}

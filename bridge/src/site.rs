//! The page's files.

use crate::page::{self, Asset};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};

/// `GET` of anything that is not one of the bridge's own paths.
pub(crate) async fn page(request: Request) -> Response {
    match page::find(request.uri().path()) {
        Some(asset) => serve(asset, request.headers()),
        None => {
            (StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n").into_response()
        }
    }
}

fn serve(asset: &'static Asset, request: &HeaderMap) -> Response {
    // The tag stands for the file in whatever coding it is sent, which is what "weak" means
    // (RFC 9110 §8.8.3.3).
    let tag = format!("W/{}", asset.etag);
    let mut response = if is_known(request, asset.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (coding, bytes) = form(asset, request);
        let mut response = Body::from(Bytes::from_static(bytes)).into_response();
        let headers = response.headers_mut();
        set(headers, CONTENT_TYPE, asset.content_type);
        if let Some(coding) = coding {
            set(headers, CONTENT_ENCODING, coding);
        }
        response
    };
    let headers = response.headers_mut();
    set(headers, CACHE_CONTROL, asset.cache_control());
    set(headers, VARY, "Accept-Encoding");
    if let Ok(tag) = tag.parse() {
        headers.insert(ETAG, tag);
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// The smallest form that the client can read.
fn form(asset: &'static Asset, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let forms = [("br", asset.brotli), ("gzip", asset.gzip)];
    let readable = |coding: &str| {
        request
            .get_all(ACCEPT_ENCODING)
            .iter()
            .any(|accepted| accepted.to_str().is_ok_and(|accepted| accepts(accepted, coding)))
    };
    let mut there = forms.into_iter().filter_map(|(coding, bytes)| Some((coding, bytes?)));
    there
        .find(|(coding, _)| readable(coding))
        .map_or((None, asset.raw), |(coding, bytes)| (Some(coding), bytes))
}

/// Whether an `Accept-Encoding` names a coding, and not with the weight 0 (RFC 9110 §12.5.3). A `*` is not
/// taken for it: no browser means brotli by it, and what is sent then as it is can be read by anybody.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        is_it && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

/// Whether the client has this version already (RFC 9110 §13.1.2). No entity tag here holds a comma.
fn is_known(request: &HeaderMap, etag: &str) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|known| {
        known.to_str().is_ok_and(|known| {
            known
                .split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_accepted_by_name_and_weight() {
        for accepted in ["br", "gzip, br", "gzip;q=0.5 , BR;q=0.1", "br;q=1.000"] {
            assert!(accepts(accepted, "br"), "{accepted}");
        }
        for refused in ["", "gzip", "br;q=0", "br; q=0.000", "*", "brotli", "br;q=x"] {
            assert!(!accepts(refused, "br"), "{refused}");
        }
    }

    #[test]
    fn a_version_is_known_by_its_tag_weak_or_not() {
        let known = |header: &str| {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, header.parse().unwrap())]);
            is_known(&headers, "\"0123\"")
        };
        assert!(
            known("\"0123\"") && known("W/\"0123\"") && known("\"a\", W/\"0123\"") && known("*")
        );
        assert!(!known("\"012\"") && !known("0123") && !known("\"0123"));
    }
}

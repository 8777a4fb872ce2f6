//! The page, as `build.rs` put it into this binary: every file with its forms and its `ETag`.
//!
//! Every file but `index.html` has a name, or lies in a folder with a name, that was made from what is in it
//! (`xtask/src/page/`). So a browser may keep those for good, and asks about that one each time.

/// One file of the page.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The path as it stands in the request: `/index.html`.
    pub(crate) path: &'static str,
    /// For the `Content-Type` header.
    pub(crate) content_type: &'static str,
    /// For the `ETag` header, with its quotation marks. It belongs to the content as it is; whoever
    /// sends one of the compressed forms says `Vary: Accept-Encoding` beside it.
    pub(crate) etag: &'static str,
    /// The content as it is.
    pub(crate) raw: &'static [u8],
    /// For `Content-Encoding: br`, when that is smaller.
    pub(crate) brotli: Option<&'static [u8]>,
    /// For `Content-Encoding: gzip`, when that is smaller.
    pub(crate) gzip: Option<&'static [u8]>,
}

/// The one file whose name says nothing of what is in it.
const INDEX: &str = "/index.html";

impl Asset {
    /// For the `Cache-Control` header: how long a browser may go without asking (RFC 9111 §5.2.2, RFC 8246).
    pub(crate) fn cache_control(&self) -> &'static str {
        if self.path == INDEX { "no-cache" } else { "public, max-age=31536000, immutable" }
    }
}

/// The file that a request's path asks for. `/` is `/index.html`.
pub(crate) fn find(path: &str) -> Option<&'static Asset> {
    let path = if path == "/" { INDEX } else { path };
    PAGE.iter().find(|asset| asset.path == path)
}

/// All files, in the order of their paths.
static PAGE: &[Asset] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_page() {
        let root = find("/").expect("there is always a page");
        assert_eq!(root.path, "/index.html");
        assert_eq!(root.content_type, "text/html; charset=utf-8");
    }

    #[test]
    fn what_is_not_a_file_of_the_page_is_not_found() {
        for path in ["", "index.html", "//", "/index.html/", "/../Cargo.toml", "/src/page.rs"] {
            assert!(find(path).is_none(), "{path:?}");
        }
    }

    #[test]
    fn a_browser_asks_again_only_for_the_file_whose_name_says_nothing() {
        let page = find("/").expect("there is always a page");
        assert_eq!(page.cache_control(), "no-cache");
        let named = Asset {
            path: "/app-0123456789abcdef/main.js",
            content_type: "text/javascript; charset=utf-8",
            etag: "\"0123456789abcdef\"",
            raw: b"",
            brotli: None,
            gzip: None,
        };
        assert!(named.cache_control().ends_with("immutable"));
    }

    #[test]
    fn an_etag_is_one_quoted_string() {
        for asset in PAGE {
            let inside = asset.etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let inside = inside.unwrap_or_else(|| panic!("{}: {}", asset.path, asset.etag));
            assert!(inside.len() == 16 && inside.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }

    #[test]
    fn a_compressed_form_is_kept_only_where_it_is_smaller() {
        for asset in PAGE {
            for form in [asset.brotli, asset.gzip].into_iter().flatten() {
                assert!(form.len() < asset.raw.len(), "{}", asset.path);
            }
        }
        assert!(find("/").is_some_and(|page| page.brotli.is_some() && page.gzip.is_some()));
    }
}

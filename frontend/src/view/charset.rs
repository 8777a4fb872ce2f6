//! Text of a server whose encoding nobody tells: UTF-8, or the GBK that Chinese servers wrote before.

/// The bytes as text, and whether they were taken for GBK; what can be read as neither is replaced.
pub(super) fn read(bytes: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), false);
    }
    match looks_like_gbk(bytes).then(|| decode_gbk(bytes)).flatten() {
        Some(text) => (text, true),
        None => (String::from_utf8_lossy(bytes).into_owned(), false),
    }
}

/// Whether everything beyond ASCII stands in runs of at least two characters of two high bytes each, as in
/// words of Chinese. The accented letters of a western encoding stand alone, and are left alone.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let mut runs = bytes.split(u8::is_ascii).filter(|run| !run.is_empty());
    runs.all(|run| run.len() >= 4 && run.len() % 2 == 0 && run.iter().all(|&byte| byte >= 0xa1))
}

/// The browser has every encoding's table; the page need not bring one.
#[cfg(target_arch = "wasm32")]
fn decode_gbk(bytes: &[u8]) -> Option<String> {
    let options = web_sys::TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = web_sys::TextDecoder::new_with_label_and_options("gbk", &options).ok()?;
    decoder.decode_with_u8_array(bytes).ok()
}

/// There is no browser to ask.
#[cfg(not(target_arch = "wasm32"))]
fn decode_gbk(_: &[u8]) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// 登录失败，请使用授权码登录
    const LOGIN_FAILED: &[u8] = b"\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\xa3\xac\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb\xb5\xc7\xc2\xbc";

    #[test]
    fn only_words_of_chinese_are_taken_for_gbk() {
        assert!(looks_like_gbk(LOGIN_FAILED));
        assert!(looks_like_gbk(&[b"535 ", LOGIN_FAILED, b" (1)"].concat()));
        assert!(!looks_like_gbk(b"Bo\xeete pleine"), "one letter of Latin-1");
        assert!(!looks_like_gbk(b"\xe9\xe9\xe9"), "half a character");
        assert!(!looks_like_gbk(b"\x16\x03\x01\x80\x90\x90\x80"), "TLS");
    }

    #[test]
    fn what_is_neither_is_replaced_and_utf_8_stays_what_it_is() {
        assert_eq!(read("535 登录失败".as_bytes()), ("535 登录失败".to_owned(), false));
        assert_eq!(read(b"Bo\xeete"), ("Bo\u{fffd}te".to_owned(), false));
    }

    #[cfg(target_arch = "wasm32")]
    #[test]
    fn gbk_is_decoded_by_the_browser() {
        assert_eq!(read(LOGIN_FAILED), ("登录失败，请使用授权码登录".to_owned(), true));
        // Begun in the middle of a character, it is no GBK any more.
        assert!(!read(&LOGIN_FAILED[1..]).1);
    }
}

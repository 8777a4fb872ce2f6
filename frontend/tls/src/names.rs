//! The names that IANA's registries for TLS give to numbers.

/// A name, or the number where it has none that is known here.
fn named(table: &[(u16, &str)], number: u32, digits: usize) -> String {
    let found = table.iter().find(|(known, _)| u32::from(*known) == number);
    found.map_or_else(|| format!("0x{number:0digits$x}"), |(_, name)| (*name).to_owned())
}

/// A version, as OpenSSL and the registries of mail write it.
pub(crate) fn version(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0x0300, "SSLv3"),
        (0x0301, "TLSv1.0"),
        (0x0302, "TLSv1.1"),
        (0x0303, "TLSv1.2"),
        (0x0304, "TLSv1.3"),
    ];
    named(NAMES, number, 4)
}

/// A cipher suite.
pub(crate) fn suite(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
        (0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
        (0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
        (0x1301, "TLS_AES_128_GCM_SHA256"),
        (0x1302, "TLS_AES_256_GCM_SHA384"),
        (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
        (0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
        (0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
        (0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        (0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ];
    named(NAMES, number, 4)
}

/// A group for the key exchange.
pub(crate) fn group(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (23, "secp256r1"),
        (24, "secp384r1"),
        (25, "secp521r1"),
        (29, "x25519"),
        (30, "x448"),
        (256, "ffdhe2048"),
        (257, "ffdhe3072"),
        (4587, "SecP256r1MLKEM768"),
        (4588, "X25519MLKEM768"),
    ];
    named(NAMES, number, 4)
}

/// A way to sign.
pub(crate) fn scheme(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0x0201, "rsa_pkcs1_sha1"),
        (0x0203, "ecdsa_sha1"),
        (0x0401, "rsa_pkcs1_sha256"),
        (0x0403, "ecdsa_secp256r1_sha256"),
        (0x0501, "rsa_pkcs1_sha384"),
        (0x0503, "ecdsa_secp384r1_sha384"),
        (0x0601, "rsa_pkcs1_sha512"),
        (0x0603, "ecdsa_secp521r1_sha512"),
        (0x0804, "rsa_pss_rsae_sha256"),
        (0x0805, "rsa_pss_rsae_sha384"),
        (0x0806, "rsa_pss_rsae_sha512"),
        (0x0807, "ed25519"),
        (0x0808, "ed448"),
        (0x0809, "rsa_pss_pss_sha256"),
        (0x080a, "rsa_pss_pss_sha384"),
        (0x080b, "rsa_pss_pss_sha512"),
    ];
    named(NAMES, number, 4)
}

/// An extension.
pub(crate) fn extension(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0, "server_name"),
        (5, "status_request"),
        (10, "supported_groups"),
        (11, "ec_point_formats"),
        (13, "signature_algorithms"),
        (16, "application_layer_protocol_negotiation"),
        (18, "signed_certificate_timestamp"),
        (22, "encrypt_then_mac"),
        (23, "extended_master_secret"),
        (27, "compress_certificate"),
        (28, "record_size_limit"),
        (35, "session_ticket"),
        (41, "pre_shared_key"),
        (42, "early_data"),
        (43, "supported_versions"),
        (44, "cookie"),
        (45, "psk_key_exchange_modes"),
        (47, "certificate_authorities"),
        (49, "post_handshake_auth"),
        (50, "signature_algorithms_cert"),
        (51, "key_share"),
        (0xff01, "renegotiation_info"),
    ];
    named(NAMES, number, 4)
}

/// A kind of record.
pub(crate) fn content_type(number: u32) -> String {
    const NAMES: &[(u16, &str)] =
        &[(20, "change_cipher_spec"), (21, "alert"), (22, "handshake"), (23, "application_data")];
    named(NAMES, number, 2)
}

/// A kind of handshake message.
pub(crate) fn message(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0, "hello_request"),
        (1, "client_hello"),
        (2, "server_hello"),
        (4, "new_session_ticket"),
        (8, "encrypted_extensions"),
        (11, "certificate"),
        (12, "server_key_exchange"),
        (13, "certificate_request"),
        (14, "server_hello_done"),
        (15, "certificate_verify"),
        (16, "client_key_exchange"),
        (20, "finished"),
        (22, "certificate_status"),
        (24, "key_update"),
    ];
    named(NAMES, number, 2)
}

/// What an alert says.
pub(crate) fn alert(number: u32) -> String {
    const NAMES: &[(u16, &str)] = &[
        (0, "close_notify"),
        (10, "unexpected_message"),
        (20, "bad_record_mac"),
        (22, "record_overflow"),
        (40, "handshake_failure"),
        (42, "bad_certificate"),
        (43, "unsupported_certificate"),
        (44, "certificate_revoked"),
        (45, "certificate_expired"),
        (46, "certificate_unknown"),
        (47, "illegal_parameter"),
        (48, "unknown_ca"),
        (49, "access_denied"),
        (50, "decode_error"),
        (51, "decrypt_error"),
        (70, "protocol_version"),
        (71, "insufficient_security"),
        (80, "internal_error"),
        (86, "inappropriate_fallback"),
        (90, "user_canceled"),
        (100, "no_renegotiation"),
        (109, "missing_extension"),
        (110, "unsupported_extension"),
        (112, "unrecognized_name"),
        (113, "bad_certificate_status_response"),
        (115, "unknown_psk_identity"),
        (116, "certificate_required"),
        (120, "no_application_protocol"),
    ];
    named(NAMES, number, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_name_is_shown_as_it_stands() {
        assert_eq!(suite(0x1301), "TLS_AES_128_GCM_SHA256");
        assert_eq!(suite(0x0a0a), "0x0a0a");
        assert_eq!(alert(255), "0xff");
    }
}

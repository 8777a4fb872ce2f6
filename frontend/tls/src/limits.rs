//! How much is kept of what, so that no report grows without end.

/// The bytes of a record of data that a report shows, as they travelled and as they were written.
pub(crate) const DATA: usize = 256;
/// The bytes of a record of the handshake that a report shows. The longest record has 16 KiB and a little.
pub(crate) const RECORD: usize = 4096;
/// The bytes of a handshake message that are kept. A chain of certificates has three to six thousand.
pub(crate) const MESSAGE: usize = 16 * 1024;
/// The longest record that is read: 2^14 bytes and what sealing adds (RFC 5246 §6.2.3, RFC 8446 §5.2).
pub(crate) const LONGEST_RECORD: usize = 5 + 16 * 1024 + 2048;
/// Bytes that are kept of what is not TLS.
pub(crate) const STRANGE: usize = 2048;
/// Bytes that are sealed as one record.
pub(crate) const SEALED_AT_ONCE: usize = 16 * 1024;
/// Bytes of a server that are held while the person is asked about its certificate.
pub(crate) const HELD: usize = 64 * 1024;
/// Certificates of a chain that are shown.
pub(crate) const CHAIN: usize = 10;
/// Names of a certificate that are shown.
pub(crate) const NAMES: usize = 100;
/// The characters of a name that are shown.
pub(crate) const NAME: usize = 300;
/// Sessions at the same time.
pub(crate) const SESSIONS: usize = 16;

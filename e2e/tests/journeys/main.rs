//! The journeys: the real page in a real browser, used as a person would, with real servers.
//!
//! | module | who walks |
//! |---|---|
//! | [`lab`] | a student through the classic lab, with every practice server, and with its mistakes |
//! | [`hand`] | somebody who changes commands, types them, or has no mouse |
//! | [`postfix`] | an administrator with a server of their own: a real Postfix |
//! | [`peers`] | the same with servers that others wrote: aiosmtpd and smtp-server |
//! | [`tls`] | everybody, encrypted |
//! | [`parts`] | whoever opens the page on a slow network, or on one that fails meanwhile |
//! | [`broken`] | anybody whose connection fails, at once or on the way |

mod broken;
mod hand;
mod lab;
mod parts;
mod peers;
mod postfix;
mod tls;

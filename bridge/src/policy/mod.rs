//! What the bridge may dial.
//!
//! A bridge that dialled whatever a page asks for would be a hole in every firewall it stands behind. So a
//! target is judged twice: host and port before anything is looked up ([`Policy::considers`]), and then
//! every single address ([`Policy::permits`]), immediately before that very address is dialled. A name is
//! never looked up again in between: its second answer could be another one (DNS rebinding).
//!
//! | asked for | may be dialled |
//! |---|---|
//! | an address | when a rule's address or block holds it; or, with `--allow-public`, when it is public and the port is a mail port |
//! | a name that a rule lists | its public addresses, and those that a rule's block holds |
//! | any other name | with `--allow-public`, its public addresses on mail ports; and those that a rule's block holds |
//!
//! An IPv6 address that leads to an IPv4 address (mapped, NAT64, 6to4, Teredo) is never public, and even
//! where a block allows it the address inside must be allowed as well.

mod address;
mod rule;

pub use rule::{BadRule, Rule};

use crate::target::{Host, Name, Target};
use std::{net::IpAddr, num::NonZeroU16};

/// The ports on which mail servers take mail: SMTP, submission over TLS (RFC 8314), submission (RFC 6409),
/// and the one that providers offer where 25 is blocked.
pub const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];

/// The rules of one bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What may be dialled.
    pub rules: Vec<Rule>,
    /// Whether any public address may be dialled, on [`MAIL_PORTS`].
    pub public: bool,
    /// Whether the bridge serves others than the person who started it. They must not learn from it which
    /// names its network knows: a name without an address, a name that could not be looked up and a name
    /// with forbidden addresses alone get the same answer. Who runs a bridge for themselves may ask the
    /// resolver anyway, and is told of a misspelt name.
    pub shared: bool,
}

impl Policy {
    /// Whether a target has to be looked at further. If not, it is refused without being looked up.
    pub fn considers(&self, target: &Target) -> bool {
        match &target.host {
            Host::Address(address) => self.permits(target, *address),
            Host::Name(_) => {
                self.public_will_do(target)
                    || self.rules.iter().any(|rule| rule.covers_port(target.port))
            }
        }
    }

    /// Whether an address that the target has may be dialled.
    pub fn permits(&self, target: &Target, address: IpAddr) -> bool {
        self.permits_address(address, target.port, self.public_will_do(target))
    }

    /// Whether whoever asks may be told that a name has no address, or none that may be dialled, as two
    /// different things. A name that a rule lists is no secret.
    pub fn may_tell(&self, target: &Target) -> bool {
        !self.shared || self.is_listed(target)
    }

    fn is_listed(&self, target: &Target) -> bool {
        let listed = |name: &Name| self.rules.iter().any(|rule| rule.names(name, target.port));
        matches!(&target.host, Host::Name(name) if listed(name))
    }

    /// Whether it is enough for an address of this target to be public.
    fn public_will_do(&self, target: &Target) -> bool {
        self.public && MAIL_PORTS.contains(&target.port.get()) || self.is_listed(target)
    }

    fn permits_address(&self, address: IpAddr, port: NonZeroU16, public_will_do: bool) -> bool {
        let allowed = self.rules.iter().any(|rule| rule.covers(address, port))
            || public_will_do && address::is_public(address);
        let inside = address::embedded(address).map(IpAddr::V4);
        allowed && inside.is_none_or(|v4| self.permits_address(v4, port, public_will_do))
    }
}

/// What an address is kept for, or that it is public: for the log.
pub(crate) fn describe(address: IpAddr) -> &'static str {
    address::special(address).unwrap_or("public")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn policy(rules: &[&str], public: bool) -> Policy {
        let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        Policy { rules, public, shared: false }
    }

    fn target(host: &str, port: u16) -> Target {
        Target { host: host.parse().unwrap(), port: port.try_into().unwrap() }
    }

    /// Whether a name with this address is dialled there.
    fn named(policy: &Policy, name: &str, port: u16, address: &str) -> bool {
        let target = target(name, port);
        policy.considers(&target) && policy.permits(&target, address.parse().unwrap())
    }

    fn direct(policy: &Policy, address: &str, port: u16) -> bool {
        policy.considers(&target(address, port))
    }

    const FORBIDDEN: &[&str] = &[
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.25",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::127.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:db8::25",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];

    #[test]
    fn a_forbidden_address_is_refused_directly_and_behind_any_name() {
        let policy = policy(&["mail.example.com:25"], true);
        for address in FORBIDDEN {
            assert!(!direct(&policy, address, 25), "{address}");
            for name in ["mail.example.com", "localhost", "other.example.org"] {
                assert!(!named(&policy, name, 25, address), "{name} at {address}");
            }
        }
    }

    #[test]
    fn every_forbidden_address_can_be_allowed_by_name_of_its_block() {
        for address in FORBIDDEN {
            let mut rules = vec![format!("{}:25", bracketed(address))];
            let inside = address::embedded(address.parse().unwrap());
            rules.extend(inside.map(|v4| format!("{v4}:25")));
            let rules: Vec<_> = rules.iter().map(String::as_str).collect();
            assert!(direct(&policy(&rules, false), address, 25), "{address}");
            assert!(!direct(&policy(&rules, false), address, 587), "{address}");
        }
    }

    fn bracketed(address: &str) -> String {
        if address.contains(':') { format!("[{address}]") } else { address.into() }
    }

    /// Both sides of each end of blocks that a rule allows: outside, inside, inside, outside.
    #[test]
    fn a_block_is_allowed_from_its_first_address_to_its_last() {
        for (rule, [before, first, last, behind]) in [
            ("10.0.0.0/8:25", ["9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"]),
            ("192.168.1.0/24:25", ["192.168.0.255", "192.168.1.0", "192.168.1.255", "192.168.2.0"]),
            ("127.0.0.1:25", ["127.0.0.0", "127.0.0.1", "127.0.0.1", "127.0.0.2"]),
            (
                "[fd00::/8]:25",
                [
                    "fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "fd00::",
                    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "fe00::",
                ],
            ),
        ] {
            let policy = policy(&[rule], false);
            assert!(direct(&policy, first, 25) && direct(&policy, last, 25), "{rule}");
            assert!(!direct(&policy, before, 25) && !direct(&policy, behind, 25), "{rule}");
            assert!(!direct(&policy, first, 24) && !direct(&policy, first, 26), "{rule}");
            assert!(named(&policy, "any.example.org", 25, first), "{rule}");
            assert!(!named(&policy, "any.example.org", 25, behind), "{rule}");
        }
    }

    /// An IPv4 address inside is judged where there is one, and next to those blocks there is none.
    #[test]
    fn an_address_inside_another_is_judged_in_its_block_and_nowhere_else() {
        for (block, outside, inside) in [
            ("[::ffff:0:0/96]:25", ["::fffe:7f00:1", "::1:0:7f00:1"], "::ffff:127.0.0.1"),
            ("[64:ff9b::/96]:25", ["64:ff9a::7f00:1", "64:ff9b:0:0:0:1:7f00:1"], "64:ff9b::7f00:1"),
            (
                "[64:ff9b:1::/48]:25",
                ["64:ff9b:0:1::7f00:1", "64:ff9b:2::7f00:1"],
                "64:ff9b:1::7f00:1",
            ),
            ("[2002::/16]:25", ["2001:7f00:1::1", "2003:7f00:1::1"], "2002:7f00:1::1"),
        ] {
            // Its block alone is not enough: it leads to an address that nothing allows.
            assert!(!direct(&policy(&[block], false), inside, 25), "{inside}");
            assert!(direct(&policy(&[block, "127.0.0.1:25"], false), inside, 25), "{inside}");
            for address in outside {
                assert!(!direct(&policy(&[block], false), address, 25), "{address}");
                let address: IpAddr = address.parse().unwrap();
                assert_eq!(address::embedded(address), None, "{address}");
            }
        }
    }

    #[test]
    fn nothing_is_allowed_without_a_rule() {
        let policy = Policy::default();
        assert!(!direct(&policy, "8.8.8.8", 25));
        assert!(!policy.considers(&target("smtp.example.com", 25)));
    }

    #[test]
    fn public_means_public_addresses_on_mail_ports() {
        let policy = policy(&[], true);
        for port in MAIL_PORTS {
            assert!(direct(&policy, "8.8.8.8", port) && direct(&policy, "2606:4700::1111", port));
            assert!(named(&policy, "smtp.example.com", port, "8.8.8.8"));
        }
        for port in [1, 22, 80, 443, 2526, 65535] {
            assert!(!direct(&policy, "8.8.8.8", port));
            assert!(!policy.considers(&target("smtp.example.com", port)));
        }
    }

    #[test]
    fn a_listed_name_gives_public_addresses_on_its_ports_and_no_others() {
        let policy = policy(&["mail.example.com:2526"], false);
        assert!(named(&policy, "mail.example.com", 2526, "8.8.8.8"));
        assert!(named(&policy, "MAIL.example.com.", 2526, "2606:4700::1111"));
        assert!(!named(&policy, "mail.example.com", 2526, "10.0.0.1"));
        assert!(!policy.considers(&target("mail.example.com", 25)));
        assert!(!policy.considers(&target("sub.mail.example.com", 2526)));
        // Its address is not allowed by itself.
        assert!(!direct(&policy, "8.8.8.8", 2526));
    }

    #[test]
    fn an_address_is_allowed_behind_a_name_as_well() {
        let policy = policy(&["127.0.0.1:2526", "[fd00::/8]:2526"], false);
        assert!(direct(&policy, "127.0.0.1", 2526) && direct(&policy, "fd12::1", 2526));
        assert!(named(&policy, "localhost", 2526, "127.0.0.1"));
        assert!(!named(&policy, "localhost", 2526, "::1"));
        assert!(!named(&policy, "localhost", 2526, "127.0.0.2"));
        assert!(!named(&policy, "localhost", 25, "127.0.0.1"));
    }

    #[test]
    fn the_address_inside_must_be_allowed_as_well() {
        let all_nat64 = policy(&["[64:ff9b::/96]:25", "[::ffff:0:0/96]:25"], true);
        assert!(direct(&all_nat64, "64:ff9b::8.8.8.8", 25));
        assert!(direct(&all_nat64, "::ffff:8.8.8.8", 25));
        assert!(!direct(&all_nat64, "64:ff9b::10.0.0.1", 25));
        assert!(!direct(&all_nat64, "::ffff:127.0.0.1", 25));
    }

    #[test]
    fn only_a_shared_bridge_keeps_names_to_itself_and_not_those_it_lists() {
        let mut policy = policy(&["mail.example.com:25"], true);
        assert!(policy.may_tell(&target("intranet.example.org", 25)));
        policy.shared = true;
        assert!(!policy.may_tell(&target("intranet.example.org", 25)));
        assert!(policy.may_tell(&target("mail.example.com", 25)));
    }

    proptest! {
        #[test]
        fn an_ipv4_address_is_not_made_better_by_writing_it_as_ipv6(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from(bits);
            let everything_in_v6 = policy(&["[::/0]:25"], true);
            let allowed = direct(&everything_in_v6, &v4.to_string(), 25);
            let [a, b, c, d] = v4.octets();
            let halves = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for v6 in [
                v4.to_ipv6_mapped(),
                v4.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, halves.0, halves.1),
                Ipv6Addr::new(0x2002, halves.0, halves.1, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !halves.0, !halves.1),
            ] {
                prop_assert_eq!(direct(&everything_in_v6, &v6.to_string(), 25), allowed, "{}", v6);
            }
        }

        #[test]
        fn what_is_refused_is_refused_by_any_name(address in any::<IpAddr>(), port in 1u16..) {
            let policy = policy(&["10.0.0.0/8:25", "mail.example.com:25"], false);
            if !direct(&policy, &address.to_string(), port) {
                prop_assert!(!named(&policy, "other.example.com", port, &address.to_string()));
            }
        }
    }
}

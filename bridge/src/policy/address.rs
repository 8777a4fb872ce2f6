//! Which addresses are nobody's business: what is kept for machines, networks and examples.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is an ordinary one on the public Internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    special(address).is_none()
}

/// What an address is kept for, if it is not an ordinary public one.
pub(super) fn special(address: IpAddr) -> Option<&'static str> {
    if let Some((_, what)) = SPECIAL.iter().find(|(block, _)| block.contains(&address)) {
        return Some(what);
    }
    // All that has been given out for machines on the Internet lies within this block (RFC 4291 §2.4,
    // IANA's registry); what will be made of the rest nobody knows yet.
    matches!(address, IpAddr::V6(v6) if !GLOBAL_UNICAST.contains(&v6)).then_some("not given out")
}

/// The IPv4 address that an IPv6 address leads to by way of a translator or a tunnel.
///
/// Such an address must not be a way around what is refused directly.
pub(super) fn embedded(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let [_, b, c, .., g, h] = v6.segments();
    let of = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    if v6.is_unspecified() || v6.is_loopback() {
        // They stand within the block of "compatible" addresses and are none.
        None
    } else if V4_MAPPED.contains(&v6) || V4_COMPATIBLE.contains(&v6) || NAT64.contains(&v6) {
        of(g, h)
    } else if NAT64_LOCAL.contains(&v6) {
        // Of the places RFC 6052 §2.2 has for it, the one for the usual prefix of 96 bits.
        of(g, h)
    } else if SIX_TO_FOUR.contains(&v6) {
        of(b, c)
    } else if TEREDO.contains(&v6) {
        // The client's address, every bit turned over (RFC 4380 §4).
        of(!g, !h)
    } else {
        None
    }
}

const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const V4_COMPATIBLE: Ipv6Net = v6([0, 0, 0, 0, 0, 0, 0, 0], 96);
const V4_MAPPED: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);
const NAT64_LOCAL: Ipv6Net = v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48);
const TEREDO: Ipv6Net = v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32);
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16);

/// IANA's registries of special-purpose addresses (RFC 6890), and multicast. A block stands before one that
/// holds it.
const SPECIAL: &[(IpNet, &str)] = &[
    (v4([0, 0, 0, 0], 8), "this machine (RFC 791 §3.2)"),
    (v4([10, 0, 0, 0], 8), "private (RFC 1918)"),
    (v4([100, 64, 0, 0], 10), "shared by a provider's customers (RFC 6598)"),
    (v4([127, 0, 0, 0], 8), "loopback (RFC 1122 §3.2.1.3)"),
    (v4([169, 254, 0, 0], 16), "link-local (RFC 3927)"),
    (v4([172, 16, 0, 0], 12), "private (RFC 1918)"),
    (v4([192, 0, 0, 0], 24), "for protocols' own use (RFC 6890)"),
    (v4([192, 0, 2, 0], 24), "for documentation (RFC 5737)"),
    (v4([192, 88, 99, 0], 24), "6to4 relays (RFC 7526)"),
    (v4([192, 168, 0, 0], 16), "private (RFC 1918)"),
    (v4([198, 18, 0, 0], 15), "for benchmarks (RFC 2544)"),
    (v4([198, 51, 100, 0], 24), "for documentation (RFC 5737)"),
    (v4([203, 0, 113, 0], 24), "for documentation (RFC 5737)"),
    (v4([224, 0, 0, 0], 4), "multicast (RFC 5771)"),
    (v4([255, 255, 255, 255], 32), "broadcast (RFC 8190)"),
    (v4([240, 0, 0, 0], 4), "reserved (RFC 1112 §4)"),
    (net(v6([0, 0, 0, 0, 0, 0, 0, 0], 128)), "unspecified (RFC 4291 §2.5.2)"),
    (net(v6([0, 0, 0, 0, 0, 0, 0, 1], 128)), "loopback (RFC 4291 §2.5.3)"),
    (net(V4_COMPATIBLE), "an IPv4 address within IPv6 (RFC 4291 §2.5.5.1)"),
    (net(V4_MAPPED), "an IPv4 address within IPv6 (RFC 4291 §2.5.5.2)"),
    (net(NAT64), "an IPv4 address behind a translator (RFC 6052)"),
    (net(NAT64_LOCAL), "behind a network's own translator (RFC 8215)"),
    (net(v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64)), "thrown away (RFC 6666)"),
    (net(TEREDO), "a Teredo tunnel (RFC 4380)"),
    (net(v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48)), "for benchmarks (RFC 5180)"),
    (net(v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)), "for documentation (RFC 3849)"),
    (net(v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23)), "for protocols' own use (RFC 2928)"),
    (net(SIX_TO_FOUR), "a 6to4 tunnel (RFC 3056)"),
    (net(v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20)), "for documentation (RFC 9637)"),
    (net(v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16)), "for routing (RFC 9602)"),
    (net(v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)), "unique local (RFC 4193)"),
    (net(v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)), "link-local (RFC 4291 §2.5.6)"),
    (net(v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10)), "site-local (RFC 3879)"),
    (net(v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8)), "multicast (RFC 4291 §2.7)"),
];

const fn v4(octets: [u8; 4], length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::from_octets(octets), length))
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(segments), length)
}

const fn net(block: Ipv6Net) -> IpNet {
    IpNet::V6(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_block_is_found_from_its_first_address_to_its_last() {
        for (block, what) in SPECIAL {
            let ends = match block {
                IpNet::V4(net) => [net.network().into(), net.broadcast().into()],
                IpNet::V6(net) => [net.network().into(), net.broadcast().into()],
            };
            for address in ends.map(|end: IpAddr| (end, special(end))) {
                assert!(address.1.is_some(), "{address:?} in {block}, {what}");
            }
        }
    }

    #[test]
    fn no_entry_is_hidden_by_one_before_it() {
        for (index, (block, what)) in SPECIAL.iter().enumerate() {
            let hidden = SPECIAL[..index].iter().any(|(earlier, _)| earlier.contains(block));
            assert!(!hidden, "{block}, {what}");
        }
    }

    /// Both sides of each end of every block, by hand: public, special, special, public. Blocks that touch stand as one.
    const ENDS: &[[&str; 4]] = &[
        ["", "0.0.0.0", "0.255.255.255", "1.0.0.0"],
        ["9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"],
        ["100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"],
        ["126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"],
        ["169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"],
        ["172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"],
        ["191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"],
        ["192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"],
        ["192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"],
        ["192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"],
        ["198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"],
        ["198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"],
        ["203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"],
        // Multicast, reserved, broadcast.
        ["223.255.255.255", "224.0.0.0", "255.255.255.255", ""],
        // Unspecified, loopback, IPv4 within IPv6, NAT64, and all that is not given out, up to global unicast.
        ["", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"],
        // Teredo, and other protocols' own.
        [
            "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001::",
            "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:200::",
        ],
        [
            "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::",
        ],
        // 6to4.
        [
            "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2002::",
            "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2003::",
        ],
        [
            "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff:1000::",
        ],
        // Behind global unicast: unique local, link-local, site-local, multicast, and all that is not given out.
        [
            "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "4000::",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "",
        ],
    ];

    #[test]
    fn each_end_of_every_block_has_two_sides() {
        for [before, first, last, after] in ENDS {
            for address in [before, after].into_iter().filter(|address| !address.is_empty()) {
                assert_eq!(special(address.parse().unwrap()), None, "{address}");
            }
            for address in [first, last] {
                assert!(special(address.parse().unwrap()).is_some(), "{address}");
            }
        }
    }

    #[test]
    fn ordinary_addresses_are_public() {
        for address in ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"] {
            assert_eq!(special(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn the_address_inside_is_found() {
        let inside = |text: &str| embedded(text.parse().unwrap()).map(|v4| v4.to_string());
        let loopback = Some("127.0.0.1".to_owned());
        assert_eq!(inside("::ffff:127.0.0.1"), loopback);
        assert_eq!(inside("::127.0.0.1"), loopback);
        assert_eq!(inside("64:ff9b::127.0.0.1"), loopback);
        assert_eq!(inside("64:ff9b:1::127.0.0.1"), loopback);
        assert_eq!(inside("2002:7f00:1::1"), loopback);
        assert_eq!(inside("2001:0:c000:201::80ff:fffe"), loopback);
        for none in ["::", "::1", "2606:4700::1111", "127.0.0.1"] {
            assert_eq!(inside(none), None, "{none}");
        }
    }
}

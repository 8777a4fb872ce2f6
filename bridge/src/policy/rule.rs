//! What `--allow` says.

use crate::target::{Host, Name};
use ipnet::IpNet;
use std::{collections::BTreeSet, fmt, net::IpAddr, num::NonZeroU16, str::FromStr};

/// A target that may be dialled: `smtp.example.com:25,587`, `10.0.0.0/8:25`, `[fd00::/8]:25`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) subject: Subject,
    pub(super) ports: BTreeSet<NonZeroU16>,
}

/// Whom a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// All addresses of a block, private or not. A single address is a block of one.
    Block(IpNet),
    /// Whatever public addresses the name has.
    Name(Name),
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected TARGET:PORT[,PORT] such as smtp.example.com:25,587, 192.168.1.25:25, 10.0.0.0/8:25 or \
     [fd00::/8]:25, came {came:?}: {wrong}"
)]
pub struct BadRule {
    /// What came.
    pub came: String,
    /// What is wrong with it.
    pub wrong: String,
}

impl Rule {
    pub(super) fn covers(&self, address: IpAddr, port: NonZeroU16) -> bool {
        matches!(&self.subject, Subject::Block(block) if block.contains(&address))
            && self.ports.contains(&port)
    }

    pub(super) fn names(&self, name: &Name, port: NonZeroU16) -> bool {
        matches!(&self.subject, Subject::Name(listed) if listed == name)
            && self.ports.contains(&port)
    }

    /// Whether some address is allowed at this port.
    pub(super) fn covers_port(&self, port: NonZeroU16) -> bool {
        matches!(self.subject, Subject::Block(_)) && self.ports.contains(&port)
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let bad = |wrong: String| BadRule { came: text.into(), wrong };
        let (subject, ports) =
            text.rsplit_once(':').ok_or_else(|| bad("the port is missing".into()))?;
        // An IPv6 address ends in what looks like a port, hence the brackets.
        if subject.contains(':') && !(subject.starts_with('[') && subject.ends_with(']')) {
            return Err(bad("an IPv6 address or block stands in brackets, the port behind".into()));
        }
        Ok(Self {
            subject: subject_of(subject).map_err(bad)?,
            ports: ports_of(ports).map_err(bad)?,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Name(name) => name.fmt(f)?,
            Subject::Block(block) => {
                let single = block.prefix_len() == block.max_prefix_len();
                let text = if single { block.addr().to_string() } else { block.to_string() };
                match block {
                    IpNet::V4(_) => f.write_str(&text)?,
                    IpNet::V6(_) => write!(f, "[{text}]")?,
                }
            }
        }
        let ports: Vec<_> = self.ports.iter().map(ToString::to_string).collect();
        write!(f, ":{}", ports.join(","))
    }
}

fn subject_of(text: &str) -> Result<Subject, String> {
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some((address, _)) = inside.unwrap_or(text).split_once('/') {
        let block: IpNet = inside
            .unwrap_or(text)
            .parse()
            .map_err(|_| format!("{text:?} is not a block of addresses"))?;
        // 10.1.2.3/8 is either 10.1.2.3 or 10.0.0.0/8: not for us to guess.
        if block.trunc() != block {
            let meant = block.trunc();
            return Err(format!("{address} is not where its block begins; {meant} would be"));
        }
        return Ok(Subject::Block(block));
    }
    match text.parse().map_err(|error: crate::target::BadTarget| error.to_string())? {
        Host::Address(address) => Ok(Subject::Block(address.into())),
        Host::Name(name) => Ok(Subject::Name(name)),
    }
}

fn ports_of(text: &str) -> Result<BTreeSet<NonZeroU16>, String> {
    let port = |port: &str| {
        port.parse().map_err(|_| format!("{port:?} is not a port, which is from 1 to 65535"))
    };
    text.split(',').map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rule_is_shown_as_it_is_written() {
        for text in [
            "smtp.example.com:25",
            "smtp.example.com:25,465,587",
            "127.0.0.1:2525",
            "10.0.0.0/8:25",
            "[::1]:25",
            "[fd00::/8]:25,587",
            "0.0.0.0/0:25",
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_wrong_rule_is_repeated_with_what_is_wrong() {
        for (text, wrong) in [
            ("", "the port is missing"),
            ("smtp.example.com", "the port is missing"),
            ("smtp.example.com:", "is not a port"),
            ("smtp.example.com:smtp", "is not a port"),
            ("smtp.example.com:25,", "is not a port"),
            ("smtp.example.com:0", "is not a port"),
            ("smtp.example.com:65536", "is not a port"),
            ("::1:25", "in brackets"),
            ("fd00::/8:25", "in brackets"),
            ("[::1]", "in brackets"),
            ("10.0.0.0/33:25", "is not a block"),
            ("10.1.2.3/8:25", "10.0.0.0/8 would be"),
            ("*:25", "letters, digits"),
            (":25", "1 to 63"),
        ] {
            let error = text.parse::<Rule>().unwrap_err();
            assert!(error.wrong.contains(wrong), "{text}: {error}");
            assert!(error.to_string().contains(&format!("came {text:?}")), "{error}");
        }
    }

    fn subjects() -> impl Strategy<Value = Subject> {
        let block = |address: IpAddr, length: u8| {
            let most = if address.is_ipv4() { 32 } else { 128 };
            Subject::Block(IpNet::new(address, length % (most + 1)).unwrap().trunc())
        };
        let name = |name: String| Subject::Name(name.parse().unwrap());
        prop_oneof![
            (any::<IpAddr>(), any::<u8>())
                .prop_map(move |(address, length)| block(address, length)),
            "[a-z][a-z0-9]{0,9}(\\.[a-z]{1,9}){0,3}".prop_map(name),
        ]
    }

    proptest! {
        #[test]
        fn a_rule_that_was_shown_is_read_the_same_again(
            subject in subjects(),
            ports in proptest::collection::btree_set(any::<NonZeroU16>(), 1..5),
        ) {
            let rule = Rule { subject, ports };
            prop_assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule);
        }

        #[test]
        fn any_text_is_a_rule_or_an_error(text in any::<String>()) {
            let _: Result<Rule, BadRule> = text.parse();
        }
    }
}

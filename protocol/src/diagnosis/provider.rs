//! Whose server it is: a provider, or the program that answers.

use crate::smtp::reply::Reply;

/// A provider, or a program that many servers run, whose replies have words and codes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// The mail of 163, 126 and yeah.net.
    NetEase,
    /// The same house's mail for companies.
    NetEaseEnterprise,
    /// Tencent's QQ Mail, Foxmail, and its mail for companies.
    Qq,
    /// Google's Gmail, and its mail for companies.
    Gmail,
    /// Microsoft's Outlook.com, Microsoft 365, and the Exchange behind both.
    Outlook,
    /// A server that runs Postfix.
    Postfix,
    /// Postfix with postscreen before it, which watches who talks too early.
    Postscreen,
    /// A server that runs Exim.
    Exim,
}

/// Who has which domain; the longer name stands before the one that ends it.
const DOMAINS: &[(&str, Provider)] = &[
    ("qiye.163.com", Provider::NetEaseEnterprise),
    ("ym.163.com", Provider::NetEaseEnterprise),
    ("163.com", Provider::NetEase),
    ("126.com", Provider::NetEase),
    ("yeah.net", Provider::NetEase),
    ("188.com", Provider::NetEase),
    ("netease.com", Provider::NetEase),
    ("qq.com", Provider::Qq),
    ("foxmail.com", Provider::Qq),
    ("gmail.com", Provider::Gmail),
    ("googlemail.com", Provider::Gmail),
    ("google.com", Provider::Gmail),
    ("outlook.com", Provider::Outlook),
    ("office365.com", Provider::Outlook),
    ("hotmail.com", Provider::Outlook),
    ("live.com", Provider::Outlook),
];

/// What a greeting says of itself, in small letters.
const GREETINGS: &[(&str, Provider)] = &[
    ("qq mail", Provider::Qq),
    ("gsmtp", Provider::Gmail),
    ("microsoft esmtp mail service", Provider::Outlook),
    ("postfix", Provider::Postfix),
    ("exim", Provider::Exim),
];

impl Provider {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::NetEase,
        Self::NetEaseEnterprise,
        Self::Qq,
        Self::Gmail,
        Self::Outlook,
        Self::Postfix,
        Self::Postscreen,
        Self::Exim,
    ];

    /// Whose a host is, by the name that was asked for, in any letters.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_in = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        DOMAINS.iter().find(|(domain, _)| is_in(domain)).map(|(_, provider)| *provider)
    }

    /// Whose a server is, by its greeting or its answer to EHLO: the name it gives itself stands first.
    pub fn of_greeting(reply: &Reply) -> Option<Self> {
        let text = String::from_utf8_lossy(reply.first_text()).to_ascii_lowercase();
        let name = text.split_ascii_whitespace().next().unwrap_or_default();
        let says = |words: &str| text.contains(words);
        let program = || GREETINGS.iter().find(|(words, _)| says(words)).map(|(_, known)| *known);
        let found = Self::of_host(name).or_else(program)?;
        // Postfix greets in one line. Where there are more, postscreen has sent the first as a bait: who
        // talks before the last one is no mail server.
        let is_bait = reply.code().number() == 220 && reply.lines().count() > 1;
        Some(if found == Self::Postfix && is_bait { Self::Postscreen } else { found })
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NetEase => "163/126",
            Self::NetEaseEnterprise => "163 enterprise",
            Self::Qq => "QQ",
            Self::Gmail => "Gmail",
            Self::Outlook => "Outlook",
            Self::Postfix => "Postfix",
            Self::Postscreen => "postscreen",
            Self::Exim => "Exim",
        }
    }

    /// Whether it replies as `other` does.
    pub(super) fn speaks_as(self, other: Self) -> bool {
        let parent = match self {
            Self::NetEaseEnterprise => Self::NetEase,
            Self::Postscreen => Self::Postfix,
            itself => itself,
        };
        self == other || parent == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::tests::reply;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_host_is_its_provider_s_by_its_domain() {
        let of = Provider::of_host;
        assert_eq!(of("smtp.163.com"), Some(Provider::NetEase));
        assert_eq!(of("SMTP.126.com."), Some(Provider::NetEase));
        assert_eq!(of("smtphz.qiye.163.com"), Some(Provider::NetEaseEnterprise));
        assert_eq!(of("smtp.exmail.qq.com"), Some(Provider::Qq));
        assert_eq!(of("gmail-smtp-in.l.google.com"), Some(Provider::Gmail));
        assert_eq!(of("smtp.office365.com"), Some(Provider::Outlook));
        assert_eq!(of("example-com.mail.protection.outlook.com"), Some(Provider::Outlook));
        assert_eq!(of("mail.example.com"), None);
        assert_eq!(of("not163.com"), None, "another domain that ends alike");
        assert_eq!(of(""), None);
    }

    #[test]
    fn a_greeting_betrays_whose_it_is() {
        let of = |wire: &str| Provider::of_greeting(&reply(wire.as_bytes()));
        assert_eq!(
            of("220 163.com Anti-spam GT for Coremail System (163com[20141201])"),
            Some(Provider::NetEase)
        );
        assert_eq!(of("220 mx.example.com XMail Esmtp QQ Mail Server."), Some(Provider::Qq));
        assert_eq!(of("220 smtp.gmail.com ESMTP a1 - gsmtp"), Some(Provider::Gmail));
        assert_eq!(of("220 mail.example.com ESMTP Postfix"), Some(Provider::Postfix));
        assert_eq!(
            of("220-mail.example.com ESMTP Postfix\r\n220 mail.example.com ESMTP Postfix"),
            Some(Provider::Postscreen)
        );
        assert_eq!(of("220 mail.example.com ESMTP Exim 4.98"), Some(Provider::Exim));
        assert_eq!(
            of("220 ex.example.com Microsoft ESMTP MAIL Service ready"),
            Some(Provider::Outlook)
        );
        assert_eq!(of("220 mail.example.com ESMTP"), None);
        assert_eq!(of("220"), None);
    }
}

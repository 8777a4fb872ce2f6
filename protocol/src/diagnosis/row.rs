//! A row of the tables: what must be seen, and what it then means.

use super::{Cause, Context, Provider, RecognisedBy};
use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::reply::Reply;
use crate::smtp::status::EnhancedCode;
use std::ops::RangeInclusive;

/// By what causes are recognised; every part that is set must fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// What the text must say, all of it: ASCII in any letters, other scripts in UTF-8 or in GBK.
    words: &'static [&'static str],
    /// The enhanced code's subject, and the first and last of its details.
    enhanced: Option<(u16, u16, u16)>,
    /// One of these is what the reply answers.
    places: &'static [Place],
    code: Option<u16>,
    state: Option<State>,
    /// Whose the words and codes are; codes count for nobody else.
    provider: Option<Provider>,
    /// The likeliest first.
    causes: &'static [Cause],
}

/// A place in the walk where a code has a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Greeting,
    Hello,
    StartTls,
    Auth,
    AuthResponse,
    Mail,
    Rcpt,
    /// The answer to DATA itself.
    Data,
    /// The answer to the final dot.
    MailData,
    Lookup,
}

/// What must be known of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Plain,
    LoggedIn,
}

/// How near to the case a row is: what a provider says in words is nearest, the code alone says least. Later
/// fields decide only where the earlier are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nearness {
    tier: Tier,
    of_provider: bool,
    parts: usize,
}

/// The kind of evidence; the later, the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    Code,
    Place,
    Enhanced,
    Words,
}

/// A reply as the rows look at it.
pub(super) struct Seen {
    answer: Answer,
    place: Option<Place>,
    code: u16,
    enhanced: Option<EnhancedCode>,
    /// Every line's text without its enhanced code, with a space between.
    text: Vec<u8>,
    context: Context,
}

/// Chinese phrases as GBK has them: old replies of QQ are written in it, and no reply says which encoding it
/// is in.
const GBK: &[(&str, &[u8])] = &[
    ("授权码", b"\xca\xda\xc8\xa8\xc2\xeb"),
    ("密码", b"\xc3\xdc\xc2\xeb"),
    ("登录", b"\xb5\xc7\xc2\xbc"),
];

const ANY: Row = Row {
    words: &[],
    enhanced: None,
    places: &[],
    code: None,
    state: None,
    provider: None,
    causes: &[],
};

/// A row for replies that say this.
pub(super) const fn says(words: &'static [&'static str], causes: &'static [Cause]) -> Row {
    Row { words, causes, ..ANY }
}

/// A row for an enhanced code, whatever its class.
pub(super) const fn enhanced(subject: u16, detail: u16, causes: &'static [Cause]) -> Row {
    Row { enhanced: Some((subject, detail, detail)), causes, ..ANY }
}

/// A row for a reply code.
pub(super) const fn code(code: u16, causes: &'static [Cause]) -> Row {
    Row { code: Some(code), causes, ..ANY }
}

impl Row {
    /// Only with this reply code.
    pub(super) const fn with(self, code: u16) -> Self {
        Self { code: Some(code), ..self }
    }

    /// Only in answer to one of these.
    pub(super) const fn at(self, places: &'static [Place]) -> Self {
        Self { places, ..self }
    }

    /// Only where the session is known to be so.
    pub(super) const fn when(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }

    /// Said by this provider.
    pub(super) const fn by(self, provider: Provider) -> Self {
        Self { provider: Some(provider), ..self }
    }

    /// The details up to this one as well.
    pub(super) const fn to(self, last: u16) -> Self {
        match self.enhanced {
            Some((subject, first, _)) => Self { enhanced: Some((subject, first, last)), ..self },
            None => self,
        }
    }

    /// The likeliest first.
    pub(super) const fn causes(&self) -> &'static [Cause] {
        self.causes
    }

    /// How near it is to what was seen; `None` if it does not fit.
    pub(super) fn nearness(&self, seen: &Seen) -> Option<Nearness> {
        let of_provider = match (self.provider, seen.context.provider) {
            (Some(wanted), Some(known)) => known.speaks_as(wanted),
            _ => false,
        };
        // A name does not always betray whose the server is, and servers hand on what others told them: words
        // are believed from anybody. A bare code means something of its own at its provider's only.
        let is_theirs = of_provider || self.provider.is_none() || !self.words.is_empty();
        let fits = is_theirs
            && self.words.iter().all(|words| seen.says(words))
            && self
                .enhanced
                .is_none_or(|(subject, first, last)| seen.has_enhanced(subject, first..=last))
            && (self.places.is_empty() || seen.place.is_some_and(|at| self.places.contains(&at)))
            && self.code.is_none_or(|code| code == seen.code)
            && self.state.is_none_or(|state| state.holds(seen.context));
        let parts = self.words.len()
            + usize::from(self.enhanced.is_some())
            + usize::from(!self.places.is_empty())
            + usize::from(self.code.is_some())
            + usize::from(self.state.is_some());
        fits.then_some(Nearness { tier: self.tier(), of_provider, parts })
    }

    /// By what it recognised what was seen.
    pub(super) fn evidence(&self, seen: &Seen) -> RecognisedBy {
        let of = self.provider;
        match (self.tier(), seen.enhanced) {
            (Tier::Words, _) => RecognisedBy::Words { of, words: self.words },
            (Tier::Enhanced, Some(code)) => RecognisedBy::Enhanced { of, code },
            (Tier::Place, _) => RecognisedBy::Place { of, answer: seen.answer },
            _ => RecognisedBy::Code { of },
        }
    }

    /// A detail of 0 says no more than the subject does, so it gives way to what the place says.
    const fn tier(&self) -> Tier {
        match self {
            Self { words: [_, ..], .. } => Tier::Words,
            Self { enhanced: Some((_, 1.., _)), .. } => Tier::Enhanced,
            Self { places: [_, ..], .. } => Tier::Place,
            _ => Tier::Code,
        }
    }
}

impl Nearness {
    pub(super) const fn tier(self) -> Tier {
        self.tier
    }
}

impl State {
    fn holds(self, context: Context) -> bool {
        match self {
            Self::Plain => context.encrypted == Some(false),
            Self::LoggedIn => context.logged_in == Some(true),
        }
    }
}

impl Seen {
    pub(super) fn new(answer: Answer, reply: &Reply, context: Context) -> Self {
        let mut text = Vec::new();
        for line in reply.texts() {
            let begin = EnhancedCode::at_start_of(line).map_or(0, |(_, length)| length);
            text.extend_from_slice(line[begin..].trim_ascii());
            text.push(b' ');
        }
        let (code, enhanced) = (reply.code().number(), reply.enhanced());
        Self { answer, place: Place::of(answer), code, enhanced, text, context }
    }

    fn says(&self, words: &str) -> bool {
        let gbk = GBK.iter().find(|(text, _)| *text == words);
        let has = |bytes: &[u8]| {
            self.text.windows(bytes.len()).any(|part| part.eq_ignore_ascii_case(bytes))
        };
        has(words.as_bytes()) || gbk.is_some_and(|(_, bytes)| has(bytes))
    }

    fn has_enhanced(&self, subject: u16, details: RangeInclusive<u16>) -> bool {
        self.enhanced.is_some_and(|code| code.subject == subject && details.contains(&code.detail))
    }
}

impl Place {
    const fn of(answer: Answer) -> Option<Self> {
        Some(match answer {
            Answer::Greeting => Self::Greeting,
            Answer::To(Verb::Ehlo | Verb::Helo) => Self::Hello,
            Answer::To(Verb::StartTls) => Self::StartTls,
            Answer::To(Verb::Auth) => Self::Auth,
            Answer::ToAuthResponse => Self::AuthResponse,
            Answer::To(Verb::Mail) => Self::Mail,
            Answer::To(Verb::Rcpt) => Self::Rcpt,
            Answer::To(Verb::Data) => Self::Data,
            Answer::ToMailData | Answer::ToChunk => Self::MailData,
            Answer::To(Verb::Vrfy | Verb::Expn) => Self::Lookup,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::table;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn words_are_in_small_letters_and_chinese_ones_are_known_in_gbk() {
        for words in table::rows().flat_map(|row| row.words) {
            assert!(!words.is_empty());
            assert!(!words.contains(|letter: char| letter.is_ascii_uppercase()), "{words}");
            let in_gbk = GBK.iter().any(|(text, _)| text == words);
            assert_eq!(in_gbk, !words.is_ascii(), "{words}");
        }
    }
}

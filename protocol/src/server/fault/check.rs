//! Refuses rules that can never work, when they are read.

use super::{Broken, Disconnect, Fault, Per, Seconds, Step};
use crate::smtp::limits;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::time::Duration;

/// Why a rule can never work.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// A reply code is 200 to 599.
    #[error("expected a reply code from 200 to 599, found {found}")]
    Code {
        /// What stands there.
        found: String,
    },
    /// An enhanced code is three numbers (RFC 3463 §2).
    #[error("expected an enhanced code such as 4.7.1, found {found:?}")]
    EnhancedCode {
        /// What stands there.
        found: String,
    },
    /// A line of a reply with a control character in it.
    #[error(
        "expected text without control characters, found the byte {found:#04x}; several lines are a \
         list, and other bytes are for \"broken\": {{\"exact\": …}}"
    )]
    ControlCharacter {
        /// The byte.
        found: u8,
    },
    /// More bytes than a reply may have.
    #[error("expected at most {limit} bytes, found {length}")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not bytes in hexadecimal.
    #[error("expected pairs of hexadecimal digits, found {found:?}")]
    Hex {
        /// What stands there.
        found: String,
    },
    /// Not an address or a part of one.
    #[error("expected an address such as a@b.example, a@, @b.example or <>, found {found:?}")]
    Address {
        /// What stands there.
        found: String,
    },
    /// Not a time of a lesson.
    #[error("expected seconds above 0 and at most {limit}, found {found}", limit = limits::FAULT_DELAY.as_secs())]
    Seconds {
        /// What stands there.
        found: f64,
    },
    /// A rule without an effect.
    #[error(
        "expected reply, delay, drip, broken or disconnect, found none: the rule at {at} does nothing"
    )]
    NoEffect {
        /// Its step.
        at: Step,
    },
    /// A condition that the step knows nothing of.
    #[error("expected \"{field}\" at {steps} only, found it at {at}")]
    NotAtThisStep {
        /// The condition.
        field: &'static str,
        /// The steps for it.
        steps: &'static str,
        /// The step of the rule.
        at: Step,
    },
    /// A phrase of no letters, which is found nowhere.
    #[error("expected a phrase, found none")]
    EmptyPhrase,
    /// A way of saying something where nothing is said.
    #[error(
        "expected nothing but a delay with \"disconnect\": \"before\", found {field}: there is no reply"
    )]
    NoReply {
        /// What would need a reply.
        field: &'static str,
    },
}

impl Fault {
    /// Whether it can be met, and does something.
    ///
    /// # Errors
    /// It cannot, or does nothing; what is said is the first thing wrong with it.
    pub fn check(&self) -> Result<(), FaultError> {
        let at = self.at;
        let sender = (at.knows_sender(), "mail, rcpt, data and message");
        let recipient = (at.knows_recipient(), "rcpt, data and message");
        let message = (at == Step::Message, "message");
        for (field, is_there, (fits, steps)) in [
            ("from", self.from.is_some(), sender),
            ("to", self.to.is_some(), recipient),
            ("phrase", self.phrase.is_some(), message),
            ("larger_than", self.larger_than.is_some(), message),
            ("holds", self.holds.is_some(), (at == Step::Rcpt, "rcpt")),
            ("per\": \"sender", self.per == Some(Per::Sender), sender),
            ("per\": \"recipient", self.per == Some(Per::Recipient), recipient),
            ("per\": \"message", self.per == Some(Per::Message), recipient),
        ] {
            if is_there && !fits {
                return Err(FaultError::NotAtThisStep { field, steps, at });
            }
        }
        if self.phrase.as_ref().is_some_and(String::is_empty) {
            return Err(FaultError::EmptyPhrase);
        }
        let bytes = match &self.broken {
            Some(Broken::Garbage(raw) | Broken::Exact(raw)) => raw.bytes().len(),
            _ => 0,
        };
        if bytes > limits::REPLY_READ {
            return Err(FaultError::TooLong { length: bytes, limit: limits::REPLY_READ });
        }
        self.check_effect()
    }

    fn check_effect(&self) -> Result<(), FaultError> {
        let effects = [
            ("reply", self.reply.is_some()),
            ("drip", self.drip.is_some()),
            ("broken", self.broken.is_some()),
        ];
        let found = effects.into_iter().find_map(|(field, is_there)| is_there.then_some(field));
        match (found, self.disconnect) {
            (Some(field), Some(Disconnect::Before)) => Err(FaultError::NoReply { field }),
            (None, None) if self.delay.is_none() => Err(FaultError::NoEffect { at: self.at }),
            _ => Ok(()),
        }
    }
}

/// Reads the fields, and refuses a rule that can never work.
impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fault = Self::deserialize(deserializer)?;
        fault.check().map_err(de::Error::custom)?;
        Ok(fault)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl TryFrom<f64> for Seconds {
    type Error = FaultError;

    fn try_from(seconds: f64) -> Result<Self, FaultError> {
        let time = Duration::try_from_secs_f64((seconds * 1000.0).round() / 1000.0);
        let fits = |time: &Duration| !time.is_zero() && *time <= limits::FAULT_DELAY;
        time.ok().filter(fits).map(Self).ok_or(FaultError::Seconds { found: seconds })
    }
}

impl From<Seconds> for f64 {
    fn from(seconds: Seconds) -> Self {
        seconds.0.as_secs_f64()
    }
}

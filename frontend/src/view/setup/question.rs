//! What the set-up asks for, and what can be wrong with the answers.

use crate::server_choice::TargetError;
use crate::text::{Label, Words};
use protocol::form::{FormError, FormField};

/// What is asked for as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    Host,
    Port,
    /// Where the bridge is.
    BridgeAddress,
    /// What it wants to be shown.
    BridgeToken,
    ClientName,
    /// A mechanism's name; empty for no login.
    Mechanism,
    User,
    Password,
    From,
    /// One recipient a line.
    To,
    Subject,
    Body,
    /// Authorities of one's own (PEM).
    Authorities,
    /// A certificate of one's own and its key (PEM).
    Identity,
}

/// Something wrong in a draft.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Problem {
    /// With the host or the port.
    Target(TargetError),
    /// With anything else.
    Form(FormError),
}

impl Question {
    /// Its name on the page: the hook of its field, and the beginning of the ids around it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::BridgeAddress => "bridge-address",
            Self::BridgeToken => "bridge-token",
            Self::ClientName => "client-name",
            Self::Mechanism => "mechanism",
            Self::User => "user",
            Self::Password => "password",
            Self::From => "from",
            Self::To => "to",
            Self::Subject => "subject",
            Self::Body => "body",
            Self::Authorities => "authorities",
            Self::Identity => "identity",
        }
    }
}

impl Problem {
    /// Where it is.
    pub(super) fn question(&self) -> Question {
        match self {
            Self::Target(TargetError::HostMissing | TargetError::HostMalformed) => Question::Host,
            Self::Target(TargetError::PortMalformed) => Question::Port,
            Self::Form(error) => match error.field {
                FormField::ClientName => Question::ClientName,
                FormField::Mechanism => Question::Mechanism,
                FormField::User => Question::User,
                FormField::Password => Question::Password,
                FormField::From => Question::From,
                // Nobody is asked for the extensions, nor for what is special about a letter: they come with a lesson, and a draft takes up only good ones.
                FormField::To(_)
                | FormField::Extension(_)
                | FormField::Notify
                | FormField::Return
                | FormField::EnvelopeId => Question::To,
                FormField::HeaderFrom(_)
                | FormField::HeaderTo(_)
                | FormField::Cc(_)
                | FormField::MessageId
                | FormField::HeaderLine(_)
                | FormField::Attachment(_)
                | FormField::Raw => Question::Body,
            },
        }
    }

    /// What it is, in words; which recipient it is about is told where there are `several` lines.
    pub(super) fn said(&self, words: &dyn Words, several: bool) -> String {
        match self {
            Self::Target(error) => words.target_error(*error).to_owned(),
            Self::Form(error) if error.error.at == 0 && error.error.found.is_empty() => {
                words.label(Label::FillIn).to_owned()
            }
            Self::Form(error) if several => words.form_error(error),
            Self::Form(error) => words.syntax_error(&error.error),
        }
    }
}

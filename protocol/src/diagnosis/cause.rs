//! Why a server refuses, and what a person can do about it in the walk.

/// Why a server refused, or why there was nothing to be had from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    // Logging in.
    /// User name or password is wrong, or the provider wants an authorization code in its place.
    BadCredentials,
    /// The provider takes an authorization code made in the web mail, never the password.
    AuthorizationCodeWanted,
    /// SMTP is switched off for the account.
    SmtpSwitchedOff,
    /// The account has a second step, so the provider takes a password made for one program.
    AppPasswordWanted,
    /// The provider does not take passwords over SMTP at all, or not for this account.
    PasswordLoginOff,
    /// The server does not know the mechanism.
    MechanismUnknown,
    /// The server takes only a stronger mechanism.
    MechanismTooWeak,
    /// The password has to be changed first.
    PasswordExpired,
    /// The account may not be used.
    AccountDisabled,
    /// Too many logins failed before.
    TooManyFailedLogins,
    /// The server cannot check logins at the moment.
    LoginUnavailable,
    /// What was sent in the AUTH exchange is not base64.
    NotBase64,
    /// The login was given up.
    LoginCancelled,
    /// The session is logged in already, and once is all there is (RFC 4954 §4).
    AlreadyLoggedIn,
    /// The server wants a login first.
    LoginRequired,

    // Encryption.
    /// The server wants TLS first.
    TlsRequired,
    /// The server cannot give the encryption that was asked for.
    TlsUnavailable,
    /// Plain text stood behind the reply to STARTTLS, where only TLS may be.
    TextBehindStartTls,

    // The sender.
    /// The sender is not the one who logged in.
    SenderNotLogin,
    /// The server does not accept the sender.
    SenderRefused,
    /// The sender's domain is not in the DNS.
    SenderDomainUnknown,
    /// SPF, DKIM, DMARC or ARC say that the message is not from whom it says.
    SenderNotVerified,
    /// The client's address has no name, or the name leads elsewhere.
    ClientNameless,
    /// The name given in EHLO or HELO is not accepted.
    ClientNameRefused,

    // The recipient.
    /// There is no such mailbox.
    NoSuchMailbox,
    /// The recipient's domain is not in the DNS.
    NoSuchDomain,
    /// The recipient's domain takes no mail (RFC 7505).
    DomainTakesNoMail,
    /// The address is not well formed, or not complete.
    BadAddress,
    /// The address holds characters beyond ASCII, and the way there takes none.
    AddressNotAscii,
    /// The recipient is no longer at this address.
    Moved,
    /// The mailbox takes no mail.
    MailboxDisabled,
    /// The mailbox is full.
    MailboxFull,
    /// The mailbox is in use or otherwise not to be had at the moment.
    MailboxBusy,
    /// The list could not be expanded, or not for a stranger.
    ListTrouble,
    /// The server does not deliver there for a stranger.
    RelayDenied,
    /// A first meeting: the server wants to see the same attempt again in some minutes.
    Greylisted,
    /// More recipients than the server takes for one message.
    TooManyRecipients,
    /// Every recipient was refused before.
    NoValidRecipients,

    // The message.
    /// The content looks like spam.
    Spam,
    /// An attachment, a link or another part of the content is forbidden.
    ContentBlocked,
    /// The message is in a form that the server cannot take or pass on.
    ContentUnsupported,
    /// The From header names another sender than MAIL FROM.
    FromHeaderDiffers,
    /// The From header is missing, doubled or malformed.
    FromHeaderBad,
    /// The message is larger than the server takes.
    TooLarge,

    // The command.
    /// The command came at the wrong time.
    BadSequence,
    /// The server does not know the command.
    UnknownCommand,
    /// The server knows the command and does not carry it out.
    NotImplemented,
    /// What follows the command is not right.
    BadArgument,
    /// A parameter of MAIL or RCPT is not known to the server.
    UnknownParameter,
    /// A line is longer than the server takes.
    LineTooLong,
    /// Something was sent before the server had greeted.
    TalkedTooEarly,
    /// A line ended with LF alone.
    BareLf,

    // The server and the way to it.
    /// The server turned the connection away in its greeting.
    TurnedAway,
    /// The client's address is on a block list.
    Blocklisted,
    /// Too many connections or messages in a short time.
    RateLimited,
    /// All that may be sent in a day has been sent.
    QuotaUsedUp,
    /// The rules of the server forbid it.
    PolicyRefused,
    /// The server is shutting down or too busy.
    Unavailable,
    /// Nothing was said for too long.
    IdleTooLong,
    /// Something went wrong inside the server.
    ServerTrouble,
    /// The server has no room left.
    ServerFull,
    /// The server cannot get through to where the message has to go.
    RoutingTrouble,
    /// Not now, for a reason that only the reply's text tells.
    OtherForNow,
    /// No, for a reason that only the reply's text tells.
    OtherForGood,

    // No reply at all.
    /// The network lets nothing through to port 25.
    PortBlocked,
    /// No program listens at the port.
    NobodyListens,
    /// The name of the server has no address.
    HostUnknown,
    /// The address cannot be reached.
    NoRoute,
    /// Nobody answers.
    Silence,
    /// The port speaks TLS, and plain text was sent to it.
    PortSpeaksTls,
    /// The port speaks plain text, and TLS was sent to it.
    PortSpeaksPlain,
    /// What answers is no mail server, or one that keeps no rules.
    NotSmtp,
    /// The server closed the connection without saying goodbye.
    HungUp,
    /// The connection was cut by the server or on the way.
    CutOff,
    /// The way to the server is gone: it is not the server's doing.
    WayLost,
}

/// What a person can do about it in the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cure {
    /// Set another user name, password or mechanism.
    ChangeLogin,
    /// Log in before anything else.
    LogIn,
    /// Set another name for this computer.
    ChangeName,
    /// Set another sender.
    ChangeSender,
    /// Set other recipients.
    ChangeRecipients,
    /// Write something else.
    ChangeMessage,
    /// Set whether and how the session is encrypted.
    ChangeSecurity,
    /// Choose another server or port.
    ChangeServer,
    /// Write the command again, in its right form.
    ChangeCommand,
    /// Try the same again later.
    Wait,
}

impl Cause {
    /// What a person can do about it here, if anything.
    pub const fn cure(self) -> Option<Cure> {
        Some(match self {
            Self::BadCredentials
            | Self::AuthorizationCodeWanted
            | Self::SmtpSwitchedOff
            | Self::AppPasswordWanted
            | Self::PasswordLoginOff
            | Self::MechanismUnknown
            | Self::MechanismTooWeak
            | Self::PasswordExpired
            | Self::AccountDisabled
            | Self::TooManyFailedLogins => Cure::ChangeLogin,
            Self::LoginRequired => Cure::LogIn,
            Self::ClientNameRefused => Cure::ChangeName,
            Self::SenderNotLogin | Self::SenderRefused | Self::SenderDomainUnknown => {
                Cure::ChangeSender
            }
            Self::NoSuchMailbox
            | Self::NoSuchDomain
            | Self::DomainTakesNoMail
            | Self::BadAddress
            | Self::AddressNotAscii
            | Self::Moved
            | Self::MailboxDisabled
            | Self::ListTrouble
            | Self::RelayDenied
            | Self::TooManyRecipients
            | Self::NoValidRecipients => Cure::ChangeRecipients,
            Self::Spam
            | Self::ContentBlocked
            | Self::ContentUnsupported
            | Self::FromHeaderDiffers
            | Self::FromHeaderBad
            | Self::TooLarge => Cure::ChangeMessage,
            Self::NotBase64
            | Self::LoginCancelled
            | Self::AlreadyLoggedIn
            | Self::BadSequence
            | Self::UnknownCommand
            | Self::NotImplemented
            | Self::BadArgument
            | Self::UnknownParameter
            | Self::LineTooLong
            | Self::BareLf => Cure::ChangeCommand,
            Self::TurnedAway
            | Self::Blocklisted
            | Self::TlsUnavailable
            | Self::TextBehindStartTls
            | Self::SenderNotVerified
            | Self::ClientNameless
            | Self::PortBlocked
            | Self::NobodyListens
            | Self::HostUnknown
            | Self::NoRoute
            | Self::NotSmtp => Cure::ChangeServer,
            Self::TlsRequired | Self::PortSpeaksTls | Self::PortSpeaksPlain => Cure::ChangeSecurity,
            Self::LoginUnavailable
            | Self::MailboxFull
            | Self::MailboxBusy
            | Self::Greylisted
            | Self::TalkedTooEarly
            | Self::RateLimited
            | Self::QuotaUsedUp
            | Self::Unavailable
            | Self::IdleTooLong
            | Self::ServerTrouble
            | Self::ServerFull
            | Self::RoutingTrouble
            | Self::OtherForNow
            | Self::Silence
            | Self::HungUp
            | Self::CutOff
            | Self::WayLost => Cure::Wait,
            Self::PolicyRefused | Self::OtherForGood => return None,
        })
    }
}

//! What single providers and programs say, in their own words and with codes of their own.

use super::super::row::Place::{Auth, AuthResponse, Data, Greeting, Hello, Mail, MailData, Rcpt};
use super::super::row::{Place, Row, code, enhanced, says};
use crate::diagnosis::Cause as C;
use crate::diagnosis::Provider::{
    Exim, Gmail, NetEase, NetEaseEnterprise, Outlook, Postfix, Postscreen, Qq,
};

/// Both turns of a login.
const LOGIN: &[Place] = &[Auth, AuthResponse];

pub(in crate::diagnosis) const ROWS: &[Row] = &[
    // NetEase. The login password is never right over SMTP, so that is thought of before a slip.
    code(535, &[C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials])
        .at(LOGIN)
        .by(NetEase),
    code(550, &[C::SmtpSwitchedOff]).at(LOGIN).by(NetEase),
    says(&["user has no permission"], &[C::SmtpSwitchedOff]).by(NetEase),
    says(&["user suspended"], &[C::AccountDisabled]).at(LOGIN).by(NetEase),
    says(&["user suspended"], &[C::MailboxDisabled]).at(&[Rcpt]).by(NetEase),
    says(&["mail from must equal authorized user"], &[C::SenderNotLogin]).by(NetEase),
    says(&["dt:spm"], &[C::Spam]).by(NetEase),
    says(&["dt:sum"], &[C::FromHeaderDiffers]).by(NetEase),
    says(&["too much fail authentication"], &[C::TooManyFailedLogins]).by(NetEase),
    says(&["hl:icc"], &[C::RateLimited]).by(NetEase),
    says(&["hl:ifc"], &[C::RateLimited]).by(NetEase),
    says(&["hl:rep"], &[C::RateLimited, C::NoSuchMailbox]).by(NetEase),
    says(&["mi:stc"], &[C::QuotaUsedUp]).by(NetEaseEnterprise),
    // QQ. Old replies are in GBK.
    says(
        &["login fail", "authorization code"],
        &[C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials],
    )
    .by(Qq),
    says(&["授权码"], &[C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials])
        .at(LOGIN)
        .by(Qq),
    says(&["密码"], &[C::BadCredentials, C::AuthorizationCodeWanted]).at(LOGIN).by(Qq),
    says(&["登录"], &[C::BadCredentials, C::AuthorizationCodeWanted]).at(LOGIN).by(Qq),
    code(535, &[C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials])
        .at(LOGIN)
        .by(Qq),
    code(530, &[C::SmtpSwitchedOff, C::AuthorizationCodeWanted]).at(LOGIN).by(Qq),
    code(530, &[C::LoginRequired, C::SmtpSwitchedOff]).at(&[Mail]).by(Qq),
    says(&["mail from", "same as authorization user"], &[C::SenderNotLogin]).by(Qq),
    says(&["need ehlo and auth first"], &[C::LoginRequired, C::BadSequence]).by(Qq),
    says(&["\"from\" header"], &[C::FromHeaderBad]).by(Qq),
    says(&["from header"], &[C::FromHeaderBad]).at(&[MailData]).by(Qq),
    // This one names everything that may be wrong, the frequency among it.
    says(
        &["login fail", "service is not open"],
        &[C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials, C::RateLimited],
    )
    .by(Qq),
    says(&["frequency limited"], &[C::RateLimited])
        .at(&[Greeting, Hello, Mail, Rcpt, MailData])
        .by(Qq),
    says(&["mail content denied"], &[C::Spam]).by(Qq),
    says(&["mailbox not found"], &[C::NoSuchMailbox]).by(Qq),
    says(&["mailbox unavailable or access denied"], &[C::NoSuchMailbox]).by(Qq),
    // Gmail.
    says(&["application-specific password required"], &[C::AppPasswordWanted]).by(Gmail),
    enhanced(7, 9, &[C::AppPasswordWanted, C::MechanismTooWeak]).at(LOGIN).by(Gmail),
    says(&["please log in via your web browser"], &[C::AppPasswordWanted, C::BadCredentials])
        .by(Gmail),
    enhanced(7, 14, &[C::AppPasswordWanted, C::BadCredentials]).at(LOGIN).by(Gmail),
    says(&["username and password not accepted"], &[C::BadCredentials, C::AppPasswordWanted])
        .by(Gmail),
    enhanced(7, 8, &[C::BadCredentials, C::AppPasswordWanted, C::PasswordLoginOff]).by(Gmail),
    says(&["not rfc 5322 compliant"], &[C::FromHeaderBad]).by(Gmail),
    says(&["multiple addresses in from"], &[C::FromHeaderBad]).by(Gmail),
    says(&["rate of unsolicited mail"], &[C::RateLimited]).by(Gmail),
    enhanced(7, 28, &[C::RateLimited]).by(Gmail),
    enhanced(4, 5, &[C::QuotaUsedUp, C::RateLimited]).with(550).by(Gmail),
    says(&["daily user sending limit exceeded"], &[C::QuotaUsedUp]).by(Gmail),
    says(&["blocked because its content"], &[C::ContentBlocked]).by(Gmail),
    code(552, &[C::ContentBlocked, C::TooLarge]).at(&[MailData]).by(Gmail),
    // Outlook, Microsoft 365 and Exchange.
    says(&["smtpclientauthentication is disabled"], &[C::PasswordLoginOff]).by(Outlook),
    says(&["basic authentication is disabled"], &[C::PasswordLoginOff]).by(Outlook),
    enhanced(7, 139, &[C::PasswordLoginOff, C::BadCredentials]).by(Outlook),
    says(&["client was not authenticated"], &[C::LoginRequired]).by(Outlook),
    says(&["client not authenticated to send"], &[C::LoginRequired]).by(Outlook),
    enhanced(7, 57, &[C::LoginRequired]).by(Outlook),
    says(&["does not have permissions to send as this sender"], &[C::SenderNotLogin]).by(Outlook),
    says(&["sendasdenied"], &[C::SenderNotLogin]).by(Outlook),
    enhanced(7, 60, &[C::SenderNotLogin]).by(Outlook),
    enhanced(2, 252, &[C::SenderNotLogin]).by(Outlook),
    says(&["banned sending ip"], &[C::Blocklisted]).by(Outlook),
    enhanced(7, 606, &[C::Blocklisted]).to(649).by(Outlook),
    says(&["part of their network is on our block list"], &[C::Blocklisted]).by(Outlook),
    enhanced(7, 708, &[C::Blocklisted]).by(Outlook),
    // Postfix.
    says(&["relay access denied"], &[C::RelayDenied]).by(Postfix),
    says(&["helo command rejected"], &[C::ClientNameRefused]).by(Postfix),
    says(&["need fully-qualified hostname"], &[C::ClientNameRefused]).by(Postfix),
    says(&["need fully-qualified address"], &[C::BadAddress]).by(Postfix),
    says(&["no valid recipients"], &[C::NoValidRecipients]).at(&[Data, MailData]).by(Postfix),
    says(&["sender address rejected", "domain not found"], &[C::SenderDomainUnknown]).by(Postfix),
    says(&["recipient address rejected", "domain not found"], &[C::NoSuchDomain]).by(Postfix),
    says(&["sender address rejected", "not owned by user"], &[C::SenderNotLogin]).by(Postfix),
    says(&["sender address rejected", "not logged in"], &[C::LoginRequired]).by(Postfix),
    says(&["cannot find your"], &[C::ClientNameless]).by(Postfix),
    says(&["user unknown in"], &[C::NoSuchMailbox]).by(Postfix),
    says(&["tls not available"], &[C::TlsUnavailable]).by(Postfix),
    says(&["authentication not enabled"], &[C::NotImplemented, C::TlsRequired]).by(Postfix),
    // postscreen, before Postfix.
    says(&["protocol error"], &[C::TalkedTooEarly, C::BareLf]).by(Postscreen),
    says(&["pregreet"], &[C::TalkedTooEarly]).by(Postscreen),
    says(&["bare newline"], &[C::BareLf]).by(Postscreen),
    says(&["bare <lf>"], &[C::BareLf]).by(Postfix),
    // Exim.
    says(&["relay not permitted"], &[C::RelayDenied]).by(Exim),
    says(&["incorrect authentication data"], &[C::BadCredentials]).by(Exim),
    says(&["synchronization error"], &[C::TalkedTooEarly]).by(Exim),
    says(&["unrouteable address"], &[C::NoSuchMailbox, C::NoSuchDomain]).by(Exim),
    says(&["all rcpt commands were rejected"], &[C::NoValidRecipients]).by(Exim),
];

//! Simplified Chinese. What goes wrong, and what to do about it.

use super::super::{Explained, TroubleWords};
use super::{Zh, explained};
use crate::server_choice::TargetError;
use protocol::client::CommitError;
use protocol::diagnosis::{Cause, Cure, RecognisedBy};
use protocol::form::FormField;
use protocol::message::Lint;
use protocol::smtp::command::CommandError;
use protocol::smtp::cursor::{Expected, SyntaxError};
use protocol::smtp::reply::ReplyError;

impl TroubleWords for Zh {
    fn cause(&self, cause: Cause) -> Explained {
        match cause {
            Cause::BadCredentials => explained(
                "用户名或密码不对，或者服务商要的是授权码而不是密码。",
                "检查登录信息。多数服务商要你在网页邮箱里生成授权码，用它代替密码。",
            ),
            Cause::AuthorizationCodeWanted => explained(
                "这家服务商在这里从不接受登录密码，只接受为邮件程序生成的授权码。",
                "在网页邮箱的设置里开启 SMTP 服务，生成授权码，用它代替密码。",
            ),
            Cause::SmtpSwitchedOff => explained(
                "这个账号没有开启 SMTP 服务。",
                "在网页邮箱的设置里开启它，那里可能会给你一个新的授权码。",
            ),
            Cause::AppPasswordWanted => explained(
                "这个账号开启了两步验证，账号密码在这里不能用。",
                "在账号的安全设置里生成应用专用密码，用它登录。",
            ),
            Cause::PasswordLoginOff => explained(
                "这个账号或整个组织关闭了用密码登录。",
                "请管理员为这个邮箱开启它，或者改用 OAuth 登录。",
            ),
            Cause::MechanismUnknown => {
                explained("服务器不认识这种登录方式。", "选一种它在 EHLO 之后列出的方式。")
            }
            Cause::MechanismTooWeak => explained(
                "这种登录方式对服务器来说太弱。",
                "从它在 EHLO 之后列出的方式里选一种更强的。",
            ),
            Cause::PasswordExpired => {
                explained("密码要先更换，才能在这里使用。", "在网页邮箱里改密码，再用新密码登录。")
            }
            Cause::AccountDisabled => {
                explained("这个账号被冻结或停用了。", "登录网页邮箱看看原因，或者询问管理员。")
            }
            Cause::TooManyFailedLogins => explained(
                "登录失败的次数太多，服务器暂时不再接受登录。",
                "等几分钟，改正登录信息，再试一次。",
            ),
            Cause::LoginUnavailable => {
                explained("服务器暂时无法验证登录。", "你的登录信息可能没错，过一会儿再试。")
            }
            Cause::NotBase64 => explained(
                "登录时发送的内容不是 base64。",
                "把用户名和密码编码成 base64，末尾不要带换行。",
            ),
            Cause::LoginCancelled => explained("登录被取消了。", "用 AUTH 重新开始。"),
            Cause::AlreadyLoggedIn => explained(
                "你已经登录了，一次会话只能登录一次。",
                "接着发送 MAIL FROM。要换账号，请重新连接。",
            ),
            Cause::LoginRequired => explained("服务器要求先登录再发信。", "先用 AUTH 登录。"),
            Cause::TlsRequired => explained(
                "服务器要求先加密连接。",
                "把加密方式设为 STARTTLS：页面会在 EHLO 之后、登录之前开始 TLS。",
            ),
            Cause::TlsUnavailable => {
                explained("服务器无法提供所要求的加密。", "以后再试，或者换一个端口或服务器。")
            }
            Cause::TextBehindStartTls => explained(
                "对 STARTTLS 的回复之后只能是 TLS，却出现了明文：可能是途中有人插入的。",
                "不要在这个连接上发送任何秘密。换一个网络再试，并告诉服务器的管理员。",
            ),
            Cause::SenderNotLogin => explained(
                "发件人不是你登录的账号。",
                "在 MAIL FROM 和 From 里都用登录账号自己的地址。",
            ),
            Cause::SenderRefused => {
                explained("服务器不接受这个发件人。", "检查地址，用登录账号自己的地址。")
            }
            Cause::SenderDomainUnknown => {
                explained("在 DNS 里找不到发件人的域。", "用一个真实存在的域里的地址。")
            }
            Cause::SenderNotVerified => explained(
                "SPF、DKIM 或 DMARC 检查认为，这里不能替发件人的域发信。",
                "通过那个域的服务商发送，或者修正它的 DNS 记录。",
            ),
            Cause::ClientNameless => explained(
                "你的 IP 地址在 DNS 里没有名字，或者名字指向别处。",
                "通过服务商的服务器发送。自己架设邮件服务器的人要为它设置反向 DNS。",
            ),
            Cause::ClientNameRefused => explained(
                "服务器不接受这台计算机在 EHLO 里给出的名字。",
                "用带域的完整名字，例如 client.example.com。",
            ),
            Cause::NoSuchMailbox => explained("没有这个地址的邮箱。", "检查收件人地址的拼写。"),
            Cause::NoSuchDomain => explained("在 DNS 里找不到收件人的域。", "检查 @ 后面的拼写。"),
            Cause::DomainTakesNoMail => {
                explained("收件人的域声明它完全不收邮件。", "写给另一个域里的地址。")
            }
            Cause::BadAddress => explained(
                "地址的写法不对，或者不完整。",
                "把完整的地址写在尖括号里，例如 <name@example.com>。",
            ),
            Cause::AddressNotAscii => explained(
                "地址里有 ASCII 以外的字符，服务器无法转送。",
                "用纯 ASCII 的地址，或者换一台支持 SMTPUTF8 的服务器。",
            ),
            Cause::Moved => explained(
                "收件人已经不用这个地址了。",
                "看看服务器的文字里有没有新地址，或者询问收件人。",
            ),
            Cause::MailboxDisabled => explained("邮箱存在，但是不收信。", "换一种方式联系收件人。"),
            Cause::MailboxFull => explained("收件人的邮箱满了。", "以后再试，或者写给别人。"),
            Cause::MailboxBusy => explained("邮箱暂时不可用。", "过几分钟再试。"),
            Cause::ListTrouble => explained(
                "这个地址是邮件列表，服务器不替你转发给它。",
                "写给单个的人，或者询问列表的管理者。",
            ),
            Cause::RelayDenied => explained(
                "你请服务器把邮件转交到别的域，它只替登录过的人这样做。",
                "先登录，或者把邮件交给收件人那个域的服务器。",
            ),
            Cause::Greylisted => explained(
                "服务器还不认识你，想看你会不会再试一次。垃圾邮件发送者很少这样做。",
                "等几分钟，把同样的内容再发一次。",
            ),
            Cause::TooManyRecipients => {
                explained("收件人太多，超过了服务器一次能收的数目。", "分几次发送。")
            }
            Cause::NoValidRecipients => {
                explained("所有收件人都被拒绝了，邮件没有人可送。", "改正收件人。")
            }
            Cause::Spam => explained(
                "服务器把它当成了垃圾邮件。很短的测试邮件常常看起来就像。",
                "写一个真正的主题和几句真正的话，再试一次。",
            ),
            Cause::ContentBlocked => {
                explained("邮件里有这里禁止的内容，例如某种附件或链接。", "去掉它，再发一次。")
            }
            Cause::ContentUnsupported => explained(
                "邮件的形式服务器不能接收或转送。",
                "写纯文本，只用服务器在 EHLO 之后列出的功能。",
            ),
            Cause::FromHeaderDiffers => {
                explained("邮件头 From 和 MAIL FROM 的发件人不一样。", "在两处写同一个地址。")
            }
            Cause::FromHeaderBad => explained(
                "邮件头里没有 From，或者有两个，或者写法不对。",
                "在空行之前写上唯一的一个，例如 From: <name@example.com>。",
            ),
            Cause::TooLarge => explained(
                "邮件超过了服务器能收的大小。",
                "发小一点的。上限写在 EHLO 回复的 SIZE 后面。",
            ),
            Cause::BadSequence => {
                explained("命令来得不是时候。", "按顺序发送：EHLO、AUTH、MAIL、RCPT、DATA。")
            }
            Cause::UnknownCommand => explained("服务器不认识这条命令。", "检查拼写。"),
            Cause::NotImplemented => {
                explained("服务器认识这条命令，但是不执行。", "只用它在 EHLO 之后列出的。")
            }
            Cause::BadArgument => explained(
                "命令没错，但后面的内容不对。",
                "看看是不是少了尖括号、多了空格，或者地址写错了。",
            ),
            Cause::UnknownParameter => {
                explained("服务器不认识地址后面的某个参数。", "只用它在 EHLO 之后列出的。")
            }
            Cause::LineTooLong => {
                explained("有一行超过了服务器能收的长度。", "写短一些。命令行最多 512 字节。")
            }
            Cause::TalkedTooEarly => explained(
                "在服务器打完招呼之前就发送了内容，垃圾邮件程序才会这样做。",
                "重新连接，等到 220 再发送。",
            ),
            Cause::BareLf => explained("有一行只以 LF 结束。", "每一行都要以 CR LF 结束。"),
            Cause::TurnedAway => explained(
                "服务器不收你的邮件。",
                "你的地址可能在黑名单上，或者这台服务器不是用来发信的。试试服务商的发信服务器。",
            ),
            Cause::Blocklisted => explained(
                "你的 IP 地址在黑名单上。",
                "通过服务商的服务器发送。这个地址的管理者可以申请从名单中移除。",
            ),
            Cause::RateLimited => explained("短时间内的连接或邮件太多。", "等一等，再慢一点发送。"),
            Cause::QuotaUsedUp => explained("这个账号今天能发的邮件已经发完了。", "等到明天。"),
            Cause::PolicyRefused => explained(
                "服务器的规定不允许，它的文字可能会说明是哪一条。",
                "按它说的改正，或者询问服务器的管理者。",
            ),
            Cause::Unavailable => explained("服务器正在关闭，或者太忙。", "过一会儿再连接。"),
            Cause::IdleTooLong => {
                explained("太久没有动静，服务器不再等了。", "重新连接，步骤之间不要停太久。")
            }
            Cause::ServerTrouble => explained("服务器内部出了问题。", "这不是你的错，以后再试。"),
            Cause::ServerFull => explained("服务器没有空间了。", "以后再试。"),
            Cause::RoutingTrouble => {
                explained("服务器联系不上收件人的服务器。", "检查 @ 后面的域，以后再试。")
            }
            Cause::OtherForNow => explained("服务器现在做不到，原因写在它的文字里。", "以后再试。"),
            Cause::OtherForGood => {
                explained("服务器拒绝了，原因写在它的文字里。", "按它说的改正，再试一次。")
            }
            Cause::PortBlocked => explained(
                "这个端口没有任何回应，许多网络封锁 25 端口。",
                "发信请用服务商的 587 或 465 端口。",
            ),
            Cause::NobodyListens => {
                explained("这个端口上没有程序在监听。", "检查端口，以及邮件服务器是否在运行。")
            }
            Cause::HostUnknown => explained("没有这个名字的服务器。", "检查主机名的拼写。"),
            Cause::NoRoute => {
                explained("从这里到不了这个地址。", "检查网络和主机名，或者换一台服务器。")
            }
            Cause::Silence => {
                explained("这个地址和端口没有人回应。", "检查主机名和端口，以后再试。")
            }
            Cause::PortSpeaksTls => explained(
                "这个端口从第一个字节起就使用 TLS，而发给它的是明文。",
                "一开始就用 TLS，或者改用 STARTTLS 的 587 端口。",
            ),
            Cause::PortSpeaksPlain => explained(
                "这个端口以明文开始，而发给它的是 TLS。",
                "先用明文，再发送 STARTTLS；或者改用 465 端口。",
            ),
            Cause::NotSmtp => {
                explained("这里的回应不符合 SMTP。", "检查主机名和端口，那里可能是另一种服务器。")
            }
            Cause::HungUp => explained(
                "服务器没有道别就关闭了连接：可能是达到了限制、在黑名单上，或者等得太久。",
                "看看之前发生了什么，再重新连接。",
            ),
            Cause::CutOff => explained(
                "连接被切断了，可能是服务器，也可能是途中的设备。",
                "重新连接；如果又被切断，换一个网络或端口。",
            ),
            Cause::WayLost => explained(
                "到服务器的路断了，这不是服务器造成的。",
                "检查这台计算机的网络和桥接程序，再重新开始。",
            ),
        }
    }

    fn recognised(&self, by: RecognisedBy) -> String {
        match by {
            RecognisedBy::Words { of: Some(of), words } => {
                format!("凭文字“{}”，{} 用它表示这个原因。", words.join("”和“"), of.name())
            }
            RecognisedBy::Words { of: None, words } => {
                format!("凭回复里的文字“{}”。", words.join("”和“"))
            }
            RecognisedBy::Enhanced { of: Some(of), code } => {
                format!("凭增强状态码 {code} 在 {} 的含义。", of.name())
            }
            RecognisedBy::Enhanced { of: None, code } => format!("凭增强状态码 {code}。"),
            RecognisedBy::Place { of: Some(of), .. } => {
                format!("凭这一步的回复码在 {} 的含义。", of.name())
            }
            RecognisedBy::Place { of: None, .. } => "凭这一步的回复码。".into(),
            RecognisedBy::Code { of: Some(of) } => {
                format!("凭回复码在 {} 的含义。", of.name())
            }
            RecognisedBy::Code { of: None } => "只凭回复码。".into(),
            RecognisedBy::Digits => "只凭代码的各位数字，其余不明。".into(),
            RecognisedBy::End => "凭连接结束的方式。".into(),
        }
    }

    fn cure(&self, cure: Cure) -> &'static str {
        match cure {
            Cure::ChangeLogin => "修改登录信息",
            Cure::LogIn => "设置登录",
            Cure::ChangeName => "修改本机名字",
            Cure::ChangeSender => "修改发件人",
            Cure::ChangeRecipients => "修改收件人",
            Cure::ChangeMessage => "修改邮件",
            Cure::ChangeSecurity => "更改加密方式",
            Cure::ChangeServer => "换一台服务器",
            Cure::ChangeCommand => "重新写",
            Cure::Wait => "再试这一步",
        }
    }

    fn reply_error(&self, error: ReplyError) -> String {
        match error {
            ReplyError::NotACode { found: 0x15 | 0x16, .. } => {
                "这看起来是 TLS。服务器在这个端口上说的是 TLS，而这里需要明文。".into()
            }
            ReplyError::NotACode { found, .. } => {
                format!(
                    "回复以三位数字开头，这里却是{}。这个端口上真的是邮件服务器吗？",
                    byte(found)
                )
            }
            ReplyError::NotASeparator { found } => {
                format!("回复码后面应是空格或连字符，这里却是{}。", byte(found))
            }
            ReplyError::CodesDiffer { first, found } => {
                format!("同一个回复的每一行代码都相同。第一行是 {first}，这一行却是 {found}。")
            }
            ReplyError::BehindStartTls => "对 STARTTLS 的回复之后只能是 TLS，这里却是明文。".into(),
            ReplyError::BareLf => "一行要以 CR LF 结束，这一行只有 LF。".into(),
            ReplyError::BareCr { found } => format!("CR 后面应是 LF，这里却是{}。", byte(found)),
            ReplyError::LineTooLong { limit } => {
                format!("回复的一行最多 512 字节，这一行到 {limit} 字节还没有结束。")
            }
            ReplyError::ReplyTooLong { limit } => format!("这个回复到 {limit} 字节还没有结束。"),
        }
    }

    fn commit_error(&self, error: CommitError) -> String {
        match error {
            CommitError::NotConnected => "还没有连接。请先连接；你写的内容还在这里。".into(),
            CommitError::TooLong { length, limit } => {
                format!("这里有 {length} 字节，一次最多能发 {limit} 字节。")
            }
            CommitError::TlsUnderWay => {
                "连接正在改用 TLS，现在发出的内容不会加密；请等它完成。".into()
            }
            CommitError::Empty => "没有可发送的内容。".into(),
            CommitError::TranscriptFull => {
                "这次会话太长，无法再记录。请重新开始；已经发生的都还保留着。".into()
            }
        }
    }

    fn command_error(&self, error: &CommandError) -> String {
        match error {
            CommandError::UnknownVerb(verb) => format!("“{verb}”不是命令，服务器会拒绝。"),
            CommandError::Argument { verb, error } => {
                format!("{}：{}", verb.as_str(), self.syntax_error(error))
            }
            CommandError::LineEnd => "这一行没有以 CR LF 结束。".into(),
        }
    }

    fn expected(&self, expected: Expected) -> String {
        super::expected::expected(expected)
    }

    fn syntax_error(&self, error: &SyntaxError) -> String {
        let expected = self.expected(error.expected);
        if error.found.is_empty() {
            format!("这里应是{expected}，却已经结束")
        } else {
            format!("这里应是{expected}，却在第 {} 位看到“{}”", error.at + 1, error.found)
        }
    }

    fn form_field(&self, field: FormField) -> String {
        match field {
            FormField::ClientName => "这台电脑的名字".into(),
            FormField::Mechanism => "登录方式".into(),
            FormField::User => "用户名".into(),
            FormField::Password => "密码".into(),
            FormField::From => "发件人".into(),
            FormField::To(n) => format!("第 {} 位收件人", n + 1),
            FormField::HeaderFrom(n) => format!("From 头的第 {} 项", n + 1),
            FormField::HeaderTo(n) => format!("To 头的第 {} 项", n + 1),
            FormField::Cc(n) => format!("Cc 头的第 {} 项", n + 1),
            FormField::MessageId => "Message-ID".into(),
            FormField::HeaderLine(n) => format!("第 {} 行邮件头", n + 1),
            FormField::Attachment(n) => format!("第 {} 个附件", n + 1),
            FormField::Raw => "整封邮件".into(),
            FormField::Extension(n) => format!("第 {} 个扩展", n + 1),
            FormField::Notify => "何时报告".into(),
            FormField::Return => "报告里附上什么".into(),
            FormField::EnvelopeId => "信封的名字".into(),
        }
    }

    fn target_error(&self, error: TargetError) -> &'static str {
        match error {
            TargetError::HostMissing => "请填写主机，例如 mail.example.com。",
            TargetError::HostMalformed => {
                "主机是一个名字（例如 mail.example.com）或一个地址，不带 http://，也没有空格。"
            }
            TargetError::PortMalformed => "端口是 1 到 65535 之间的数。邮件用 25 或 587。",
        }
    }

    fn lint(&self, lint: Lint) -> &'static str {
        super::lint::lint(lint)
    }

    fn in_line(&self, line: usize) -> String {
        format!("第 {line} 行：")
    }

    fn to_mend(&self, count: usize) -> String {
        format!("有 {count} 处需要修改")
    }
}

/// A byte for a person: as a character where it has one, and as a number.
fn byte(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        format!("“{}”", char::from(byte))
    } else {
        format!("字节 {byte}")
    }
}

//! Simplified Chinese. What goes wrong, and what to do about it.

use super::super::{Explained, TroubleWords};
use super::{Zh, explained};
use crate::server_choice::TargetError;
use protocol::client::CommitError;
use protocol::diagnosis::{Cause, Cure};
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
            Cause::TlsRequired => {
                explained("服务器要求先加密连接。", "需要 STARTTLS，本页还不支持；请换一台服务器。")
            }
            Cause::LoginRequired => explained("服务器要求先登录再发信。", "先用 AUTH 登录。"),
            Cause::MechanismUnknown => {
                explained("服务器不认识这种登录方式。", "选一种它在 EHLO 之后列出的方式。")
            }
            Cause::SenderRefused => {
                explained("服务器不让你用这个地址发信。", "用登录账号自己的地址。")
            }
            Cause::NoSuchMailbox => explained("没有这个地址的邮箱。", "检查收件人地址的拼写。"),
            Cause::RelayDenied => explained(
                "你请服务器把邮件转交到别的域，它只替登录过的人这样做。",
                "先登录，或者把邮件交给收件人那个域的服务器。",
            ),
            Cause::MailboxFull => explained("邮箱或服务器没有空间了。", "以后再试，或者写给别人。"),
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
            Cause::TooLarge => explained(
                "邮件超过了服务器能收的大小。",
                "发小一点的。上限写在 EHLO 回复的 SIZE 后面。",
            ),
            Cause::BadSequence => {
                explained("命令来得不是时候。", "按顺序发送：EHLO、AUTH、MAIL、RCPT、DATA。")
            }
            Cause::UnknownCommand => {
                explained("服务器不认识这条命令，或者不执行它。", "检查拼写。")
            }
            Cause::BadArgument => explained(
                "命令没错，但后面的内容不对。",
                "看看是不是少了尖括号、多了空格，或者地址写错了。",
            ),
            Cause::UnknownParameter => {
                explained("服务器不认识地址后面的某个参数。", "只用它在 EHLO 之后列出的。")
            }
            Cause::TurnedAway => explained(
                "服务器不收你的邮件。",
                "你的地址可能在黑名单上，或者这台服务器不是用来发信的。试试服务商的发信服务器。",
            ),
            Cause::Unavailable => {
                explained("服务器正在关闭、太忙，或者等得太久了。", "过一会儿再连接。")
            }
            Cause::OtherForNow => explained("服务器现在做不到，原因写在它的文字里。", "以后再试。"),
            Cause::OtherForGood => {
                explained("服务器拒绝了，原因写在它的文字里。", "按它说的改正，再试一次。")
            }
        }
    }

    fn cure(&self, cure: Cure) -> &'static str {
        match cure {
            Cure::ChangeLogin => "修改登录信息",
            Cure::LogIn => "设置登录",
            Cure::ChangeSender => "修改发件人",
            Cure::ChangeRecipients => "修改收件人",
            Cure::ChangeMessage => "修改邮件",
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
        match expected {
            Expected::Verb => "一条命令，例如 EHLO 或 MAIL".into(),
            Expected::Space => "一个空格".into(),
            Expected::EndOfLine => "到此结束".into(),
            Expected::Domain => "一个域名，例如 mail.example.com".into(),
            Expected::FromKeyword => "FROM:".into(),
            Expected::ToKeyword => "TO:".into(),
            Expected::PathOpen => "<".into(),
            Expected::PathClose => ">".into(),
            Expected::LocalPart => "@ 前面的名字".into(),
            Expected::At => "@".into(),
            Expected::Parameter => "一个参数，例如 SIZE=1000".into(),
            Expected::Mechanism => "一种登录方式，例如 LOGIN 或 PLAIN".into(),
            Expected::Base64 => "base64".into(),
            Expected::Argument => "填写内容".into(),
            Expected::AtMost(limit) => format!("最多 {limit}"),
            Expected::Ascii => "一个普通的 ASCII 字符".into(),
        }
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
        match lint {
            Lint::EmptyLineMissing { .. } => {
                "邮件头和正文之间少了空行。服务器会收下，但邮件程序会把正文当成邮件头，读者可能看到一封空邮件。"
            }
        }
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

//! What is wrong with a message.

use protocol::message::Lint;

/// The sentence behind the line number, if there is one.
pub(super) fn lint(lint: Lint) -> &'static str {
    match lint {
        Lint::EmptyLineMissing => {
            "邮件头和正文之间少了空行。服务器会收下，但邮件程序会把正文当成邮件头，读者可能看到一封空邮件。"
        }
        Lint::NotAHeader => "这一行不是邮件头。邮件头以普通字母的名字开头，名字后面紧跟冒号。",
        Lint::BareCr => {
            "这里有一个 CR，后面没有 LF。一行应以 CR LF 结束；服务器可能拒收或改动这封邮件。"
        }
        Lint::BareLf => {
            "这一行只以 LF 结束。一行应以 CR LF 结束；如果各服务器对行尾看法不同，就可能被人夹带另一封邮件，所以很多服务器拒收。"
        }
        Lint::LineTooLong => "这一行超过 998 字节。服务器可能拒收，或把它断成两行。",
        Lint::LineLong => "这一行超过 78 个字符。这是允许的，但有些程序显示得不好。",
        Lint::FromMissing => "没有 From 邮件头，也就没有写明作者。很多服务器拒收这样的邮件。",
        Lint::FromDoubled => {
            "这是第二个 From 邮件头。只允许有一个；各程序显示哪一个并不一致，所以很多服务器拒收。"
        }
        Lint::DateMissing => "没有 Date 邮件头。通常第一台服务器会补上。",
        Lint::DateDoubled => "这是第二个 Date 邮件头。只允许有一个；各程序显示哪一个并不一致。",
        Lint::BccLeftIn => {
            "Bcc 邮件头和其中的地址还在。收到邮件的人都能看到这些地址；请去掉它，写在信封里就够了。"
        }
        Lint::EightBit => {
            "正文中有 ASCII 以外的字节，而这台服务器没有提供 8BITMIME。请用 base64 或 quoted-printable 编码正文。"
        }
        Lint::HeadersNotAscii => {
            "邮件头中有 ASCII 以外的字节，而这台服务器没有提供 SMTPUTF8。请把这些字写成编码字，即 =?utf-8?B?…?=。"
        }
        Lint::FromUnlikeEnvelope => {
            "From 的地址与 MAIL FROM 的发件人不同。这是允许的，但垃圾邮件过滤会注意到。"
        }
        Lint::RecipientUnmentioned => "RCPT TO 中有一个收件人不在任何邮件头里。密送就是这样发的。",
        Lint::RecipientNotInEnvelope => {
            "这个邮件头里有一个地址没有对应的 RCPT TO。它不会从这里收到邮件。"
        }
    }
}

//! Simplified Chinese. What the grammar wants at a place.

use protocol::smtp::cursor::Expected;

pub(super) fn expected(expected: Expected) -> String {
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
        Expected::Equals => "= 和一个值".into(),
        Expected::Once => "每个参数只出现一次".into(),
        Expected::ChunkSize => "这一块有多少字节".into(),
        Expected::Last => "LAST 或行的结尾".into(),
        Expected::Size => "一个字节数".into(),
        Expected::BodyType => "7BIT、8BITMIME 或 BINARYMIME".into(),
        Expected::ReturnType => "FULL 或 HDRS".into(),
        Expected::Extension => "一个可以使用的扩展，例如 SIZE".into(),
        Expected::Notify => "NEVER，或者用逗号隔开的 SUCCESS、FAILURE 和 DELAY".into(),
        Expected::AddressType => "地址种类和一个分号，例如 rfc822;".into(),
        Expected::Submitter => "<> 或一个地址".into(),
        Expected::Xtext => "可读的 ASCII 字符，其中 + 写成 +2B，= 写成 +3D".into(),
        Expected::Printable => "可读的 ASCII 字符".into(),
    }
}

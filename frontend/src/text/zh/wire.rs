//! Simplified Chinese. The wire: what its parts are and mean.

use super::super::{Named, WireWords};
use super::{Zh, named};
use protocol::anatomy::{Answer, Field};
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
use protocol::smtp::status::{Category, EnhancedCode, ReplyCode, Severity};

impl WireWords for Zh {
    fn field(&self, field: Field) -> Named {
        match field {
            Field::Verb => named("命令", "你想让服务器做什么。"),
            Field::Space => named("空格", "隔开两个部分。"),
            Field::ClientName => named("你的名字", "这台电脑给自己取的名字。"),
            Field::FromKeyword => named("关键字", "后面是发件人。"),
            Field::ToKeyword => named("关键字", "后面是收件人。"),
            Field::PathOpen => named("<", "地址从这里开始。"),
            Field::SourceRoute => named("源路由", "过去用来指定途经的站点，现在的服务器会忽略它。"),
            Field::LocalPart => named("邮箱名", "这个域里的哪一位。只有那个域知道它的含义。"),
            Field::At => named("@", "隔开邮箱名和域。"),
            Field::Domain => named("域", "邮箱在哪里。邮件服务器就是按这个名字找到的。"),
            Field::PathClose => named(">", "地址到这里结束。"),
            Field::ParameterName => named("参数", "某个扩展允许的额外要求。"),
            Field::ParameterEquals => named("=", "隔开参数和它的值。"),
            Field::ParameterValue => named("值", "参数的值。"),
            Field::SizeValue => named("字节数", "邮件有多少字节。"),
            Field::BodyType => named(
                "所用字节",
                "7BIT：只有 ASCII。8BITMIME：任意字节，但要分行。BINARYMIME：完全任意的字节。",
            ),
            Field::Submitter => {
                named("提交者", "是谁提交的，由转交的一方核对过；没有人核对时写 <>。")
            }
            Field::ReturnType => {
                named("退回内容", "报告里要附上什么：FULL 是整封邮件，HDRS 只有邮件头。")
            }
            Field::EnvelopeId => named("信封的名字", "报告用这个名字指明是哪一封。"),
            Field::NotifyWord => named(
                "报告",
                "什么时候报告：SUCCESS 成功时，FAILURE 失败时，DELAY 延迟时，NEVER 从不。",
            ),
            Field::NotifyComma => named("逗号", "后面还有一种情况。"),
            Field::AddressType => named("地址种类", "通常是 rfc822，也就是电子邮件。"),
            Field::AddressTypeEnd => named(";", "后面是地址。"),
            Field::OriginalRecipient => named("最初的收件人", "发件人最初写下的地址。"),
            Field::HexByte => {
                named("编码的字节", "用 + 和十六进制数写出的一个字节。+2B 就是加号。")
            }
            Field::ChunkSize => named("字节数", "后面有多少字节。服务器就收这么多，不管是什么。"),
            Field::LastChunk => named("LAST", "邮件到这一块结束。"),
            Field::Mechanism => named("登录方式", "用哪种方法登录。"),
            Field::EncodedUser => named("用户名", "用 base64 书写的用户名。"),
            Field::EncodedPassword => {
                named("密码", "用 base64 书写的密码。这只是一种写法，不是加密。")
            }
            Field::EncodedPlain => {
                named("登录信息", "用户名和密码合在一段 base64 里，各自前面有一个零字节。")
            }
            Field::EncodedDigest => {
                named("摘要", "用户名，以及由提问和密码算出的摘要，用 base64 书写。")
            }
            Field::EncodedOpening => {
                named("开场", "用户名，以及供服务器回应的一段新内容，用 base64 书写。")
            }
            Field::EncodedProof => {
                named("证明", "证明你知道密码，用 base64 书写。密码本身不会发出。")
            }
            Field::EncodedToken => {
                named("令牌", "用户名和访问令牌，用 base64 书写。谁读到都能使用。")
            }
            Field::EncodedIdentity => named("身份", "你想以谁的身份登录，用 base64 书写。"),
            Field::EncodedData => named("回答", "登录过程中的一个回答，用 base64 书写。"),
            Field::EmptyResponse => named("=", "第一个回答是空的。"),
            Field::CancelAuth => named("*", "放弃登录，连接仍然保留。"),
            Field::Argument => named("参数", "命令后面的自由文字。"),
            Field::LineEnd => named("行尾", "永远是这两个字节：13（CR）和 10（LF）。"),
            Field::ReplyCode => named("回复码", "给程序看的三位数字；后面的文字给人看。"),
            Field::LastLine => named("空格", "这是回复的最后一行。如果是连字符，后面就还有。"),
            Field::MoreLines => named("连字符", "这个回复后面还有别的行。"),
            Field::EnhancedCode => named("增强状态码", "另外三个数，说得更准确。"),
            Field::ServerName => named("服务器的名字", "服务器给自己取的名字。"),
            Field::Text => named("文字", "给人看的，程序不读。"),
            Field::ExtensionKeyword => named("扩展", "这台服务器在基本功能之外会做的事。"),
            Field::ExtensionParameter => named("细节", "对扩展的补充说明。"),
            Field::Challenge => named("提问", "服务器的提问，用 base64 书写。"),
            Field::Prompt => named("提问", "服务器要的是什么。"),
            Field::Identity => named("身份", "你想以谁的身份行事。"),
            Field::UserName => named("用户名", "服务器认识的你。"),
            Field::Password => named("密码", "密码原样在此。base64 什么也藏不住。"),
            Field::Nul => named("零字节", "隔开各个部分：用户名和密码里都不会有它。"),
            Field::Nonce => named("随机串", "专为这次登录生成的新内容，录下来的旧回答因此没有用。"),
            Field::Digest => named("摘要", "由提问和密码算出，只有知道密码的人才算得出。"),
            Field::TokenType => named("类型", "令牌的种类。"),
            Field::AccessToken => named("访问令牌", "在一段时间里代替密码。"),
            Field::ControlA => named("字节 1", "一对名和值到此结束。"),
            Field::BindingFlag => {
                named("绑定", "登录是否绑定到 TLS 连接：n 不绑定，y 服务器没有提供，p 绑定。")
            }
            Field::BindingData => {
                named("绑定内容", "把开头关于 TLS 的话再说一遍，以防途中被人改过。")
            }
            Field::AttributeName => named("名称", "说明后面是什么。"),
            Field::AttributeSeparator => named("逗号", "隔开两个部分。"),
            Field::AttributeValue => named("值", "前面那个名称的内容。"),
            Field::Salt => named("盐", "与密码混在一起，相同的密码看起来就不同。"),
            Field::Iterations => {
                named("轮数", "密码要反复摘要多少次。每猜一次都要付出同样的代价。")
            }
            Field::ClientProof => {
                named("你的证明", "由密码和说过的全部内容算出，只对这次登录有效。")
            }
            Field::ServerSignature => named("服务器的证明", "表明服务器也知道密码。"),
            Field::ErrorReport => named("原因", "服务器为什么拒绝。"),
            Field::Trace => named("联系线索", "出了问题该找谁。没有人会核对它。"),
            Field::HeaderName => named("邮件头", "这一项邮件头的名字。"),
            Field::HeaderColon => named(":", "隔开名字和内容。"),
            Field::HeaderValue => named("内容", "这一项邮件头的内容。"),
            Field::HeaderFold => named("续行", "以空格开头，表示上一项还没完。"),
            Field::HeaderSeparator => named("分隔符", "隔开内容的各个部分。"),
            Field::Comment => named("注释", "括号里写给人看的话，程序会跳过。"),
            Field::DisplayName => named("名字", "人们看到的是它，而不是地址。"),
            Field::AngleOpen => named("<", "地址从这里开始。"),
            Field::AngleClose => named(">", "地址到这里结束。"),
            Field::DayName => named("星期", "给人看的，必须与日期相符。"),
            Field::Day => named("日", "一个月中的哪一天。"),
            Field::Month => named("月", "英文月份名的前三个字母。"),
            Field::Year => named("年", "四位数字。"),
            Field::TimeOfDay => named("时间", "写信地点的时、分、秒。"),
            Field::Zone => named("时区", "比世界时早或晚几小时几分。"),
            Field::IdLeft => named("编号", "让这封信的标识与该主机的其他标识都不同。"),
            Field::IdRight => named("主机", "由谁起的标识，多半是写信的那台机器。"),
            Field::TraceKeyword => {
                named("项目", "from、by、via、with、id 或 for，说明后面是什么。")
            }
            Field::TraceValue => named("路途记录", "服务器对这一站记下的内容。"),
            Field::EncodedWordMark => named("标记", "=? 开始一个编码字，? 隔开各部分，?= 结束。"),
            Field::Charset => named("字符集", "每个字节代表哪个字，如今几乎都是 utf-8。"),
            Field::WordEncoding => named("编码方式", "B 是 base64，Q 是 quoted-printable。"),
            Field::EncodedWord => named("编码后的文字", "ASCII 之外的文字，用 ASCII 写出来。"),
            Field::MediaType => {
                named("大类", "是哪类东西：文字、图片，或包含几个部分的 multipart。")
            }
            Field::MediaSubtype => named("格式", "这一类里的哪一种：plain、html、png。"),
            Field::MimeParameter => named("参数", "一项细节的名字。"),
            Field::MimeValue => named("细节", "这个参数的内容。"),
            Field::FileName => named("文件名", "用这个名字保存。"),
            Field::TransferEncoding => named(
                "编码方式",
                "正文怎样写：7bit 和 8bit 是原样，另有 base64 和 quoted-printable。",
            ),
            Field::Disposition => named("位置", "inline 显示在信里，attachment 是旁边的附件。"),
            Field::MimeVersion => named("版本", "总是 1.0，表示邮件按 MIME 书写。"),
            Field::TagName => named(
                "标签",
                "v 版本，a 算法，d 域，s 密钥，h 签名的邮件头，bh 和 b 是摘要和签名。",
            ),
            Field::TagValue => named("标签内容", "这个标签的内容。"),
            Field::Boundary => named("分界线", "隔开各部分的那一行，不能出现在任何一部分里。"),
            Field::BoundaryDashes => {
                named("--", "分界线前有两个连字符；后面再有两个就是最后一部分结束。")
            }
            Field::OutsideParts => {
                named("不显示", "在第一部分之前或最后一部分之后，邮件程序不显示它。")
            }
            Field::EncodedBody => named("base64", "用字母写出的字节，每三个字节写成四个字母。"),
            Field::QuotedByte => named("引出的字节", "两位十六进制数，代表一个字节。"),
            Field::SoftBreak => named("软换行", "这一行还没完，只是太长才断开。"),
            Field::EmptyLine => named("空行", "邮件头到此为止，正文从这里开始。"),
            Field::BodyText => named("正文", "邮件的一行。"),
            Field::StuffedDot => named("多加的点", "因为这一行以点开头而加上，服务器会再去掉。"),
            Field::FinalDot => named("单独的点", "邮件到这里结束。"),
            Field::Unparsed => named("不合规则", "按规则，这里不该出现这些字节。"),
        }
    }

    fn called(&self, named: Named) -> String {
        format!("{}：{}", named.name, named.meaning)
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Completion => "成功",
            Severity::Intermediate => "到目前为止都好，请继续",
            Severity::Transient => "现在不行，以后再试",
            Severity::Permanent => "不行，再试也没用",
        }
    }

    fn category(&self, category: Category) -> &'static str {
        match category {
            Category::Syntax => "与命令的写法有关",
            Category::Information => "信息",
            Category::Connections => "与连接有关",
            Category::Authentication => "与登录有关",
            Category::MailSystem => "与邮件有关",
            Category::Unspecified => "没有固定的含义",
        }
    }

    fn code(&self, code: ReplyCode) -> Option<&'static str> {
        Some(match code.number() {
            211 => "服务器的状态。",
            214 => "帮助。",
            220 => "准备好了：服务器向你问候。",
            221 => "再见：服务器关闭连接。",
            235 => "欢迎：登录成功。",
            250 => "完成。",
            251 => "不在这里，但服务器会转交。",
            252 => "说不准有没有这个邮箱，但会试着投递。",
            334 => "请继续：登录还需要更多内容。",
            354 => "请继续：发送邮件内容，以单独的点结束。",
            421 => "服务器要关闭连接了。",
            432 => "需要先更改密码。",
            450 => "邮箱暂时不可用。",
            451 => "服务器出了问题，请以后再试。",
            452 => "服务器空间不足，或者一次要得太多。",
            454 => "登录功能暂时不可用。",
            455 => "服务器现在无法接受这些参数。",
            500 => "服务器不认识这条命令。",
            501 => "命令没错，但后面的内容不对。",
            502 => "服务器认识这条命令，但不执行。",
            503 => "现在不行：要先发别的命令。",
            504 => "命令没错，但不支持这个参数。",
            521 => "这台服务器完全不收邮件。",
            530 => "需要先登录，或者需要先用 TLS。",
            534 => "服务器认为这种登录方式太弱。",
            535 => "登录信息不对。",
            538 => "这种登录方式需要加密。",
            550 => "拒绝：没有这个邮箱，或者规则不允许。",
            551 => "不在这里，请用别的地址。",
            552 => "邮件太大，或者邮箱已满。",
            553 => "不允许使用这个地址。",
            554 => "拒绝。",
            555 => "服务器不认识这些参数。",
            556 => "这个域不收邮件。",
            _ => return None,
        })
    }

    fn enhanced(&self, code: EnhancedCode) -> [&'static str; 3] {
        let class = match code.class {
            2 => "接受",
            4 => "暂时不行",
            _ => "永久拒绝",
        };
        let subject = match code.subject {
            1 => "与地址有关",
            2 => "与邮箱有关",
            3 => "与邮件系统有关",
            4 => "与网络有关",
            5 => "与协议有关",
            6 => "与内容有关",
            7 => "与安全或规定有关",
            _ => "没有特定的主题",
        };
        let detail = match (code.subject, code.detail) {
            (_, 0) => "没有特别的情况",
            (1, 1) => "没有这个邮箱",
            (1, 2) => "没有这个域",
            (1, 3) => "收件人地址的写法不对",
            (1, 4) => "这个地址可能指不止一个邮箱",
            (1, 5) => "收件人有效",
            (1, 6) => "邮箱搬走了，新地址不明",
            (1, 7) => "发件人地址的写法不对",
            (1, 8) => "发件人的域不对",
            (1, 9) => "转交给了一台规则不同的服务器",
            (1, 10) => "这个域声明不收邮件",
            (2, 1) => "邮箱已停用",
            (2, 2) => "邮箱已满",
            (2, 3) => "对这个邮箱来说太大",
            (2, 4) => "邮件列表无法展开",
            (3, 1) => "磁盘已满",
            (3, 2) => "现在不收信",
            (3, 3) => "做不到所要求的功能",
            (3, 4) => "邮件太大",
            (3, 5) => "服务器的配置不对",
            (3, 6) => "优先级被改动了",
            (4, 1) => "下一台服务器没有应答",
            (4, 2) => "连接质量差，或者中断了",
            (4, 3) => "DNS 等目录服务没有应答",
            (4, 4) => "找不到去收件人服务器的路",
            (4, 5) => "太忙",
            (4, 6) => "邮件在兜圈子",
            (4, 7) => "没能在期限内送达",
            (5, 1) => "没有这条命令，或者时机不对",
            (5, 2) => "命令的写法不对",
            (5, 3) => "收件人太多",
            (5, 4) => "参数不对",
            (5, 5) => "协议的版本不对",
            (5, 6) => "登录时的一行太长",
            (6, 1) => "不接受这种内容",
            (6, 2) => "需要转换，而转换被禁止",
            (6, 3) => "需要转换，而服务器做不到",
            (6, 4) => "转换了，但有损失",
            (6, 5) => "转换失败",
            (6, 6) => "取不到内容",
            (6, 7) => "不接受 ASCII 以外的地址",
            (6, 8 | 10) => "回复需要 UTF-8，而没有得到允许",
            (6, 9) => "无法转交 UTF-8 的邮件头",
            (7, 1) => "这里不允许",
            (7, 2) => "不允许向这个邮件列表发信",
            (7, 3) => "需要重新加密，而服务器做不到",
            (7, 4) => "不支持所要求的安全功能",
            (7, 5) => "加密或解密失败",
            (7, 6) => "不认识这种加密算法",
            (7, 7) => "邮件在途中被改动了",
            (7, 8) => "用户名或密码错误",
            (7, 9) => "登录方式太弱",
            (7, 10) => "需要加密",
            (7, 11) => "这种登录方式要在加密之后才能用",
            (7, 12) => "要先更改密码",
            (7, 13) => "账号已停用",
            (7, 14) => "两台服务器要先建立信任关系",
            (7, 15) => "优先级太低",
            (7, 16) => "对它的优先级来说太大",
            (7, 17) => "邮箱换了主人",
            (7, 18) => "域换了主人",
            (7, 19) => "无法核实主人有没有换",
            (7, 20) => "没有通过验证的 DKIM 签名",
            (7, 21) => "没有符合要求的 DKIM 签名",
            (7, 22) => "没有与作者相符的 DKIM 签名",
            (7, 23) => "SPF 检查没有通过",
            (7, 24) => "SPF 检查出错",
            (7, 25) => "IP 地址的反向 DNS 不对",
            (7, 26) => "发件人的多项检查没有通过",
            (7, 27) => "发件人的域声明不收邮件",
            (7, 28) => "一下子来的邮件太多",
            (7, 29) => "ARC 检查没有通过",
            (7, 30) => "下一台服务器不支持 REQUIRETLS",
            _ => "具体是哪一种",
        };
        [class, subject, detail]
    }

    fn accepted(&self, answer: Answer) -> Option<&'static str> {
        Some(match answer {
            Answer::To(Verb::Ehlo) => "欢迎，下面是这台服务器会做的事。",
            Answer::To(Verb::Helo) => "欢迎。",
            Answer::To(Verb::StartTls) => "可以开始 TLS 了。此后的一切都会加密。",
            Answer::To(Verb::Mail) => "发件人被接受。",
            Answer::To(Verb::Rcpt) => "收件人被接受。",
            Answer::To(Verb::Rset) => "开始的那封邮件已作废，连接还在。",
            Answer::To(Verb::Noop) => "什么也没做，服务器还在。",
            Answer::To(Verb::Vrfy) => "有这个邮箱。",
            Answer::To(Verb::Expn) => "名单上有这些人。",
            Answer::ToChunk => "服务器收下了邮件的这一部分，等着下一块。",
            Answer::ToMailData => {
                "服务器收下了整封邮件。从现在起，它必须投递，否则要向发件人报告。"
            }
            _ => return None,
        })
    }

    fn verb(&self, verb: Verb) -> &'static str {
        match verb {
            Verb::Ehlo => "打招呼：报上名字，并问服务器会做什么。",
            Verb::Helo => "最早的打招呼方式：报上名字，什么也不问。",
            Verb::Auth => "请求登录。",
            Verb::Mail => "开始一封邮件，并说出发件人。",
            Verb::Rcpt => "说出一位收件人。",
            Verb::Data => "预告邮件本身。",
            Verb::Bdat => "预告邮件的一部分，并说明它有多少字节。",
            Verb::Rset => "放弃已开始的邮件，连接还在。",
            Verb::Vrfy => "询问某个邮箱是否存在。",
            Verb::Expn => "询问邮件列表上有谁。",
            Verb::Help => "向服务器求助。",
            Verb::Noop => "什么也不做，只要一个回答。",
            Verb::Quit => "道别。",
            Verb::StartTls => "请求从这里起加密连接。",
        }
    }

    fn header(&self, name: &str) -> Option<&'static str> {
        Some(match name.to_ascii_lowercase().as_str() {
            "from" => "谁写的，给读信的人看。服务器看的是 MAIL FROM。",
            "to" => "写给谁，给读信的人看。服务器看的是 RCPT TO。",
            "cc" => "抄送给谁，给读信的人看。",
            "subject" => "信的主题。",
            "date" => "写信的时间。",
            "reply-to" => "回信应寄到哪里。",
            "message-id" => "这封邮件独有的名字。",
            "mime-version" => "遵守 MIME，也就是纯 ASCII 之外的内容的规则。",
            "content-type" => "它是哪种文字或文件。",
            "content-transfer-encoding" => "怎样写，才能让每台服务器都传得过去。",
            "received" => "由经过的服务器留下。",
            _ => return None,
        })
    }

    fn extension(&self, extension: Extension) -> &'static str {
        match extension {
            Extension::Auth => "可以登录，支持这些方式。",
            Extension::StartTls => "从这里起可以加密连接。",
            Extension::Size => "能收的最大邮件，以字节计。",
            Extension::Pipelining => "可以连发几条命令，不必逐条等回复。",
            Extension::EightBitMime => "正文可以用满八位，例如 UTF-8。",
            Extension::SmtpUtf8 => "地址可以用任何文字。",
            Extension::Chunking => "邮件可以按计数分块发送，不用点。",
            Extension::BinaryMime => "邮件可以是原始的二进制内容。",
            Extension::Dsn => "可以要求投递报告。",
            Extension::EnhancedStatusCodes => "回复里带有更准确的代码。",
            Extension::Help => "HELP 会说明有哪些命令。",
            Extension::Vrfy => "VRFY 询问某个邮箱是否存在。",
            Extension::Expn => "EXPN 询问某个列表里有谁。",
            Extension::Etrn => "ETRN 索取等待中的邮件。",
            Extension::DeliverBy => "投递可以有期限。",
            Extension::FutureRelease => "邮件可以留到以后再发。",
            Extension::MtPriority => "邮件可以有优先级。",
            Extension::RequireTls => "邮件可以要求全程加密。",
            Extension::Limits => "服务器遵守的限制。",
            Extension::Unknown => "本页不认识的扩展。",
        }
    }

    fn bytes(&self, count: usize) -> String {
        format!("{count} 字节")
    }

    fn left_out(&self, bytes: usize) -> String {
        format!("还有 {bytes} 字节")
    }
}

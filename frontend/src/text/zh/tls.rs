//! Simplified Chinese. TLS: its records and messages, who is believed, and how it ends.

use super::super::{Named, TlsWords};
use super::{Zh, named};
use crate::tls_setup::Shows;
use crate::transport::Fetching;
use protocol::client::Security;
use std::fmt::Write as _;
use tls_messages::{Alert, Content, Field, Finish, Looks, MessageKind, Problem, Record};

impl TlsWords for Zh {
    fn security(&self, security: Security) -> Named {
        match security {
            Security::None => named("不加密", "全程明文，不管服务器提供什么。"),
            Security::Opportunistic => {
                named("有 STARTTLS 就用", "邮件服务器之间就是这样。途中的人可以把这一项藏起来。")
            }
            Security::Required => named("必须 STARTTLS", "没有它就不再继续。"),
            Security::Verified => {
                named("必须 STARTTLS 且通过验证", "必须加密，而且证书必须通过验证。")
            }
            Security::Implicit => {
                named("从第一个字节起就是 TLS", "端口 465：先握手，后问候（RFC 8314）。")
            }
        }
    }

    fn shows(&self, shows: Shows) -> &'static str {
        match shows {
            Shows::Good => "正常的证书",
            Shows::Expired => "已过期",
            Shows::NotYetValid => "尚未生效",
            Shows::OtherName => "名字不符",
            Shows::SelfSigned => "自签名",
            Shows::UnknownAuthority => "颁发机构不明",
            Shows::Incomplete => "证书链缺一环",
        }
    }

    fn tls_field(&self, field: Field) -> Named {
        match field {
            Field::ContentType => named("记录类型", "里面是什么。谁都能看到。"),
            Field::RecordVersion => {
                named("版本", "即使是 TLS 1.3，这里也最多写 1.2：途中的老设备会拦下不认识的东西。")
            }
            Field::RecordLength => named("长度", "这条记录后面还有多少字节。"),
            Field::ExplicitNonce => named("随机数", "只为这条记录用一次的数。"),
            Field::Ciphertext => named("密文", "没有密钥，它们只是噪声。途中的人看到的就是这样。"),
            Field::Tag => named("封印", "16 个字节，只有谁都没改过内容时才对得上。"),
            Field::Fragment => named("内容", "没有加密：途中的人都能读。"),
            Field::MessageType => named("消息类型", "是握手的哪一条消息。"),
            Field::MessageLength => named("长度", "这条消息后面还有多少字节。"),
            Field::LegacyVersion => {
                named("旧的版本字段", "写的是 TLS 1.2。真正的版本在一个扩展里。")
            }
            Field::Random => named("随机数", "从未用过的 32 个字节。"),
            Field::SessionId => named("会话", "TLS 1.2 留下的，发它是为了让老设备放行。"),
            Field::CipherSuite => named("密码套件", "一种加密方法和一种摘要方法。"),
            Field::Compression => named("压缩", "不压缩。压缩会泄露秘密。"),
            Field::Length => named("长度", "后面有多少字节。"),
            Field::ExtensionType => named("扩展", "最初的版本之后才有的东西。"),
            Field::ExtensionData => named("内容", "这个扩展说的话，或对它的回答。"),
            Field::NameType => named("名字的种类", "主机名，没有别的种类。"),
            Field::ServerName => named("服务器名（SNI）", "想找的主机。途中的人都能读到。"),
            Field::Protocol => named("协议（ALPN）", "里面要说的协议。"),
            Field::Group => named("群", "密钥交换所用的数学。"),
            Field::SignatureScheme => named("签名方法", "一种签名的方法。"),
            Field::SupportedVersion => named("版本", "真正起作用的版本。"),
            Field::PskMode => named("旧密钥", "以前的密钥可以怎样用。"),
            Field::KeyShare => {
                named("密钥份额", "密钥交换的一半。两端用两半算出同一把密钥，别人算不出来。")
            }
            Field::PointFormat => named("点的格式", "曲线上的点怎样写。"),
            Field::RequestContext => named("上下文", "它回答的是哪个请求。"),
            Field::Certificate => named("证书", "服务器说自己是谁，以及谁为它担保。"),
            Field::CertificateType => named("种类", "可以用哪种证书，或关于证书的哪种回答。"),
            Field::AuthorityName => named("颁发机构", "可能是谁签的。"),
            Field::Signature => named("签名", "证明证书的主人真的在这里。"),
            Field::CurveType => named("曲线种类", "一条有名字的曲线。"),
            Field::VerifyData => named("摘要", "对整个握手的摘要：有人改过一个字节，它就对不上。"),
            Field::Lifetime => named("有效期", "票据多久有效。"),
            Field::AgeAdd => named("掩码", "藏起票据的年龄。"),
            Field::TicketNonce => named("随机数", "让每张票据都不同。"),
            Field::Ticket => named("票据", "客户端下次可以凭它接着来。"),
            Field::KeyUpdateRequest => named("也换密钥？", "对方是否也要换密钥。"),
            Field::AlertLevel => named("级别", "致命的警报会结束连接。"),
            Field::AlertDescription => named("警报", "出了什么问题，或者话已说完。"),
            Field::Unparsed => named("无法理解", "这些字节不符合标准。"),
        }
    }

    fn handshake(&self, kind: MessageKind) -> Named {
        use MessageKind as K;
        match kind {
            K::HelloRequest => named("HelloRequest", "服务器想重新开始。"),
            K::ClientHello => {
                named("ClientHello", "你这边说自己会什么、想找谁，并给出密钥交换的一半。")
            }
            K::ServerHello => named(
                "ServerHello",
                "服务器作出选择，给出密钥交换的另一半。从这里起两端都知道密钥。",
            ),
            K::HelloRetryRequest => named("HelloRetryRequest", "服务器要换一个群来交换密钥。"),
            K::NewSessionTicket => named("NewSessionTicket", "下次可以接着来的票据。这里不用。"),
            K::EncryptedExtensions => {
                named("EncryptedExtensions", "服务器对你的扩展的回答，是别人不必看到的那些。")
            }
            K::Certificate => {
                named("Certificate", "它是谁，以及谁为它担保。在 TLS 1.3 里途中的人看不到。")
            }
            K::ServerKeyExchange => {
                named("ServerKeyExchange", "服务器那一半密钥交换，用证书的密钥签了名。")
            }
            K::CertificateRequest => {
                named("CertificateRequest", "服务器想看你的证书，如果你有的话。")
            }
            K::ServerHelloDone => named("ServerHelloDone", "服务器要说的都说完了。"),
            K::CertificateVerify => {
                named("CertificateVerify", "对以上全部内容的签名：服务器确实握有证书的密钥。")
            }
            K::ClientKeyExchange => {
                named("ClientKeyExchange", "你那一半密钥交换。从这里起两端都知道密钥。")
            }
            K::Finished => named("Finished", "整个握手的摘要：途中没有人改过一个字节。"),
            K::CertificateStatus => named("CertificateStatus", "颁发机构今天对这张证书的说法。"),
            K::KeyUpdate => named("KeyUpdate", "从这里起用新密钥。"),
            K::Other(_) => named("其他消息", "本页不认识的消息。"),
        }
    }

    fn record(&self, record: &Record) -> String {
        match &record.content {
            Content::Handshake(messages) if messages.is_empty() => {
                "一条消息的一部分，它在后面的记录里结束。".to_owned()
            }
            Content::Handshake(messages) => match &messages[..] {
                [one] => self.handshake(one.kind).meaning.to_owned(),
                several => format!("一条记录里有 {} 条消息。", several.len()),
            },
            Content::ChangeCipherSpec => {
                "“后面是密文。”在 TLS 1.3 里它没有意义，发它只是为了让途中的老设备放行。".to_owned()
            }
            Content::Alert(alert) if alert.name == "close_notify" => {
                "“我说完了。”这样就知道后面没有被截断。".to_owned()
            }
            Content::Alert(_) => "一方放弃了，并说明原因。".to_owned(),
            Content::Data(_) => "两端之间说的话，已加密。".to_owned(),
            Content::Hidden => "已加密。这里负责 TLS 的库不显示它的内容，本页也没有合适的密钥。这样的有：TLS 1.2 里握手结尾的摘要和你这一端的警报；TLS 1.3 里换过密钥之后不是数据的内容。"
                .to_owned(),
        }
    }

    fn tls_problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::Expired { .. } => "它已经过期。".to_owned(),
            Problem::NotYetValid { .. } => "它还没有生效。".to_owned(),
            Problem::OtherName { wanted, found } if found.is_empty() => {
                format!("它没有写明是谁的，而要找的是 {wanted}。")
            }
            Problem::OtherName { wanted, found } => {
                format!("它是给 {} 的，而要找的是 {wanted}。", found.join("、"))
            }
            Problem::SelfSigned => "它自己为自己担保。这样的证书谁都能做。".to_owned(),
            Problem::UnknownIssuer { issuer, alone: true } => {
                format!(
                    "没有可信的机构为它担保。它说“{issuer}”担保，而服务器没有把那张证书一起发来。"
                )
            }
            Problem::UnknownIssuer { issuer, alone: false } => {
                format!("没有可信的机构为它担保，只有“{issuer}”。")
            }
            Problem::WrongPurpose => "它不是给服务器用的。".to_owned(),
            Problem::BadSignature => "里面有签名对不上：可能是伪造的。".to_owned(),
            Problem::Unreadable(why) => format!("本页读不懂它。库的原话：{why}。"),
            Problem::Other(why) => format!("无法验证。库的原话：{why}。"),
        }
    }

    fn tls_finish(&self, finish: &Finish) -> String {
        match finish {
            Finish::Clean => "TLS 正常结束。".to_owned(),
            Finish::Cut { in_handshake: true, in_record } => {
                let inside = if *in_record { "，而且断在一条记录里面" } else { "" };
                format!("连接在握手途中断开了{inside}。很多服务器不接受对方的提议时就会这样。")
            }
            Finish::Cut { in_handshake: false, in_record: true } => {
                "连接断在一条记录里面，服务器最后的话不完整。".to_owned()
            }
            Finish::Cut { in_handshake: false, in_record: false } => {
                "连接关闭时没有 TLS 的道别（close_notify）。途中的人可能截掉了结尾。".to_owned()
            }
            Finish::Alert(alert) => {
                format!("服务器用警报 {} 放弃了 TLS。{}", alert.name, alert_meaning(alert))
            }
            Finish::NotTls { looks: Looks::Smtp, .. } => {
                "这个端口说的是明文 SMTP：服务器直接问候，没有开始 TLS。请把加密方式改成 STARTTLS，或改用端口 465。"
                    .to_owned()
            }
            Finish::NotTls { looks: Looks::Text, .. } => {
                "这里回答的不是 TLS，而是别的文本。请检查端口。".to_owned()
            }
            Finish::NotTls { looks: Looks::Unknown, .. } => {
                "这里回答的不是 TLS。请检查端口。".to_owned()
            }
            Finish::Absent => self.fetching(Fetching::Failed),
            Finish::Endless { records } => {
                format!("服务器发来了 {records} 个 TLS 记录，其中没有任何会话内容，而且看不到尽头。")
            }
            Finish::Failed { why, alert } => {
                let mut text = format!("TLS 到这里无法继续。库的原话：{why}。");
                if let Some(alert) = alert {
                    // Writing to a String does not fail.
                    let _ = write!(text, "已用警报 {} 告诉服务器。", alert.name);
                }
                text
            }
        }
    }

    fn fetching(&self, fetching: Fetching) -> String {
        match fetching {
            Fetching::NotNeeded => String::new(),
            Fetching::Under { got, whole } if whole > 0 => {
                let share = u64::from(got) * 100 / u64::from(whole);
                format!("正在取本页负责 TLS 的部分：{share} %。只取一次。")
            }
            Fetching::Under { .. } => "正在取本页负责 TLS 的部分。只取一次。".to_owned(),
            Fetching::There => "两端正在商定密钥，稍等片刻。".to_owned(),
            Fetching::Failed => "本页负责 TLS 的部分没有取到。请重新开始，再试一次。".to_owned(),
        }
    }

    fn in_records(&self, count: usize) -> String {
        format!("{count} 条记录")
    }
}

/// What an alert means, where it is one that people meet.
fn alert_meaning(alert: &Alert) -> &'static str {
    match &alert.name[..] {
        "handshake_failure" => "两端没有共同的方法。",
        "protocol_version" => "两端没有共同的版本。",
        "certificate_required" => "它要看你的证书。",
        "bad_certificate" | "unknown_ca" | "certificate_unknown" | "certificate_expired" => {
            "它不信任你的证书。"
        }
        "unrecognized_name" => "它不认识要找的主机名。",
        _ => "",
    }
}

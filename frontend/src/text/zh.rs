//! Simplified Chinese.

use super::{Explained, Label, Named, Words, minutes, short_time};
use crate::server_choice::TargetError;
use protocol::anatomy::{Answer, Field};
use protocol::client::{Caution, CommitError, Ending, State, Step};
use protocol::diagnosis::{Cause, Cure};
use protocol::form::FormField;
use protocol::message::Lint;
use protocol::server;
use protocol::smtp::command::{CommandError, Verb};
use protocol::smtp::cursor::{Expected, SyntaxError};
use protocol::smtp::extension::Extension;
use protocol::smtp::reply::ReplyError;
use protocol::smtp::status::{Category, EnhancedCode, ReplyCode, Severity};
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::time::Duration;

/// The language.
pub(super) struct Zh;

const fn named(name: &'static str, meaning: &'static str) -> Named {
    Named { name, meaning }
}

const fn explained(cause: &'static str, cure: &'static str) -> Explained {
    Explained { cause, cure }
}

impl Words for Zh {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Walk => "会话",
            Label::Mailbox => "邮箱",
            Label::Language => "语言",
            Label::Theme => "配色",
            Label::ThemeLight => "浅色",
            Label::ThemeDark => "深色",
            Label::ThemeSystem => "跟随系统",
            Label::PracticeHere => "练习服务器（就在本页中）",
            Label::PracticeOnBridge => "练习服务器（在桥接程序上）",
            Label::OwnServer => "自己选择的服务器",
            Label::Lesson => "课程",
            Label::OwnWalk => "自己的会话",
            Label::TryAMistake => "试着犯个错",
            Label::You => "你",
            Label::YouAre => "邮件客户端，就在本页中",
            Label::Bridge => "桥接程序",
            Label::BridgeIs => "只转发字节，不看内容",
            Label::MailServer => "邮件服务器",
            Label::Port => "端口",
            Label::PhaseConnect => "连接",
            Label::PhaseHello => "打招呼",
            Label::PhaseLogin => "登录",
            Label::PhaseEnvelope => "信封",
            Label::PhaseMessage => "邮件",
            Label::PhaseGoodbye => "告别",
            Label::StatusNext => "下一步",
            Label::StatusWaiting => "等待中",
            Label::StatusAhead => "还没到",
            Label::StatusDone => "完成",
            Label::StatusRefused => "被拒绝",
            Label::StatusFailed => "失败",
            Label::Invitation => "你和邮件服务器说的每一行，都会显示在这里。",
            Label::Summary => "你将亲手发出一封真正的邮件，一次一条命令。",
            Label::From => "发件人",
            Label::To => "收件人",
            Label::Through => "服务器",
            Label::Change => "修改",
            Label::NextConnect => "下一步：连接邮件服务器",
            Label::WhyConnect => "先查出服务器的地址，再建立连接。然后由服务器先开口。",
            Label::Connect => "连接",
            Label::Connecting => "正在连接",
            Label::Send => "发送",
            Label::ChangeIt => "改一改",
            Label::Back => "回到建议的内容",
            Label::TypeYourOwn => "自己输入",
            Label::YourLine => "你自己的一行",
            Label::SendLine => "发送这一行",
            Label::EditHint => "按回车发送。行尾的 CR LF 会自动加上。",
            Label::EditDataHint => "按 Ctrl+回车发送。以点开头的行，途中会多加一个点。",
            Label::RunToEnd => "一直做到底",
            Label::Pause => "暂停",
            Label::Stop => "停止",
            Label::StartOver => "重新开始",
            Label::TryAgain => "再试这一步",
            Label::GoOn => "继续",
            Label::Waiting => "等待服务器",
            Label::WaitingWhy => "轮到服务器了，它的回复会出现在上面。",
            Label::Delivered => "已送达",
            Label::DeliveredWhy => "服务器为每位收件人都收下了邮件，并道了别。",
            Label::Ended => "连接已经结束",
            Label::EndedRefused => "邮件没有送出。请修改设置，或者重新开始。",
            Label::Broken => "这不是 SMTP",
            Label::TlsWanted => "服务器正在等待 TLS",
            Label::TlsWantedWhy => "本页还不会说 TLS，会话无法继续。请重新开始，不要用 STARTTLS。",
            Label::OpenMailbox => "打开邮箱",
            Label::ServerSaid => "服务器说",
            Label::LikelyCause => "最可能的原因",
            Label::WhatToDo => "怎么办",
            Label::OtherCauses => "其他可能的原因",
            Label::StillThere => "连接还在。",
            Label::NoteLint => "看看这封邮件",
            Label::PlainTextSend => "不加密，照样发送",
            Label::Keys => "按键",
            Label::KeysTitle => "键盘",
            Label::KeyEnter => "做下一步",
            Label::KeyEdit => "修改下一步",
            Label::KeyType => "自己输入一行",
            Label::KeyRun => "一直做到底，或者暂停",
            Label::KeyUpDown => "看上一行或下一行",
            Label::KeyEsc => "关闭打开的东西，回到最新一行",
            Label::KeySetup => "打开设置",
            Label::KeyHelp => "显示这张表",
            Label::Close => "关闭",
            Label::InspectorEmpty => "每条消息都会在这里逐字节拆开。选中任意一行就能细看。",
            Label::YouSent => "你发送了",
            Label::ServerSentGarbage => "服务器发来",
            Label::Bytes => "字节",
            Label::StandNow => "现在进行到哪里",
            Label::BytesAsText => "文本",
            Label::BytesAsHex => "十六进制",
            Label::Fields => "各部分",
            Label::CodeByDigit => "逐位看回复码",
            Label::ThirdDigit => "用来区分同类的回复",
            Label::DecodedTo => "解码后",
            Label::HowBase64 => "base64 是怎么来的",
            Label::Base64Note => "三个字节共 24 位，切成四个六位。",
            Label::Base64Previous => "前三个字节",
            Label::Base64Next => "后三个字节",
            Label::Offered => "服务器会什么",
            Label::ClientState => "你",
            Label::ServerState => "练习服务器",
            Label::ShowSecrets => "显示密码",
            Label::HideSecrets => "隐藏密码",
            Label::SetupTitle => "设置这次会话",
            Label::SetupServer => "服务器",
            Label::SetupLogin => "你是谁",
            Label::SetupEnvelope => "信封",
            Label::SetupMessage => "邮件",
            Label::Host => "主机",
            Label::Provider => "填入邮件服务商",
            Label::NeedsTls => "需要 TLS，暂不支持",
            Label::ProviderNote => "多数服务商要的不是账号密码，而是授权码（应用专用密码）。",
            Label::BridgeMissing => {
                "这里没有桥接程序。网页自己不能建立 TCP 连接：请在这台电脑上启动 smtp-bridge，再打开它显示的地址。"
            }
            Label::BridgeAddress => "桥接程序的地址",
            Label::BridgeToken => "桥接程序的令牌",
            Label::BridgeFound => "桥接程序已就绪。",
            Label::LogIn => "发送前先登录",
            Label::Mechanism => "登录方式",
            Label::User => "用户名",
            Label::Password => "密码",
            Label::PasswordNote => "只留在本页中，关闭即忘。",
            Label::PublicAccount => "练习账号，人人都知道，所以什么都不隐藏。",
            Label::ClientName => "这台电脑的名字",
            Label::ClientNameNote => "在 EHLO 里用它介绍自己。",
            Label::Sender => "发件人",
            Label::Recipients => "收件人",
            Label::RecipientsNote => "每行一个地址。",
            Label::Subject => "主题",
            Label::Text => "正文",
            Label::EmptyLine => "邮件头和正文之间的空行",
            Label::Apply => "就用这个",
            Label::Cancel => "取消",
            Label::BackToLesson => "回到课程",
            Label::FormWrong => "请检查这几项：",
            Label::MailboxTitle => "练习邮箱",
            Label::MailboxHere => "本页中的",
            Label::MailboxOnBridge => "桥接程序上的",
            Label::MailboxEmpty => "还没有邮件。把实验走一遍，你的邮件就会出现在这里。",
            Label::MailboxWalk => "去会话",
            Label::MailboxFailed => "读不到桥接程序的邮箱。桥接程序还在运行吗？",
            Label::NoSubject => "（无主题）",
            Label::Envelope => "信封",
            Label::EnvelopeNote => "服务器按它投递：MAIL FROM 和 RCPT TO",
            Label::Headers => "邮件头",
            Label::HeadersNote => "读者看到的；对服务器来说只是文字",
            Label::Body => "正文",
            Label::Raw => "原始邮件",
            Label::RawNote => "服务器保存的每一个字节。",
            Label::AddedByServer => "由服务器添加",
            Label::EnvelopeFrom => "发件人",
            Label::EnvelopeTo => "收件人",
            Label::Greeted => "自称",
            Label::LoggedIn => "登录身份",
            Label::NotLoggedIn => "没有登录",
            Label::Delete => "删除",
            Label::DeleteAll => "全部删除",
            Label::Refresh => "再看一次",
            Label::SkipToNext => "跳到下一步",
            Label::Steps => "步骤",
            Label::Conversation => "对话",
            Label::NextStep => "下一步",
            Label::Simulated => "模拟的：什么都不会离开本页",
            Label::BadgeCompletion => "已接受",
            Label::BadgeIntermediate => "请继续",
            Label::BadgeTransient => "暂时不行",
            Label::BadgePermanent => "被拒绝",
            Label::YouSay => "你：",
            Label::ServerSays => "服务器：",
            Label::More => "更多",
            Label::NoAnswerYet => "还没有回答",
            Label::PutBack => "还原",
            Label::PutRight => "改正后再试",
            Label::AheadGreets => "服务器问候",
            Label::AheadHello => "你报上名字",
            Label::AheadOffers => "它说自己会什么",
            Label::AheadLogin => "你登录",
            Label::AheadEnvelope => "谁寄的，寄给谁",
            Label::AheadMessage => "邮件内容，然后一个单独的点",
            Label::AheadAccepted => "收下了",
            Label::Stopped => "你在这里停了下来",
            Label::StoppedWhy => "连接已关闭。说过的话都留在这里，可以再看。",
            Label::Lost => "连接断了",
            Label::NotConnected => "没有连上",
            Label::TypeYourOwnWhy => "想输入什么都行，会话会跟上。",
            Label::OrTryAMistake => "或者故意犯个错：",
            Label::MistakeMade => "故意带着错误：",
            Label::EveryStep => "全部步骤",
            Label::NothingSaid => "还没有对话",
            Label::HowToRead => "怎样读一条回复",
            Label::EnhancedApart => "逐段看增强状态码",
            Label::When => "时间",
            Label::CameAfter => "距上一条",
            Label::SinceConnecting => "自连接起",
            Label::Length => "长度",
            Label::Offset => "偏移",
            Label::MoreBytes => "显示更多字节",
            Label::MoreFields => "全部列出",
            Label::NotBase64 => "它不是 base64，无法解码。",
            Label::Base64Padding => "剩下不足三个字节：用 0 补满最后六位，= 表示缺少的部分。",
            Label::Network => "网络",
            Label::WhyLookUp => "连接要连到地址。名字服务（DNS）知道一个名字对应哪些地址。",
            Label::WhyTcp => "TCP 双向传送字节，并保持顺序。邮件服务器在 25 端口上等待。",
            Label::ServerEnd => "服务器一端",
            Label::BridgeEnd => "桥接程序一端",
            Label::OwnEnd => "本机一端",
            Label::TookTime => "用时",
            Label::InItsOwnWords => "原话",
            Label::Colon => "：",
            Label::Places => "页面",
            Label::LampOn => "已连接",
            Label::LampOff => "未连接",
            Label::PracticeHereWhy => "不需要网络，什么都不会离开本页。",
            Label::PracticeOnBridgeWhy => "同样的课程，走真实的 TCP 连接。",
            Label::OwnServerWhy => "经由桥接程序，连到你选择的主机和端口。",
            Label::NoBridge => "没有桥接程序",
            Label::PracticeOff => "已关闭",
            Label::PublicTargetsOff => "这个桥接程序只连接运行它的人用 --allow 允许的服务器。",
            Label::NoLogin => "不登录",
            Label::PlainText => "明文传送。",
            Label::PlainTextWhy => "到这台服务器之间没有加密：途中的任何人都能读到密码。",
            Label::Show => "显示",
            Label::Hide => "隐藏",
            Label::KeyMailbox => "去邮箱，或者回来",
            Label::DeleteAllSure => "确定全部删除？",
            Label::AllLetters => "全部邮件",
            Label::View => "显示方式",
            Label::AsLetter => "邮件",
            Label::CompareNote => "服务器按信封投递，读者看到的是邮件头。没有什么保证两者一致。",
            Label::Differs => "与信封不同",
            Label::NotThere => "没有",
            Label::NoText => "这封邮件没有正文。",
            Label::NotAHeader => "这不是邮件头：结束邮件头的空行还没有出现。",
            Label::FillIn => "请填写：这里还是空的。",
            Label::CompareWhat => "项目",
        }
    }

    fn step(&self, step: Step, mechanism: Option<&str>) -> String {
        match step {
            Step::LookUp => "查找主机".into(),
            Step::Connect => "建立连接".into(),
            Step::Greeting => "问候".into(),
            Step::Hello => "EHLO".into(),
            Step::Auth => format!("AUTH {}", mechanism.unwrap_or_default()).trim_end().into(),
            Step::AuthResponse(0) => "用户名".into(),
            Step::AuthResponse(1) => "密码".into(),
            Step::AuthResponse(n) => format!("第 {} 个回答", n + 1),
            Step::Mail => "MAIL FROM".into(),
            Step::Rcpt(0) => "RCPT TO".into(),
            Step::Rcpt(n) => format!("RCPT TO（第 {} 位）", n + 1),
            Step::Data => "DATA".into(),
            Step::Headers => "邮件头".into(),
            Step::Body => "正文".into(),
            Step::FinalDot => "单独的点".into(),
            Step::Quit => "QUIT".into(),
            Step::Extra(verb) => verb.as_str().into(),
            Step::Typed => "你自己的一行".into(),
        }
    }

    fn next(&self, step: Step) -> String {
        match step {
            Step::LookUp | Step::Connect => "下一步：连接".into(),
            Step::Greeting => "下一步：问候".into(),
            Step::Hello => "下一步：介绍自己".into(),
            Step::Auth => "下一步：请求登录".into(),
            Step::AuthResponse(0) => "下一步：你的用户名".into(),
            Step::AuthResponse(1) => "下一步：你的密码".into(),
            Step::AuthResponse(_) => "下一步：回答服务器".into(),
            Step::Mail => "下一步：说出发件人".into(),
            Step::Rcpt(0) => "下一步：说出收件人".into(),
            Step::Rcpt(n) => format!("下一步：说出第 {} 位收件人", n + 1),
            Step::Data => "下一步：请求发送邮件内容".into(),
            Step::Headers => "下一步：邮件头".into(),
            Step::Body => "下一步：正文".into(),
            Step::FinalDot => "下一步：结束邮件".into(),
            Step::Quit => "下一步：告别".into(),
            Step::Extra(_) | Step::Typed => "下一步：你自己的一行".into(),
        }
    }

    fn why(&self, step: Step) -> &'static str {
        match step {
            Step::LookUp | Step::Connect => "先把名字变成地址，再建立连接。",
            Step::Greeting => "在 SMTP 里，服务器先开口。",
            Step::Hello => "报上自己的名字，并问服务器会些什么。",
            Step::Auth => "请求登录，并说明用哪种方式。",
            Step::AuthResponse(0) => {
                "服务器在问用户名。回答用 base64 书写；它什么也藏不住，谁都能还原。"
            }
            Step::AuthResponse(1) => "还是 base64。没有加密，途中的任何人都能读到你的密码。",
            Step::AuthResponse(_) => "服务器还要更多。",
            Step::Mail => "如果邮件送不到，退信会寄到这个地址。",
            Step::Rcpt(_) => "每位收件人一条 RCPT TO。邮件送到哪里，只由这些地址决定。",
            Step::Data => "信封写好了。请求发送邮件本身。",
            Step::Headers => "邮件头是邮件的一部分，以一个空行结束。此时服务器还不回答。",
            Step::Body => "邮件的正文。服务器仍在静静地听。",
            Step::FinalDot => "只有一个点的一行表示邮件结束。现在服务器会回答。",
            Step::Quit => "道别之后，服务器会关闭连接。",
            Step::Extra(_) | Step::Typed => "你输入，服务器回答。",
        }
    }

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
            Field::Mechanism => named("登录方式", "用哪种方法登录。"),
            Field::EncodedUser => named("用户名", "用 base64 书写的用户名。"),
            Field::EncodedPassword => {
                named("密码", "用 base64 书写的密码。这只是一种写法，不是加密。")
            }
            Field::EncodedPlain => {
                named("登录信息", "用户名和密码合在一段 base64 里，各自前面有一个零字节。")
            }
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
            Field::HeaderName => named("邮件头", "这一项邮件头的名字。"),
            Field::HeaderColon => named(":", "隔开名字和内容。"),
            Field::HeaderValue => named("内容", "这一项邮件头的内容。"),
            Field::HeaderFold => named("续行", "以空格开头，表示上一项还没完。"),
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
            (1, 3 | 7) => "写法不对",
            (1, 5) => "收件人有效",
            (1, 8) => "发件人的域不对",
            (2, 1) => "邮箱已停用",
            (2, 2) => "邮箱已满",
            (2, 3) => "对这个邮箱来说太大",
            (3, 1) => "磁盘已满",
            (3, 2) => "现在不收信",
            (3, 4) => "邮件太大",
            (5, 1) => "没有这条命令，或者时机不对",
            (5, 2) => "命令的写法不对",
            (5, 3) => "收件人太多",
            (5, 4) => "参数不对",
            (7, 1) => "这里不允许",
            (7, 8) => "用户名或密码错误",
            (7, 9) => "登录方式太弱",
            (7, 11) => "需要加密",
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
            Answer::ToMailData => {
                "服务器收下了整封邮件。从现在起，它必须投递，否则要向发件人报告。"
            }
            _ => return None,
        })
    }

    fn asks(&self, question: &str) -> String {
        format!("请继续：服务器问的是“{question}”。")
    }

    fn verb(&self, verb: Verb) -> &'static str {
        match verb {
            Verb::Ehlo => "打招呼：报上名字，并问服务器会做什么。",
            Verb::Helo => "最早的打招呼方式：报上名字，什么也不问。",
            Verb::Auth => "请求登录。",
            Verb::Mail => "开始一封邮件，并说出发件人。",
            Verb::Rcpt => "说出一位收件人。",
            Verb::Data => "预告邮件本身。",
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

    fn caution(&self, caution: Caution) -> &'static str {
        match caution {
            Caution::PasswordInClear => "你真正的密码即将不加密地发出，途中的任何人都能读到。",
            Caution::MechanismNotOffered => "服务器没有在 EHLO 之后列出这种方式，很可能会拒绝。",
        }
    }

    fn told(&self, event: &TunnelEvent) -> String {
        match event {
            TunnelEvent::Resolving { host } => format!("正在查找 {host}"),
            TunnelEvent::Resolved { addresses } => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                format!("找到 {}", addresses.join("、"))
            }
            TunnelEvent::Connecting { address } => format!("正在连接 {address}"),
            TunnelEvent::Connected { address, elapsed_ms, .. } if elapsed_ms.is_zero() => {
                format!("已连接到 {address}")
            }
            TunnelEvent::Connected { address, elapsed_ms, .. } => {
                format!("已连接到 {address}，用时 {}", short_time(*elapsed_ms))
            }
            TunnelEvent::Failed { reason, .. } => self.failure(*reason).to_owned(),
            TunnelEvent::Closed { .. } => "连接已关闭".to_owned(),
        }
    }

    fn failure(&self, reason: FailureReason) -> &'static str {
        match reason {
            FailureReason::BadTarget => "主机或端口不对，请检查设置里的服务器。",
            FailureReason::Refused => {
                "桥接程序不允许连接这台服务器。由运行桥接程序的人用 --allow 决定。"
            }
            FailureReason::NotFound => "找不到这个名字的服务器，请检查拼写。",
            FailureReason::ResolverFailed => "无法查找这个名字。这台电脑连上网络了吗？",
            FailureReason::ConnectionRefused => {
                "这个端口上没有程序在听。请检查端口，以及邮件服务器是否在运行。"
            }
            FailureReason::Unreachable => "从这里到不了这个地址。",
            FailureReason::TimedOut => {
                "没有人回应。许多网络会封锁 25 端口，请试试服务商的 587 端口。"
            }
            _ => "无法建立连接。",
        }
    }

    fn ending(&self, how: Ending, code: Option<CloseCode>) -> &'static str {
        match (how, code) {
            (_, Some(CloseCode::TokenWanted)) => "桥接程序需要令牌，请在设置里填写。",
            (_, Some(CloseCode::TooManyTunnels)) => "桥接程序打开的连接太多了，请稍后再试。",
            (_, Some(CloseCode::IdleTooLong)) => "太久没有人说话，桥接程序关闭了连接。",
            (_, Some(CloseCode::GoingAway)) => "桥接程序正在关闭。",
            (_, Some(CloseCode::Refused)) => "桥接程序不允许连接这台服务器。",
            (_, Some(CloseCode::BadTarget)) => "桥接程序看不懂主机或端口。",
            (_, Some(CloseCode::CouldNotConnect)) => "无法建立连接。",
            (_, Some(CloseCode::ConnectTimeout)) => "一直没有人回应。",
            (Ending::ByServer, _) => "服务器关闭了连接。",
            (Ending::ByUs, _) => "你关闭了连接。",
            (Ending::Reset, _) => "连接被服务器或途中的什么切断了。",
            (Ending::PatienceOver, _) => "服务器太久没有回答，超过了邮件客户端等待的时间。",
            (Ending::Truncated, _) => "加密的连接在中途断开了。",
            (Ending::TransportLost, _) => "桥接程序不见了。请重新启动它，然后重新开始。",
            (Ending::NeverOpened, _) => "没有建立连接。桥接程序在运行吗？",
        }
    }

    fn state(&self, state: State) -> &'static str {
        match state {
            State::Unconnected => "未连接",
            State::Opening => "正在连接",
            State::Greeting => "等待问候",
            State::Greeted => "已问候",
            State::TurnedAway => "被拒之门外",
            State::Ready => "可以发信",
            State::Authenticating => "正在登录",
            State::StartingTls => "正在启动 TLS",
            State::Sender => "已说出发件人",
            State::Recipients => "已说出收件人",
            State::Data => "正在发送邮件",
            State::Closing => "已道别",
            State::Broken => "不是 SMTP",
            State::Closed => "已关闭",
        }
    }

    fn server_state(&self, state: server::State) -> &'static str {
        match state {
            server::State::Greeted => "已向你问候",
            server::State::Ready => "可以收信",
            server::State::Authenticating => "正在核对登录",
            server::State::Sender => "已知道发件人",
            server::State::Recipients => "已知道收件人",
            server::State::Data => "正在读邮件",
            server::State::Closed => "已道别",
        }
    }

    fn answer(&self, answer: Answer) -> String {
        match answer {
            Answer::Greeting => "服务器向你问候".into(),
            Answer::To(verb) => format!("服务器回答 {}", verb.as_str()),
            Answer::ToAuthResponse => "服务器回答你的登录内容".into(),
            Answer::ToMailData => "服务器回答整封邮件".into(),
            Answer::ToUnknown => "服务器回答你的那一行".into(),
            Answer::Nothing => "没有人问，服务器自己开口".into(),
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

    fn step_of(&self, number: usize, total: usize) -> String {
        format!("第 {number} 步，共 {total} 步")
    }

    fn refused(&self, step: Option<Step>) -> String {
        match step {
            Some(Step::Greeting) => "服务器把你拒之门外",
            Some(Step::Hello) => "服务器不接受问候",
            Some(Step::Auth | Step::AuthResponse(_)) => "服务器拒绝了登录",
            Some(Step::Mail) => "服务器拒绝了发件人",
            Some(Step::Rcpt(_)) => "服务器拒绝了收件人",
            Some(Step::Data | Step::Headers | Step::Body | Step::FinalDot) => {
                "服务器拒绝了这封邮件"
            }
            _ => "服务器拒绝了",
        }
        .into()
    }

    fn bytes(&self, count: usize) -> String {
        format!("{count} 字节")
    }

    fn one_of(&self, number: usize, total: usize) -> String {
        format!("第 {number} 组，共 {total} 组")
    }

    fn letters(&self, count: usize) -> String {
        format!("{count} 封邮件")
    }

    fn to_mend(&self, count: usize) -> String {
        format!("有 {count} 处需要修改")
    }

    fn left_out(&self, bytes: usize) -> String {
        format!("还有 {bytes} 字节")
    }

    fn extensions(&self, count: usize) -> String {
        format!("{count} 项扩展")
    }

    fn patience(&self, of_server: bool, left: Duration) -> String {
        if of_server {
            format!("服务器还会等 {}", minutes(left))
        } else {
            format!("等待中，最多 {}", minutes(left))
        }
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

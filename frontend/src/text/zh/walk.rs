//! Simplified Chinese. The walk: its steps, its states, and what happens on the way.

use super::super::{WalkWords, minutes, short_time, turn};
use super::Zh;
use protocol::anatomy::Answer;
use protocol::auth::{GiveUp, Mechanism, Protection, Turn};
use protocol::client::{Caution, Ending, State, Step, TlsFacts};
use protocol::server;
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::time::Duration;

impl WalkWords for Zh {
    fn step(&self, step: Step, mechanism: Option<&Mechanism>) -> String {
        match step {
            Step::LookUp => "查找主机".into(),
            Step::Connect => "建立连接".into(),
            Step::Greeting => "问候".into(),
            Step::Hello => "EHLO".into(),
            Step::StartTls => "STARTTLS".into(),
            Step::Handshake => "TLS 握手".into(),
            Step::HelloOverTls => "再次 EHLO".into(),
            Step::Auth => mechanism.map_or("AUTH".into(), |known| format!("AUTH {}", known.name)),
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => "用户名".into(),
                Some(Turn::Password) => "密码".into(),
                Some(Turn::Login) => "用户名和密码".into(),
                Some(Turn::Digest) => "摘要".into(),
                Some(Turn::Opening) => "开场".into(),
                Some(Turn::Proof) => "证明".into(),
                Some(Turn::Token) => "访问令牌".into(),
                Some(Turn::Identity) => "身份".into(),
                Some(Turn::Receipt) => "已读".into(),
                None => format!("第 {} 个回答", n + 1),
            },
            Step::Mail => "MAIL FROM".into(),
            Step::Rcpt(0) => "RCPT TO".into(),
            Step::Rcpt(n) => format!("RCPT TO（第 {} 位）", n + 1),
            Step::Data => "DATA".into(),
            Step::Headers => "邮件头".into(),
            Step::Body => "正文".into(),
            Step::FinalDot => "单独的点".into(),
            Step::Bdat(0) => "BDAT".into(),
            Step::Bdat(n) => format!("BDAT（第 {} 块）", n + 1),
            Step::Chunk(n) => format!("第 {} 块", n + 1),
            Step::LastChunk => "最后一块".into(),
            Step::Quit => "QUIT".into(),
            Step::Extra(verb) => verb.as_str().into(),
            Step::Typed => "你自己的一行".into(),
        }
    }

    fn next(&self, step: Step, mechanism: Option<&Mechanism>) -> String {
        match step {
            Step::LookUp | Step::Connect => "下一步：连接".into(),
            Step::Greeting => "下一步：问候".into(),
            Step::Hello => "下一步：介绍自己".into(),
            Step::StartTls => "下一步：请求加密".into(),
            Step::Handshake => "下一步：加密".into(),
            Step::HelloOverTls => "下一步：重新介绍自己".into(),
            Step::Auth => "下一步：请求登录".into(),
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => "下一步：你的用户名".into(),
                Some(Turn::Password) => "下一步：你的密码".into(),
                Some(Turn::Login) => "下一步：你的用户名和密码".into(),
                Some(Turn::Digest) => "下一步：用摘要回答".into(),
                Some(Turn::Opening) => "下一步：开始对话".into(),
                Some(Turn::Proof) => "下一步：证明密码".into(),
                Some(Turn::Token) => "下一步：你的访问令牌".into(),
                Some(Turn::Identity) => "下一步：你是谁".into(),
                Some(Turn::Receipt) => "下一步：表示已读".into(),
                None => "下一步：回答服务器".into(),
            },
            Step::Mail => "下一步：说出发件人".into(),
            Step::Rcpt(0) => "下一步：说出收件人".into(),
            Step::Rcpt(n) => format!("下一步：说出第 {} 位收件人", n + 1),
            Step::Data => "下一步：请求发送邮件内容".into(),
            Step::Headers => "下一步：邮件头".into(),
            Step::Body => "下一步：正文".into(),
            Step::FinalDot => "下一步：结束邮件".into(),
            Step::Bdat(_) => "下一步：预告一块".into(),
            Step::Chunk(n) => format!("下一步：第 {} 块", n + 1),
            Step::LastChunk => "下一步：最后一块".into(),
            Step::Quit => "下一步：告别".into(),
            Step::Extra(_) | Step::Typed => "下一步：你自己的一行".into(),
        }
    }

    fn why(&self, step: Step, mechanism: Option<&Mechanism>) -> &'static str {
        match step {
            Step::LookUp | Step::Connect => "先把名字变成地址，再建立连接。",
            Step::Greeting => "在 SMTP 里，服务器先开口。",
            Step::Hello => "报上自己的名字，并问服务器会些什么。",
            Step::StartTls => "请求改用加密。服务器回复之后的一切都是 TLS。",
            Step::Handshake => "双方商定密钥，服务器出示证书。",
            Step::HelloOverTls => "明文里说过的不再算数：那可能是途中别人说的。请重新开始。",
            Step::Auth => "请求登录，并说明用哪种方式。",
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => {
                    "服务器在问用户名。回答用 base64 书写；它什么也藏不住，谁都能还原。"
                }
                Some(Turn::Password) => "还是 base64。没有加密，途中的任何人都能读到你的密码。",
                Some(Turn::Login) => "两者合在一段 base64 里。没有加密，途中的任何人都能读到。",
                Some(Turn::Digest) => "密码不会发出。发出的是由密码和服务器的提问算出的摘要。",
                Some(Turn::Opening) => "报上自己是谁，再加一段新内容，让服务器来回应。",
                Some(Turn::Proof) => "密码不会发出。发出的是只对这次登录有效的证明。",
                Some(Turn::Token) => "令牌代替密码。没有加密，途中的任何人都能读到它。",
                Some(Turn::Identity) => "说明你想以谁的身份行事。",
                Some(Turn::Receipt) => "没有更多要说的：用一个空行告诉服务器，它的话已经读到了。",
                None => "服务器还要更多。",
            },
            Step::Mail => "如果邮件送不到，退信会寄到这个地址。",
            Step::Rcpt(_) => "每位收件人一条 RCPT TO。邮件送到哪里，只由这些地址决定。",
            Step::Data => "信封写好了。请求发送邮件本身。",
            Step::Headers => "邮件头是邮件的一部分，以一个空行结束。此时服务器还不回答。",
            Step::Body => "邮件的正文。服务器仍在静静地听。",
            Step::FinalDot => "只有一个点的一行表示邮件结束。现在服务器会回答。",
            Step::Bdat(_) => "说明后面有多少字节。此时服务器还不回答。",
            Step::Chunk(_) => "字节数与预告的完全一致，所以不用双写点，也没有哪个点会结束邮件。",
            Step::LastChunk => "发出最后的字节，邮件就完整了。现在服务器会说明怎样处理它。",
            Step::Quit => "道别之后，服务器会关闭连接。",
            Step::Extra(_) | Step::Typed => "你输入，服务器回答。",
        }
    }

    fn asks(&self, question: &str) -> String {
        format!("请继续：服务器问的是“{question}”。")
    }

    fn protection(&self, protection: Protection) -> &'static str {
        match protection {
            Protection::NoSecret => "没有秘密：谁都可以进来。",
            Protection::Readable => "密码或令牌会原样发出。没有加密，途中的任何人都能读到。",
            Protection::Digest => "密码不会发出，但偷听的人可以很快地逐个试密码。",
            Protection::Proof => "密码不会发出，每猜一次都很慢，服务器也要证明自己。",
            Protection::BoundProof => "同上，并且绑定到这条 TLS 连接：中间人无法转用。",
            Protection::Outside => "TLS 已经出示了你的证书。",
        }
    }

    fn caution(&self, caution: Caution) -> &'static str {
        match caution {
            Caution::PasswordInClear => "你真正的密码即将不加密地发出，途中的任何人都能读到。",
            Caution::MechanismNotOffered => "服务器没有在 EHLO 之后列出这种方式，很可能会拒绝。",
            Caution::TooLarge => {
                "邮件超过了服务器允许的大小，会被拒绝。请把邮件改小，或者用别的办法传送大文件。"
            }
            Caution::EightBitNotOffered => {
                "邮件里有 ASCII 以外的字节，而这台服务器没有提供 8BITMIME，可能会拒绝或损坏它们。请用 base64 或 quoted-printable 编码正文。"
            }
            Caution::SmtpUtf8NotOffered => {
                "地址或邮件头里有 ASCII 以外的字，而这台服务器没有提供 SMTPUTF8，很可能会拒绝。请用纯 ASCII 的地址，邮件头里用编码字。"
            }
            Caution::DsnNotOffered => {
                "你要求了投递报告，而这台服务器没有提供 DSN。邮件会不带这个要求发出，只有失败时才可能有报告。"
            }
            Caution::PasswordToUnverified => {
                "连接已经加密，但证书未能验证，谁也说不准对面是谁。你的密码即将发到那里。"
            }
            Caution::LoginToUnverified => {
                "连接已经加密，但证书未能验证，谁也说不准对面是谁。你即将在那里登录：对方会知道你是谁，而且用大多数登录方式时，还足以读出或猜出你的密码。"
            }
            Caution::NotVerified => "你要求证书必须通过验证，而这张证书没有通过，所以只能道别。",
            Caution::TlsNotToBeHad => {
                "你要求必须加密，而这里做不到，所以只能道别。要么是服务器不会，要么是途中有人把 STARTTLS 从服务器提供的清单里删掉了，或者冒充它拒绝了。从这里看，两者一模一样，所以“必须”就到此为止。465 端口从第一个字节起就是 TLS，没法这样去掉。"
            }
            Caution::GivesUp(why) => match why {
                GiveUp::NothingToSay => "这里没有可说的。这一行会结束登录。",
                GiveUp::NothingMore => "服务器要的比这种方式能给的还多。这一行会结束登录。",
                GiveUp::NotUnderstood => "服务器的提问不符合这种方式。这一行会结束登录。",
                GiveUp::ServerUnproven => {
                    "服务器没能证明它知道你的密码：它可能是别人。这一行会结束登录。"
                }
                GiveUp::TooCostly => "服务器要求的轮数太多，会让本页忙上很久。这一行会结束登录。",
                GiveUp::NoChannelBinding => "这种方式需要 TLS，而这里没有。",
            },
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

    fn upgraded(&self, facts: &TlsFacts) -> String {
        let known = [&facts.version, &facts.suite].into_iter().flatten();
        let known: Vec<_> = known.map(String::as_str).collect();
        let verified = if facts.verified { "" } else { " · 证书未验证" };
        format!("从这里起已加密 {}{verified}", known.join(" · ")).trim_end().to_owned()
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
            (Ending::TlsFailed, _) => "TLS 无法继续，连接也就结束了。",
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
            State::Chunks => "正在分块发送",
            State::Data => "正在发送邮件",
            State::Closing => "已道别",
            State::Broken => "不是 SMTP",
            State::Closed => "已关闭",
        }
    }

    fn server_state(&self, state: server::State) -> &'static str {
        match state {
            server::State::Greeted => "已向你问候",
            server::State::Refusing => "不收信，等你 QUIT",
            server::State::Ready => "可以收信",
            server::State::StartingTls => "正在等待 TLS",
            server::State::Authenticating => "正在核对登录",
            server::State::Sender => "已知道发件人",
            server::State::Recipients => "已知道收件人",
            server::State::Chunks => "正在分块接收",
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
            Answer::ToChunk => "服务器回答这一块".into(),
            Answer::ToUnknown => "服务器回答你的那一行".into(),
            Answer::Nothing => "没有人问，服务器自己开口".into(),
        }
    }

    fn step_of(&self, number: usize, total: usize) -> String {
        format!("第 {number} 步，共 {total} 步")
    }

    fn refused(&self, step: Option<Step>) -> String {
        match step {
            Some(Step::Greeting) => "服务器把你拒之门外",
            Some(Step::StartTls) => "服务器拒绝加密",
            Some(Step::Hello | Step::HelloOverTls) => "服务器不接受问候",
            Some(Step::Auth | Step::AuthResponse(_)) => "服务器拒绝了登录",
            Some(Step::Mail) => "服务器拒绝了发件人",
            Some(Step::Rcpt(_)) => "服务器拒绝了收件人",
            Some(step) if step.is_message() => "服务器拒绝了这封邮件",
            _ => "服务器拒绝了",
        }
        .into()
    }

    fn one_of(&self, number: usize, total: usize) -> String {
        format!("第 {number} 组，共 {total} 组")
    }

    fn written_as(&self, encoding: &str) -> String {
        format!("它在途中写成 {encoding}，原始邮件里就是那样。")
    }

    fn letters(&self, count: usize) -> String {
        format!("{count} 封邮件")
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

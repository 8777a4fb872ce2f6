//! The harness's Postfix is a real one: spoken to over a bare socket, byte for byte.

use e2e::{
    Error, Result,
    postfix::{Options, Postfix, as_sent},
    wait,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

/// alice@example.test and correct-horse in base64, as AUTH LOGIN wants them.
const USER: &str = "YWxpY2VAZXhhbXBsZS50ZXN0";
const PASSWORD: &str = "Y29ycmVjdC1ob3JzZQ==";
const WRONG_PASSWORD: &str = "d3Jvbmc=";

const MESSAGE: &str = "\
From: Alice <alice@example.test>\r\n\
To: Bob <bob@example.test>\r\n\
Subject: A letter\r\n\
\r\n\
First line\r\n\
\ttab, trailing blanks  \r\n\
..a dot that was doubled on the wire\r\n\
\r\n\
last line\r\n";

#[tokio::test]
async fn it_greets_with_its_name_and_offers_auth() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    assert!(smtp.greeting.starts_with("220 mx.example.test ESMTP"), "{}", smtp.greeting);
    let capabilities = smtp.command("EHLO client.example.org").await.unwrap();
    assert!(
        capabilities.contains("250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256\r\n"),
        "{capabilities}"
    );
    assert!(smtp.command("QUIT").await.unwrap().starts_with("221 "));
}

#[tokio::test]
async fn a_right_password_logs_in_and_a_wrong_one_does_not() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    smtp.command("EHLO client.example.org").await.unwrap();

    assert_eq!(smtp.command("AUTH LOGIN").await.unwrap(), "334 VXNlcm5hbWU6\r\n");
    assert_eq!(smtp.command(USER).await.unwrap(), "334 UGFzc3dvcmQ6\r\n");
    let reply = smtp.command(WRONG_PASSWORD).await.unwrap();
    assert!(reply.starts_with("535 5.7.8 "), "{reply}");

    smtp.command("AUTH LOGIN").await.unwrap();
    smtp.command(USER).await.unwrap();
    let reply = smtp.command(PASSWORD).await.unwrap();
    assert!(reply.starts_with("235 2.7.0 "), "{reply}");
}

#[tokio::test]
async fn an_unknown_recipient_is_refused() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    smtp.command("EHLO client.example.org").await.unwrap();
    smtp.command("MAIL FROM:<alice@example.test>").await.unwrap();
    let reply = smtp.command("RCPT TO:<nobody@example.test>").await.unwrap();
    assert!(reply.starts_with("550 5.1.1 "), "{reply}");
}

#[tokio::test]
async fn a_foreign_recipient_is_relayed_for_those_logged_in_alone() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    smtp.command("EHLO client.example.org").await.unwrap();
    smtp.command("MAIL FROM:<alice@example.test>").await.unwrap();
    let reply = smtp.command("RCPT TO:<someone@example.org>").await.unwrap();
    assert!(reply.starts_with("554 5.7.1 ") && reply.contains("Relay access denied"), "{reply}");

    smtp.command("RSET").await.unwrap();
    for line in ["AUTH LOGIN", USER, PASSWORD, "MAIL FROM:<alice@example.test>"] {
        smtp.command(line).await.unwrap();
    }
    let reply = smtp.command("RCPT TO:<someone@example.org>").await.unwrap();
    assert!(reply.starts_with("250 2.1.5 "), "{reply}");
}

#[tokio::test]
async fn a_message_is_delivered_byte_for_byte() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    let reply = smtp.send(MESSAGE).await.unwrap();
    assert!(reply.starts_with("250 2.0.0 "), "{reply}");

    let stored = postfix.deliveries("bob@example.test", 1).await.unwrap();
    assert_eq!(stored.len(), 1);
    let sent = String::from_utf8(as_sent(&stored[0])).unwrap();
    assert_eq!(sent, MESSAGE.replace("\r\n..", "\r\n."));
    assert!(stored[0].starts_with(b"Return-Path: <alice@example.test>\n"));
    assert!(postfix.mailbox("alice@example.test").unwrap().is_empty());
    assert!(postfix.log().contains("status=sent (delivered to maildir)"), "{}", postfix.log());
}

#[tokio::test]
async fn a_message_with_the_spam_phrase_is_refused_at_its_end() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let mut smtp = Smtp::connect(&postfix).await.unwrap();
    let spam = "Subject: Offer\r\n\r\nBuy Cheap Watches today\r\n";
    let reply = smtp.send(spam).await.unwrap();
    assert!(reply.starts_with("550 5.7.1 ") && reply.contains("spam"), "{reply}");
    // The session goes on, and the next message arrives alone.
    assert!(smtp.transaction(MESSAGE).await.unwrap().starts_with("250 "));
    assert_eq!(postfix.deliveries("bob@example.test", 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_servers_side_by_side_know_nothing_of_each_other() {
    let here = Options { domain: "example.com".into(), ..Options::default() };
    let here = Options { mailboxes: vec!["bob@example.com".into()], ..here };
    let (one, other) =
        tokio::try_join!(Postfix::start(Options::default()), Postfix::start(here)).unwrap();
    assert_ne!(one.port(), other.port());
    let mut smtp = Smtp::connect(&other).await.unwrap();
    assert!(smtp.greeting.starts_with("220 mx.example.com "), "{}", smtp.greeting);
    drop(one);
    // Ending the one has not touched the other.
    assert!(smtp.command("EHLO client.example.org").await.unwrap().contains("250 "));
    smtp.command("MAIL FROM:<alice@example.test>").await.unwrap();
    let reply = smtp.command("RCPT TO:<bob@example.com>").await.unwrap();
    assert!(reply.starts_with("250 2.1.5 "), "{reply}");
}

#[tokio::test]
async fn nothing_listens_any_more_once_it_is_dropped() {
    let postfix = Postfix::start(Options::default()).await.unwrap();
    let address = postfix.address();
    TcpStream::connect(address).await.unwrap();
    drop(postfix);
    // Its daemons are killed with it, and each of them takes a moment to be gone.
    let refused = wait::until("nobody to listen any more", wait::PATIENCE, async || {
        Ok(TcpStream::connect(address).await.err())
    });
    assert_eq!(refused.await.unwrap().kind(), std::io::ErrorKind::ConnectionRefused);
}

/// The least of an SMTP client: a line out, a whole reply in.
struct Smtp {
    greeting: String,
    stream: BufReader<TcpStream>,
}

impl Smtp {
    async fn connect(postfix: &Postfix) -> Result<Self> {
        let stream = TcpStream::connect(postfix.address()).await.map_err(Error::io("connect"))?;
        let mut smtp = Self { greeting: String::new(), stream: BufReader::new(stream) };
        smtp.greeting = smtp.reply().await?;
        Ok(smtp)
    }

    /// EHLO, then the message from Alice to Bob. Gives the reply to the message's end.
    async fn send(&mut self, message: &str) -> Result<String> {
        self.command("EHLO client.example.org").await?;
        self.transaction(message).await
    }

    async fn transaction(&mut self, message: &str) -> Result<String> {
        for line in ["MAIL FROM:<alice@example.test>", "RCPT TO:<bob@example.test>", "DATA"] {
            self.command(line).await?;
        }
        self.command(&format!("{message}.")).await
    }

    async fn command(&mut self, line: &str) -> Result<String> {
        let line = format!("{line}\r\n");
        self.stream.write_all(line.as_bytes()).await.map_err(Error::io("send"))?;
        self.reply().await
    }

    /// A reply ends with the line that has a space after its code (RFC 5321 §4.2.1).
    async fn reply(&mut self) -> Result<String> {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = self.stream.read_line(&mut reply);
            match timeout(e2e::wait::PATIENCE, read).await {
                Ok(read) => read.map_err(Error::io(format!("read a reply, after {reply:?}")))?,
                Err(late) => return Err(Error::io("read a reply in time")(late.into())),
            };
            let line = reply.get(start..).unwrap_or_default();
            if line.is_empty() || line.as_bytes().get(3) == Some(&b' ') {
                return Ok(reply);
            }
        }
    }
}

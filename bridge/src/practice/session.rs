//! One session of the practice server: `protocol::server` over a connection.

use super::{Door, Practice};
use protocol::{server::Server, smtp::limits};
use std::{
    io,
    net::IpAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, sink},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

/// How long a client may go on speaking after the server has hung up.
const LINGER: Duration = Duration::from_secs(5);

/// Runs a session to its end.
pub(super) async fn run(
    practice: &Practice,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    door: Door,
    peer: IpAddr,
    stop: &CancellationToken,
) {
    let peer = peer.to_canonical().to_string();
    let server =
        || practice.change(|store| Server::new(practice.config.clone(), now(), &peer, store));
    let ended = match door {
        Door::Plain => in_plain_text(practice, server(), stream, stop).await,
        Door::Tls => match practice.tls.accept(stream).await {
            Ok((stream, tls)) => inside_tls(practice, server().over_tls(tls), stream, stop).await,
            Err(error) => Err(error),
        },
    };
    if let Err(error) = ended {
        debug!("the session broke: {error}");
    }
}

/// Until the end, or until TLS begins and from there on inside it.
async fn in_plain_text(
    practice: &Practice,
    mut server: Server,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    stop: &CancellationToken,
) -> io::Result<()> {
    let ended = converse(practice, &mut server, &mut stream, stop).await;
    if ended.is_err() || !server.wants_tls() {
        hang_up(&mut stream).await;
        return ended;
    }
    let (stream, tls) = practice.tls.accept(stream).await?;
    server.upgraded(now(), tls);
    inside_tls(practice, server, stream, stop).await
}

async fn inside_tls(
    practice: &Practice,
    mut server: Server,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    stop: &CancellationToken,
) -> io::Result<()> {
    let ended = converse(practice, &mut server, &mut stream, stop).await;
    hang_up(&mut stream).await;
    ended
}

/// What the client has still under way is read, because dropping a connection with something in it to read resets it,
/// and the reset can overtake the last reply.
async fn hang_up(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let _ = stream.shutdown().await;
    let _ = timeout(LINGER, copy(stream, &mut sink())).await;
}

/// Until the end, or until TLS is wanted.
async fn converse(
    practice: &Practice,
    server: &mut Server,
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    stop: &CancellationToken,
) -> io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK];
    // What was read and is not heard yet.
    let mut unheard = 0..0;
    loop {
        // It takes no more while too many replies wait; once they are sent it does.
        while !unheard.is_empty() && server.wants_input() {
            let bytes = &buffer[unheard.clone()];
            unheard.start += practice.change(|store| server.receive(now(), bytes, store));
            say(server, stream).await?;
        }
        say(server, stream).await?;
        // What came behind STARTTLS in plain text was for the server to refuse.
        if server.is_closed() || (server.wants_tls() && unheard.is_empty()) {
            return Ok(());
        }
        let patience = server.poll_timeout().unwrap_or_default().saturating_sub(now());
        tokio::select! {
            // A server that takes its time reads nothing meanwhile, and TCP slows the client down.
            read = stream.read(&mut buffer), if unheard.is_empty() && server.wants_input() => match read? {
                0 => return Ok(()),
                read => unheard = 0..read,
            },
            () = sleep(patience) => server.handle_timeout(now()),
            () = stop.cancelled() => server.shut_down(),
        }
    }
}

/// Sends the replies that are ready. A client that does not read them is not waited for longer than one
/// that does not speak.
async fn say(server: &mut Server, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    while let Some(bytes) = server.poll_transmit() {
        timeout(limits::WAIT_NEXT_COMMAND, writer.write_all(&bytes)).await??;
    }
    // TLS may still hold the end of it.
    timeout(limits::WAIT_NEXT_COMMAND, writer.flush()).await?
}

/// The time since the Unix epoch. A clock set before it says 0.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::Addresses;
    use protocol::server::Config;
    use std::net::Ipv4Addr;
    use std::time::Instant;
    use tokio::io::{duplex, split};

    fn practice() -> Practice {
        with(&Config::default())
    }

    fn with(config: &Config) -> Practice {
        let addresses = Addresses { plain: (Ipv4Addr::LOCALHOST, 2525).into(), tls: None };
        Practice::new(config, addresses).unwrap()
    }

    /// Has a session with a client that sends all it has, at once, and reads to the end.
    async fn session(practice: &Practice, client_says: &str, stop: &CancellationToken) -> String {
        // A pipe of a few bytes, so that everything comes in pieces.
        let (client, server) = duplex(7);
        let client = async move {
            let (mut reader, mut writer) = split(client);
            let mut heard = String::new();
            let (said, read) = tokio::join!(
                writer.write_all(client_says.as_bytes()),
                reader.read_to_string(&mut heard)
            );
            said.unwrap();
            read.unwrap();
            // Hung up on, it hangs up too: both halves end here.
            heard
        };
        let server = run(practice, server, Door::Plain, Ipv4Addr::LOCALHOST.into(), stop);
        tokio::join!(client, server).0
    }

    #[tokio::test]
    async fn a_message_sent_all_at_once_is_delivered_and_counted() {
        let practice = practice();
        let mut feed = practice.revision.subscribe();
        let said = "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n\
            RCPT TO:<student@student.example>\r\nDATA\r\nSubject: one\r\n\r\n..two\r\n.\r\nQUIT\r\n";
        let heard = session(&practice, said, &CancellationToken::new()).await;
        let codes: Vec<_> = heard.lines().map(|line| &line[..3]).collect();
        assert_eq!(codes.first(), Some(&"220"));
        assert_eq!(codes[codes.len() - 5..], ["250", "250", "354", "250", "221"]);
        let store = practice.store();
        let message = store.iter().next().unwrap();
        assert_eq!(message.data, "Subject: one\r\n\r\n.two\r\n");
        assert!(String::from_utf8_lossy(&message.trace).contains("[127.0.0.1]"));
        assert!(feed.has_changed().unwrap());
        assert_eq!(*feed.borrow_and_update(), store.revision());
    }

    #[tokio::test]
    async fn a_session_ends_with_421_when_the_bridge_shuts_down() {
        let stop = CancellationToken::new();
        stop.cancel();
        let heard = session(&practice(), "", &stop).await;
        let last = heard.lines().last().unwrap();
        assert!(last.starts_with("421 "), "{heard}");
    }

    /// A practice server with these rules.
    fn with_faults(faults: &str) -> Practice {
        with(&Config { faults: serde_json::from_str(faults).unwrap(), ..Config::default() })
    }

    #[tokio::test]
    async fn late_and_dripping_replies_come_in_their_time_and_in_their_order() {
        let practice = with_faults(
            r#"[{"at": "noop", "delay": 0.05}, {"at": "help", "drip": {"bytes": 40, "every": 0.01}}]"#,
        );
        let begun = Instant::now();
        let said = "NOOP\r\nHELP\r\nVRFY teacher\r\nNOOP\r\nQUIT\r\n";
        let heard = session(&practice, said, &CancellationToken::new()).await;
        assert!(begun.elapsed() >= Duration::from_millis(100), "it did not wait");
        let mut codes: Vec<_> = heard.lines().map(|line| &line[..3]).collect();
        codes.dedup();
        assert_eq!(codes, ["220", "250", "214", "250", "221"]);
        assert_eq!(heard.matches("nothing done").count(), 2);
    }

    #[tokio::test]
    async fn a_connection_is_counted_by_the_store_and_dropped_where_a_rule_says_so() {
        let practice = with_faults(
            r#"[{"at": "greeting", "when": {"nth": 2}, "disconnect": "before"},
                {"at": "noop", "disconnect": {"inside": 3}}]"#,
        );
        let stop = CancellationToken::new();
        let heard = session(&practice, "NOOP\r\nHELP\r\n", &stop).await;
        assert_eq!(heard, "220 practice.example ESMTP ready\r\n250");
        assert_eq!(session(&practice, "", &stop).await, "");
    }

    #[tokio::test]
    async fn a_slow_server_still_ends_when_the_bridge_shuts_down() {
        let practice = with_faults(r#"[{"at": "noop", "delay": 3600}]"#);
        let stop = CancellationToken::new();
        let (mut client, server) = duplex(1024);
        let client = async {
            let mut greeting = [0; 34];
            client.read_exact(&mut greeting).await.unwrap();
            client.write_all(b"NOOP\r\n").await.unwrap();
            idle().await;
            stop.cancel();
            let mut heard = String::new();
            client.read_to_string(&mut heard).await.unwrap();
            drop(client);
            heard
        };
        let (heard, ()) = tokio::join!(
            client,
            run(&practice, server, Door::Plain, Ipv4Addr::LOCALHOST.into(), &stop)
        );
        assert!(heard.starts_with("250 2.0.0 Ok: nothing done\r\n421 4.3.2 "), "{heard}");
    }

    #[tokio::test]
    async fn a_client_that_only_asks_and_never_reads_is_not_read_from_for_ever() {
        let practice = practice();
        let (mut client, server) = duplex(1024);
        let stop = CancellationToken::new();
        let flood = async {
            let mut taken = 0;
            let line = b"NOOP\r\n".repeat(100);
            // Ten megabytes of commands; their replies would be more.
            while taken < 10_000_000 {
                tokio::select! {
                    biased;
                    written = client.write(&line) => taken += written.unwrap(),
                    // Everything else has had its turn, and there is still no room.
                    () = idle() => break,
                }
            }
            taken
        };
        let taken = tokio::select! {
            taken = flood => taken,
            () = run(&practice, server, Door::Plain, Ipv4Addr::LOCALHOST.into(), &stop) => panic!("it ended"),
        };
        assert!(taken < 1_000_000, "{taken} bytes were taken");
    }

    /// Lets every other task run many times.
    async fn idle() {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    }
}

//! Names, as the system's own resolver gets them from a real name server: hickory's, which the test starts and which
//! answers as the test wants. The bridge sees an `/etc/resolv.conf` that names it, and nothing else of the system.

#![allow(clippy::unwrap_used, reason = "a test's own server may panic as a test may")]

use std::{
    collections::{HashMap, VecDeque},
    fs,
    net::{IpAddr, Ipv4Addr},
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};

use e2e::{
    Error, Result,
    bridge::Bridge,
    net,
    tunnel::{End, ORIGIN, Tunnel},
};
use hickory_server::{
    Server,
    net::runtime::Time,
    proto::{
        op::{Metadata, ResponseCode},
        rr::{Name, RData, Record, RecordType},
    },
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};
use tempfile::TempDir;
use tokio::net::UdpSocket;

/// What is known of a name: its IPv4 addresses now, and those at each question after that.
type Known = HashMap<&'static str, VecDeque<Result<Vec<Ipv4Addr>, ResponseCode>>>;

/// A name server. The last answer stands; those before it are given once each.
#[derive(Clone)]
struct NameServer {
    known: Arc<Mutex<Known>>,
    /// The names that were asked for an IPv4 address.
    asked: Arc<Mutex<Vec<String>>>,
}

#[async_trait::async_trait]
impl RequestHandler for NameServer {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut handle: R,
    ) -> ResponseInfo {
        let mut answer = Metadata::response_from_request(&request.metadata);
        let mut records = Vec::new();
        for query in request.queries.queries() {
            let name = query.name().to_string().trim_end_matches('.').to_owned();
            if query.query_type() == RecordType::A {
                self.asked.lock().unwrap().push(name.clone());
            }
            let mut known = self.known.lock().unwrap();
            match known.get_mut(name.as_str()) {
                None => answer.response_code = ResponseCode::NXDomain,
                // It has no IPv6 address.
                Some(answers) if query.query_type() != RecordType::A => {
                    if let Some(Err(code)) = answers.front() {
                        answer.response_code = *code;
                    }
                }
                Some(answers) => {
                    let now = match answers.len() {
                        1 => answers.front().cloned(),
                        _ => answers.pop_front(),
                    };
                    match now.unwrap() {
                        Err(code) => answer.response_code = code,
                        Ok(addresses) => {
                            let owner = Name::from_ascii(format!("{name}.")).unwrap();
                            records.extend(addresses.into_iter().map(|address| {
                                Record::from_rdata(owner.clone(), 0, RData::A(address.into()))
                            }));
                        }
                    }
                }
            }
        }
        let builder = MessageResponseBuilder::from_message_request(request);
        let response = builder.build(answer, &records, [], [], []);
        handle.send_response(response).await.unwrap()
    }
}

/// A bridge, and the name server that it asks. `cargo xtask dist` has the container's program asked here as well.
struct Asking {
    server: NameServer,
    bridge: Bridge,
    _running: Server<NameServer>,
    _root: TempDir,
}

impl Asking {
    async fn start(known: Known, allow: &[String]) -> Result<Self> {
        // Any address of this machine will do, and every test has its own.
        static TESTS: AtomicU8 = AtomicU8::new(1);
        let [.., high, low] = process::id().to_be_bytes();
        let address = IpAddr::from([127, high.max(1), low, TESTS.fetch_add(1, Relaxed)]);
        let server = NameServer { known: Arc::new(Mutex::new(known)), asked: Arc::default() };
        let mut running = Server::new(server.clone());
        let binding = || Error::io(format!("listen at {address}:53, which takes root"));
        running.register_socket(UdpSocket::bind((address, 53)).await.map_err(binding())?);

        let root = tempfile::tempdir().map_err(Error::io("make a folder"))?;
        let etc = root.path().join("etc");
        fs::create_dir(&etc).map_err(Error::io("make a folder"))?;
        let says = format!("nameserver {address}\noptions timeout:1 attempts:1\n");
        fs::write(etc.join("resolv.conf"), says).map_err(Error::io("write resolv.conf"))?;
        let mut options = vec!["--no-practice", "--origin", ORIGIN];
        for target in allow {
            options.extend(["--allow", target]);
        }
        let bridge = Bridge::start_in(root.path(), &options).await?;
        Ok(Self { server, bridge, _running: running, _root: root })
    }

    /// What becomes of a tunnel: whether a byte comes back through it.
    async fn tunnel(&self, host: &str, port: u16) -> Result<Result<(), End>> {
        let mut tunnel = Tunnel::open_to(self.bridge.address(), host, port).await?;
        Ok(tunnel.echo(b"x").await)
    }

    fn asked(&self) -> Vec<String> {
        self.server.asked.lock().unwrap().clone()
    }
}

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Nobody listens here, and nothing allows it.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::test]
async fn what_the_name_server_says_is_dialled() -> Result<()> {
    let echo = net::echo()?;
    let known = Known::from([
        ("mail.example.com", VecDeque::from([Ok(vec![HERE])])),
        ("both.example.com", VecDeque::from([Ok(vec![ELSEWHERE, HERE])])),
        ("away.example.com", VecDeque::from([Ok(vec![ELSEWHERE])])),
    ]);
    let port = echo.port();
    let asking = Asking::start(known, &[format!("127.0.0.1:{port}")]).await?;
    for (host, expected) in [
        ("mail.example.com", Ok(())),
        // Of several addresses those that are allowed.
        ("both.example.com", Ok(())),
        ("away.example.com", Err(End::Closed(4403))),
        // It does not say more of a name that there is not.
        ("nobody.example.com", Err(End::Closed(4403))),
    ] {
        assert_eq!(asking.tunnel(host, port).await?, expected, "{host}");
    }
    Ok(())
}

/// A name that no rule could allow is not even asked for: the question alone would tell somebody of it.
#[tokio::test]
async fn what_nothing_allows_is_not_asked_for() -> Result<()> {
    let known = Known::from([("mail.example.com", VecDeque::from([Ok(vec![HERE])]))]);
    let asking = Asking::start(known, &["smtp.example.com:25".into()]).await?;
    assert_eq!(asking.tunnel("mail.example.com", 25).await?, Err(End::Closed(4403)));
    assert!(asking.asked().is_empty(), "{:?}", asking.asked());
    Ok(())
}

/// Whoever owns a name may have it lead elsewhere between two questions. So there is one question for a tunnel, and
/// what was checked is what is dialled.
#[tokio::test]
async fn an_answer_that_changes_is_checked_each_time_and_asked_for_once() -> Result<()> {
    let echo = net::echo()?;
    let port = echo.port();
    let answers = [Ok(vec![HERE]), Ok(vec![ELSEWHERE]), Ok(vec![HERE])];
    let known = Known::from([("mail.example.com", VecDeque::from(answers))]);
    let allow = [format!("mail.example.com:{port}"), format!("127.0.0.1:{port}")];
    let asking = Asking::start(known, &allow).await?;
    assert_eq!(asking.tunnel("mail.example.com", port).await?, Ok(()));
    assert_eq!(asking.tunnel("mail.example.com", port).await?, Err(End::Closed(4403)));
    assert_eq!(asking.tunnel("mail.example.com", port).await?, Ok(()));
    assert_eq!(asking.asked(), ["mail.example.com"; 3]);
    Ok(())
}

#[tokio::test]
async fn a_name_that_there_is_not_is_told_from_a_name_server_that_fails() -> Result<()> {
    let failing = VecDeque::from([Err(ResponseCode::ServFail)]);
    let known = Known::from([("failing.example.com", failing)]);
    let names = ["nobody", "failing"].map(|name| format!("{name}.example.com:25"));
    let asking = Asking::start(known, &names).await?;
    for host in ["nobody.example.com", "failing.example.com"] {
        assert_eq!(asking.tunnel(host, 25).await?, Err(End::Closed(4502)), "{host}");
    }
    let log = asking.bridge.log();
    for said in [
        "nobody.example.com: there is no such name, or it has no address",
        "failing.example.com: the resolver gave no answer",
    ] {
        assert!(log.contains(said), "{log}");
    }
    Ok(())
}

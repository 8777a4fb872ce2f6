//! A bridge on ports of its own, clients that speak WebSocket or plain HTTP to it, and mail servers that
//! are mere sockets.

use bridge::{
    Config, Listeners, Name, Stop,
    policy::Policy,
    resolve::{Answer, Resolve, ResolveError},
};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _, stream};
use protocol::tunnel::{SUBPROTOCOL, TunnelEvent};
use std::{
    collections::HashMap,
    future::Future,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _, handshake::client},
};

/// How long anything may take before a test gives up. Nothing is expected to take nearly as long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits for something that is going to happen.
pub(crate) async fn within<T>(what: impl Future<Output = T>) -> T {
    timeout(DEADLINE, what).await.expect("it should have happened by now")
}

/// Tries until it works out.
pub(crate) async fn eventually<T>(mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let trying = async {
        loop {
            if let Some(result) = attempt().await {
                return result;
            }
            tokio::task::yield_now().await;
        }
    };
    within(trying).await
}

/// Lets everything else in this process go on as far as it can.
pub(crate) async fn let_others_run() {
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
}

/// What is logged on this thread, which is where a test's bridge runs. Until it is dropped.
pub(crate) struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    _kept: tracing::subscriber::DefaultGuard,
}

impl Log {
    /// From now on, in the form for people.
    pub(crate) fn kept() -> Self {
        let text = Arc::new(Mutex::default());
        let kept = Kept(Arc::clone(&text));
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || kept.clone());
        Self { text, _kept: tracing::subscriber::set_default(log.finish()) }
    }

    /// All of it so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.text.lock().unwrap().clone()).unwrap()
    }

    /// The first line that says this, once there is one.
    pub(crate) async fn line(&self, says: &str) -> String {
        let found = timeout(DEADLINE, async {
            loop {
                if let Some(line) = self.text().lines().find(|line| line.contains(says)) {
                    return line.to_owned();
                }
                tokio::task::yield_now().await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("no line says {says:?}:\n{}", self.text()))
    }
}

/// Where a log is kept.
#[derive(Clone)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A running bridge. Ends with the test.
pub(crate) struct Bridge {
    pub(crate) address: SocketAddr,
    pub(crate) practice: Option<SocketAddr>,
    pub(crate) practice_tls: Option<SocketAddr>,
    pub(crate) metrics: SocketAddr,
    stop: mpsc::UnboundedSender<Stop>,
    ended: JoinHandle<std::io::Result<()>>,
}

impl Bridge {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_on("127.0.0.1:0", config).await
    }

    pub(crate) async fn start_on(listen: &str, config: Config) -> Self {
        Self::run(listen, Some(loopback().await), config).await
    }

    pub(crate) async fn without_practice(config: Config) -> Self {
        Self::run("127.0.0.1:0", None, config).await
    }

    async fn run(listen: &str, practice: Option<TcpListener>, config: Config) -> Self {
        let http = TcpListener::bind(listen).await.unwrap();
        let port = http.local_addr().unwrap().port();
        let address = (Ipv4Addr::LOCALHOST, port).into();
        let practice_address = practice.as_ref().map(|listener| listener.local_addr().unwrap());
        let practice_tls = match practice_address {
            Some(_) => Some(loopback().await),
            None => None,
        };
        let tls_address = practice_tls.as_ref().map(|listener| listener.local_addr().unwrap());
        // With the test that holds the sender the bridge ends as well.
        let metrics = Some(loopback().await);
        let metrics_address = metrics.as_ref().unwrap().local_addr().unwrap();
        let (stop, stops) = mpsc::unbounded_channel();
        let stops =
            stream::unfold(stops, async |mut stops| stops.recv().await.map(|stop| (stop, stops)));
        let listeners = Listeners { http, practice, practice_tls, metrics };
        let ended = tokio::spawn(bridge::run(listeners, config, stops));
        Self {
            address,
            metrics: metrics_address,
            practice: practice_address,
            practice_tls: tls_address,
            stop,
            ended,
        }
    }

    /// Shuts it down, and waits until it has ended.
    pub(crate) async fn stop(self) {
        self.tell(Stop::Now);
        self.ended().await;
    }

    /// Tells it to end.
    pub(crate) fn tell(&self, how: Stop) {
        self.stop.send(how).unwrap();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(self) {
        within(self.ended).await.unwrap().unwrap();
    }

    /// A tunnel whose client is told of events.
    pub(crate) async fn tunnel(&self, to: SocketAddr) -> Client {
        self.tunnel_to(&to.ip().to_string(), to.port()).await
    }

    pub(crate) async fn tunnel_to(&self, host: &str, port: u16) -> Client {
        self.client(&format!("/tunnel?host={host}&port={port}"), &[SUBPROTOCOL]).await
    }

    /// A tunnel that is connected.
    pub(crate) async fn connected(&self, to: SocketAddr) -> Client {
        let mut client = self.tunnel(to).await;
        client.connected().await;
        client
    }

    pub(crate) async fn client(&self, path: &str, protocols: &[&str]) -> Client {
        self.try_client(path, protocols, &[]).await.expect("the upgrade")
    }

    pub(crate) async fn try_client(
        &self,
        path: &str,
        protocols: &[&str],
        headers: &[(&'static str, &str)],
    ) -> Result<Client, tungstenite::Error> {
        let request = self.request(path, protocols, headers);
        let stream = within(TcpStream::connect(self.address)).await.unwrap();
        let (socket, response) = within(client_async(request, stream)).await?;
        let chosen = response.headers().get("sec-websocket-protocol");
        let chosen = chosen.map(|value| value.to_str().unwrap().to_owned());
        Ok(Client { socket, chosen })
    }

    fn request(
        &self,
        path: &str,
        protocols: &[&str],
        headers: &[(&'static str, &str)],
    ) -> client::Request {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        if !protocols.is_empty() {
            let offer = protocols.join(", ").parse().unwrap();
            request.headers_mut().insert("sec-websocket-protocol", offer);
        }
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request
    }

    /// Asks in plain HTTP. `request` is the head without Host and Connection.
    pub(crate) async fn http(&self, request: &str) -> Response {
        self.http_to(&self.address.to_string(), request).await
    }

    pub(crate) async fn http_to(&self, host: &str, request: &str) -> Response {
        let (line, headers) = request.split_once('\n').unwrap_or((request, ""));
        let headers = headers.trim().replace('\n', "\r\n");
        let gap = if headers.is_empty() { "" } else { "\r\n" };
        let head =
            format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}{gap}\r\n");
        self.raw(head.as_bytes()).await
    }

    /// Sends bytes, and takes what comes back for an HTTP response.
    pub(crate) async fn raw(&self, request: &[u8]) -> Response {
        let mut stream = within(TcpStream::connect(self.address)).await.unwrap();
        within(stream.write_all(request)).await.unwrap();
        let mut answer = Vec::new();
        within(stream.read_to_end(&mut answer)).await.unwrap();
        Response::parse(&answer)
    }
}

/// What an HTTP server answered.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    fn parse(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers: HashMap<String, String> = HashMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            let values = headers.entry(name.to_ascii_lowercase()).or_default();
            *values = format!("{values}{}{value}", if values.is_empty() { "" } else { ", " });
        }
        Self { status, headers, body: answer[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// A page, or a tool.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<TcpStream>,
    /// The subprotocol that the bridge chose.
    pub(crate) chosen: Option<String>,
}

/// All that came to the end of a WebSocket.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    pub(crate) events: Vec<TunnelEvent>,
    pub(crate) bytes: Vec<u8>,
    /// The close code; 0 when there was no Close.
    pub(crate) code: u16,
    pub(crate) reason: String,
    /// Whether bytes came after a `closed` event, which must not be.
    pub(crate) disordered: bool,
}

impl Client {
    pub(crate) async fn send(&mut self, bytes: impl Into<Bytes>) {
        within(self.socket.send(Message::Binary(bytes.into()))).await.unwrap();
    }

    /// The next message that is not a Ping.
    pub(crate) async fn next(&mut self) -> Message {
        within(self.socket.next()).await.expect("a message").expect("a good one")
    }

    /// The next message, which is an event.
    pub(crate) async fn event(&mut self) -> TunnelEvent {
        match self.next().await {
            Message::Text(json) => serde_json::from_str(&json).unwrap(),
            other => panic!("expected an event, came {other:?}"),
        }
    }

    /// Reads events until the tunnel is connected.
    pub(crate) async fn connected(&mut self) {
        loop {
            match self.event().await {
                TunnelEvent::Connected { .. } => return,
                TunnelEvent::Failed { reason, detail } => panic!("{reason:?}: {detail}"),
                _ => {}
            }
        }
    }

    /// Reads until this many bytes have come.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            match self.next().await {
                Message::Binary(more) => bytes.extend_from_slice(&more),
                other => panic!("expected bytes, came {other:?}"),
            }
        }
        bytes
    }

    /// Reads to the end, and answers the Close.
    pub(crate) async fn end(mut self) -> Heard {
        let mut heard = Heard::default();
        loop {
            match within(self.socket.next()).await {
                Some(Ok(Message::Binary(bytes))) => {
                    let closed = heard.events.last();
                    heard.disordered |= matches!(closed, Some(TunnelEvent::Closed { .. }));
                    heard.bytes.extend_from_slice(&bytes);
                }
                Some(Ok(Message::Text(json))) => {
                    heard.events.push(serde_json::from_str(&json).unwrap());
                }
                Some(Ok(Message::Close(frame))) => {
                    // 1005 is how RFC 6455 §7.1.5 calls a Close without a code: the answer to another such.
                    (heard.code, heard.reason) = frame.map_or((1005, String::new()), |frame| {
                        (frame.code.into(), frame.reason.to_string())
                    });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return heard,
            }
        }
    }
}

/// A listening socket on a port of its own.
pub(crate) async fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    within(listener.accept()).await.unwrap().0
}

/// A configuration that allows a server on this machine.
pub(crate) fn allowing(listener: &TcpListener) -> Config {
    let address = listener.local_addr().unwrap();
    with_rules(&[&address.to_string()])
}

pub(crate) fn with_rules(rules: &[&str]) -> Config {
    let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
    Config { policy: Policy { rules, ..Policy::default() }, ..Config::default() }
}

/// Bytes that show when some are missing, doubled or out of order.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    (0..=250)
        .cycle()
        .zip(0..)
        .take(length)
        .map(|(byte, index): (u8, usize)| byte ^ (index / 251).to_le_bytes()[0])
        .collect()
}

/// A resolver that knows these names, and fails for names below `failing.example`.
#[derive(Debug)]
pub(crate) struct Knows(pub(crate) &'static [(&'static str, &'static [&'static str])]);

impl Resolve for Knows {
    fn resolve(&self, name: Name) -> Answer<'_> {
        let known = self.0.iter().find(|(known, _)| *known == name.as_str());
        let answer = match known {
            Some((_, addresses)) => Ok(addresses.iter().map(|a| a.parse().unwrap()).collect()),
            None if name.as_str().ends_with("failing.example") => {
                Err(ResolveError::Failed("no name server answers".into()))
            }
            None => Err(ResolveError::NotFound),
        };
        Box::pin(std::future::ready(answer))
    }
}

/// A resolver that answers with loopback, but only once it is told to.
#[derive(Debug, Default)]
pub(crate) struct Waits(pub(crate) Arc<tokio::sync::Notify>);

impl Resolve for Waits {
    fn resolve(&self, _: Name) -> Answer<'_> {
        Box::pin(async {
            self.0.notified().await;
            Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
        })
    }
}

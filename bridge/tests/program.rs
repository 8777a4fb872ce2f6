//! The program as a person starts it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket, client::IntoClientRequest as _, protocol::CloseFrame,
};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smtp-bridge"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

#[test]
fn help_names_every_option_with_its_variable() {
    let help = String::from_utf8(output(&["--help"]).stdout).unwrap();
    for option in [
        "listen",
        "allow",
        "allow-public",
        "origin",
        "token-file",
        "config",
        "new-tunnels-per-minute",
        "new-tunnels-per-minute-per-ip",
        "bytes-per-second",
        "bytes-per-second-per-ip",
        "drain",
        "log",
        "metrics",
        "proxy",
        "practice",
        "no-practice",
        "practice-tls",
        "max-tunnels",
        "max-tunnels-per-ip",
        "connect-timeout",
        "idle-timeout",
        "lifetime",
    ] {
        let variable = option.to_uppercase().replace('-', "_");
        assert!(help.contains(&format!("  --{option}")), "{option}");
        assert!(help.contains(&format!("[env: SMTP_BRIDGE_{variable}=]")), "{option}");
    }
}

#[test]
fn listening_beyond_loopback_without_precautions_is_refused_with_the_reason() {
    let refused = output(&["--listen", "0.0.0.0:0"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("--token-file FILE and --allow TARGET:PORT"), "{said}");
    assert!(said.contains("anybody could use this bridge"), "{said}");
}

#[test]
fn an_address_that_is_taken_is_named_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = output(&["--listen", &address, "--no-practice"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains(&address) && said.contains("another port with --listen"), "{said}");
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it on any port, and reads its log up to where the page is: then it listens. Gives the rest of the log.
#[cfg(unix)]
fn started(arguments: &[&str]) -> (Running, String, BufReader<std::process::ChildStderr>) {
    let mut command = program(arguments);
    command.env("SMTP_BRIDGE_LISTEN", "127.0.0.1:0").env("SMTP_BRIDGE_ALLOW", "");
    let mut running = Running(command.spawn().unwrap());
    let mut log = BufReader::new(running.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("the page is at http://127.0.0.1:") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
    }
    (running, line, log)
}

/// Sends a signal, reads the rest of the log, and sees that the end is a good one.
#[cfg(unix)]
fn ends_at(name: &str, (mut running, _, mut log): (Running, String, impl Read)) -> String {
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(running.0.wait().unwrap().code(), Some(0), "{rest}");
    rest
}

#[cfg(unix)]
#[test]
fn it_says_where_the_page_is_and_ends_in_good_order_when_asked_to() {
    for name in ["TERM", "INT"] {
        let started = started(&["--practice", "127.0.0.1:0", "--practice-tls", "127.0.0.1:0"]);
        let url = started.1.split("http://").nth(1).unwrap().trim_end().trim_end_matches('/');
        assert!(std::net::TcpStream::connect(url).is_ok(), "{url}");
        let rest = ends_at(name, started);
        assert!(rest.contains("shutting down"), "{rest}");
    }
}

#[cfg(unix)]
#[test]
fn the_log_can_be_json() {
    let started = started(&["--no-practice", "--log", "json"]);
    let first = started.1.clone();
    let rest = ends_at("TERM", started);
    for line in std::iter::once(&*first).chain(rest.lines()) {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(entry["level"].is_string() && entry["message"].is_string(), "{line}");
    }
}

/// Where the page is, as the log says.
#[cfg(unix)]
fn address(line: &str) -> SocketAddr {
    let behind = line.split("http://").nth(1).unwrap();
    behind.split('/').next().unwrap().parse().unwrap()
}

/// A connection that does not wait for ever.
#[cfg(unix)]
fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// A tunnel that brings this beside its subprotocol.
#[cfg(unix)]
fn tunnel(bridge: SocketAddr, to: SocketAddr, offer: &str) -> WebSocket<TcpStream> {
    let url = format!("ws://{bridge}/tunnel?host={}&port={}", to.ip(), to.port());
    let mut request = url.into_client_request().unwrap();
    let offer = format!("smtp-tunnel.v1, {offer}").parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", offer);
    tungstenite::client(request, connect(bridge)).unwrap().0
}

/// Reads to the end: the bytes, and what the Close says.
#[cfg(unix)]
fn end(mut page: WebSocket<TcpStream>) -> (Vec<u8>, Option<CloseFrame>) {
    let (mut bytes, mut close) = (Vec::new(), None);
    loop {
        match page.read() {
            Ok(Message::Binary(more)) => bytes.extend_from_slice(&more),
            Ok(Message::Close(frame)) => close = frame,
            Ok(_) => {}
            Err(_) => return (bytes, close),
        }
    }
}

/// Has a server say `220 ready` to who says QUIT, through a tunnel.
#[cfg(unix)]
fn a_word_each_way(mut page: WebSocket<TcpStream>, listener: &TcpListener) {
    let mut server = listener.accept().unwrap().0;
    page.send(Message::binary(&b"QUIT\r\n"[..])).unwrap();
    server.read_exact(&mut [0; 6]).unwrap();
    server.write_all(b"220 ready\r\n").unwrap();
    drop(server);
    let (bytes, close) = end(page);
    assert_eq!(bytes, b"220 ready\r\n");
    assert_eq!(close.map(|close| close.code.into()), Some(1000));
}

/// Who, where to, how many bytes, how long, and why it ended.
#[cfg(unix)]
#[test]
fn a_tunnel_can_be_read_in_the_log_in_both_forms() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    for form in ["text", "json"] {
        let to = server.to_string();
        let mut started = started(&["--no-practice", "--allow", &to, "--log", form]);
        let page = tunnel(address(&started.1), server, "other");
        let peer = page.get_ref().local_addr().unwrap().to_string();
        a_word_each_way(page, &listener);
        let mut line = String::new();
        while !line.contains("ended") {
            line.clear();
            assert!(started.2.read_line(&mut line).unwrap() > 0, "the tunnel has no line");
        }
        if form == "json" {
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!((&entry["message"], &entry["to"]), (&"ended".into(), &to.into()), "{line}");
            assert_eq!((&entry["up"], &entry["down"]), (&6.into(), &11.into()), "{line}");
            assert!(entry["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{line}");
            assert_eq!(entry["why"], "the server closed", "{line}");
            let who = &entry["span"];
            assert_eq!((&who["peer"], &who["client"]), (&peer.into(), &"127.0.0.1".into()));
        } else {
            let who = format!("tunnel{{id=1 peer={peer} client=127.0.0.1}}: ");
            assert!(line.contains(&who), "{line}");
            let (_, said) = line.split_once(": ended ").unwrap();
            let (carried, rest) = said.split_once(" seconds=").unwrap();
            let (seconds, why) = rest.trim_end().split_once(' ').unwrap();
            assert_eq!(carried, format!("to={to} up=6 down=11"), "{line}");
            assert!(seconds.parse::<f64>().unwrap() > 0.0, "{line}");
            assert_eq!(why, "why=the server closed", "{line}");
        }
        ends_at("TERM", started);
    }
}

#[cfg(unix)]
#[test]
fn a_token_is_never_in_the_log_be_it_right_or_wrong() {
    const RIGHT: &str = "0123456789abcdef0123456789abcdef";
    const WRONG: &str = "fedcba9876543210fedcba9876543210";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    let (_folder, path) = file(RIGHT);
    for form in ["text", "json"] {
        let to = server.to_string();
        let options = ["--no-practice", "--allow", &to, "--token-file", &path, "--log", form];
        let started = started(&options);
        let (bridge, first) = (address(&started.1), started.1.clone());
        a_word_each_way(tunnel(bridge, server, &format!("token.{RIGHT}")), &listener);
        for offer in
            [format!("token.{WRONG}"), format!("token.{RIGHT}, token.{RIGHT}"), RIGHT.to_owned()]
        {
            let close = end(tunnel(bridge, server, &offer)).1.unwrap();
            assert_eq!(u16::from(close.code), 4401, "{offer}");
            assert!(!close.reason.contains(RIGHT) && !close.reason.contains(WRONG), "{close}");
        }
        // Where it does not belong, in requests that are answered with an error.
        for (target, header) in
            [("/tunnel", "Origin: null"), ("/tunnel", "Accept: */*"), ("/nothing", "Accept: */*")]
        {
            let head = format!(
                "GET {target}?token={RIGHT}&host={WRONG} HTTP/1.1\r\nHost: {bridge}\r\n\
                 Connection: close\r\nAuthorization: Bearer {RIGHT}\r\n\
                 Sec-WebSocket-Protocol: token.{WRONG}\r\n{header}\r\n\r\n"
            );
            let mut stream = connect(bridge);
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        }
        let log = first + &ends_at("TERM", started);
        assert_eq!(log.matches("refused with 4401").count(), 3, "{log}");
        for said in ["ended", "is stopped", "is answered with 426", "is answered with 404"] {
            assert!(log.contains(said), "{said}: {log}");
        }
        assert!(!log.contains(RIGHT) && !log.contains(WRONG), "{log}");
    }
}

#[test]
fn every_shell_is_told_of_the_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let completions = output(&["--completions", shell]);
        assert!(completions.status.success(), "{shell}");
        let said = String::from_utf8(completions.stdout).unwrap();
        assert!(said.contains("allow-public"), "{shell}: {said}");
    }
}

#[test]
fn completions_are_given_whatever_is_set_for_a_bridge() {
    for (variable, wrong) in [
        ("CONFIG", "nowhere.toml"),
        ("LISTEN", "0.0.0.0:8025"),
        ("ALLOW", "nonsense"),
        ("TOKEN_FILE", "nowhere"),
    ] {
        let mut program = program(&["--completions", "bash"]);
        let given = program.env(format!("SMTP_BRIDGE_{variable}"), wrong).output().unwrap();
        assert!(given.status.success() && !given.stdout.is_empty(), "{variable}: {given:?}");
    }
}

/// A file with this text, in a folder that goes with it.
fn file(said: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bridge.toml");
    std::fs::write(&path, said).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn check_says_what_the_bridge_would_be() {
    let (_folder, path) = file(
        "allow = ['192.0.2.25:25']\npractice = '127.0.0.1:2526'\npractice-tls = '127.0.0.1:2466'\n",
    );
    let checked = output(&["--check", "--config", &path]);
    assert!(checked.status.success(), "{checked:?}");
    assert_eq!(
        String::from_utf8(checked.stdout).unwrap(),
        "page and tunnels at 127.0.0.1:8025\n\
         practice server at 127.0.0.1:2526\n\
         practice server with TLS at 127.0.0.1:2466\n\
         no token is wanted\n\
         may dial any public address on ports [25, 465, 587, 2525]\n\
         may dial 192.0.2.25:25\n\
         tunnels at a time: 1024 in all, 64 from one address\n\
         new tunnels a minute: any number in all, any number from one address\n\
         bytes a second: any number in all, any number from one address\n\
         a tunnel has 10s to connect, 900s without a byte, 7200s to live\n\
         told to end, it lets tunnels go on for 30s\n"
    );
}

#[test]
fn check_says_of_a_bridge_for_others_what_keeps_it_from_them() {
    let said = |more: &str| {
        let (folder, path) = file(&format!(
            "no-practice = true\nallow = ['192.0.2.25:25']\norigin = 'https://walk.example.com'\n\
             proxy = ['127.0.0.1', '10.0.0.0/8']\nmetrics = '127.0.0.1:9025'\ndrain = '5s'\n{more}"
        ));
        std::fs::write(folder.path().join("token"), "0123456789abcdef").unwrap();
        let checked = output(&["--check", "--config", &path]);
        assert!(checked.status.success(), "{checked:?}");
        String::from_utf8(checked.stdout).unwrap()
    };
    let same = "2 proxies are believed about who asks\n\
        may dial 192.0.2.25:25\n\
        may be used by pages from https://walk.example.com\n\
        tunnels at a time: 1024 in all, 64 from one address\n\
        new tunnels a minute: 600 in all, 60 from one address\n\
        bytes a second: 67108864 in all, 8388608 from one address\n\
        a tunnel has 10s to connect, 900s without a byte, 7200s to live\n\
        told to end, it lets tunnels go on for 5s\n";
    let at = "page and tunnels at 127.0.0.1:8025\nmetrics at http://127.0.0.1:9025/metrics\n";
    let with_token = said("token-file = 'token'");
    assert_eq!(with_token, format!("{at}a token is wanted\n{same}"));
    let without = said("");
    let warning = without.strip_prefix(&format!("{at}no token is wanted\n{same}")).unwrap();
    assert!(warning.starts_with("warning: no token is wanted: anybody who reaches"), "{warning}");
}

#[cfg(unix)]
#[test]
fn a_bridge_behind_a_proxy_without_a_token_says_so_in_its_log() {
    let options = ["--no-practice", "--proxy", "127.0.0.1", "--allow-public"];
    let rest = ends_at("TERM", started(&options));
    assert!(rest.contains("WARN") && rest.contains("--token-file FILE lets in only"), "{rest}");
}

#[cfg(unix)]
#[test]
fn as_many_tunnels_as_can_be_said_are_no_reason_not_to_start() {
    let most = usize::MAX.to_string();
    ends_at("TERM", started(&["--no-practice", "--max-tunnels", &most]));
}

#[test]
fn check_fails_with_the_line_that_is_wrong() {
    let said = |arguments: &[&str]| {
        let checked = output(arguments);
        assert_eq!(checked.status.code(), Some(2), "{checked:?}");
        String::from_utf8(checked.stderr).unwrap()
    };
    let (_folder, path) = file("allow = ['192.0.2.25:25']\n\nidle-timeout = 'for ever'\n");
    let wrong = said(&["--check", "--config", &path]);
    assert!(wrong.contains(&format!("{path}:3: ")), "{wrong}");
    assert!(wrong.contains("expected a time such as 500ms"), "{wrong}");
    let missing = said(&["--check", "--config", "nowhere.toml"]);
    assert!(missing.contains("--config nowhere.toml: "), "{missing}");
}

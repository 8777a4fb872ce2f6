//! Two bridges behind one name: one is drained, or killed, under load, and nobody else notices.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    net::IpAddr,
    process::Command,
    time::{Duration, Instant},
};

use e2e::{
    Result,
    bridge::Bridge,
    haproxy::Haproxy,
    net,
    peer::python,
    process::run,
    tunnel::{ELSEWHERE, End, NAME, ORIGIN, Tunnel},
    wait,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    sync::watch,
    task::JoinSet,
};

/// As many are the load.
const TUNNELS: usize = 40;
/// How long a bridge that is told to end lets its tunnels go on.
const DRAIN: Duration = Duration::from_secs(3);

/// Everything there is in these tests: a server that sends back what it gets, two bridges, and `HAProxy`.
struct Together {
    echo: std::net::SocketAddr,
    one: Bridge,
    two: Bridge,
    proxy: Haproxy,
}

impl Together {
    async fn start() -> Result<Self> {
        let echo = net::echo()?;
        let allow = echo.to_string();
        let drain = format!("{}s", DRAIN.as_secs());
        let options = [
            ["--allow", &allow],
            ["--origin", ORIGIN],
            ["--proxy", "127.0.0.1"],
            ["--drain", &drain],
        ];
        let options: Vec<_> =
            options.as_flattened().iter().copied().chain(["--no-practice"]).collect();
        let (one, two) = (Bridge::start(&options).await?, Bridge::start(&options).await?);
        let proxy = Haproxy::start([one.address(), two.address()]).await?;
        Ok(Self { echo, one, two, proxy })
    }

    /// Opens tunnels that speak without a pause until they end, or are told to.
    async fn load(&self) -> Result<Load> {
        let (tell, told) = watch::channel(());
        let mut talks = JoinSet::new();
        for number in 0..TUNNELS {
            let mut tunnel = Tunnel::open(self.proxy.address(), self.echo).await?;
            let mut told = told.clone();
            talks.spawn(async move {
                for round in 0u64.. {
                    let said = format!("{number}: {round}\r\n");
                    tokio::select! {
                        echoed = tunnel.echo(said.as_bytes()) => if let Err(end) = echoed {
                            return (Instant::now(), Some(end));
                        },
                        // Whoever told it may be gone as well.
                        _ = told.changed() => break,
                    }
                }
                (Instant::now(), None)
            });
        }
        Ok(Load { tell, talks })
    }
}

struct Load {
    tell: watch::Sender<()>,
    talks: JoinSet<(Instant, Option<End>)>,
}

impl Load {
    /// Tells them to end, and gives when and how each did that had ended by itself.
    async fn end(mut self) -> Vec<(Instant, End)> {
        drop(self.tell);
        let mut ends = Vec::new();
        while let Some(talk) = self.talks.join_next().await {
            let (when, end) = talk.expect("it does not panic");
            ends.extend(end.map(|end| (when, end)));
        }
        ends
    }
}

#[tokio::test]
async fn a_bridge_is_drained_under_load_and_nobody_else_notices() -> Result<()> {
    let mut all = Together::start().await?;
    let load = all.load().await?;
    let asked = Instant::now();
    let Together { echo, one, two, proxy } = &mut all;
    let meanwhile = async {
        // It has said that it takes no more, and still carries what it has.
        proxy.says("one", "DOWN").await?;
        for _ in 0..10 {
            let mut tunnel = Tunnel::open(proxy.address(), *echo).await?;
            tunnel.echo(b"new").await.expect("it goes to the other bridge");
            tunnel.close().await.expect("it is there");
        }
        Ok(())
    };
    let (stopped, new) = tokio::join!(one.stop(), meanwhile);
    stopped?;
    let () = new?;
    // And all goes on: the other bridge has lost none.
    let mut tunnel = Tunnel::open(proxy.address(), *echo).await?;
    tunnel.echo(b"after").await.expect("there is a bridge");
    two.get("/healthz").await?;
    let ends = load.end().await;
    // The least busy gets the next one: so each had half.
    assert_eq!(ends.len(), TUNNELS / 2, "{ends:?}");
    for (when, end) in ends {
        assert_eq!(end, End::Closed(1001));
        assert!(when - asked >= DRAIN, "cut after {:?}", when - asked);
    }
    Ok(())
}

#[tokio::test]
async fn a_bridge_is_killed_under_load_and_comes_back() -> Result<()> {
    let mut all = Together::start().await?;
    let load = all.load().await?;
    all.one.kill().await?;
    // It may be asked before it is missed; then the other one is.
    for _ in 0..10 {
        let mut tunnel = Tunnel::open(all.proxy.address(), all.echo).await?;
        tunnel.echo(b"new").await.expect("it goes to the other bridge");
    }
    all.proxy.says("one", "DOWN").await?;
    all.one.start_again().await?;
    all.proxy.says("one", "UP").await?;
    let again = all.load().await?;
    let ends = load.end().await;
    assert_eq!(ends.len(), TUNNELS / 2, "{ends:?}");
    assert_eq!(again.end().await, [], "nobody else is disturbed");
    Ok(())
}

/// Whom the bridges take for the client is what the proxy says of it, and not what the client says of itself.
#[tokio::test]
async fn the_proxy_says_who_asks() -> Result<()> {
    let all = Together::start().await?;
    let mut tunnel = Tunnel::open(all.proxy.address(), all.echo).await?;
    tunnel.echo(b"who am I?").await.expect("it is open");
    let logs = all.one.log() + &all.two.log();
    assert!(logs.contains("client=127.0.0.1") && !logs.contains(ELSEWHERE), "{logs}");
    // The page itself comes through as well.
    let page = net::get(all.proxy.address(), "/").await?;
    // By its address nobody is known behind a proxy.
    assert_eq!(page.status, 421, "{}", page.head);
    Ok(())
}

/// The file that is handed out ends TLS: with a certificate of the test's own, page and tunnels come through it.
#[tokio::test]
async fn tls_ends_at_the_proxy_and_the_bridges_learn_who_asks() -> Result<()> {
    let all = Together::start().await?;
    let (proxy, authority) = (all.proxy.address_tls(), all.proxy.authority());
    let url = format!("https://{NAME}:{}/bridge", proxy.port());
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--http1.1", "--noproxy", "*", "--cacert"]);
    curl.arg(authority.file()).arg("--resolve");
    curl.args([&format!("{NAME}:{}:127.0.0.1", proxy.port()), &url]);
    let said: serde_json::Value = serde_json::from_str(&run(&mut curl)?).unwrap();
    assert_eq!(said["token_wanted"], false, "{said}");
    // Another address of this machine than the proxy's own, which is what a bridge would see without being told.
    let here = IpAddr::from([127, 0, 0, 5]);
    let mut tunnel = Tunnel::open_tls(here, (proxy, authority), all.echo).await?;
    tunnel.echo(b"who am I?").await.expect("it is open");
    let logs = all.one.log() + &all.two.log();
    assert!(logs.contains("client=127.0.0.5") && !logs.contains(ELSEWHERE), "{logs}");
    Ok(())
}

/// As the file says: twice what one bridge lets an address have.
const CONNECTIONS: usize = 256;

#[tokio::test]
async fn one_address_has_no_more_than_its_share_of_connections() -> Result<()> {
    let all = Together::start().await?;
    let proxy = all.proxy.address();
    // A response shows that the connection has been counted. One too many is reset, in the midst of anything.
    let served = async |from: [u8; 4]| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        let mut stream = socket.connect(proxy).await.ok()?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut response = [0; 4096];
        let read = stream.read(&mut response).await.ok()?;
        response[..read].starts_with(b"HTTP/1.1 200").then_some(stream)
    };
    let (here, there) = ([127, 0, 0, 1], [127, 0, 0, 5]);
    let mut held = Vec::new();
    for number in 0..CONNECTIONS {
        held.push(served(here).await.unwrap_or_else(|| panic!("only {number} are held")));
    }
    assert!(served(here).await.is_none());
    assert!(served(there).await.is_some(), "somebody else has a share of their own");
    // What is given back is free again, as soon as the proxy has seen that.
    held.clear();
    let again = async || Ok(served(here).await.map(drop));
    wait::until("a connection in the place of one that is closed", wait::PATIENCE, again).await
}

#[test]
fn the_manifest_is_as_kubernetes_has_it() -> Result<()> {
    let manifest = e2e::artifacts::workspace().join("deploy/kubernetes.yaml");
    let validate = python().get_program().to_owned();
    let validate = std::path::Path::new(&validate).with_file_name("kubernetes-validate");
    let mut command = Command::new(&validate);
    run(command.arg("--strict").arg(&manifest))?;
    // It would have noticed.
    let text = std::fs::read_to_string(&manifest).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.yaml");
    std::fs::write(&wrong, text.replace("readOnlyRootFilesystem", "readonlyRootFilesystem"))
        .unwrap();
    let mut command = Command::new(&validate);
    assert!(run(command.arg("--strict").arg(&wrong)).is_err());
    Ok(())
}

/// What a bridge makes of the options in the manifest; and a pod has the time that its end takes.
#[test]
fn the_options_in_the_manifest_are_options_of_the_bridge() -> Result<()> {
    const READ: &str = "\
        import json, sys, yaml\n\
        print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let manifest = e2e::artifacts::workspace().join("deploy/kubernetes.yaml");
    let read = run(python().args(["-c", READ]).arg(manifest))?;
    let objects: Vec<serde_json::Value> = serde_json::from_str(&read).unwrap();
    let kind = |kind: &str| objects.iter().find(|object| object["kind"] == kind).unwrap();
    let options = kind("ConfigMap")["data"]["smtp-bridge.toml"].as_str().unwrap();
    let pod = &kind("Deployment")["spec"]["template"]["spec"];

    let folder = tempfile::tempdir().unwrap();
    let (file, token) = (folder.path().join("smtp-bridge.toml"), folder.path().join("token"));
    std::fs::write(&file, options).unwrap();
    std::fs::write(&token, "0123456789abcdef").unwrap();
    // The secret is not mounted here: what the command line says wins.
    let mut check = Command::new(e2e::bridge::binary());
    let said =
        run(check.arg("--check").arg("--config").arg(&file).arg("--token-file").arg(&token))?;
    for line in [
        "page and tunnels at 0.0.0.0:8025",
        "a token is wanted",
        "may dial smtp.example.com:25,587",
    ] {
        assert!(said.lines().any(|it| it == line), "{line}: {said}");
    }
    assert!(!said.contains("warning"), "{said}");

    let seconds = |text: &str| text.trim_end_matches('s').parse::<u64>().unwrap();
    let drain =
        said.lines().find_map(|line| line.strip_prefix("told to end, it lets tunnels go on for "));
    let sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().unwrap();
    // Five seconds are what a bridge takes at most to say goodbye.
    let end = sleep + seconds(drain.unwrap()) + 5;
    assert!(pod["terminationGracePeriodSeconds"].as_u64().unwrap() > end, "an end takes {end} s");
    Ok(())
}

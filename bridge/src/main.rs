//! The `smtp-bridge` program.

use bridge::{
    Config, Limits, Listeners, Stop,
    cli::{BadCommand, Cli, LogForm},
    run,
};
use clap::{CommandFactory as _, error::ErrorKind};
use futures_util::{Stream, stream};
use std::{
    io::{self, IsTerminal as _, Write as _, stderr},
    net::SocketAddr,
    num::NonZeroU32,
    process::ExitCode,
};
use tokio::net::{TcpListener, TcpSocket};
use tracing::{error, info, warn};

#[tokio::main]
async fn main() -> ExitCode {
    if let Some(shell) = Cli::completions_wanted(std::env::args_os()) {
        clap_complete::generate(shell, &mut Cli::command(), "smtp-bridge", &mut io::stdout());
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::read(std::env::args_os()) {
        Ok(cli) => cli,
        Err(BadCommand::Line(wrong)) => wrong.exit(),
        Err(wrong) => Cli::command().error(ErrorKind::ValueValidation, wrong).exit(),
    };
    let config = match cli.config() {
        Ok(config) => config,
        Err(wrong) => Cli::command().error(ErrorKind::ValueValidation, wrong).exit(),
    };
    if cli.check {
        return check(&cli, &config);
    }
    log_to_stderr(cli.log);
    raise_file_limit(cli.max_tunnels);
    match serve(&cli, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            error!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

/// What others log is left out: some libraries would log payload if they were asked to.
fn log_to_stderr(form: LogForm) {
    let log = tracing_subscriber::fmt().with_writer(stderr);
    match form {
        LogForm::Text => log.with_ansi(stderr().is_terminal()).init(),
        LogForm::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

/// Says what the bridge would be, and what whoever runs it should know.
fn check(cli: &Cli, config: &Config) -> ExitCode {
    let practice = cli.practice().map(|address| format!("practice server at {address}"));
    let tls = cli.practice_tls().map(|address| format!("practice server with TLS at {address}"));
    let metrics = cli.metrics.map(|address| format!("metrics at http://{address}/metrics"));
    let token = if config.token.is_some() { "a token is wanted" } else { "no token is wanted" };
    let proxies = match config.proxies.len() {
        0 => None,
        1 => Some("one proxy is believed about who asks".into()),
        several => Some(format!("{several} proxies are believed about who asks")),
    };
    let said: String = std::iter::once(format!("page and tunnels at {}", cli.listen))
        .chain(practice)
        .chain(tls)
        .chain(metrics)
        .chain([token.into()])
        .chain(proxies)
        .chain(permissions(config))
        .chain(limits(&config.limits))
        .chain(config.warning().map(|warning| format!("warning: {warning}")))
        .map(|line| line + "\n")
        .collect();
    match io::stdout().write_all(said.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// How many, how fast and how long, a line each.
fn limits(limits: &Limits) -> [String; 5] {
    let up_to =
        |limit: Option<NonZeroU32>| limit.map_or("any number".into(), |limit| limit.to_string());
    let pair = |all, each| format!("{} in all, {} from one address", up_to(all), up_to(each));
    let Limits { tunnels, tunnels_per_ip, connect, idle, lifetime, drain, .. } = limits;
    [
        format!("tunnels at a time: {tunnels} in all, {tunnels_per_ip} from one address"),
        format!("new tunnels a minute: {}", pair(limits.new_tunnels, limits.new_tunnels_per_ip)),
        format!("bytes a second: {}", pair(limits.bytes, limits.bytes_per_ip)),
        format!(
            "a tunnel has {connect:?} to connect, {idle:?} without a byte, {lifetime:?} to live"
        ),
        format!("told to end, it lets tunnels go on for {drain:?}"),
    ]
}

async fn serve(cli: &Cli, config: Config) -> Result<(), String> {
    let stops = signals().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let listeners = listen(cli)?;
    announce(&listeners, &config);
    run(listeners, config, stops).await.map_err(|error| error.to_string())
}

/// How many connections may wait until they are accepted. What the system gives by itself (128) is less than a class
/// that begins at the same moment: whoever is one too many waits for a second, and some are reset.
const WAITING: u32 = 1024;

fn listen(cli: &Cli) -> Result<Listeners, String> {
    let http = bind(cli.listen, "--listen")?;
    let practice = match cli.practice() {
        Some(address) => Some(bind(address, "--practice")?),
        None => None,
    };
    let practice_tls = match cli.practice_tls() {
        Some(address) => Some(bind(address, "--practice-tls")?),
        None => None,
    };
    let metrics = match cli.metrics {
        Some(address) => Some(bind(address, "--metrics")?),
        None => None,
    };
    Ok(Listeners { http, practice, practice_tls, metrics })
}

fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let listening = socket.and_then(|socket| {
        // On Windows it would let another program listen there too.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING)
    });
    listening.map_err(|error| {
        let cure = match error.kind() {
            io::ErrorKind::AddrInUse => "end what listens there, or choose another port",
            io::ErrorKind::PermissionDenied => "choose a port from 1024 on",
            _ => "choose an address of this machine",
        };
        format!("cannot listen on {address}: {error}; {cure} with {option}")
    })
}

fn announce(listeners: &Listeners, config: &Config) {
    if let Ok(address) = listeners.http.local_addr() {
        info!("the page is at http://{address}/");
    }
    if let Some(Ok(address)) = listeners.practice.as_ref().map(TcpListener::local_addr) {
        info!("the practice server takes mail at {address}");
    }
    if let Some(Ok(address)) = listeners.practice_tls.as_ref().map(TcpListener::local_addr) {
        info!("the practice server takes mail with TLS at {address}");
    }
    for permission in permissions(config) {
        info!("{permission}");
    }
    if let Some(warning) = config.warning() {
        warn!("{warning}");
    }
}

/// What the bridge allows, a line each.
fn permissions(config: &Config) -> impl Iterator<Item = String> {
    let public = config
        .policy
        .public
        .then(|| format!("may dial any public address on ports {:?}", bridge::policy::MAIL_PORTS));
    let rules = config.policy.rules.iter().map(|rule| format!("may dial {rule}"));
    let origins = config.origins.iter().map(|it| format!("may be used by pages from {it}"));
    public.into_iter().chain(rules).chain(origins)
}

/// A tunnel needs two files, and many systems give a program 1024 unless it asks for more.
fn raise_file_limit(tunnels: usize) {
    let wanted = (tunnels as u64).saturating_mul(2).saturating_add(1024);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(limit) if limit < wanted => {
            warn!("the system allows {limit} open files, {tunnels} tunnels may need {wanted}");
        }
        Ok(_) => {}
        Err(error) => warn!("the limit of open files could not be raised: {error}"),
    }
}

/// Says when the program is asked to end: at once by Ctrl-C, in good order by SIGTERM from a service manager. From
/// the call on, neither ends the program by itself any more.
#[cfg(unix)]
fn signals() -> io::Result<impl Stream<Item = Stop>> {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = signal(SignalKind::interrupt())?;
    let terminate = signal(SignalKind::terminate())?;
    Ok(stream::unfold((interrupt, terminate), async |(mut interrupt, mut terminate)| {
        let stop = tokio::select! {
            _ = interrupt.recv() => Stop::Now,
            _ = terminate.recv() => Stop::Drain,
        };
        Some((stop, (interrupt, terminate)))
    }))
}

/// Says when the program is asked to end: at once by Ctrl-C, in good order by Ctrl-Break, and by whoever closes its
/// window or the system, as far as Windows lets it.
#[cfg(windows)]
fn signals() -> io::Result<impl Stream<Item = Stop>> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let told = (ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    Ok(stream::unfold(told, async |(mut now, mut drain, mut close, mut shutdown)| {
        let stop = tokio::select! {
            _ = now.recv() => Stop::Now,
            _ = drain.recv() => Stop::Drain,
            _ = close.recv() => Stop::Drain,
            _ = shutdown.recv() => Stop::Drain,
        };
        Some((stop, (now, drain, close, shutdown)))
    }))
}

//! The `smtp-bridge` program.

use bridge::{Config, Listeners, cli::Cli, run};
use clap::{CommandFactory as _, Parser as _, error::ErrorKind};
use std::{
    future::Future,
    io::{self, IsTerminal as _, stderr},
    net::SocketAddr,
    process::ExitCode,
};
use tokio::net::TcpListener;
use tracing::{error, info, warn};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match cli.config() {
        Ok(config) => config,
        Err(wrong) => Cli::command().error(ErrorKind::ValueValidation, wrong).exit(),
    };
    // What others log is left out: some libraries would log payload if they were asked to.
    tracing_subscriber::fmt().with_writer(stderr).with_ansi(stderr().is_terminal()).init();
    raise_file_limit(cli.max_tunnels);
    match serve(&cli, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            error!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(cli: &Cli, config: Config) -> Result<(), String> {
    let shutdown = shutdown().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let listeners = listen(cli).await?;
    announce(&listeners, &config);
    run(listeners, config, shutdown).await.map_err(|error| error.to_string())
}

async fn listen(cli: &Cli) -> Result<Listeners, String> {
    let http = bind(cli.listen, "--listen").await?;
    let practice = match cli.practice() {
        Some(address) => Some(bind(address, "--practice").await?),
        None => None,
    };
    Ok(Listeners { http, practice })
}

async fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
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
    if config.policy.public {
        info!("may dial any public address on ports {:?}", bridge::policy::MAIL_PORTS);
    }
    for rule in &config.policy.rules {
        info!("may dial {rule}");
    }
    for origin in &config.origins {
        info!("may be used by pages from {origin}");
    }
}

/// A tunnel needs two files, and many systems give a program 1024 unless it asks for more.
fn raise_file_limit(tunnels: usize) {
    let wanted = 2 * tunnels as u64 + 1024;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(limit) if limit < wanted => {
            warn!("the system allows {limit} open files, {tunnels} tunnels may need {wanted}");
        }
        Ok(_) => {}
        Err(error) => warn!("the limit of open files could not be raised: {error}"),
    }
}

/// Completes when the program is asked to end: Ctrl-C, or SIGTERM from a service manager. From the call on,
/// neither ends the program at once any more.
#[cfg(unix)]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes when the program is asked to end: Ctrl-C.
#[cfg(not(unix))]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            warn!("cannot wait for Ctrl-C: {error}");
            std::future::pending::<()>().await;
        }
    })
}

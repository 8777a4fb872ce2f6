//! How fast the bridge is, beside what else carries bytes from a WebSocket to a TCP port, in one run.
//!
//! `cargo xtask bench bridge` builds and starts this. Machines are noisy: every measure is taken several times,
//! each round takes all subjects one after the other, and what counts is the ratio of the medians.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program that reports")]
#![allow(clippy::cast_precision_loss, reason = "all counts here are far below 2^52")]

mod cores;
mod load;
mod measure;
mod plot;
mod process;
mod relay;
mod report;
mod servers;
mod subject;

use anyhow::Result;
use clap::Parser;
use measure::{MEASURES, Measured, Patience};
use report::Report;
use servers::Servers;
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use subject::{Subject, Subjects};

/// Measures bridges side by side.
#[derive(Parser)]
struct Options {
    /// The bridge of this project
    #[arg(long)]
    bridge: PathBuf,
    /// The other programs, where they are there
    #[command(flatten)]
    others: Others,
    /// How often everything is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long one measurement takes, in seconds
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// How many tunnels are idle when memory is measured; each is two open files for a bridge, and where the system
    /// allows fewer, there are fewer
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Only these measures
    #[arg(long)]
    only: Vec<String>,
    /// Where the figures are saved, as JSON, and beside it as a picture
    #[arg(long)]
    out: Option<PathBuf>,
    /// Be the relay without duties, from one address to another, and nothing else
    #[arg(long, num_args = 2, hide = true, value_names = ["LISTEN", "TARGET"])]
    relay: Vec<SocketAddr>,
    /// Be an echo server, and nothing else: each end of many tunnels is an open file, and a program has so many
    #[arg(long, hide = true, value_name = "LISTEN")]
    echo: Option<SocketAddr>,
}

/// What is measured beside it.
#[derive(clap::Args)]
struct Others {
    /// websocat
    #[arg(long)]
    websocat: Option<PathBuf>,
    /// websockify
    #[arg(long)]
    websockify: Option<PathBuf>,
    /// socat, a bare TCP relay
    #[arg(long)]
    socat: Option<PathBuf>,
}

/// Open files beside those of idle tunnels.
const RESERVE: u64 = 200;

fn main() -> Result<()> {
    let mut options = Options::parse();
    if let [listen, target] = options.relay[..] {
        return relay::run(listen, target);
    }
    let allowed = rlimit::increase_nofile_limit(2 * options.idle as u64 + RESERVE)?;
    if let Some(listen) = options.echo {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(servers::echo(listen));
    }
    let most = usize::try_from(allowed.saturating_sub(RESERVE) / 2)?;
    if most < options.idle {
        eprintln!(
            "the system allows a program {allowed} open files: {most} idle tunnels, not {}",
            options.idle
        );
        options.idle = most;
    }
    let apart = cores::keep_off();
    eprintln!(
        "{}",
        if apart { "what is measured has two cores to itself" } else { "all share all cores" }
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&options))
}

async fn run(options: &Options) -> Result<()> {
    let servers = Servers::start().await?;
    let patience = Patience { time: Duration::from_secs_f64(options.seconds), idle: options.idle };
    let mut subjects =
        vec![Subject::Nothing, Subject::DutyFree, Subject::Bridge(options.bridge.clone())];
    subjects.extend(options.others.socat.clone().map(Subject::Socat));
    subjects.extend(options.others.websocat.clone().map(Subject::Websocat));
    subjects.extend(options.others.websockify.clone().map(Subject::Websockify));
    let subjects = Subjects(subjects);
    let mut report = Report::default();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for measure in MEASURES {
            if !options.only.is_empty() && !options.only.iter().any(|name| name == measure.name) {
                continue;
            }
            for subject in &subjects.0 {
                match measure.take(subject, &servers, patience).await {
                    Ok(Measured::As(figures)) => report.add(measure, subject.name(), &figures),
                    Ok(Measured::Not) => {}
                    // What another program does not manage is no reason to stop.
                    Err(error) => eprintln!("{} of {}: {error:#}", measure.name, subject.name()),
                }
            }
        }
    }
    print!("{report}");
    if let Some(path) = &options.out {
        report.save(path)?;
        let picture = path.with_extension("svg");
        plot::save(&report, &picture)?;
        eprintln!("saved as {} and {}", path.display(), picture.display());
    }
    Ok(())
}

//! A bridge at work for some minutes: tunnels that are opened, used and closed, and whatever can go wrong with them, all
//! at once. In the end it has to take what it took before.
//!
//! `cargo xtask soak` builds and starts this.

#![allow(clippy::print_stdout, reason = "it is a program that reports")]

use std::{
    env,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use e2e::{
    Error, Result,
    bridge::Bridge,
    faults::{Fault, fickle_server},
    process::Takes,
    tunnel::{ORIGIN, Tunnel},
    wait,
};
use tokio::{task::JoinSet, time::sleep};

/// How many go on side by side: half of them tunnels in good order, half of them faults.
const WORKERS: usize = 32;
/// How often it is looked at what the bridge takes.
const LOOK: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let minutes = env::args().nth(1).map(|minutes| minutes.parse::<f64>());
    let Some(Ok(minutes)) = minutes else {
        println!("expected how many minutes it is to take, as a number");
        return ExitCode::FAILURE;
    };
    match soak(Duration::from_secs_f64(60.0 * minutes)).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all was well.
async fn soak(time: Duration) -> Result<bool> {
    let server = fickle_server()?;
    let allow = server.to_string();
    let options = ["--no-practice", "--allow", &allow, "--origin", ORIGIN];
    // A fault may be over for who made it, and the bridge still at work on its end.
    let bridge = Bridge::start(&[&options[..], &["--max-tunnels-per-ip", "1000"]].concat()).await?;
    let address = bridge.address();
    let before = bridge.takes()?;
    let began = Instant::now();
    let done = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let done = done.clone();
        workers.spawn(async move {
            for round in worker.. {
                if began.elapsed() >= time {
                    break;
                }
                if worker % 2 == 0 {
                    let letter = vec![b'x'; 1 + (round * 7919) % 100_000];
                    let mut tunnel = Tunnel::open(address, server).await?;
                    for _ in 0..4 {
                        tunnel.echo(&letter).await.map_err(|end| Error::Missing {
                            expected: "a tunnel that nobody disturbs".into(),
                            found: format!("it ended: {end:?}"),
                            cure: "see the bridge's log".into(),
                        })?;
                    }
                    let _ = tunnel.close().await;
                } else {
                    Fault::ALL[round % Fault::ALL.len()].happen(address, server).await?;
                }
                done[worker % 2].fetch_add(1, Relaxed);
            }
            Ok::<_, Error>(())
        });
    }
    let mut taken = Vec::new();
    while began.elapsed() + LOOK < time {
        sleep(LOOK).await;
        let Takes { files, threads, memory } = bridge.takes()?;
        let [tunnels, faults] = [&done[0], &done[1]].map(|done| done.load(Relaxed));
        let seconds = began.elapsed().as_secs();
        println!(
            "{seconds:>5} s  {tunnels:>8} tunnels  {faults:>8} faults  {memory:>7} KiB  {files:>4} files  \
             {threads:>3} threads"
        );
        taken.push(memory);
    }
    while let Some(worker) = workers.join_next().await {
        worker.map_err(|panic| Error::io("run a worker")(panic.into()))??;
    }
    let files = wait::until("every file to be closed", wait::PATIENCE, async || {
        Ok((bridge.takes()?.files <= before.files).then_some(()))
    });
    files.await?;
    let after = bridge.takes()?;
    println!("before: {before:?}\nafter:  {after:?}");
    // The first part is for memory to find its places.
    let (_, rest) = taken.split_at(taken.len() / 4);
    let (earlier, later) = rest.split_at(rest.len() / 2);
    let most = |memory: &[u64]| memory.iter().copied().max().unwrap_or_default();
    let (earlier, later) = (most(earlier), most(later));
    let flat = later <= earlier + earlier / 10;
    println!(
        "memory: {earlier} KiB at most at first, {later} KiB later: {}",
        if flat { "flat" } else { "it grows" }
    );
    Ok(flat)
}

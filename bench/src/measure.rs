//! What is measured.

use crate::{
    load::{MESSAGE, Wire},
    servers::Servers,
    subject::{self, Running, Subject},
};
use anyhow::Result;
use bytes::Bytes;
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long, and how many.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) time: Duration,
    pub(crate) idle: usize,
}

/// A figure: its name, its unit, and whether more of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) more_is_better: bool,
}

/// Something that can be measured.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) figures: &'static [Figure],
}

/// What came of it, a number for each figure.
pub(crate) enum Measured {
    As(Vec<f64>),
    /// It makes no sense for this subject.
    Not,
}

const fn figure(name: &'static str, unit: &'static str, more_is_better: bool) -> Figure {
    Figure { name, unit, more_is_better }
}

pub(crate) const MEASURES: &[Measure] = &[
    Measure {
        name: "up",
        figures: &[figure("up", "MiB/s", true), figure("processor, up", "s/GiB", false)],
    },
    Measure {
        name: "down",
        figures: &[figure("down", "MiB/s", true), figure("processor, down", "s/GiB", false)],
    },
    Measure { name: "round-trip", figures: &[figure("round trip of 64 bytes, p50", "µs", false)] },
    Measure { name: "new", figures: &[figure("new tunnels", "1/s", true)] },
    Measure {
        name: "idle",
        figures: &[
            figure("memory of an idle tunnel", "KiB", false),
            figure("memory of all idle tunnels", "MiB", false),
            figure("round trip beside them, and alone", "ratio", false),
        ],
    },
];

const MIB: f64 = 1024.0 * 1024.0;

impl Measure {
    pub(crate) async fn take(
        &self,
        subject: &Subject,
        servers: &Servers,
        patience: Patience,
    ) -> Result<Measured> {
        let target = match self.name {
            "up" => servers.sink,
            "down" => servers.source,
            _ => servers.echo,
        };
        if self.name == "idle" {
            return idle(subject, patience.idle).await;
        }
        let running = subject.start(target).await?;
        Ok(Measured::As(match self.name {
            "up" => up(&running, servers, patience).await?,
            "down" => down(&running, patience).await?,
            "round-trip" => vec![round_trip(&mut running.connect().await?, 3000).await?],
            _ => vec![new_tunnels(running, patience).await?],
        }))
    }
}

/// Bytes a second, and processor time for a GiB, of something that carries bytes.
fn figures(running: &Running, bytes: u64, took: Duration, before: f64) -> Vec<f64> {
    let spent = running.process.as_ref().map_or(0.0, |process| process.time() - before);
    let carried = bytes as f64 / MIB;
    vec![carried / took.as_secs_f64(), spent / (carried / 1024.0)]
}

fn time_of(running: &Running) -> f64 {
    running.process.as_ref().map_or(0.0, crate::process::Process::time)
}

async fn up(running: &Running, servers: &Servers, patience: Patience) -> Result<Vec<f64>> {
    let mut wire = running.connect().await?;
    let message = Bytes::from(vec![b'x'; MESSAGE]);
    let (taken, before) = (servers.taken.load(Relaxed), time_of(running));
    let began = Instant::now();
    let mut sent = 0;
    while began.elapsed() < patience.time {
        wire.send(message.clone()).await?;
        sent += MESSAGE as u64;
    }
    // It counts when it has arrived.
    let arrived = timeout(Duration::from_mins(1), async {
        while servers.taken.load(Relaxed) - taken < sent {
            sleep(Duration::from_micros(100)).await;
        }
    });
    arrived.await?;
    Ok(figures(running, sent, began.elapsed(), before))
}

async fn down(running: &Running, patience: Patience) -> Result<Vec<f64>> {
    let mut wire = running.connect().await?;
    wire.receive().await?;
    let before = time_of(running);
    let began = Instant::now();
    let mut received = 0;
    while began.elapsed() < patience.time {
        received += wire.receive().await?.len() as u64;
    }
    Ok(figures(running, received, began.elapsed(), before))
}

/// The median, in microseconds.
async fn round_trip(wire: &mut Wire, times: usize) -> Result<f64> {
    let bytes = Bytes::from_static(&[b'x'; 64]);
    for _ in 0..100 {
        wire.round_trip(&bytes).await?;
    }
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        wire.round_trip(&bytes).await?;
        taken.push(began.elapsed());
    }
    taken.sort_unstable();
    Ok(taken[times / 2].as_secs_f64() * 1e6)
}

/// How many a second, eight at a time: opened, used once, closed.
async fn new_tunnels(running: Running, patience: Patience) -> Result<f64> {
    let running = std::sync::Arc::new(running);
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let running = running.clone();
        tasks.spawn(async move {
            let mut opened = 0usize;
            let byte = Bytes::from_static(b"x");
            while began.elapsed() < patience.time {
                let mut wire = running.connect().await?;
                wire.round_trip(&byte).await?;
                wire.close().await?;
                opened += 1;
            }
            anyhow::Ok(opened)
        });
    }
    let mut opened = 0;
    while let Some(done) = tasks.join_next().await {
        opened += done??;
    }
    Ok(opened as f64 / began.elapsed().as_secs_f64())
}

/// Tunnels that have been used once and are then left alone, beside one that is used.
async fn idle(subject: &Subject, tunnels: usize) -> Result<Measured> {
    let tunnels = tunnels.min(subject.most_idle());
    let (echo, _server) = subject::echo().await?;
    let running = subject.start(echo).await?;
    let Some(process) = &running.process else { return Ok(Measured::Not) };
    let byte = Bytes::from_static(b"x");
    let mut active = running.connect().await?;
    active.round_trip(&byte).await?;
    let (before, alone) = (process.memory(), round_trip(&mut active, 1000).await?);
    let mut wires = Vec::with_capacity(tunnels);
    for _ in 0..tunnels {
        let mut wire = running.connect().await?;
        wire.round_trip(&byte).await?;
        wires.push(wire);
    }
    sleep(Duration::from_millis(200)).await;
    let memory = process.memory();
    let each = memory.saturating_sub(before) as f64 / tunnels as f64 / 1024.0;
    let beside = round_trip(&mut active, 1000).await?;
    Ok(Measured::As(vec![each, memory as f64 / MIB, beside / alone]))
}

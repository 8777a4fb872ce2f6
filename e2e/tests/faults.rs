//! Nothing that goes wrong with one tunnel is noticed by another, and nothing is left of it.

use std::net::SocketAddr;

use e2e::{
    Result,
    bridge::Bridge,
    faults::{Fault, fickle_server},
    process::Takes,
    tunnel::{ORIGIN, Tunnel},
    wait,
};
use tokio::task::JoinSet;

/// A bridge that lets all come, and one tunnel through it that is used from beginning to end.
struct Beside {
    bridge: Bridge,
    server: SocketAddr,
    tunnel: Tunnel,
    /// What the bridge took before anything went wrong.
    before: Takes,
}

impl Beside {
    async fn start() -> Result<Self> {
        let server = fickle_server()?;
        let allow = server.to_string();
        let options = ["--no-practice", "--allow", &allow, "--origin", ORIGIN];
        let many = ["--max-tunnels", "2000", "--max-tunnels-per-ip", "2000"];
        let bridge = Bridge::start(&[&options[..], &many].concat()).await?;
        let mut tunnel = Tunnel::open(bridge.address(), server).await?;
        tunnel.echo(b"before").await.expect("it is open");
        let before = settled(&bridge, None).await?;
        Ok(Self { bridge, server, tunnel, before })
    }

    async fn is_unharmed(&mut self) {
        self.tunnel.echo(b"unharmed").await.expect("nobody has touched it");
    }
}

/// What a bridge takes once as few files are open as there should be; whichever there are where nothing is known.
async fn settled(bridge: &Bridge, files: Option<usize>) -> Result<Takes> {
    let awaited = format!("the bridge to have {files:?} files open");
    wait::until(&awaited, wait::PATIENCE, async || {
        let takes = bridge.takes()?;
        Ok(files.is_none_or(|files| takes.files == files).then_some(takes))
    })
    .await
}

#[tokio::test]
async fn whatever_goes_wrong_nobody_else_notices_and_nothing_is_left() -> Result<()> {
    let mut beside = Beside::start().await?;
    for fault in Fault::ALL {
        let logged = beside.bridge.log().len();
        fault.happen(beside.bridge.address(), beside.server).await?;
        let awaited = format!("the log to say of {fault:?}: {}", fault.logged());
        wait::until(&awaited, wait::PATIENCE, async || {
            Ok(beside.bridge.log()[logged..].contains(fault.logged()).then_some(()))
        })
        .await?;
        beside.is_unharmed().await;
    }
    // And all of them at once, many times over.
    let mut faults = JoinSet::new();
    for fault in Fault::ALL.iter().cycle().take(20 * Fault::ALL.len()) {
        faults.spawn(fault.happen(beside.bridge.address(), beside.server));
    }
    while let Some(happened) = faults.join_next().await {
        happened.expect("it does not panic")?;
        beside.is_unharmed().await;
    }
    let after = settled(&beside.bridge, Some(beside.before.files)).await?;
    assert!(after.threads <= beside.before.threads + 1, "{:?}, {after:?}", beside.before);
    Ok(())
}

#[tokio::test]
async fn five_thousand_tunnels_leave_nothing_behind() -> Result<()> {
    const WAVES: usize = 10;
    const TUNNELS: usize = 500;
    let mut beside = Beside::start().await?;
    let mut memory = Vec::new();
    for _ in 0..WAVES {
        let mut opening = JoinSet::new();
        for _ in 0..TUNNELS {
            opening.spawn(Tunnel::open(beside.bridge.address(), beside.server));
        }
        let mut tunnels = Vec::new();
        while let Some(opened) = opening.join_next().await {
            let mut tunnel = opened.expect("it does not panic")?;
            tunnel.echo(b"x").await.expect("it is open");
            tunnels.push(tunnel);
        }
        let (least, takes) = (beside.before.files + 2 * TUNNELS, beside.bridge.takes()?);
        assert!(takes.files >= least, "{takes:?}: it should have {least} files open");
        // Without a word.
        drop(tunnels);
        memory.push(settled(&beside.bridge, Some(beside.before.files)).await?.memory);
        beside.is_unharmed().await;
    }
    // It takes some waves until memory has found its places; from then on it has to be enough.
    let (earlier, later) = memory.split_at(WAVES / 2);
    let most = |memory: &[u64]| memory.iter().copied().max().unwrap_or_default();
    let (earlier, later) = (most(earlier), most(later));
    assert!(later <= earlier + earlier / 4, "memory grew, in KiB: {memory:?}");
    Ok(())
}

//! Which cores are whose: two for the program that is measured, the others for who measures and for the servers. They
//! would take turns otherwise, and the figures would tell of that. Where there are fewer than four, all share them.

#[cfg(target_os = "linux")]
pub(crate) use linux::{keep_off, on_its_own};

#[cfg(target_os = "linux")]
mod linux {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// How many the measured program has.
    const ITS_OWN: usize = 2;

    /// Its cores, and the others.
    fn shares() -> Option<(CpuSet, CpuSet)> {
        let all = sched_getaffinity(None).ok()?;
        let (mut its, mut others) = (CpuSet::new(), CpuSet::new());
        let cores = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        for (at, core) in cores.enumerate() {
            if at < ITS_OWN { its.set(core) } else { others.set(core) }
        }
        (others.count() >= 2).then_some((its, others))
    }

    /// Runs on the others from now on, this thread and all that it starts.
    pub(crate) fn keep_off() -> bool {
        shares().is_some_and(|(its, others)| {
            let kept = sched_setaffinity(None, &others).is_ok();
            kept && ITS.set(its).is_ok()
        })
    }

    static ITS: std::sync::OnceLock<CpuSet> = std::sync::OnceLock::new();

    /// Starts something that stays on the cores of the measured program: what a thread starts, runs where it runs.
    pub(crate) fn on_its_own<T: Send>(start: impl FnOnce() -> T + Send) -> T {
        let starting = || {
            if let Some(its) = ITS.get() {
                let _ = sched_setaffinity(None, its);
            }
            start()
        };
        std::thread::scope(|scope| match scope.spawn(starting).join() {
            Ok(started) => started,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }
}

/// Elsewhere all share all of them.
#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_off() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn on_its_own<T>(start: impl FnOnce() -> T) -> T {
    start()
}

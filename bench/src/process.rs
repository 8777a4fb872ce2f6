//! A program that is measured: what it and its children take. Told by Linux alone.

use crate::cores;
use anyhow::Result;
use std::{
    fs,
    process::{Child, Command, Stdio},
};

/// Ends with this.
pub(crate) struct Process(Child);

impl Process {
    /// Starts what is measured, on cores of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        cores::on_its_own(|| Self::start_beside(command))
    }

    /// Starts what is not measured.
    pub(crate) fn start_beside(command: &mut Command) -> Result<Self> {
        // A log costs what it costs to write it, wherever it goes.
        let log = tempfile::tempfile()?;
        Ok(Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?))
    }

    /// The process and its children, and theirs.
    fn family(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, stat(pid)?.parent)))
            .collect();
        let mut family = vec![self.0.id()];
        let mut at = 0;
        while let Some(&member) = family.get(at) {
            family.extend(parents.iter().filter(|(_, of)| *of == member).map(|(pid, _)| *pid));
            at += 1;
        }
        family
    }

    /// Proportional set size of all of them, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let of = |pid: &u32| -> Option<u64> {
            let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        self.family().iter().filter_map(of).sum::<u64>() * 1024
    }

    /// Processor time of all of them, of those that have ended too, in seconds.
    pub(crate) fn time(&self) -> f64 {
        // Linux counts in hundredths here, whatever its own clock is (USER_HZ).
        self.family().iter().filter_map(|pid| stat(*pid)).map(|it| it.ticks).sum::<u64>() as f64
            / 100.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for pid in self.family().into_iter().skip(1) {
            let mut kill = Command::new("kill");
            let _ = kill.arg(pid.to_string()).stderr(Stdio::null()).status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, so what follows it is counted from its last bracket.
    let fields: Vec<_> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        ticks: (11..=14).filter_map(number).sum(),
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_its_children_are_measured_and_ended_together() {
        let script = "sleep 100 & exec sleep 100";
        let process = Process::start(Command::new("sh").args(["-c", script])).unwrap();
        // The shell has to get as far as its child.
        while process.family().len() < 2 {
            std::thread::yield_now();
        }
        let family = process.family();
        assert!(process.memory() > 0 && process.time() >= 0.0);
        drop(process);
        // A child that has ended may wait for its parent to be told.
        let lives = |pid: &u32| {
            fs::read_to_string(format!("/proc/{pid}/wchan")).is_ok()
                && fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|it| !it.is_empty())
        };
        while family.iter().any(lives) {
            std::thread::yield_now();
        }
    }
}

//! The container's cgroup, version 2: its limits, and whether the kernel killed for memory in it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::failure::{Doing, Failure};
use crate::proto::Limits;
use crate::{devices, system};

const GROUP: &str = "/cgroup/container";
const CPU_PERIOD_MICROS: u64 = 100_000;

pub struct Cgroup {
    directory: OwnedFd,
}

impl Cgroup {
    /// # Errors
    /// Where the kernel refuses the group, a controller or a limit.
    pub fn create(limits: &Limits) -> Result<Self, Failure> {
        fs::create_dir(GROUP).doing("creating the container's cgroup")?;
        write("/cgroup/cgroup.subtree_control", "+cpu +memory +pids")?;
        for (file, value) in settings(limits) {
            write(&format!("{GROUP}/{file}"), &value)?;
        }
        let directory = system::open(c"/cgroup/container", libc::O_RDONLY | libc::O_DIRECTORY)
            .doing("opening the container's cgroup")?;
        devices::restrict(directory.as_fd()).doing("restricting the container's devices")?;
        Ok(Self { directory })
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// Whether the kernel ever killed a process in here for want of memory.
    pub fn oom_killed() -> bool {
        let events = fs::read_to_string("/cgroup/container/memory.events");
        events.is_ok_and(|text| count_of(&text, "oom_kill") > 0)
    }

    /// Kills whatever is still in the group.
    pub fn kill() -> io::Result<()> {
        fs::write("/cgroup/container/cgroup.kill", "1")
    }
}

fn write(file: &str, value: &str) -> Result<(), Failure> {
    fs::write(file, value).doing(format_args!("writing {value:?} to {file}"))
}

/// The files to write for the limits that are set.
fn settings(limits: &Limits) -> Vec<(&'static str, String)> {
    let mut settings = Vec::new();
    if limits.memory_bytes > 0 {
        settings.push(("memory.max", limits.memory_bytes.to_string()));
    }
    if limits.cpu_millis > 0 {
        let quota = u64::from(limits.cpu_millis) * CPU_PERIOD_MICROS / 1000;
        settings.push(("cpu.max", format!("{quota} {CPU_PERIOD_MICROS}")));
    }
    if limits.pids > 0 {
        settings.push(("pids.max", limits.pids.to_string()));
    }
    settings
}

fn count_of(events: &str, name: &str) -> u64 {
    events
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(key, _)| *key == name)
        .and_then(|(_, count)| count.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_only_the_limits_that_are_set() {
        assert_eq!(settings(&Limits::default()), []);
        let limits = Limits {
            memory_bytes: 67_108_864,
            cpu_millis: 1500,
            pids: 100,
            ..Limits::default()
        };
        let expected = [
            ("memory.max", "67108864".to_owned()),
            ("cpu.max", "150000 100000".to_owned()),
            ("pids.max", "100".to_owned()),
        ];
        assert_eq!(settings(&limits), expected);
    }

    #[test]
    fn tells_oom_from_oom_kill() {
        let events = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n";
        assert_eq!(count_of(events, "oom_kill"), 1);
        assert_eq!(count_of(events, "oom"), 3);
        assert_eq!(count_of("", "oom_kill"), 0);
    }
}

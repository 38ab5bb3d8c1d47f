//! The container's cgroup, version 2: its limits, and whether the kernel killed for memory in it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::failure::{Doing, Failure};
use crate::proto::Limits;
use crate::{cpuset, devices, system};

const GROUP: &str = "/cgroup/container";
const CPUS: &str = "cpuset.cpus";
const CPU_PERIOD_MICROS: u64 = 100_000;
/// What a group has that says nothing, and what Docker's 1024 shares come to.
const USUAL_WEIGHT: u64 = 100;

pub struct Cgroup {
    directory: OwnedFd,
}

impl Cgroup {
    /// # Errors
    /// Where the kernel refuses the group, a controller or a limit.
    pub fn create(limits: &Limits, every_device: bool) -> Result<Self, Failure> {
        fs::create_dir(GROUP).doing("creating the container's cgroup")?;
        write("/cgroup/cgroup.subtree_control", "+cpu +memory +pids")?;
        let unbounded = settings(&Limits::default())?;
        for ((file, value), (_, usual)) in settings(limits)?.iter().zip(&unbounded) {
            if value != usual {
                set(file, value)?;
            }
        }
        let directory = Self::open().doing("opening the container's cgroup")?;
        if !every_device {
            devices::restrict(directory.as_fd()).doing("restricting the container's devices")?;
        }
        Ok(Self { directory })
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// The group as a place for one more process.
    pub fn open() -> io::Result<OwnedFd> {
        system::open(c"/cgroup/container", libc::O_RDONLY | libc::O_DIRECTORY)
    }

    /// The group beneath, in which a process is that has moved.
    pub fn open_of(pid: u32) -> io::Result<OwnedFd> {
        let text = fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
        let group = text.trim_end().strip_prefix("0::").unwrap_or("/container");
        let path = system::c_string(&format!("/cgroup{group}"))?;
        system::open(&path, libc::O_RDONLY | libc::O_DIRECTORY)
    }

    /// Sets every limit; those that are 0 or empty are taken away.
    ///
    /// # Errors
    /// Names the value that makes no sense, or that the kernel refuses.
    pub fn update(limits: &Limits) -> Result<(), Failure> {
        for (file, value) in settings(limits)? {
            if file == CPUS && value.is_empty() {
                // A group with processes in it takes no empty list.
                if fs::exists(path(file)).unwrap_or(false) {
                    set(file, &cpuset::online()?)?;
                }
            } else {
                set(file, &value)?;
            }
        }
        Ok(())
    }

    /// How often the kernel killed a process in here for want of memory.
    pub fn oom_kills() -> u64 {
        let events = fs::read_to_string(path("memory.events")).unwrap_or_default();
        count_of(&events, "oom_kill")
    }

    /// Kills whatever is still in the group.
    pub fn kill() -> io::Result<()> {
        fs::write(path("cgroup.kill"), "1")
    }
}

/// The path of one of the group's files.
pub fn path(file: &str) -> String {
    format!("{GROUP}/{file}")
}

/// The controller of CPU sets costs at every fork, so it is there from the first one asked for.
fn set(file: &str, value: &str) -> Result<(), Failure> {
    if file == CPUS {
        write("/cgroup/cgroup.subtree_control", "+cpuset")?;
    }
    write(&path(file), value)
}

fn write(file: &str, value: &str) -> Result<(), Failure> {
    fs::write(file, value).doing(format_args!("writing {value:?} to {file}"))
}

/// Every limit's file and value, also where there is no limit.
fn settings(limits: &Limits) -> Result<[(&'static str, String); 6], Failure> {
    let bound = |limit: u64| match limit {
        0 => "max".to_owned(),
        limit => limit.to_string(),
    };
    let cpu = match limits.cpu_millis {
        0 => format!("max {CPU_PERIOD_MICROS}"),
        millis => {
            let quota = u64::from(millis) * CPU_PERIOD_MICROS / 1000;
            format!("{quota} {CPU_PERIOD_MICROS}")
        }
    };
    let cpus = match limits.cpuset_cpus.as_str() {
        "" => String::new(),
        wanted => cpuset::checked(wanted)?,
    };
    Ok([
        ("memory.max", bound(limits.memory_bytes)),
        ("memory.low", limits.memory_reservation_bytes.to_string()),
        ("cpu.max", cpu),
        ("cpu.weight", weight(limits.cpu_shares).to_string()),
        ("pids.max", bound(limits.pids.into())),
        (CPUS, cpus),
    ])
}

/// runc's conversion: 2 shares are a weight of 1, 1024 of 100, 262144 of 10000, and between them the
/// exponents follow a parabola.
fn weight(shares: u32) -> u64 {
    match shares {
        0 => USUAL_WEIGHT,
        1 | 2 => 1,
        262_144.. => 10_000,
        _ => {
            let log = f64::from(shares).log2();
            let exponent = (log * log + 125.0 * log) / 612.0 - 7.0 / 34.0;
            // A hair below the whole number is meant to be it.
            (10_f64.powf(exponent) - 1e-9).ceil() as u64
        }
    }
}

/// The number that a file of the kind of `memory.events` has for a name; 0 where none.
pub fn count_of(events: &str, name: &str) -> u64 {
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
    fn writes_every_limit() {
        let limits = Limits {
            memory_bytes: 67_108_864,
            cpu_millis: 1500,
            pids: 100,
            cpu_shares: 2048,
            cpuset_cpus: "0".to_owned(),
            memory_reservation_bytes: 1024,
        };
        let expected = [
            ("memory.max", "67108864"),
            ("memory.low", "1024"),
            ("cpu.max", "150000 100000"),
            ("cpu.weight", "174"),
            ("pids.max", "100"),
            ("cpuset.cpus", "0"),
        ];
        let expected = expected.map(|(file, value)| (file, value.to_owned()));
        assert_eq!(settings(&limits), Ok(expected));
    }

    #[test]
    fn takes_away_what_is_not_set() {
        let expected = [
            ("memory.max", "max"),
            ("memory.low", "0"),
            ("cpu.max", "max 100000"),
            ("cpu.weight", "100"),
            ("pids.max", "max"),
            (CPUS, ""),
        ];
        let expected = expected.map(|(file, value)| (file, value.to_owned()));
        assert_eq!(settings(&Limits::default()), Ok(expected));
    }

    #[test]
    fn weighs_shares_as_runc_does() {
        let weights = [0, 1, 2, 3, 512, 1024, 2048, 262_143, 262_144, u32::MAX].map(weight);
        assert_eq!(weights[..3], [100, 1, 1]);
        assert_eq!(weights[5], 100);
        assert_eq!(weights[7..], [10_000, 10_000, 10_000]);
        assert!(weights[3] < weights[4] && weights[4] < 100 && weights[6] > 100);
    }

    #[test]
    fn tells_oom_from_oom_kill() {
        let events = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n";
        assert_eq!(count_of(events, "oom_kill"), 1);
        assert_eq!(count_of(events, "oom"), 3);
        assert_eq!(count_of("", "oom_kill"), 0);
    }
}

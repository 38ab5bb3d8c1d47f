//! What the container has used so far.

use std::collections::HashMap;
use std::fs;

use crate::cgroup::{self, count_of};
use crate::proto::{DiskStats, NetworkStats, StatsResult};
use crate::system;
use crate::{cpuset, disks};

/// Of this moment.
pub fn now() -> StatsResult {
    let group = |file: &str| fs::read_to_string(cgroup::path(file)).unwrap_or_default();
    let number = |file: &str| group(file).trim().parse::<u64>().unwrap_or(0);
    let cpu = group("cpu.stat");
    let nanoseconds = |name| count_of(&cpu, name).saturating_mul(1000);
    let online_cpus = cpuset::online().map_or(1, |list| cpuset::count(&list));
    // What /proc/stat has is counted in ticks, of which a busy host lets many pass.
    let up_ns = system::boot_time_ns().unsigned_abs();
    let memory_limit_bytes = match number("memory.max") {
        0 => system::memory().0,
        limit => limit,
    };
    StatsResult {
        time_ns: system::wall_clock_ns(),
        cpu_ns: nanoseconds("usage_usec"),
        cpu_user_ns: nanoseconds("user_usec"),
        cpu_system_ns: nanoseconds("system_usec"),
        cpu_periods: count_of(&cpu, "nr_periods"),
        cpu_throttled_periods: count_of(&cpu, "nr_throttled"),
        cpu_throttled_ns: nanoseconds("throttled_usec"),
        guest_cpu_ns: up_ns.saturating_mul(online_cpus.into()),
        online_cpus,
        memory_bytes: number("memory.current"),
        memory_peak_bytes: number("memory.peak"),
        memory_limit_bytes,
        memory: counts(&group("memory.stat")),
        oom_kills: count_of(&group("memory.events"), "oom_kill"),
        pids: u32::try_from(number("pids.current")).unwrap_or(u32::MAX),
        pids_limit: number("pids.max"),
        disks: disks::names()
            .into_iter()
            .filter_map(|name| disk(&name))
            .collect(),
        networks: networks(&fs::read_to_string("/proc/net/dev").unwrap_or_default()),
    }
}

fn counts(stat: &str) -> HashMap<String, u64> {
    stat.lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)))
        .collect()
}

fn disk(name: &str) -> Option<DiskStats> {
    let read = |file: &str| fs::read_to_string(format!("/sys/block/{name}/{file}")).ok();
    disk_stats(
        read("serial").unwrap_or_default().trim(),
        &read("dev")?,
        &read("stat")?,
    )
}

fn disk_stats(serial: &str, device: &str, stat: &str) -> Option<DiskStats> {
    const SECTOR: u64 = 512;
    let (major, minor) = device.trim().split_once(':')?;
    let fields: Vec<u64> = stat
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    let &[reads, _, read_sectors, _, writes, _, written_sectors, ..] = fields.as_slice() else {
        return None;
    };
    Some(DiskStats {
        serial: serial.to_owned(),
        major: major.parse().ok()?,
        minor: minor.parse().ok()?,
        read_bytes: read_sectors.saturating_mul(SECTOR),
        written_bytes: written_sectors.saturating_mul(SECTOR),
        reads,
        writes,
    })
}

fn networks(dev: &str) -> Vec<NetworkStats> {
    dev.lines().skip(2).filter_map(network).collect()
}

fn network(line: &str) -> Option<NetworkStats> {
    let (name, counts) = line.split_once(':')?;
    let name = name.trim();
    let fields: Vec<u64> = counts
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    if name == "lo" || fields.len() < 12 {
        return None;
    }
    Some(NetworkStats {
        name: name.to_owned(),
        received_bytes: fields[0],
        received_packets: fields[1],
        received_errors: fields[2],
        received_dropped: fields[3],
        sent_bytes: fields[8],
        sent_packets: fields[9],
        sent_errors: fields[10],
        sent_dropped: fields[11],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_says_of_a_disk() {
        let stats = disk_stats(
            "scratch",
            "254:16\n",
            "5 0 16 1 7 0 24 9 0 3 4 0 0 0 0 0 0\n",
        );
        let expected = DiskStats {
            serial: "scratch".to_owned(),
            major: 254,
            minor: 16,
            read_bytes: 16 * 512,
            written_bytes: 24 * 512,
            reads: 5,
            writes: 7,
        };
        assert_eq!(stats, Some(expected));
        assert_eq!(disk_stats("x", "254:16", "1 2 3"), None);
    }

    #[test]
    fn reads_networks_and_leaves_loopback_out() {
        let dev = "Inter-|   Receive  |  Transmit\n face |bytes packets\n    \
            lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  \
            eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n";
        let expected = NetworkStats {
            name: "eth0".to_owned(),
            received_bytes: 1,
            received_packets: 2,
            received_errors: 3,
            received_dropped: 4,
            sent_bytes: 5,
            sent_packets: 6,
            sent_errors: 7,
            sent_dropped: 8,
        };
        assert_eq!(networks(dev), [expected]);
    }
}

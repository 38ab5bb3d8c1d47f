//! The container's processes, by its own numbering.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::AsFd;
use std::path::Path;

use crate::proto::ProcessInfo;
use crate::rootfs::ROOT;
use crate::{cgroup, system, user};

const TICK_NS: u64 = 10_000_000;
const PAGE_BYTES: u64 = 4096;
/// What the contract allows in one answer: rows, and bytes, of which what is beside the texts takes
/// less than 160 a row.
const MOST: usize = 4096;
const TEXT_BYTES: usize = (1 << 20) - MOST * 160;
const LONGEST_USER: usize = 64;
const LONGEST_NAME: usize = 15;
const LONGEST_COMMAND: usize = 4096;
/// With the most groups that a process can be in.
const LONGEST_STATUS: u64 = 1 << 20;
/// Groups that a container makes beneath its own.
const DEEPEST: usize = 16;

/// A process as the agent's /proc shows it.
struct Found {
    pid: u32,
    parent: u32,
    info: ProcessInfo,
}

/// Those that are there now, by pid.
pub fn list() -> Vec<ProcessInfo> {
    let mut pids = Vec::new();
    collect(Path::new(&cgroup::path("")), DEEPEST, &mut pids);
    let started = system::wall_clock_ns() - system::boot_time_ns();
    let found: Vec<Found> = pids
        .into_iter()
        .filter_map(|pid| read(pid, started))
        .collect();
    let inside: HashMap<u32, u32> = found.iter().map(|one| (one.pid, one.info.pid)).collect();
    let names = names();
    let mut processes: Vec<ProcessInfo> = found
        .into_iter()
        .map(|one| ProcessInfo {
            ppid: inside.get(&one.parent).copied().unwrap_or(0),
            user: names
                .get(&one.info.uid)
                .map_or_else(String::new, |name| cut(name, LONGEST_USER)),
            ..one.info
        })
        .collect();
    processes.sort_unstable_by_key(|process| process.pid);
    fit(&mut processes);
    processes
}

/// Leaves out what is beyond the most rows, and cuts commands until all of them fit.
fn fit(processes: &mut Vec<ProcessInfo>) {
    processes.truncate(MOST);
    let mut longest = LONGEST_COMMAND;
    let taken = |processes: &[ProcessInfo]| {
        let texts = processes
            .iter()
            .map(|one| one.user.len() + one.command.len());
        texts.sum::<usize>()
    };
    while taken(processes) > TEXT_BYTES && longest > 1 {
        longest /= 2;
        for process in processes.iter_mut() {
            process.command = cut(&process.command, longest);
        }
    }
}

fn collect(group: &Path, depth: usize, pids: &mut Vec<u32>) {
    let text = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    pids.extend(text.lines().filter_map(|line| line.parse::<u32>().ok()));
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&entry.path(), depth, pids);
        }
    }
}

/// `None` for one that has ended in between.
fn read(pid: u32, boot_wall_ns: i64) -> Option<Found> {
    let file = |name: &str, most: u64| {
        let mut bytes = Vec::new();
        let file = File::open(format!("/proc/{pid}/{name}")).ok()?;
        file.take(most).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let text = |name| Some(String::from_utf8_lossy(&file(name, LONGEST_STATUS)?).into_owned());
    let command = file("cmdline", LONGEST_COMMAND as u64)?;
    parse(
        pid,
        &text("stat")?,
        &text("status")?,
        &command,
        boot_wall_ns,
    )
}

fn parse(pid: u32, stat: &str, status: &str, command: &[u8], boot_wall_ns: i64) -> Option<Found> {
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
    let name = cut(name, LONGEST_NAME);
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |index: usize| fields.get(index)?.parse::<i64>().ok();
    let ticks = |index: usize| Some(number(index)?.unsigned_abs().saturating_mul(TICK_NS));
    // The kernel escapes line ends in the name, so these are its own lines.
    let line = |key: &str| status.lines().find_map(|line| line.strip_prefix(key));
    // Its pid in each namespace, from the agent's inwards.
    let inside = line("NSpid:\t")?.split('\t').nth(1)?.parse().ok()?;
    let effective = |key| line(key)?.split('\t').nth(1)?.parse::<u32>().ok();
    Some(Found {
        pid,
        parent: number(1)?.try_into().ok()?,
        info: ProcessInfo {
            pid: inside,
            ppid: 0,
            uid: effective("Uid:\t")?,
            gid: effective("Gid:\t")?,
            user: String::new(),
            state: (*fields.first()?).to_owned(),
            tty: terminal(number(4)?.unsigned_abs()),
            start_ns: boot_wall_ns.saturating_add_unsigned(ticks(19)?),
            cpu_ns: ticks(11)?.saturating_add(ticks(12)?),
            resident_bytes: number(21)?.unsigned_abs().saturating_mul(PAGE_BYTES),
            virtual_bytes: fields.get(20)?.parse().ok()?,
            nice: number(16)?.try_into().ok()?,
            threads: number(17)?.try_into().ok()?,
            command: command_line(command, &name),
            name,
        },
    })
}

fn terminal(device: u64) -> String {
    const FIRST_PTS: u64 = 136;
    const LAST_PTS: u64 = 143;
    let major = (device >> 8) & 0xfff;
    let minor = (device & 0xff) | ((device >> 12) & 0xfff00);
    match major {
        0 => String::new(),
        FIRST_PTS..=LAST_PTS => format!("pts/{}", (major - FIRST_PTS) * 256 + minor),
        _ => format!("{major}:{minor}"),
    }
}

fn command_line(bytes: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\0', " ");
    match text.trim_end_matches(' ') {
        "" => format!("[{name}]"),
        text => cut(text, LONGEST_COMMAND),
    }
}

/// At most so many bytes.
fn cut(text: &str, longest: usize) -> String {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// The names that the image's user database has for numbers.
fn names() -> HashMap<u32, String> {
    let passwd = system::open(ROOT, libc::O_PATH | libc::O_DIRECTORY)
        .and_then(|root| {
            let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY;
            let how = libc::RESOLVE_IN_ROOT | libc::RESOLVE_NO_MAGICLINKS;
            system::open_within(root.as_fd(), c"etc/passwd", flags, how)
        })
        .map(|file| user::read_file(File::from(file)))
        .unwrap_or_default();
    user::names(&passwd)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "77 (a) R (b) S 5 77 77 34816 77 4194304 100 0 0 0 3 4 0 0 20 -5 2 0 50 \
        8192000 12 18446744073709551615 0";
    const STATUS: &str = "Name:\ta) R (b\nUid:\t0\t33\t0\t0\nGid:\t0\t34\t0\t0\nNSpid:\t77\t9\n";

    #[test]
    fn reads_what_proc_says() {
        let found = parse(77, STAT, STATUS, b"a\0b c\0", 1_000).expect("a process");
        assert_eq!((found.pid, found.parent), (77, 5));
        let expected = ProcessInfo {
            pid: 9,
            uid: 33,
            gid: 34,
            state: "S".to_owned(),
            tty: "pts/0".to_owned(),
            start_ns: 500_001_000,
            cpu_ns: 7 * TICK_NS,
            resident_bytes: 12 * 4096,
            virtual_bytes: 8_192_000,
            nice: -5,
            threads: 2,
            name: "a) R (b".to_owned(),
            command: "a b c".to_owned(),
            ..ProcessInfo::default()
        };
        assert_eq!(found.info, expected);
    }

    #[test]
    fn names_a_process_without_arguments_by_its_name() {
        assert_eq!(command_line(b"", "sh"), "[sh]");
        assert_eq!(command_line(&[0xff; 5000], "sh").len(), 4095);
    }

    #[test]
    fn leaves_out_the_agent_s_own() {
        let status = STATUS.replace("77\t9", "77");
        assert!(parse(77, STAT, &status, b"", 0).is_none());
    }

    #[test]
    fn fits_into_one_answer() {
        let one = ProcessInfo {
            user: "u".repeat(LONGEST_USER),
            state: "D".to_owned(),
            tty: "4294967295:4294967295".to_owned(),
            start_ns: i64::MIN,
            cpu_ns: u64::MAX,
            resident_bytes: u64::MAX,
            virtual_bytes: u64::MAX,
            nice: i32::MIN,
            pid: u32::MAX,
            ppid: u32::MAX,
            uid: u32::MAX,
            gid: u32::MAX,
            threads: u32::MAX,
            name: "n".repeat(LONGEST_NAME),
            command: "\u{fffd}".repeat(LONGEST_COMMAND / 3),
        };
        let mut many = vec![one.clone(); MOST + 1];
        fit(&mut many);
        assert_eq!(many.len(), MOST);
        assert!(!many[0].command.is_empty());
        let answer = crate::proto::ProcessesResult { processes: many };
        assert!(prost::Message::encoded_len(&answer) <= 1 << 20);
        let mut few = vec![one.clone(); 50];
        fit(&mut few);
        assert_eq!(few[49], one);
    }

    #[test]
    fn names_terminals() {
        assert_eq!(terminal(0), "");
        assert_eq!(terminal(137 << 8), "pts/256");
        assert_eq!(terminal((4 << 8) | 64), "4:64");
    }
}

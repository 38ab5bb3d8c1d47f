//! A control group for each child, wherever this machine lets us make one: version 2, or the `memory` and
//! `pids` hierarchies of version 1 (cgroups(7)).
//!
//! In version 2 a group with processes in it cannot give limits to those below, and a service or
//! session that ends takes its whole group with it. So there the keeper leaves the group of whoever
//! started it, where it may, and lives beside its children in a group at the top.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use crate::descriptors;
use crate::process;
use crate::protocol::Limits;

const LIMITED: &str = "+memory +pids";

/// Where the children's groups are made; none where nothing is writable.
pub struct Cgroups {
    bases: Vec<PathBuf>,
    /// The group that the keeper left, and the one it lives in since.
    moved: Option<(PathBuf, PathBuf)>,
}

/// The keeper's own group in one hierarchy.
#[derive(Debug, PartialEq)]
struct Own {
    top: PathBuf,
    group: PathBuf,
    is_version_2: bool,
}

impl Cgroups {
    /// Makes this state root's own group below the keeper's, in every hierarchy that allows it.
    pub fn find(root: &Path) -> Self {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let memberships = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let name = format!("kctl-{:016x}", fingerprint(root));
        let mut cgroups = Self {
            bases: Vec::new(),
            moved: None,
        };
        for own in hierarchies(&mounts, &memberships) {
            cgroups.add(&own, &name);
        }
        if cgroups.bases.is_empty() {
            eprintln!("kctl-keeper: no writable control group: children run in the keeper's");
        }
        cgroups.sweep();
        cgroups
    }

    fn add(&mut self, own: &Own, name: &str) {
        let above = if own.is_version_2 && process::is_root() {
            &own.top
        } else {
            &own.group
        };
        let base = above.join(name);
        if !base.is_dir() && fs::create_dir(&base).is_err() {
            return;
        }
        if own.is_version_2 {
            for group in [above, &base] {
                // Where it is not to be had, children have groups without limits.
                drop(fs::write(group.join("cgroup.subtree_control"), LIMITED));
            }
            let keeper = base.join("keeper");
            if above != &own.group && fs::create_dir_all(&keeper).is_ok() && join(&keeper).is_ok() {
                self.moved = Some((own.group.clone(), keeper));
            }
        }
        self.bases.push(base);
    }

    /// Makes a child's groups; what is returned takes `0` as "the process that writes".
    pub fn create(&self, id: &str, limits: &Limits) -> Vec<OwnedFd> {
        let create = |base: &PathBuf| {
            let group = base.join(file_name(id));
            // One that a killed keeper left with a process in it serves as well, and whoever tidies
            // the machine may have removed the base while it was empty.
            fs::create_dir_all(&group).ok()?;
            limit(&group, limits);
            let procs = descriptors::open(&group.join("cgroup.procs"), libc::O_WRONLY).ok()?;
            descriptors::out_of_the_way(&procs).ok()
        };
        self.bases.iter().filter_map(create).collect()
    }

    /// Whether the kernel killed for want of memory in a child's group.
    pub fn ran_out_of_memory(&self, id: &str) -> bool {
        // Version 2 and version 1 of the same counter.
        let counters = ["memory.events", "memory.oom_control"];
        let killed = |base: &PathBuf| {
            let group = base.join(file_name(id));
            counters
                .iter()
                .any(|name| fs::read_to_string(group.join(name)).is_ok_and(|text| oom_kills(&text)))
        };
        self.bases.iter().any(killed)
    }

    /// Removes a child's groups; one that still holds a process stays for the next sweep.
    pub fn remove(&self, id: &str) {
        for base in &self.bases {
            drop(fs::remove_dir(base.join(file_name(id))));
        }
    }

    /// Removes every group that no process lives in.
    pub fn remove_all(&self) {
        if let Some((left, own)) = &self.moved {
            // Its starter's group may be gone; the top is there always.
            let top = own.ancestors().nth(2);
            drop(join(left).or_else(|_| top.map_or(Ok(()), join)));
        }
        self.sweep();
        for base in &self.bases {
            drop(fs::remove_dir(base));
        }
    }

    /// Removes the groups of nobody, such as a killed keeper leaves; the kernel refuses where processes live.
    pub fn sweep(&self) {
        for base in &self.bases {
            for group in fs::read_dir(base).into_iter().flatten().flatten() {
                drop(fs::remove_dir(group.path()));
            }
        }
    }
}

/// Moves this process.
fn join(group: &Path) -> std::io::Result<()> {
    fs::write(group.join("cgroup.procs"), "0")
}

/// Each version has its own names, and a group only the files of its own controllers.
fn limit(group: &Path, limits: &Limits) {
    let memory = limits.memory.map(|bytes| bytes.to_string());
    let pids = limits.pids.map(|count| count.to_string());
    let bounds = [
        ("memory.max", &memory),
        ("memory.limit_in_bytes", &memory),
        ("pids.max", &pids),
    ];
    for (name, bound) in bounds {
        let file = group.join(name);
        if let Some(bound) = bound.as_ref().filter(|_| file.exists()) {
            if let Err(error) = fs::write(&file, bound) {
                eprintln!("kctl-keeper: {}: {error}", file.display());
            }
        }
    }
}

fn file_name(id: &str) -> String {
    id.replace('/', "_")
}

/// FNV-1a: distinct roots get distinct names, nothing more is asked of it.
fn fingerprint(root: &Path) -> u64 {
    root.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

fn oom_kills(counters: &str) -> bool {
    counters
        .lines()
        .filter_map(|line| line.strip_prefix("oom_kill "))
        .any(|count| count != "0")
}

/// The keeper's own groups in the hierarchies that matter.
fn hierarchies(mounts: &str, memberships: &str) -> Vec<Own> {
    let mut found = Vec::new();
    for line in mounts.lines() {
        let fields: Vec<_> = line.split(' ').collect();
        let [_, point, kind, options, ..] = fields[..] else {
            continue;
        };
        let controller = match kind {
            "cgroup2" => "",
            "cgroup" => match ["memory", "pids"]
                .into_iter()
                .find(|name| options.split(',').any(|option| option == *name))
            {
                Some(name) => name,
                None => continue,
            },
            _ => continue,
        };
        if let Some(own) = membership(memberships, controller) {
            found.push(Own {
                top: point.into(),
                group: Path::new(point).join(own.trim_start_matches('/')),
                is_version_2: kind == "cgroup2",
            });
        }
    }
    found
}

/// `N:CONTROLLERS:PATH`; version 2's line has no controllers.
fn membership<'a>(memberships: &'a str, controller: &str) -> Option<&'a str> {
    memberships.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let controllers = fields.next()?;
        let path = fields.next()?;
        let matches = controllers.split(',').any(|name| name == controller);
        matches.then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_its_own_group_in_both_versions() {
        let mounts = "cgroup /c/memory cgroup rw,memory 0 0\n\
                      cgroup /c/cpu cgroup rw,cpu 0 0\n\
                      cgroup2 /c/unified cgroup2 rw 0 0\n\
                      proc /proc proc rw 0 0\n";
        let memberships = "4:memory:/a/b\n1:cpu:/\n0::/u\n";
        let found = hierarchies(mounts, memberships);
        let own = |top: &str, group: &str, is_version_2| Own {
            top: top.into(),
            group: group.into(),
            is_version_2,
        };
        assert_eq!(
            found,
            [
                own("/c/memory", "/c/memory/a/b", false),
                own("/c/unified", "/c/unified/u", true)
            ]
        );
    }

    #[test]
    fn counts_what_the_kernel_killed_in_both_versions() {
        assert!(oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"));
        assert!(!oom_kills("low 0\noom 3\noom_kill 0\noom_group_kill 0\n"));
    }

    #[test]
    fn writes_the_limits_that_a_group_has() {
        let group = tempfile::tempdir().unwrap();
        for name in ["memory.max", "pids.max"] {
            fs::write(group.path().join(name), "max").unwrap();
        }
        let limits = Limits {
            memory: Some(4096),
            pids: None,
        };
        limit(group.path(), &limits);
        let read = |name| fs::read_to_string(group.path().join(name)).unwrap();
        assert_eq!(
            (read("memory.max"), read("pids.max")),
            ("4096".into(), "max".into())
        );
        assert!(!group.path().join("memory.limit_in_bytes").exists());
    }
}

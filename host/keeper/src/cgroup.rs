//! A control group for each child, wherever this machine lets us make one: version 2, or the `memory` and
//! `pids` hierarchies of version 1 (cgroups(7)).

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use crate::descriptors;

/// Where the children's groups are made; none where nothing is writable.
pub struct Cgroups {
    bases: Vec<PathBuf>,
}

impl Cgroups {
    /// Makes this state root's own group below the keeper's, in every hierarchy that allows it.
    pub fn find(root: &Path) -> Self {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let memberships = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let name = format!("kctl-{:016x}", fingerprint(root));
        let bases: Vec<_> = hierarchies(&mounts, &memberships)
            .into_iter()
            .map(|own| own.join(&name))
            .filter(|base| base.is_dir() || fs::create_dir(base).is_ok())
            .collect();
        if bases.is_empty() {
            eprintln!("kctl-keeper: no writable control group: children run in the keeper's");
        }
        let cgroups = Self { bases };
        cgroups.sweep();
        cgroups
    }

    /// Makes a child's groups; what is returned takes `0` as "the process that writes".
    pub fn create(&self, id: &str) -> Vec<OwnedFd> {
        let create = |base: &PathBuf| {
            let group = base.join(file_name(id));
            // One that a killed keeper left with a process in it serves as well, and whoever tidies
            // the machine may have removed the base while it was empty.
            fs::create_dir_all(&group).ok()?;
            let procs = descriptors::open(&group.join("cgroup.procs"), libc::O_WRONLY).ok()?;
            descriptors::out_of_the_way(&procs).ok()
        };
        self.bases.iter().filter_map(create).collect()
    }

    /// Removes a child's groups; one that still holds a process stays for the next sweep.
    pub fn remove(&self, id: &str) {
        for base in &self.bases {
            drop(fs::remove_dir(base.join(file_name(id))));
        }
    }

    /// Removes every group that no process lives in.
    pub fn remove_all(&self) {
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

/// The keeper's own groups in the hierarchies that matter, as directories.
fn hierarchies(mounts: &str, memberships: &str) -> Vec<PathBuf> {
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
            found.push(Path::new(point).join(own.trim_start_matches('/')));
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
        assert_eq!(
            found,
            [Path::new("/c/memory/a/b"), Path::new("/c/unified/u")]
        );
    }
}

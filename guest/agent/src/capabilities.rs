//! Capabilities: Docker's default set, or the one asked for.

use std::io;

use crate::failure::Failure;
use crate::system::{check, prctl};

/// From linux/capability.h; a capability's number is its place.
const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// A set of capabilities, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities(u64);

impl Capabilities {
    /// What Docker gives a container that does not ask: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL,
    /// SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP.
    pub const DEFAULT: Self = Self(0xa804_25fb);
    pub const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// # Errors
    /// Names the one that there is not.
    pub fn named(names: &[String]) -> Result<Self, Failure> {
        let mut set = 0;
        for wanted in names {
            let number = NAMES.iter().position(|name| name == wanted);
            let number =
                number.ok_or_else(|| Failure::setup(format!("unknown capability {wanted:?}")))?;
            set |= 1 << number;
        }
        Ok(Self(set))
    }

    /// By its name without `CAP_`.
    pub fn has(self, wanted: &str) -> bool {
        let number = NAMES.iter().position(|name| *name == wanted);
        number.is_some_and(|number| self.0 & (1 << number) != 0)
    }

    /// Takes the rest out of the bounding set, for good.
    pub fn bound(self) -> io::Result<()> {
        (0..NAMES.len())
            .filter(|number| self.0 & (1 << number) == 0)
            .try_for_each(|number| prctl(libc::PR_CAPBSET_DROP, number as libc::c_ulong))
    }

    /// Keeps of root's capabilities these only.
    pub fn reduce(self) -> io::Result<()> {
        #[repr(C)]
        struct Header {
            version: u32,
            pid: i32,
        }
        #[repr(C)]
        #[derive(Clone, Copy)]
        struct Data {
            effective: u32,
            permitted: u32,
            inheritable: u32,
        }
        const VERSION_3: u32 = 0x2008_0522;
        let header = Header {
            version: VERSION_3,
            pid: 0,
        };
        let half = |words: u64| {
            let word = u32::try_from(words & 0xffff_ffff).unwrap_or_default();
            Data {
                effective: word,
                permitted: word,
                inheritable: 0,
            }
        };
        let data = [half(self.0), half(self.0 >> 32)];
        // SAFETY: the two structs are laid out as version 3 of the call wants them.
        check(unsafe { libc::syscall(libc::SYS_capset, &raw const header, data.as_ptr()) })
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Result<Capabilities, Failure> {
        Capabilities::named(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn is_by_default_the_mask_that_docker_shows_in_proc_status() {
        let names = [
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE",
        ];
        assert_eq!(named(&names), Ok(Capabilities::DEFAULT));
    }

    #[test]
    fn knows_every_capability_by_its_name() {
        assert_eq!(named(&NAMES), Ok(Capabilities::ALL));
        assert!(Capabilities::ALL.has("SYS_ADMIN"));
        assert!(!Capabilities::DEFAULT.has("SYS_ADMIN"));
        assert_eq!(named(&["SYS_ADMIN"]), Ok(Capabilities(1 << 21)));
    }

    #[test]
    fn names_the_one_that_there_is_not() {
        let failure = named(&["CHOWN", "NET_RAWW"]).expect_err("refused");
        assert_eq!(failure.message, "unknown capability \"NET_RAWW\"");
    }
}

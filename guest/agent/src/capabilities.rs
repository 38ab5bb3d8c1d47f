//! Docker's default set of capabilities.

use std::io;

use crate::system::{check, prctl};

/// From linux/capability.h; in its order.
const DEFAULT: [u32; 14] = [
    0,  // CAP_CHOWN
    1,  // CAP_DAC_OVERRIDE
    3,  // CAP_FOWNER
    4,  // CAP_FSETID
    5,  // CAP_KILL
    6,  // CAP_SETGID
    7,  // CAP_SETUID
    8,  // CAP_SETPCAP
    10, // CAP_NET_BIND_SERVICE
    13, // CAP_NET_RAW
    18, // CAP_SYS_CHROOT
    27, // CAP_MKNOD
    29, // CAP_AUDIT_WRITE
    31, // CAP_SETFCAP
];
const LAST: u32 = 40;

/// Takes the rest out of the bounding set, for good.
pub fn bound() -> io::Result<()> {
    (0..=LAST)
        .filter(|capability| !DEFAULT.contains(capability))
        .try_for_each(|capability| prctl(libc::PR_CAPBSET_DROP, capability.into()))
}

/// Keeps of root's capabilities the default ones only.
pub fn reduce() -> io::Result<()> {
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
    let data = [half(mask()), half(mask() >> 32)];
    // SAFETY: the two structs are laid out as version 3 of the call wants them.
    check(unsafe { libc::syscall(libc::SYS_capset, &raw const header, data.as_ptr()) }).map(drop)
}

fn mask() -> u64 {
    DEFAULT
        .iter()
        .fold(0, |mask, capability| mask | (1 << capability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_mask_that_docker_shows_in_proc_status() {
        assert_eq!(mask(), 0xa804_25fb);
    }
}

//! Resource limits of a process, by the names that Docker's `--ulimit` has for them.

use crate::failure::{Doing, Failure};
use crate::proto::Rlimit;
use crate::system;

type Resource = libc::__rlimit_resource_t;

const NAMES: [(&str, Resource); 15] = [
    ("core", libc::RLIMIT_CORE),
    ("cpu", libc::RLIMIT_CPU),
    ("data", libc::RLIMIT_DATA),
    ("fsize", libc::RLIMIT_FSIZE),
    ("locks", libc::RLIMIT_LOCKS),
    ("memlock", libc::RLIMIT_MEMLOCK),
    ("msgqueue", libc::RLIMIT_MSGQUEUE),
    ("nice", libc::RLIMIT_NICE),
    ("nofile", libc::RLIMIT_NOFILE),
    ("nproc", libc::RLIMIT_NPROC),
    ("rss", libc::RLIMIT_RSS),
    ("rtprio", libc::RLIMIT_RTPRIO),
    ("rttime", libc::RLIMIT_RTTIME),
    ("sigpending", libc::RLIMIT_SIGPENDING),
    ("stack", libc::RLIMIT_STACK),
];

/// What every container has: systemd's and recent Docker's number of files, since more would slow
/// programs that close every descriptor, and as many processes as its cgroup allows.
const DEFAULT: [(Resource, u64, u64); 2] = [
    (libc::RLIMIT_NOFILE, 1024, 524_288),
    (libc::RLIMIT_NPROC, libc::RLIM_INFINITY, libc::RLIM_INFINITY),
];

/// Sets Docker's defaults and then these, in order, so that the last of a name holds.
///
/// # Errors
/// Names the limit that there is not, or that the kernel refuses.
pub fn set(limits: &[Rlimit]) -> Result<(), Failure> {
    for (resource, soft, hard) in DEFAULT {
        system::set_limit(resource, soft, hard).doing("setting the default limits")?;
    }
    for limit in limits {
        let resource = resource(&limit.name)?;
        system::set_limit(resource, limit.soft, limit.hard).doing(format_args!(
            "setting the limit {}={}:{}",
            limit.name, limit.soft, limit.hard
        ))?;
    }
    Ok(())
}

fn resource(wanted: &str) -> Result<Resource, Failure> {
    NAMES
        .iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, resource)| *resource)
        .ok_or_else(|| Failure::setup(format!("unknown limit {wanted:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_docker_s_names() {
        assert_eq!(resource("nofile"), Ok(libc::RLIMIT_NOFILE));
        assert_eq!(resource("core"), Ok(libc::RLIMIT_CORE));
        let failure = resource("files").expect_err("refused");
        assert_eq!(failure.message, "unknown limit \"files\"");
    }
}

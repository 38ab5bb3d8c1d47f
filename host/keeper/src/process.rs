//! What the kernel tells of processes, and the few calls that concern the keeper's own.

use std::io;

/// Adopts the orphans among the keeper's descendants, so that it can reap them
/// (`PR_SET_CHILD_SUBREAPER`, prctl(2)).
pub fn become_subreaper() -> io::Result<()> {
    // SAFETY: prctl with this option takes plain integers.
    check(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }).map(drop)
}

/// Field 22 of `/proc/<pid>/stat` (proc(5)): with the pid it names a process for ever.
pub fn start_time(pid: libc::pid_t) -> io::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    parse_start_time(&stat)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no start time in /proc"))
}

/// The program's name, which may hold blanks and parentheses, ends at the last `)`.
fn parse_start_time(stat: &str) -> Option<u64> {
    let after_name = &stat[stat.rfind(')')? + 1..];
    after_name.split_ascii_whitespace().nth(19)?.parse().ok()
}

/// Whether the keeper may give its children other users and namespaces.
pub fn is_root() -> bool {
    // SAFETY: geteuid cannot fail and touches no memory.
    unsafe { libc::geteuid() == 0 }
}

/// Sends a signal; a process that has ended is no error.
pub fn kill(pid: libc::pid_t, signal: i32) -> io::Result<()> {
    // SAFETY: kill takes plain integers; the pid is that of an unreaped child of ours.
    match check(unsafe { libc::kill(pid, signal) }) {
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
        result => result.map(drop),
    }
}

/// Turns libc's -1 into the error it stands for.
pub fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_start_time_behind_a_hostile_name() {
        let stat = "7 (a) b) c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 9 10";
        assert_eq!(parse_start_time(stat), Some(4711));
    }

    #[test]
    fn knows_its_own_start_time() {
        let own = libc::pid_t::try_from(std::process::id()).unwrap();
        assert!(start_time(own).unwrap() > 0);
    }
}

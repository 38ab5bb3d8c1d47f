//! What the kernel tells of processes, and the few calls that concern the keeper's own.

use std::io;
use std::mem;
use std::os::fd::{FromRawFd, OwnedFd};

use crate::protocol::Exit;

/// Adopts the orphans among the keeper's descendants, so that it can reap them
/// (`PR_SET_CHILD_SUBREAPER`, prctl(2)).
pub fn become_subreaper() -> io::Result<()> {
    // SAFETY: prctl with this option takes plain integers.
    check(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }).map(drop)
}

/// Drops what the starter happened to hand on: its descriptors above the standard streams, which
/// would keep its pipes open for as long as machines run, and an ignored SIGCHLD, under which the
/// kernel would throw exit statuses away (wait(2)). Takes as many descriptors as it may.
pub fn become_tidy() {
    let mut files = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: plain integers and a structure that lives through the calls; the program has opened
    // nothing yet.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0);
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut files) == 0 {
            files.rlim_cur = files.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &files);
        }
    }
}

/// The pid of a child that has ended and is still to be reaped: until then the number is its own.
/// Looks once, or waits for ever.
pub fn ended_child(wait: bool) -> io::Result<Option<libc::pid_t>> {
    let flags = libc::WEXITED | libc::WNOWAIT | if wait { 0 } else { libc::WNOHANG };
    // SAFETY: all-zero is a value of this plain structure, and it lives through the call.
    let pid = unsafe {
        let mut info: libc::siginfo_t = mem::zeroed();
        check(libc::waitid(libc::P_ALL, 0, &mut info, flags))?;
        info.si_pid()
    };
    Ok((pid != 0).then_some(pid))
}

/// Reaps a child that has ended. What it leaves in its process group ends with it: nobody else
/// would ever end that, and the zombie still holds the group's number (setpgid(2)).
pub fn reap(pid: libc::pid_t) -> io::Result<Exit> {
    let mut status = 0;
    // SAFETY: kill takes plain integers; that no such group exists is well.
    unsafe { libc::kill(-pid, libc::SIGKILL) };
    // SAFETY: the status lives through the call.
    check(unsafe { libc::waitpid(pid, &mut status, libc::WNOHANG) })?;
    // Stops and continues were not asked for (wait(2)).
    Ok(if libc::WIFSIGNALED(status) {
        Exit::Signal(libc::WTERMSIG(status))
    } else {
        Exit::Code(libc::WEXITSTATUS(status))
    })
}

/// A descriptor that becomes readable when the process ends (pidfd_open(2)).
pub fn watch(pid: libc::pid_t) -> io::Result<OwnedFd> {
    // SAFETY: pidfd_open takes plain integers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = check(libc::c_int::try_from(fd).unwrap_or(-1))?;
    // SAFETY: pidfd_open just returned this descriptor, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
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

//! Processes that this one forks, their namespaces, signals and ends.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::system::{check, owned};

/// What became of a process that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Code(u32),
    Signal(u32),
}

/// A child in its own namespaces: its pid in ours, and a descriptor that is readable once it ended.
pub struct Child {
    pub pid: libc::pid_t,
    pub pidfd: OwnedFd,
}

/// Forks into new namespaces, straight into a cgroup. `None` in the child.
pub fn clone_into(namespaces: c_int, cgroup: Option<BorrowedFd>) -> io::Result<Option<Child>> {
    let mut pidfd: c_int = -1;
    // SAFETY: all zero is this struct's documented empty state.
    let mut arguments: libc::clone_args = unsafe { std::mem::zeroed() };
    arguments.flags = (namespaces | libc::CLONE_PIDFD) as u64;
    arguments.pidfd = (&raw mut pidfd) as u64;
    arguments.exit_signal = libc::SIGCHLD as u64;
    if let Some(cgroup) = cgroup {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: without CLONE_VM the child has its own copy of everything, on the same stack; the
    // agent has one thread, so no lock is held by a thread that the child does not have.
    let pid = check(unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw mut arguments,
            size_of::<libc::clone_args>(),
        )
    })?;
    if pid == 0 {
        return Ok(None);
    }
    Ok(Some(Child {
        pid: libc::pid_t::try_from(pid).map_err(io::Error::other)?,
        // SAFETY: CLONE_PIDFD stored a descriptor made for us.
        pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
    }))
}

const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Forks without anything new, for `init`. `None` in the child.
pub fn fork() -> io::Result<Option<libc::pid_t>> {
    // SAFETY: called by the container's single-threaded first process.
    let pid = check(unsafe { libc::fork() })?;
    Ok((pid != 0).then_some(libc::pid_t::try_from(pid).unwrap_or_default()))
}

/// Makes what this process forks from now on be in the pid namespace of another one.
pub fn set_child_pid_namespace(pidfd: BorrowedFd) -> io::Result<()> {
    join(pidfd, libc::CLONE_NEWPID)
}

/// Makes what this process forks be in its own pid namespace again.
pub fn reset_child_pid_namespace() -> io::Result<()> {
    // SAFETY: plain integers; one's own pid is always one.
    let own = unsafe { libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0) };
    join(owned(own)?.as_fd(), libc::CLONE_NEWPID)
}

/// Joins the namespaces of a process of the container; its root becomes this one's.
pub fn join_namespaces(pidfd: BorrowedFd) -> io::Result<()> {
    let others = libc::CLONE_NEWUTS | libc::CLONE_NEWIPC | libc::CLONE_NEWCGROUP;
    join(pidfd, libc::CLONE_NEWNS | others)
}

/// Sees the files as a process of the container does; its root becomes this one's.
pub fn join_mounts(pidfd: BorrowedFd) -> io::Result<()> {
    join(pidfd, libc::CLONE_NEWNS)
}

/// Ends this process without anything that belongs to the agent being run.
pub fn exit_now(code: c_int) -> ! {
    // SAFETY: does not return.
    unsafe { libc::_exit(code) }
}

fn join(pidfd: BorrowedFd, namespaces: c_int) -> io::Result<()> {
    // SAFETY: plain integers.
    check(unsafe { libc::setns(pidfd.as_raw_fd(), namespaces) }).map(drop)
}

pub fn unshare(namespaces: c_int) -> io::Result<()> {
    // SAFETY: plain integers.
    check(unsafe { libc::unshare(namespaces) }).map(drop)
}

/// Takes the status of a child that has ended; `None` while it has not.
pub fn reap(pidfd: BorrowedFd) -> io::Result<Option<Ended>> {
    // SAFETY: all zero is a valid `siginfo_t`.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let id = libc::id_t::try_from(pidfd.as_raw_fd()).map_err(io::Error::other)?;
    // SAFETY: fills the struct it is given.
    let result = unsafe {
        libc::waitid(
            libc::P_PIDFD,
            id,
            &raw mut info,
            libc::WEXITED | libc::WNOHANG,
        )
    };
    check(result)?;
    // SAFETY: `waitid` filled the SIGCHLD part, or left the pid 0 where nothing has ended.
    let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
    if pid == 0 {
        return Ok(None);
    }
    let status = status.unsigned_abs();
    Ok(Some(if info.si_code == libc::CLD_EXITED {
        Ended::Code(status)
    } else {
        Ended::Signal(status)
    }))
}

pub fn send_signal(pidfd: BorrowedFd, signal: c_int) -> io::Result<()> {
    let none = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: no siginfo, so the kernel makes its own.
    check(unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            signal,
            none,
            0,
        )
    })
    .map(drop)
}

/// Blocks every signal, and gives the set of all.
pub fn block_all_signals() -> libc::sigset_t {
    // SAFETY: all zero is a valid set, filled at once; both calls only read and write it.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
        all
    }
}

/// Takes the next of the blocked signals.
pub fn wait_signal(signals: &libc::sigset_t) -> Option<c_int> {
    let mut signal = 0;
    // SAFETY: reads the set and writes the number.
    let result = unsafe { libc::sigwait(signals, &raw mut signal) };
    (result == 0).then_some(signal)
}

/// Reaps any child that has ended: its pid, and its exit code as a shell would give it.
pub fn reap_any() -> Option<(libc::pid_t, c_int)> {
    let mut status = 0;
    // SAFETY: writes the status.
    let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
    if pid <= 0 {
        return None;
    }
    let code = if libc::WIFSIGNALED(status) {
        128 + libc::WTERMSIG(status)
    } else {
        libc::WEXITSTATUS(status)
    };
    Some((pid, code))
}

pub fn kill(pid: libc::pid_t, signal: c_int) {
    // SAFETY: plain integers. A process that has just ended is no error here.
    unsafe { libc::kill(pid, signal) };
}

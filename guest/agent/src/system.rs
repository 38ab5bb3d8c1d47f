//! Linux system calls that std does not have, each behind a safe function.

use std::ffi::{CStr, CString, c_int, c_long, c_ulong};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bytes::BytesMut;
use tokio::io::unix::AsyncFd;

/// Turns the C convention, -1 and errno, into a `Result`.
pub fn check(result: impl Into<c_long>) -> io::Result<c_long> {
    let result = result.into();
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// As `check`, for a call that makes a descriptor.
pub fn owned(result: impl Into<c_long>) -> io::Result<OwnedFd> {
    let fd = check(result)?;
    let fd = c_int::try_from(fd).map_err(io::Error::other)?;
    // SAFETY: the kernel just made this descriptor for us; nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A string for the kernel; one with a NUL inside cannot be handed over.
pub fn c_string(text: &str) -> io::Result<CString> {
    CString::new(text).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

/// A path for the kernel.
pub fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

fn clock_ns(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes the struct it is given; with a valid clock it cannot fail.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Nanoseconds since the kernel's start.
pub fn boot_time_ns() -> i64 {
    clock_ns(libc::CLOCK_BOOTTIME)
}

/// Unix time in nanoseconds.
pub fn wall_clock_ns() -> i64 {
    clock_ns(libc::CLOCK_REALTIME)
}

/// Sets the clock from the host's time at launch, unless the machine's own is nearer to it than a
/// real-time clock, which counts whole seconds, can be.
pub fn set_clock(launch_ns: i64) {
    const CLOSE_ENOUGH_NS: u64 = 200_000_000;
    let now = launch_ns + boot_time_ns();
    if launch_ns == 0 || wall_clock_ns().abs_diff(now) < CLOSE_ENOUGH_NS {
        return;
    }
    let time = libc::timespec {
        tv_sec: now.div_euclid(1_000_000_000),
        tv_nsec: now.rem_euclid(1_000_000_000),
    };
    // SAFETY: reads the struct it is given.
    if let Err(error) = check(unsafe { libc::clock_settime(libc::CLOCK_REALTIME, &raw const time) })
    {
        eprintln!("kctl-agent: setting the clock: {error}");
    }
}

pub fn mkdir(path: &CStr, mode: libc::mode_t) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    check(unsafe { libc::mkdir(path.as_ptr(), mode) }).map(drop)
}

pub fn mknod(path: &CStr, mode: libc::mode_t, device: libc::dev_t) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    check(unsafe { libc::mknod(path.as_ptr(), mode, device) }).map(drop)
}

pub fn symlink(target: &CStr, path: &CStr) -> io::Result<()> {
    // SAFETY: two NUL-terminated paths.
    check(unsafe { libc::symlink(target.as_ptr(), path.as_ptr()) }).map(drop)
}

pub fn chdir(path: &CStr) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    check(unsafe { libc::chdir(path.as_ptr()) }).map(drop)
}

pub fn chroot(path: &CStr) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    check(unsafe { libc::chroot(path.as_ptr()) }).map(drop)
}

/// Swaps the root of the mount namespace.
pub fn pivot_root(new: &CStr, old: &CStr) -> io::Result<()> {
    // SAFETY: two NUL-terminated paths.
    check(unsafe { libc::syscall(libc::SYS_pivot_root, new.as_ptr(), old.as_ptr()) }).map(drop)
}

pub fn open(path: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    open_at(None, path, flags)
}

/// Opens beneath `directory`, or the current one.
pub fn open_at(directory: Option<BorrowedFd>, path: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    let directory = directory.map_or(libc::AT_FDCWD, |fd| fd.as_raw_fd());
    // SAFETY: a NUL-terminated path and, where O_CREAT is among the flags, a mode.
    owned(unsafe { libc::openat(directory, path.as_ptr(), flags | libc::O_CLOEXEC, 0o644) })
}

/// Opens beneath `directory` by rules of `openat2`: `RESOLVE_*`.
pub fn open_within(
    directory: BorrowedFd,
    path: &CStr,
    flags: c_int,
    resolve: u64,
) -> io::Result<OwnedFd> {
    // SAFETY: all zero is this struct's documented empty state.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = (flags | libc::O_CLOEXEC) as u64;
    how.resolve = resolve;
    // SAFETY: a NUL-terminated path and a struct with its size.
    owned(unsafe {
        libc::syscall(
            libc::SYS_openat2,
            directory.as_raw_fd(),
            path.as_ptr(),
            &raw const how,
            size_of::<libc::open_how>(),
        )
    })
}

/// Reads until the buffer is full or the file ends, without std's probing reads.
pub fn read(fd: BorrowedFd, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the kernel writes at most the buffer's length into it.
    let count = check(unsafe {
        libc::read(fd.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) as c_long
    })?;
    usize::try_from(count).map_err(io::Error::other)
}

/// Reads once, onto the end of the buffer and into no more than the space it has.
pub fn read_onto(fd: BorrowedFd, buffer: &mut BytesMut) -> io::Result<usize> {
    let space = buffer.spare_capacity_mut();
    // SAFETY: the kernel writes at most the space's length into it.
    let count = check(unsafe {
        libc::read(fd.as_raw_fd(), space.as_mut_ptr().cast(), space.len()) as c_long
    })?;
    let count = usize::try_from(count).map_err(io::Error::other)?;
    // SAFETY: as many bytes after the old length were just written.
    unsafe { buffer.set_len(buffer.len() + count) };
    Ok(count)
}

/// How much can be read at once from a pipe or a terminal.
pub fn readable_bytes(fd: BorrowedFd) -> usize {
    let mut count: c_int = 0;
    // SAFETY: FIONREAD writes an int. Failing leaves it 0.
    unsafe { libc::ioctl(fd.as_raw_fd(), libc::FIONREAD, &raw mut count) };
    usize::try_from(count).unwrap_or(0)
}

pub fn write(fd: BorrowedFd, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: the kernel reads at most the slice's length from it.
    let count = check(unsafe {
        libc::write(fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) as c_long
    })?;
    usize::try_from(count).map_err(io::Error::other)
}

/// A pipe, both ends closed by exec: (read end, write end).
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut fds = [0; 2];
    // SAFETY: writes two descriptors into the array.
    check(unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) })?;
    // SAFETY: both were just made for us.
    Ok(unsafe { (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])) })
}

/// Makes a descriptor of ours one that the event loop waits for.
pub fn watch(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    set_nonblocking(fd.as_fd())?;
    // SAFETY: an `OwnedFd` keeps its descriptor open, and the same, until it is dropped.
    unsafe { AsyncFd::register(fd) }.map_err(Into::into)
}

fn set_nonblocking(fd: BorrowedFd) -> io::Result<()> {
    // SAFETY: plain integers.
    check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }).map(drop)
}

/// Copies a descriptor onto a number, where it survives exec.
pub fn duplicate_onto(fd: BorrowedFd, number: c_int) -> io::Result<()> {
    // SAFETY: plain integers; the numbers used (0 to 2) belong to the standard streams.
    check(unsafe { libc::dup2(fd.as_raw_fd(), number) }).map(drop)
}

/// Marks every descriptor from `first` on to be closed by exec, or closes them at once.
pub fn close_from(first: u32, now: bool) -> io::Result<()> {
    let flags = if now { 0 } else { libc::CLOSE_RANGE_CLOEXEC };
    // SAFETY: plain integers. Closing at once happens only in `init`, which uses none of them again.
    check(unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, flags) }).map(drop)
}

pub fn set_host_name(name: &str) -> io::Result<()> {
    // SAFETY: a pointer and its length.
    check(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }).map(drop)
}

pub fn set_domain_name(name: &str) -> io::Result<()> {
    // SAFETY: a pointer and its length.
    check(unsafe { libc::setdomainname(name.as_ptr().cast(), name.len()) }).map(drop)
}

pub fn set_session() -> io::Result<()> {
    // SAFETY: no arguments.
    check(unsafe { libc::setsid() }).map(drop)
}

pub fn set_umask(mask: libc::mode_t) {
    // SAFETY: cannot fail.
    unsafe { libc::umask(mask) };
}

pub fn set_limit(resource: libc::__rlimit_resource_t, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: reads the struct it is given.
    check(unsafe { libc::setrlimit(resource, &raw const limit) }).map(drop)
}

pub fn prctl(option: c_int, argument: c_ulong) -> io::Result<()> {
    // SAFETY: only called with options whose argument is a plain number.
    check(unsafe { libc::prctl(option, argument, 0, 0, 0) }).map(drop)
}

pub fn change_owner(fd: c_int, uid: libc::uid_t) -> io::Result<()> {
    // SAFETY: plain integers; a gid of -1 leaves the group alone.
    check(unsafe { libc::fchown(fd, uid, libc::gid_t::MAX) }).map(drop)
}

/// Becomes another user for good; the capabilities go with root.
pub fn become_user(uid: libc::uid_t, gid: libc::gid_t, groups: &[libc::gid_t]) -> io::Result<()> {
    // SAFETY: a pointer and its length; raw calls, since glibc's wrappers signal threads.
    check(unsafe { libc::syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr()) })?;
    // SAFETY: plain integers.
    check(unsafe { libc::syscall(libc::SYS_setgid, gid) })?;
    // SAFETY: plain integers.
    check(unsafe { libc::syscall(libc::SYS_setuid, uid) }).map(drop)
}

/// Puts signals back to what a fresh process expects: nothing blocked, SIGPIPE deadly.
pub fn reset_signals() {
    // SAFETY: sets a default action and an empty mask; both arguments are valid.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// Brings up the loopback interface.
pub fn loopback_up() -> io::Result<()> {
    // SAFETY: plain integers.
    let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    let socket = owned(socket)?;
    // SAFETY: all zero is a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: the request is an `ifreq`, as SIOCSIFFLAGS wants it.
    check(unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) })
        .map(drop)
}

/// Lets only emergencies through to the console: a container can provoke kernel messages.
pub fn quiet_console() {
    const SYSLOG_ACTION_CONSOLE_LEVEL: c_int = 8;
    let none = std::ptr::null_mut::<libc::c_char>();
    // SAFETY: this action takes a level and no buffer. Failing leaves the console as it was.
    unsafe { libc::klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, none, 1) };
}

/// Whether the calling process, with its real user, could execute this file.
pub fn may_execute(path: &CStr) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    let result =
        unsafe { libc::faccessat(libc::AT_FDCWD, path.as_ptr(), libc::X_OK, libc::AT_EACCESS) };
    check(result).map(drop)
}

/// Replaces this process. Returns only on failure.
pub fn execute(path: &CStr, args: &[CString], env: &[CString]) -> io::Error {
    let list = |strings: &[CString]| {
        let mut pointers: Vec<_> = strings.iter().map(|s| s.as_ptr()).collect();
        pointers.push(std::ptr::null());
        pointers
    };
    let (args, env) = (list(args), list(env));
    // SAFETY: NULL-terminated lists of NUL-terminated strings that outlive the call.
    unsafe { libc::execve(path.as_ptr(), args.as_ptr(), env.as_ptr()) };
    io::Error::last_os_error()
}

/// Makes the calling process the foreground group of its terminal. SIGTTOU must be blocked.
pub fn take_foreground() -> io::Result<()> {
    // SAFETY: plain integers.
    check(unsafe { libc::setpgid(0, 0) })?;
    // SAFETY: plain integers.
    check(unsafe { libc::tcsetpgrp(0, libc::getpid()) }).map(drop)
}

/// Whether nothing can be written there.
pub fn is_read_only(path: &Path) -> io::Result<bool> {
    let path = c_path(path)?;
    // SAFETY: all zero is a valid `statvfs`.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: a NUL-terminated path, and fills the struct it is given.
    check(unsafe { libc::statvfs(path.as_ptr(), &raw mut found) })?;
    Ok(found.f_flag & libc::ST_RDONLY != 0)
}

/// When a file was changed, in seconds and nanoseconds; a link is not followed.
pub fn set_times(path: &Path, (seconds, nanoseconds): (i64, u32)) -> io::Result<()> {
    let path = c_path(path)?;
    let time = libc::timespec {
        tv_sec: seconds,
        tv_nsec: nanoseconds.into(),
    };
    let times = [time, time];
    // SAFETY: a NUL-terminated path and two times.
    check(unsafe {
        libc::utimensat(
            libc::AT_FDCWD,
            path.as_ptr(),
            times.as_ptr(),
            libc::AT_SYMLINK_NOFOLLOW,
        )
    })
    .map(drop)
}

/// What is left of a file system: (bytes, inodes).
pub fn room_of(path: &CStr) -> io::Result<(u64, u64)> {
    // SAFETY: all zero is a valid `statvfs`.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: a NUL-terminated path, and fills the struct it is given.
    check(unsafe { libc::statvfs(path.as_ptr(), &raw mut found) })?;
    Ok((found.f_bavail.saturating_mul(found.f_frsize), found.f_ffree))
}

/// Writes everything to the disks.
pub fn sync() {
    // SAFETY: no arguments.
    unsafe { libc::sync() };
}

/// Switches the machine off.
pub fn power_off() -> io::Error {
    // SAFETY: a plain number. Returns only on failure.
    unsafe { libc::reboot(libc::RB_POWER_OFF) };
    io::Error::last_os_error()
}

/// What `uname -r` prints.
pub fn kernel_release() -> String {
    // SAFETY: all zero is a valid `utsname`, an empty one.
    let mut names: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: fills the struct it is given.
    unsafe { libc::uname(&raw mut names) };
    // SAFETY: the kernel ends the field with a NUL.
    let release = unsafe { CStr::from_ptr(names.release.as_ptr()) };
    release.to_string_lossy().into_owned()
}

/// The machine's memory in bytes: (all, what could be had).
pub fn memory() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    (field(&text, "MemTotal:"), field(&text, "MemAvailable:"))
}

fn field(meminfo: &str, name: &str) -> u64 {
    meminfo
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .and_then(|kib| kib.parse::<u64>().ok())
        .map_or(0, |kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_meminfo() {
        let text = "MemTotal:         123 kB\nMemFree: 1 kB\nMemAvailable:      45 kB\n";
        assert_eq!(field(text, "MemTotal:"), 123 * 1024);
        assert_eq!(field(text, "MemAvailable:"), 45 * 1024);
        assert_eq!(field(text, "SwapTotal:"), 0);
    }
}

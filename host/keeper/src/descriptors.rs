//! Owned file descriptors: opening, piping, moving out of the way.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::process::check;

/// Descriptors that are to be handed on are kept above this number, out of the way of the numbers
/// that they get in the child.
const OUT_OF_THE_WAY: libc::c_int = 512;

/// Opens a file with the keeper's rights; a symbolic link at the end of the path is refused.
pub fn open(path: &Path, flags: libc::c_int) -> io::Result<OwnedFd> {
    let name = CString::new(path.as_os_str().as_bytes())?;
    let flags = flags | libc::O_CLOEXEC | libc::O_NOFOLLOW;
    // SAFETY: the name is a NUL-terminated string that lives through the call.
    let fd = check(unsafe { libc::open(name.as_ptr(), flags, 0o600) })?;
    // SAFETY: open just returned this descriptor, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A pipe: its reading and its writing end, both closed on exec.
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    // SAFETY: the array has room for the two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    // SAFETY: pipe2 just returned these descriptors, and nobody else owns them.
    Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) })
}

/// The same open file under a number that no child asks for.
pub fn out_of_the_way(fd: &OwnedFd) -> io::Result<OwnedFd> {
    // SAFETY: F_DUPFD_CLOEXEC takes an integer.
    let moved = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, OUT_OF_THE_WAY) };
    let moved = check(moved)?;
    // SAFETY: fcntl just returned this descriptor, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(moved) })
}

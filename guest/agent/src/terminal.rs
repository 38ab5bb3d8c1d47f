//! The container's terminal: a pty of its own devpts, so that its name is right inside.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::mounts::FileSystem;
use crate::system::{check, open_within};

/// The file system for the container's /dev/pts, attached nowhere yet.
pub fn devpts() -> io::Result<OwnedFd> {
    let pts = FileSystem::open(c"devpts")?;
    let options: [(&CStr, &CStr); 3] = [(c"ptmxmode", c"0666"), (c"mode", c"0620"), (c"gid", c"5")];
    for (key, value) in options {
        pts.set(key, value)?;
    }
    pts.flag(c"newinstance")?;
    pts.mount(libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC)
}

/// Opens the next pty of a devpts: (the agent's side, the container's side).
pub fn open_pair(devpts: BorrowedFd) -> io::Result<(OwnedFd, OwnedFd)> {
    // Nothing that a container may have put over it.
    let how = libc::RESOLVE_NO_XDEV | libc::RESOLVE_NO_SYMLINKS;
    let master = open_within(devpts, c"ptmx", libc::O_RDWR | libc::O_NOCTTY, how)?;
    let unlocked: libc::c_int = 0;
    // SAFETY: TIOCSPTLCK reads an int.
    let result = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const unlocked) };
    check(result)?;
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: TIOCGPTPEER takes flags and makes a descriptor.
    let slave = check(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags) })?;
    let slave = libc::c_int::try_from(slave).map_err(io::Error::other)?;
    // SAFETY: made for us just now.
    Ok((master, unsafe { OwnedFd::from_raw_fd(slave) }))
}

/// Sets the size; programs inside get SIGWINCH.
pub fn resize(terminal: &impl AsFd, rows: u32, columns: u32) -> io::Result<()> {
    let clamp = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let size = libc::winsize {
        ws_row: clamp(rows),
        ws_col: clamp(columns),
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let fd = terminal.as_fd().as_raw_fd();
    // SAFETY: TIOCSWINSZ reads a `winsize`.
    check(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size) }).map(drop)
}

/// Makes the terminal that of the calling session.
pub fn control(terminal: BorrowedFd) -> io::Result<()> {
    // SAFETY: TIOCSCTTY takes a number.
    check(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}

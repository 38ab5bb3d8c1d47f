//! Mount system calls, old and new style.

use std::ffi::{CStr, c_ulong};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

use crate::system::check;

pub const NO_SUID_DEV_EXEC: c_ulong = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;

/// `mount(2)`: a file system of type `kind` from `source` at `target`.
pub fn mount(
    source: &CStr,
    target: &CStr,
    kind: &CStr,
    flags: c_ulong,
    data: &CStr,
) -> io::Result<()> {
    // SAFETY: NUL-terminated strings; every file system used here takes its data as a string.
    let result = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            data.as_ptr().cast(),
        )
    };
    check(result).map(drop)
}

pub fn bind(source: &CStr, target: &CStr) -> io::Result<()> {
    mount(source, target, c"", libc::MS_BIND, c"")
}

pub fn move_onto(source: &CStr, target: &CStr) -> io::Result<()> {
    mount(source, target, c"", libc::MS_MOVE, c"")
}

/// Makes the mount at `target` read-only, keeping its other flags.
pub fn make_read_only(target: &CStr) -> io::Result<()> {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: a NUL-terminated path and a struct with its size.
    check(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            target.as_ptr(),
            0,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    })
    .map(drop)
}

/// Makes the current directory the root, and lets go of the whole tree that was there.
pub fn unmount_old_root() -> io::Result<()> {
    // The old root ends up on top of the new one, both at ".".
    crate::system::pivot_root(c".", c".")?;
    unmount(c".", libc::MNT_DETACH)?;
    crate::system::chdir(c"/")
}

pub fn unmount(target: &CStr, flags: i32) -> io::Result<()> {
    // SAFETY: a NUL-terminated path.
    check(unsafe { libc::umount2(target.as_ptr(), flags) }).map(drop)
}

fn owned(result: impl Into<libc::c_long>) -> io::Result<OwnedFd> {
    let fd = i32::try_from(check(result)?).map_err(io::Error::other)?;
    // SAFETY: the kernel just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A mount that is nowhere yet: a copy of what is at `path`.
pub fn detached_copy(path: &CStr) -> io::Result<OwnedFd> {
    let flags = libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC;
    // SAFETY: a NUL-terminated path.
    owned(unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, path.as_ptr(), flags) })
}

/// Puts a mount that is nowhere yet at `target`.
pub fn attach(mount: BorrowedFd, target: &CStr) -> io::Result<()> {
    // SAFETY: NUL-terminated paths; an empty one means the descriptor itself.
    check(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            target.as_ptr(),
            libc::MOVE_MOUNT_F_EMPTY_PATH,
        )
    })
    .map(drop)
}

/// A file system being configured, option by option: no limit of one page for all of them.
pub struct FileSystem(OwnedFd);

impl FileSystem {
    pub fn open(kind: &CStr) -> io::Result<Self> {
        // SAFETY: a NUL-terminated name.
        owned(unsafe { libc::syscall(libc::SYS_fsopen, kind.as_ptr(), libc::FSOPEN_CLOEXEC) })
            .map(Self)
    }

    fn configure(&self, command: u32, key: *const i8, value: *const i8) -> io::Result<()> {
        // SAFETY: key and value are NUL-terminated, or null where the command takes none.
        check(unsafe {
            libc::syscall(
                libc::SYS_fsconfig,
                self.0.as_raw_fd(),
                command,
                key,
                value,
                0,
            )
        })
        .map(drop)
    }

    pub fn set(&self, key: &CStr, value: &CStr) -> io::Result<()> {
        self.configure(libc::FSCONFIG_SET_STRING, key.as_ptr(), value.as_ptr())
    }

    pub fn flag(&self, key: &CStr) -> io::Result<()> {
        self.configure(libc::FSCONFIG_SET_FLAG, key.as_ptr(), ptr::null())
    }

    /// Makes the mount, attached to nothing yet. `attributes`: `MOUNT_ATTR_*`.
    pub fn mount(self, attributes: u64) -> io::Result<OwnedFd> {
        self.configure(libc::FSCONFIG_CMD_CREATE, ptr::null(), ptr::null())?;
        let fs = self.0.as_fd().as_raw_fd();
        // SAFETY: plain integers.
        owned(unsafe { libc::syscall(libc::SYS_fsmount, fs, libc::FSMOUNT_CLOEXEC, attributes) })
    }
}

//! Extended attributes of files: a program's capabilities, and what users put there. The kernel's
//! and the overlay's own stay where they are.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::system::check;

/// The kernel's bounds.
const LONGEST_LIST: usize = 64 << 10;
const LONGEST_VALUE: usize = 64 << 10;

pub const CAPABILITY: &CStr = c"security.capability";
/// Marks a mount point that the agent made and no image has.
const MADE: &CStr = c"trusted.kctl.made";

/// Whether an attribute is a part of the file as its users see it.
pub fn is_visible(name: &[u8]) -> bool {
    name == CAPABILITY.to_bytes() || name.starts_with(b"user.")
}

/// Those of a file that are visible, a link not followed; none where they cannot be read.
pub fn read(path: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else {
        return Vec::new();
    };
    let mut list = vec![0_u8; LONGEST_LIST];
    // SAFETY: a NUL-terminated path, and a buffer with its length.
    let length = unsafe { libc::llistxattr(path.as_ptr(), list.as_mut_ptr().cast(), list.len()) };
    list.truncate(usize::try_from(length).unwrap_or(0));
    list.split(|byte| *byte == 0)
        .filter(|name| is_visible(name))
        .filter_map(|name| {
            let value = get(&path, &CString::new(name).ok()?)?;
            Some((name.to_vec(), value))
        })
        .collect()
}

/// The value of one, a link not followed.
pub fn get(path: &CStr, name: &CStr) -> Option<Vec<u8>> {
    let mut value = vec![0_u8; LONGEST_VALUE];
    // SAFETY: two NUL-terminated strings, and a buffer with its length.
    let length = unsafe {
        libc::lgetxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_mut_ptr().cast(),
            value.len(),
        )
    };
    value.truncate(usize::try_from(length).ok()?);
    Some(value)
}

/// # Errors
/// The kernel's.
pub fn set(file: BorrowedFd, name: &[u8], value: &[u8]) -> io::Result<()> {
    let name = CString::new(name).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // SAFETY: a NUL-terminated name, and a value with its length.
    check(unsafe {
        libc::fsetxattr(
            file.as_raw_fd(),
            name.as_ptr(),
            value.as_ptr().cast(),
            value.len(),
            0,
        )
    })
    .map(drop)
}

/// Marks a mount point, so that it is no change of the container's.
pub fn mark_made(path: &CStr) -> io::Result<()> {
    // SAFETY: two NUL-terminated strings, and a value of no length.
    check(unsafe { libc::lsetxattr(path.as_ptr(), MADE.as_ptr(), [].as_ptr(), 0, 0) }).map(drop)
}

pub fn is_made(path: &CStr) -> bool {
    get(path, MADE).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_is_the_kernel_s() {
        assert!(is_visible(b"security.capability"));
        assert!(is_visible(b"user.mime"));
        for name in ["trusted.overlay.opaque", "security.selinux", ""] {
            assert!(!is_visible(name.as_bytes()), "{name}");
        }
    }
}

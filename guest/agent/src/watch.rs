//! Files of the kernel's that change by themselves.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use tokio::io::unix::AsyncFd;

use crate::system::{self, check, owned};

/// The changes of one file, from the call of `of` on.
pub struct FileChanges(AsyncFd<OwnedFd>);

impl FileChanges {
    pub fn of(path: &CStr) -> io::Result<Self> {
        // SAFETY: plain integers.
        let inotify = owned(unsafe { libc::inotify_init1(libc::IN_CLOEXEC) })?;
        // SAFETY: a NUL-terminated path.
        check(unsafe {
            libc::inotify_add_watch(inotify.as_raw_fd(), path.as_ptr(), libc::IN_MODIFY)
        })?;
        system::watch(inotify).map(Self)
    }

    /// Waits until the file has changed since the last time.
    pub async fn next(&self) -> io::Result<()> {
        // Room for more than one event: they say nothing beside that they happened.
        let mut events = [0; 4096];
        loop {
            let mut ready = self.0.readable().await?;
            if let Ok(read) = ready.try_io(|fd| system::read(fd.as_fd(), &mut events)) {
                return read.map(drop);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[tokio::test]
    async fn sees_what_changed_since_the_last_time() {
        let file = std::env::temp_dir().join(format!("kctl-watch-{}", std::process::id()));
        fs::write(&file, "a").expect("written");
        let path = system::c_string(&file.to_string_lossy()).expect("a path");
        let changes = FileChanges::of(&path).expect("watched");
        fs::write(&file, "b").expect("written");
        changes.next().await.expect("a change");
        fs::remove_file(&file).expect("removed");
    }
}

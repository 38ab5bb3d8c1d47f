//! Capped logs: whatever a process prints, its log stays within its bound.
//!
//! The first 256 KiB stay in `NAME`. What follows goes to `NAME.tail`; each time that holds 512 KiB it
//! becomes `NAME.tail.1`: together the last 512 KiB to 1 MiB.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::descriptors;

const HEAD: usize = 256 * 1024;
const TAIL_SEGMENT: usize = 512 * 1024;
const CHUNK: usize = 64 * 1024;
/// A flood is read at 6 MiB a second at most: its writer waits, and the keeper's CPU stays free.
const FLOOD_PAUSE: Duration = Duration::from_millis(10);
const THREAD_STACK: usize = 64 * 1024;

/// Opens the log anew and returns the writing end of a pipe that is drained into it until its last
/// writer has closed it.
pub fn capped(path: &Path) -> io::Result<OwnedFd> {
    let log = CappedLog::create(path)?;
    let (read, write) = descriptors::pipe()?;
    thread::Builder::new()
        .name("log".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(move || drain(File::from(read), log))?;
    Ok(write)
}

fn drain(mut from: File, mut to: CappedLog) {
    let mut chunk = vec![0; CHUNK];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return,
            Ok(count) => {
                to.write(&chunk[..count]);
                if to.is_past_head() {
                    thread::sleep(FLOOD_PAUSE);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

struct CappedLog {
    path: PathBuf,
    file: File,
    /// Bytes in the file that is written to.
    filled: usize,
    in_tail: bool,
}

impl CappedLog {
    fn create(path: &Path) -> io::Result<Self> {
        for old in [tail(path), older_tail(path)] {
            match std::fs::remove_file(old) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file: create(path)?,
            filled: 0,
            in_tail: false,
        })
    }

    fn is_past_head(&self) -> bool {
        self.in_tail
    }

    /// A full disk loses lines of the log and nothing else: its writer must not be held up.
    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = self.capacity() - self.filled;
            if room == 0 {
                if self.next_segment().is_err() {
                    return;
                }
                continue;
            }
            match self.file.write(&bytes[..room.min(bytes.len())]) {
                Ok(count) if count > 0 => {
                    self.filled += count;
                    bytes = &bytes[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => return,
            }
        }
    }

    fn capacity(&self) -> usize {
        if self.in_tail {
            TAIL_SEGMENT
        } else {
            HEAD
        }
    }

    fn next_segment(&mut self) -> io::Result<()> {
        if self.in_tail {
            std::fs::rename(tail(&self.path), older_tail(&self.path))?;
        }
        self.file = create(&tail(&self.path))?;
        self.in_tail = true;
        self.filled = 0;
        Ok(())
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
}

fn tail(path: &Path) -> PathBuf {
    with_suffix(path, ".tail")
}

fn older_tail(path: &Path) -> PathBuf {
    with_suffix(path, ".tail.1")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(path: &Path) -> usize {
        usize::try_from(std::fs::metadata(path).unwrap().len()).unwrap()
    }

    #[test]
    fn keeps_the_beginning_and_the_end_of_a_flood() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut log = CappedLog::create(&path).unwrap();
        log.write(b"first");
        for _ in 0..100 {
            log.write(&[b'x'; 100_000]);
        }
        log.write(b"last");
        assert!(std::fs::read(&path).unwrap().starts_with(b"first"));
        assert_eq!(length(&path), HEAD);
        assert!(std::fs::read(tail(&path)).unwrap().ends_with(b"last"));
        assert_eq!(length(&older_tail(&path)), TAIL_SEGMENT);
    }

    #[test]
    fn begins_anew_for_the_next_process() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        CappedLog::create(&path).unwrap().write(&[b'x'; HEAD + 1]);
        CappedLog::create(&path).unwrap().write(b"new");
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert!(!tail(&path).exists());
    }
}

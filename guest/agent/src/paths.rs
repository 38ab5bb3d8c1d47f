//! Paths of the container, looked up in the root of the calling worker.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use tonic::Code;

use crate::proto::PathStat;
use crate::worker::Refusal;

/// As many symbolic links as the kernel follows.
const MOST_LINKS: usize = 40;

/// # Errors
/// `INVALID_ARGUMENT` for a path that is not absolute.
pub fn absolute(path: &str) -> Result<&Path, Refusal> {
    let path = Path::new(path);
    if path.is_absolute() {
        return Ok(path);
    }
    let message = format!("{path:?} is not an absolute path");
    Err(Refusal::new(Code::InvalidArgument, message))
}

/// The last part as it was written, `.` too; `/` for the root.
pub fn last_part(path: &Path) -> String {
    let text = path.to_string_lossy();
    match text.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => "/".to_owned(),
        Some(name) => name.to_owned(),
    }
}

/// # Errors
/// `NOT_FOUND` where there is nothing.
pub fn stat(path: &str) -> Result<PathStat, Refusal> {
    let path = absolute(path)?;
    let found = fs::symlink_metadata(path).map_err(|error| missing(path, &error))?;
    let link_target = if found.file_type().is_symlink() {
        let target = resolve(path).map_err(|error| missing(path, &error))?;
        target.to_string_lossy().into_owned()
    } else {
        String::new()
    };
    Ok(PathStat {
        name: last_part(path),
        size: found.size(),
        mode: found.mode(),
        mtime_ns: found
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(found.mtime_nsec()),
        link_target,
        uid: found.uid(),
        gid: found.gid(),
    })
}

/// A path that leads through something that is no directory leads nowhere.
pub fn missing(path: &Path, error: &io::Error) -> Refusal {
    let mut refusal = Refusal::of(format_args!("{path:?}"), error);
    if error.raw_os_error() == Some(libc::ENOTDIR) {
        refusal.code = Code::NotFound;
    }
    refusal
}

/// Follows every symbolic link; what is not there stays as it is written.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut pending: VecDeque<PathBuf> = parts(path).collect();
    let mut resolved = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = pending.pop_front() {
        if part.as_os_str() == OsStr::from_bytes(b"..") {
            resolved.pop();
            continue;
        }
        let candidate = resolved.join(&part);
        let Ok(target) = fs::read_link(&candidate) else {
            resolved = candidate;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return Err(io::Error::from_raw_os_error(libc::ELOOP));
        }
        if target.is_absolute() {
            resolved = PathBuf::from("/");
        }
        for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
            pending.push_front(part);
        }
    }
    Ok(resolved)
}

fn parts(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(_) | Component::ParentDir => Some(PathBuf::from(component.as_os_str())),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn names_a_path_by_its_last_part() {
        for (path, name) in [
            ("/", "/"),
            ("//", "/"),
            ("/a/b", "b"),
            ("/a/b/", "b"),
            ("/a/.", "."),
        ] {
            assert_eq!(last_part(Path::new(path)), name, "{path}");
        }
    }

    #[test]
    fn tells_where_a_link_leads() {
        let directory = std::env::temp_dir().join(format!("kctl-paths-{}", std::process::id()));
        fs::create_dir_all(directory.join("d")).expect("made");
        let link = |target: &str, name: &str| {
            symlink(target, directory.join(name)).expect("made");
            directory.join(name).to_string_lossy().into_owned()
        };
        let nowhere = link("d/../d/none/x", "a");
        let absolute = link("/../../none", "b");
        let loops = link("c", "c");
        let target = |path: &str| stat(path).map(|found| found.link_target);
        let expected = directory.join("d/none/x").to_string_lossy().into_owned();
        assert_eq!(target(&nowhere), Ok(expected));
        assert_eq!(target(&absolute), Ok("/none".to_owned()));
        assert_eq!(
            target(&loops).expect_err("refused").code,
            Code::FailedPrecondition
        );
        fs::remove_dir_all(&directory).expect("removed");
    }

    #[test]
    fn says_what_is_not_there() {
        assert_eq!(stat("/none").expect_err("refused").code, Code::NotFound);
        let through = stat("/etc/passwd/x").expect_err("refused");
        assert_eq!(through.code, Code::NotFound);
        assert_eq!(
            stat("etc").expect_err("refused").code,
            Code::InvalidArgument
        );
    }
}

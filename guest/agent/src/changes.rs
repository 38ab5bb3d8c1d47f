//! What differs from the image: the overlay's upper directory against the layers beneath.
//!
//! As Docker has it: a directory is a change where its owner or mode is another or where something
//! in it changed, a file where its size or time differ too. Sorted by path, part by part.

use std::collections::BTreeSet;
use std::ffi::{CStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use prost::Message;
use tonic::Code;

use crate::proto::Change;
use crate::proto::change::Kind;
use crate::worker::Refusal;
use crate::{attributes, rootfs, system};

const OPAQUE: &CStr = c"trusted.overlay.opaque";
const DEEPEST: usize = 2048;

/// Writes the changes, each after its length. To be called with mounts of one's own.
///
/// # Errors
/// Where the file system cannot be read.
pub fn write(layers: usize, output: File) -> Result<(), Refusal> {
    let lower = rootfs::mount_layers_alone(layers)
        .map_err(|failure| Refusal::new(Code::Internal, failure.message))?;
    let mut walk = Walk {
        output: BufWriter::new(output),
        above: Vec::new(),
    };
    let upper = Path::new(rootfs::UPPER);
    walk.directory(upper, Some(Path::new(&lower)), Path::new("/"), DEEPEST)
        .and_then(|()| walk.output.flush())
        .map_err(|error| Refusal::of("looking for changes", &error))
}

struct Walk<W: Write> {
    output: BufWriter<W>,
    /// Directories on the way that become changes when something in them is one.
    above: Vec<(Kind, PathBuf)>,
}

impl<W: Write> Walk<W> {
    /// `lower` is what was at this path, where that was a directory.
    fn directory(
        &mut self,
        upper: &Path,
        lower: Option<&Path>,
        path: &Path,
        depth: usize,
    ) -> io::Result<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
        };
        let mut names = names(upper)?;
        if let Some(lower) = lower {
            if is_opaque(upper) {
                names.extend(self::names(lower)?);
            }
        }
        for name in names {
            let before = lower.map(|lower| lower.join(&name));
            self.entry(
                &upper.join(&name),
                before.as_deref(),
                path.join(&name),
                depth,
            )?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        upper: &Path,
        lower: Option<&Path>,
        path: PathBuf,
        depth: usize,
    ) -> io::Result<()> {
        let before = lower.and_then(|lower| fs::symlink_metadata(lower).ok());
        let now = match fs::symlink_metadata(upper) {
            Ok(now) if !is_whiteout(&now) => now,
            Ok(_) | Err(_) if before.is_some() => return self.say(Kind::Deleted, &path),
            _ => return Ok(()),
        };
        let made = before.is_none() && attributes::is_made(&system::c_path(upper)?);
        let said = match &before {
            // A file that was put in a mount point's place is no longer the agent's.
            None if made => now.is_file() && now.size() > 0,
            None => true,
            Some(before) => differs(&now, upper, before, lower),
        };
        let kind = match before {
            None => Kind::Added,
            Some(_) => Kind::Modified,
        };
        if said {
            self.say(kind, &path)?;
        }
        if !now.is_dir() {
            return Ok(());
        }
        let lower = lower.filter(|_| before.is_some_and(|before| before.is_dir()));
        if said {
            return self.directory(upper, lower, &path, depth);
        }
        self.above.push((kind, path.clone()));
        self.directory(upper, lower, &path, depth)?;
        if self.above.last().is_some_and(|(_, last)| *last == path) {
            self.above.pop();
        }
        Ok(())
    }

    fn say(&mut self, kind: Kind, path: &Path) -> io::Result<()> {
        for (kind, path) in std::mem::take(&mut self.above) {
            self.put(kind, &path)?;
        }
        self.put(kind, path)
    }

    fn put(&mut self, kind: Kind, path: &Path) -> io::Result<()> {
        let change = Change {
            kind: kind.into(),
            path: path.to_string_lossy().into_owned(),
        };
        self.output
            .write_all(&change.encode_length_delimited_to_vec())
    }
}

fn names(directory: &Path) -> io::Result<BTreeSet<OsString>> {
    fs::read_dir(directory)?
        .map(|entry| Ok(entry?.file_name()))
        .collect()
}

fn is_whiteout(found: &Metadata) -> bool {
    found.file_type().is_char_device() && found.rdev() == 0
}

fn is_opaque(directory: &Path) -> bool {
    let value = system::c_path(directory)
        .ok()
        .and_then(|path| attributes::get(&path, OPAQUE));
    value.as_deref() == Some(b"y")
}

/// By mode (with the kind), owner, device and a program's capabilities; by size and time where it is
/// no directory.
fn differs(now: &Metadata, upper: &Path, before: &Metadata, lower: Option<&Path>) -> bool {
    let same = |of: fn(&Metadata) -> u64| of(now) == of(before);
    let capabilities = |path: &Path| {
        let path = system::c_path(path).ok()?;
        attributes::get(&path, attributes::CAPABILITY)
    };
    let alike = same(|found| found.mode().into())
        && same(|found| found.uid().into())
        && same(|found| found.gid().into())
        && same(|found| found.rdev())
        && capabilities(upper) == lower.and_then(capabilities);
    let time = |found: &Metadata| (found.mtime(), found.mtime_nsec());
    !alike || !now.is_dir() && (!same(|found| found.size()) || time(now) != time(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Trees(PathBuf);

    impl Trees {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("kctl-{name}-{}", std::process::id()));
            for side in ["upper", "lower"] {
                fs::create_dir_all(path.join(side).join("etc/deep")).expect("made");
            }
            Self(path)
        }

        fn file(&self, name: &str, text: &str) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("made");
            system::set_times(&self.0.join(name), (1000, 5)).expect("set");
        }

        fn changes(&self) -> Vec<(Kind, String)> {
            let mut bytes = Vec::new();
            let mut walk = Walk {
                output: BufWriter::new(&mut bytes),
                above: Vec::new(),
            };
            let (upper, lower) = (self.0.join("upper"), self.0.join("lower"));
            walk.directory(&upper, Some(&lower), Path::new("/"), DEEPEST)
                .expect("walked");
            drop(walk);
            let mut rest = bytes.as_slice();
            let mut changes = Vec::new();
            while !rest.is_empty() {
                let change = Change::decode_length_delimited(&mut rest).expect("a change");
                changes.push((change.kind(), change.path));
            }
            changes
        }
    }

    impl Drop for Trees {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    fn change(kind: Kind, path: &str) -> (Kind, String) {
        (kind, path.to_owned())
    }

    #[test]
    fn tells_added_from_modified_and_names_the_directories() {
        let trees = Trees::new("changes");
        trees.file("lower/etc/deep/same", "a");
        trees.file("upper/etc/deep/same", "a");
        trees.file("lower/etc/other", "a");
        trees.file("upper/etc/other", "ab");
        trees.file("upper/etc/new", "");
        trees.file("upper/srv/new", "");
        let expected = [
            change(Kind::Modified, "/etc"),
            change(Kind::Added, "/etc/new"),
            change(Kind::Modified, "/etc/other"),
            change(Kind::Added, "/srv"),
            change(Kind::Added, "/srv/new"),
        ];
        assert_eq!(trees.changes(), expected);
    }

    #[test]
    fn says_nothing_where_nothing_differs() {
        let trees = Trees::new("same");
        trees.file("lower/etc/file", "a");
        trees.file("upper/etc/file", "a");
        assert_eq!(trees.changes(), []);
    }

    #[test]
    fn names_a_directory_that_became_a_file_once() {
        let trees = Trees::new("became");
        trees.file("lower/x/file", "a");
        trees.file("upper/x", "a");
        trees.file("lower/y", "a");
        trees.file("upper/y/file", "a");
        let expected = [
            change(Kind::Modified, "/x"),
            change(Kind::Modified, "/y"),
            change(Kind::Added, "/y/file"),
        ];
        assert_eq!(trees.changes(), expected);
    }
}

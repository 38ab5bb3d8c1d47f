//! Files of the container as a tar stream, whatever their size in the memory of one buffer.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::attributes;
use crate::paths;
use crate::tar::{BLOCK, Entry, Kind};
use crate::worker::Refusal;

const BUFFER: usize = 64 << 10;
/// The names of this many files with several names are remembered; others are packed again.
const MOST_LINKS: usize = 1 << 16;
const DEEPEST: usize = 2048;

/// Packs what is at `path`. With `contents`, names are relative to it.
///
/// # Errors
/// `NOT_FOUND` where there is nothing.
pub fn pack(path: &str, contents: bool, output: File) -> Result<(), Refusal> {
    let path = paths::absolute(path)?;
    let found = fs::symlink_metadata(path).map_err(|error| paths::missing(path, &error))?;
    let mut packer = Packer {
        output: BufWriter::with_capacity(BUFFER, output),
        linked: HashMap::new(),
    };
    let name = if contents {
        b".".to_vec()
    } else {
        paths::last_part(path).into_bytes()
    };
    packer
        .add(path, name, &found, DEEPEST)
        .and_then(|()| packer.output.write_all(&[0; 2 * BLOCK]))
        .and_then(|()| packer.output.flush())
        .map_err(|error| Refusal::of(format_args!("packing {path:?}"), &error))
}

struct Packer {
    output: BufWriter<File>,
    /// The first name of each file that has several, by device and inode.
    linked: HashMap<(u64, u64), Vec<u8>>,
}

impl Packer {
    fn add(
        &mut self,
        path: &Path,
        name: Vec<u8>,
        found: &Metadata,
        depth: usize,
    ) -> io::Result<()> {
        let Some(kind) = kind(found) else {
            // A socket is nothing without its process.
            return Ok(());
        };
        let mut entry = Entry::new(kind, name);
        entry.mode = found.mode() & 0o7777;
        (entry.uid, entry.gid) = (found.uid(), found.gid());
        entry.mtime = (found.mtime(), 0);
        entry.attributes = attributes::read(path);
        match kind {
            Kind::Directory => return self.add_directory(path, entry, depth),
            Kind::SymbolicLink => {
                let Some(target) = unless_gone(fs::read_link(path))? else {
                    return Ok(());
                };
                entry.link = target.as_os_str().as_bytes().to_vec();
            }
            Kind::CharacterDevice | Kind::BlockDevice => {
                let device = found.rdev();
                entry.device = (libc::major(device), libc::minor(device));
            }
            _ => {}
        }
        if self.is_linked(found, &mut entry) || kind != Kind::File {
            return self.output.write_all(&entry.encode());
        }
        self.add_file(path, entry)
    }

    /// A further name of a file that was packed already becomes a link to the first.
    fn is_linked(&mut self, found: &Metadata, entry: &mut Entry) -> bool {
        if found.nlink() < 2 {
            return false;
        }
        let inode = (found.dev(), found.ino());
        if let Some(first) = self.linked.get(&inode) {
            entry.kind = Kind::HardLink;
            entry.link.clone_from(first);
            entry.attributes.clear();
            return true;
        }
        if self.linked.len() < MOST_LINKS {
            self.linked.insert(inode, entry.name.clone());
        }
        false
    }

    fn add_file(&mut self, path: &Path, mut entry: Entry) -> io::Result<()> {
        let opened = File::options()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
            .open(path);
        let Some(file) = unless_gone(opened)? else {
            return Ok(());
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Ok(());
        }
        entry.size = found.size();
        self.output.write_all(&entry.encode())?;
        let copied = io::copy(&mut file.take(entry.size), &mut self.output)?;
        // It may have become shorter since.
        let missing = entry.size - copied + padding(entry.size);
        io::copy(&mut io::repeat(0).take(missing), &mut self.output).map(drop)
    }

    fn add_directory(&mut self, path: &Path, mut entry: Entry, depth: usize) -> io::Result<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
        };
        if !entry.name.ends_with(b"/") {
            entry.name.push(b'/');
        }
        let Some(children) = unless_gone(fs::read_dir(path))? else {
            return Ok(());
        };
        self.output.write_all(&entry.encode())?;
        for child in children {
            let child = child?;
            if let Some(found) = unless_gone(child.metadata())? {
                let name = [&entry.name, child.file_name().as_bytes()].concat();
                self.add(&child.path(), name, &found, depth)?;
            }
        }
        Ok(())
    }
}

fn kind(found: &Metadata) -> Option<Kind> {
    let kind = found.file_type();
    Some(match () {
        () if kind.is_file() => Kind::File,
        () if kind.is_dir() => Kind::Directory,
        () if kind.is_symlink() => Kind::SymbolicLink,
        () if kind.is_char_device() => Kind::CharacterDevice,
        () if kind.is_block_device() => Kind::BlockDevice,
        () if kind.is_fifo() => Kind::Fifo,
        () => return None,
    })
}

/// The container goes on while it is being read: what has gone is not there, what is something
/// else now is left out.
fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.raw_os_error() {
            Some(
                libc::ENOENT
                | libc::ENOTDIR
                | libc::ELOOP
                | libc::EINVAL
                | libc::ENXIO
                | libc::EPERM,
            ) => Ok(None),
            _ => Err(error),
        },
    }
}

/// How many bytes are missing to a whole block.
pub fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn packs_a_tree_that_tar_can_read() {
        let directory = std::env::temp_dir().join(format!("kctl-pack-{}", std::process::id()));
        let tree = directory.join("tree");
        fs::create_dir_all(tree.join("sub")).expect("made");
        fs::write(tree.join("file"), vec![b'x'; 1000]).expect("made");
        fs::hard_link(tree.join("file"), tree.join("sub/again")).expect("made");
        fs::write(tree.join("n".repeat(150)), "long").expect("made");
        symlink("../elsewhere", tree.join("link")).expect("made");
        let archive = directory.join("archive");
        pack(
            &tree.to_string_lossy(),
            false,
            File::create(&archive).expect("made"),
        )
        .expect("packed");
        let listed = Command::new("tar")
            .arg("-tvf")
            .arg(&archive)
            .output()
            .expect("tar");
        assert!(listed.status.success(), "{listed:?}");
        let text = String::from_utf8_lossy(&listed.stdout);
        for expected in [
            "tree/\n".to_owned(),
            "tree/link -> ../elsewhere\n".to_owned(),
            format!("tree/{}\n", "n".repeat(150)),
            " link to tree/".to_owned(),
        ] {
            assert!(text.contains(&expected), "{expected:?} in {text}");
        }
        fs::remove_dir_all(&directory).expect("removed");
    }

    #[test]
    fn fills_up_blocks() {
        assert_eq!([0, 1, 511, 512, 513].map(padding), [0, 511, 1, 0, 511]);
    }

    #[test]
    fn names_what_is_not_there() {
        let output = File::options().write(true).open("/dev/null").expect("open");
        let refusal = pack("/none", false, output).expect_err("refused");
        assert_eq!(refusal.code, tonic::Code::NotFound);
        assert_eq!(refusal.message, "\"/none\": no such file or directory");
    }
}

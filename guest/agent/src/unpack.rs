//! A tar stream into a directory of the container.
//!
//! Names are taken relative to the directory, `..` not leading out of it. Symbolic links that are
//! there are followed on the way, as Docker does: to wherever in the container's root they lead,
//! since that is this process's root too.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, fchown, lchown, symlink};
use std::path::{Component, Path, PathBuf};

use tonic::Code;

use crate::attributes;
use crate::pack::padding;
use crate::paths;
use crate::system;
use crate::tar::{self, BLOCK, Entry, Kind, LARGEST_RECORDS, Records};
use crate::worker::Refusal;

const BUFFER: usize = 64 << 10;
/// Directories get their times at the end; this many, and any more at once.
const MOST_DIRECTORIES: usize = 1 << 16;

/// How to unpack.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices {
    pub keep_kinds: bool,
    pub keep_owners: bool,
}

/// # Errors
/// As `WriteArchive` of the contract has them.
pub fn unpack(path: &str, choices: Choices, input: File) -> Result<(), Refusal> {
    let root = paths::absolute(path)?;
    let found = fs::metadata(root).map_err(|error| paths::missing(root, &error))?;
    if !found.is_dir() {
        let message = format!("{root:?} is not a directory");
        return Err(Refusal::new(Code::FailedPrecondition, message));
    }
    if system::is_read_only(root).map_err(|error| Refusal::of(format_args!("{root:?}"), &error))? {
        let message = format!("{root:?} is on a read-only file system");
        return Err(Refusal::new(Code::PermissionDenied, message));
    }
    let mut unpacker = Unpacker {
        input: BufReader::with_capacity(BUFFER, input),
        root: root.to_owned(),
        choices,
        directories: Vec::new(),
    };
    while let Some(entry) = unpacker.next()? {
        unpacker.add(&entry)?;
    }
    // Whatever follows the end is read, too, so that the sender can finish.
    let _end = io::copy(&mut unpacker.input, &mut io::sink());
    for (path, time) in unpacker.directories.iter().rev() {
        let _gone = system::set_times(path, *time);
    }
    Ok(())
}

struct Unpacker {
    input: BufReader<File>,
    root: PathBuf,
    choices: Choices,
    directories: Vec<(PathBuf, (i64, u32))>,
}

impl Unpacker {
    /// `None` at the end.
    fn next(&mut self) -> Result<Option<Entry>, Refusal> {
        let mut records = Records::default();
        let mut said = 0;
        loop {
            let Some(header) = self.header().map_err(broken)? else {
                return Ok(None);
            };
            let (flag, size) = tar::peek(&header).map_err(broken)?;
            if !matches!(flag, b'x' | b'g' | b'L' | b'K') {
                return tar::decode(&header, &records).map(Some).map_err(broken);
            }
            said += size;
            if said > LARGEST_RECORDS {
                return Err(broken(tar::invalid("records that are too large")));
            }
            let mut bytes = Vec::new();
            (&mut self.input)
                .take(size)
                .read_to_end(&mut bytes)
                .map_err(broken)?;
            if (bytes.len() as u64) < size {
                return Err(broken(tar::invalid("an end in the middle")));
            }
            self.skip(padding(size))?;
            match flag {
                b'x' => records.add_pax(&bytes).map_err(broken)?,
                // About the archive as a whole: a comment.
                b'g' => {}
                _ => records.add_long(flag, &bytes),
            }
        }
    }

    /// The next block that is not the end: a block of zeroes, or nothing more.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut header = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.input.read(&mut header[filled..])? {
                0 if filled == 0 => return Ok(None),
                0 => return Err(tar::invalid("an end in the middle")),
                count => filled += count,
            }
        }
        Ok(Some(header).filter(|header| header.iter().any(|byte| *byte != 0)))
    }

    fn skip(&mut self, size: u64) -> Result<(), Refusal> {
        let skipped = io::copy(&mut (&mut self.input).take(size), &mut io::sink());
        if skipped.map_err(broken)? < size {
            return Err(broken(tar::invalid("an end in the middle")));
        }
        Ok(())
    }

    fn add(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let name = clean(&entry.name);
        let data = if entry.kind == Kind::File {
            entry.size
        } else {
            0
        };
        if name.as_os_str().is_empty() {
            // The directory itself, which is there.
            return self.skip(entry.size + padding(entry.size));
        }
        let path = self.root.join(&name);
        let refusal = |error: &io::Error| Refusal::of(format_args!("{path:?}"), error);
        if let Some(parent) = path.parent() {
            make_parents(parent).map_err(|error| refusal(&error))?;
        }
        let replaced = self.make_room(&path, entry)?;
        match entry.kind {
            Kind::File => self.add_file(&path, entry, replaced)?,
            Kind::Directory => self.add_directory(&path, entry).map_err(|e| refusal(&e))?,
            _ => self.add_other(&path, entry).map_err(|e| refusal(&e))?,
        }
        // What is said to belong to an entry that has no data is passed over.
        self.skip(entry.size - data + padding(entry.size))
    }

    /// Takes away what is there, unless a directory meets a directory. A mount point cannot be taken
    /// away; then a file is written over, and is given back.
    fn make_room(&self, path: &Path, entry: &Entry) -> Result<bool, Refusal> {
        let Ok(found) = fs::symlink_metadata(path) else {
            return Ok(false);
        };
        let directory = entry.kind == Kind::Directory;
        if self.choices.keep_kinds && found.is_dir() != directory {
            let message = if directory {
                format!("cannot overwrite non-directory {path:?} with directory")
            } else {
                format!("cannot overwrite directory {path:?} with non-directory")
            };
            return Err(Refusal::new(Code::FailedPrecondition, message));
        }
        if found.is_dir() && directory {
            return Ok(false);
        }
        match remove(path, &found) {
            Ok(()) => Ok(false),
            Err(error)
                if error.raw_os_error() == Some(libc::EBUSY)
                    && found.is_file()
                    && entry.kind == Kind::File =>
            {
                Ok(true)
            }
            Err(error) => Err(Refusal::of(format_args!("{path:?}"), &error)),
        }
    }

    fn add_file(&mut self, path: &Path, entry: &Entry, over: bool) -> Result<(), Refusal> {
        let refusal = |error: io::Error| Refusal::of(format_args!("{path:?}"), &error);
        let mut file = File::options()
            .write(true)
            .create_new(!over)
            .truncate(over)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
            .open(path)
            .map_err(refusal)?;
        let mut left = entry.size;
        let mut buffer = vec![0; BUFFER];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(BUFFER).min(BUFFER);
            let count = self.input.read(&mut buffer[..most]).map_err(broken)?;
            if count == 0 {
                return Err(broken(tar::invalid("an end in the middle")));
            }
            io::Write::write_all(&mut file, &buffer[..count]).map_err(refusal)?;
            left -= count as u64;
        }
        self.finish(&file, entry).map_err(refusal)?;
        system::set_times(path, entry.mtime).map_err(refusal)
    }

    fn add_directory(&mut self, path: &Path, entry: &Entry) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        let directory = File::options()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_DIRECTORY)
            .open(path)?;
        self.finish(&directory, entry)?;
        if self.directories.len() < MOST_DIRECTORIES {
            self.directories.push((path.to_owned(), entry.mtime));
            return Ok(());
        }
        system::set_times(path, entry.mtime)
    }

    /// Owner, mode and attributes, by the descriptor: at the path there may be something else.
    fn finish(&self, file: &File, entry: &Entry) -> io::Result<()> {
        let (uid, gid) = self.owner(entry);
        fchown(file, Some(uid), Some(gid))?;
        file.set_permissions(fs::Permissions::from_mode(entry.mode))?;
        for (name, value) in &entry.attributes {
            if attributes::is_visible(name) {
                match attributes::set(file.as_fd(), name, value) {
                    Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }

    fn add_other(&self, path: &Path, entry: &Entry) -> io::Result<()> {
        let device = |kind| {
            let device = libc::makedev(entry.device.0, entry.device.1);
            let path = system::c_path(path)?;
            system::mknod(&path, kind | entry.mode, device)
        };
        match entry.kind {
            Kind::HardLink => {
                // Its owner and times are those of the file that is there.
                return fs::hard_link(self.root.join(clean(&entry.link)), path);
            }
            Kind::SymbolicLink => symlink(std::ffi::OsStr::from_bytes(&entry.link), path)?,
            Kind::CharacterDevice => device(libc::S_IFCHR)?,
            Kind::BlockDevice => device(libc::S_IFBLK)?,
            _ => device(libc::S_IFIFO)?,
        }
        let (uid, gid) = self.owner(entry);
        lchown(path, Some(uid), Some(gid))?;
        system::set_times(path, entry.mtime)
    }

    fn owner(&self, entry: &Entry) -> (u32, u32) {
        if self.choices.keep_owners {
            (entry.uid, entry.gid)
        } else {
            (0, 0)
        }
    }
}

fn make_parents(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
    builder.recursive(true).create(path)
}

fn remove(path: &Path, found: &Metadata) -> io::Result<()> {
    if found.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// The name beneath a directory, whatever it says: neither absolute nor with `..` in it.
fn clean(name: &[u8]) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in Path::new(std::ffi::OsStr::from_bytes(name)).components() {
        match component {
            Component::Normal(part) => clean.push(part),
            Component::ParentDir => drop(clean.pop()),
            _ => {}
        }
    }
    clean
}

fn broken(error: io::Error) -> Refusal {
    let text = error.to_string();
    Refusal::new(Code::InvalidArgument, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    /// A directory to unpack in, beside a file that must stay.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("kctl-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("in")).expect("made");
            fs::write(path.join("outside"), "kept").expect("made");
            Self(path)
        }

        fn inside(&self) -> PathBuf {
            self.0.join("in")
        }

        fn unpack(&self, archive: &[u8], choices: Choices) -> Result<(), Refusal> {
            let file = self.0.join("archive");
            fs::write(&file, archive).expect("made");
            let input = File::open(&file).expect("open");
            unpack(&self.inside().to_string_lossy(), choices, input)
        }

        fn outside(&self) -> String {
            fs::read_to_string(self.0.join("outside")).expect("still there")
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    fn file(name: &str, text: &str) -> Vec<u8> {
        let mut entry = Entry::new(Kind::File, name.as_bytes().to_vec());
        (entry.mode, entry.size, entry.mtime) = (0o4750, text.len() as u64, (1000, 0));
        let mut bytes = entry.encode();
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    fn other(kind: Kind, name: &str, link: &str) -> Vec<u8> {
        let mut entry = Entry::new(kind, name.as_bytes().to_vec());
        (entry.link, entry.mode, entry.mtime) = (link.as_bytes().to_vec(), 0o700, (2000, 0));
        entry.encode()
    }

    fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = entries.concat();
        bytes.extend_from_slice(&[0; 2 * BLOCK]);
        bytes
    }

    #[test]
    fn unpacks_files_with_modes_and_times() {
        let place = Place::new("unpack");
        let bytes = archive(&[
            other(Kind::Directory, "d/", ""),
            file("d/f", "text"),
            other(Kind::HardLink, "h", "d/f"),
            other(Kind::SymbolicLink, "s", "/etc/passwd"),
            other(Kind::Fifo, "p", ""),
        ]);
        place.unpack(&bytes, Choices::default()).expect("unpacked");
        let found = fs::metadata(place.inside().join("d/f")).expect("there");
        assert_eq!(
            (found.mode() & 0o7777, found.mtime(), found.nlink()),
            (0o4750, 1000, 2)
        );
        let directory = fs::metadata(place.inside().join("d")).expect("there");
        assert_eq!(
            (directory.mode() & 0o7777, directory.mtime()),
            (0o700, 2000)
        );
        let link = fs::read_link(place.inside().join("s")).expect("a link");
        assert_eq!(link, Path::new("/etc/passwd"));
    }

    #[test]
    fn stays_in_the_directory_whatever_names_say() {
        let place = Place::new("escape");
        let bytes = archive(&[
            file("../outside", "a"),
            file("/../../outside", "b"),
            file("x/../../../outside", "c"),
            other(Kind::HardLink, "link", "../outside"),
        ]);
        place.unpack(&bytes, Choices::default()).expect("unpacked");
        assert_eq!(place.outside(), "kept");
        let text = fs::read_to_string(place.inside().join("link")).expect("there");
        assert_eq!(text, "c");
    }

    #[test]
    fn replaces_a_link_instead_of_writing_through_it() {
        let place = Place::new("through");
        let bytes = archive(&[
            other(Kind::SymbolicLink, "f", "../outside"),
            file("f", "new"),
        ]);
        place.unpack(&bytes, Choices::default()).expect("unpacked");
        assert_eq!(place.outside(), "kept");
        assert!(
            fs::symlink_metadata(place.inside().join("f"))
                .expect("there")
                .is_file()
        );
    }

    #[test]
    fn keeps_kinds_where_asked() {
        let place = Place::new("kinds");
        fs::create_dir(place.inside().join("d")).expect("made");
        fs::write(place.inside().join("f"), "").expect("made");
        let keep = Choices {
            keep_kinds: true,
            ..Choices::default()
        };
        for bytes in [file("d", "x"), other(Kind::Directory, "f", "")] {
            let refusal = place.unpack(&archive(&[bytes]), keep).expect_err("refused");
            assert_eq!(refusal.code, Code::FailedPrecondition);
        }
        place
            .unpack(&archive(&[file("d", "x")]), Choices::default())
            .expect("unpacked");
        assert!(place.inside().join("d").is_file());
    }

    #[test]
    fn names_what_is_no_archive() {
        let place = Place::new("broken");
        let whole = archive(&[file("f", "text")]);
        for bytes in [
            &b"hello"[..],
            &[b'x'; 2000],
            &whole[..BLOCK + 2],
            &whole[..700],
        ] {
            let refusal = place
                .unpack(bytes, Choices::default())
                .expect_err("refused");
            assert_eq!(refusal.code, Code::InvalidArgument);
        }
        place
            .unpack(&[], Choices::default())
            .expect("nothing to do");
        place
            .unpack(&whole[..2 * BLOCK], Choices::default())
            .expect("no end needed");
    }

    #[test]
    fn wants_a_directory() {
        let input = || File::open("/dev/null").expect("open");
        let code = |path| {
            unpack(path, Choices::default(), input())
                .expect_err("refused")
                .code
        };
        assert_eq!(code("/none"), Code::NotFound);
        assert_eq!(code("/etc/passwd"), Code::FailedPrecondition);
        assert_eq!(code("etc"), Code::InvalidArgument);
    }

    #[test]
    fn cleans_names() {
        for (name, expected) in [
            ("a/b", "a/b"),
            ("/a", "a"),
            ("./a/./b/", "a/b"),
            ("a/../../b", "b"),
            (".", ""),
            ("..", ""),
        ] {
            assert_eq!(clean(name.as_bytes()), Path::new(expected), "{name}");
        }
    }
}

//! The guest's device nodes, as a privileged container gets them too.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use crate::system;

const DEEPEST: usize = 4;

/// A device node, its path relative to /dev.
#[derive(Debug, PartialEq, Eq)]
pub struct Node {
    path: CString,
    mode: u32,
    device: u64,
}

impl Node {
    /// Makes it in the current directory, unless there is something already.
    pub fn make(&self) -> io::Result<()> {
        let path = self.path.to_string_lossy();
        if let Some((directory, _)) = path.rsplit_once('/') {
            fs::create_dir_all(directory)?;
        }
        match system::mknod(&self.path, self.mode, self.device) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }
}

/// Every device node of the agent's /dev, but for consoles and pseudo terminals, which the
/// container has of its own.
pub fn all() -> io::Result<Vec<Node>> {
    let mut found = Vec::new();
    collect(Path::new("/dev"), "", DEEPEST, &mut found)?;
    Ok(found)
}

fn collect(root: &Path, prefix: &str, depth: usize, found: &mut Vec<Node>) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if matches!(path.as_str(), "console" | "ptmx" | "pts") {
            continue;
        }
        let metadata = entry.metadata()?;
        let kind = metadata.file_type();
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), &format!("{path}/"), depth - 1, found)?;
        } else if kind.is_char_device() || kind.is_block_device() {
            found.push(Node {
                path: system::c_string(&path)?,
                mode: metadata.mode(),
                device: metadata.rdev(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_devices_and_leaves_out_terminals() {
        let nodes = all().expect("there is a /dev");
        let null = nodes.iter().find(|node| node.path.as_c_str() == c"null");
        assert_eq!(null.map(|node| node.device), Some(libc::makedev(1, 3)));
        assert!(nodes.iter().all(|node| node.path.as_c_str() != c"ptmx"));
    }
}

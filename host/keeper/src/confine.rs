//! What a confined child sees of the machine: a root of its own that holds nothing but what it was
//! given, its own processes, and no network.
//!
//! The trees it sees are taken before the fork, as detached mounts (open_tree(2)): so a path that is
//! missing has a name in the answer, and the child itself follows no path of the host.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs;
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Component, Path, PathBuf};
use std::ptr;
use std::sync::OnceLock;
use std::thread;

use crate::descriptors;
use crate::process::check;
use crate::protocol::{Confine, Failure};

/// What every program expects.
const DEVICES: &[&str] = &["/dev/null", "/dev/random", "/dev/urandom"];

/// What a child does to get there, in order; all paths are relative to its root to be.
pub struct Confinement {
    steps: Vec<Step>,
    network: Option<RawFd>,
}

enum Step {
    Directory(CString),
    File(CString),
    Link { content: CString, path: CString },
    Attach { tree: OwnedFd, path: CString },
}

impl Confinement {
    /// Takes the trees; nothing of the host is changed.
    pub fn prepare(request: &Confine) -> Result<Self, Failure> {
        let devices = DEVICES.iter().map(Path::new);
        let mut given: Vec<(&Path, bool)> = devices
            .chain(request.read.iter().map(PathBuf::as_path))
            .map(|path| (path, false))
            .chain(request.write.iter().map(|path| (path.as_path(), true)))
            .collect();
        // A directory before what is within it, for its own mount would hide that.
        given.sort();
        let mut confinement = Self {
            steps: Vec::new(),
            network: None,
        };
        let mut made = BTreeSet::new();
        confinement.make_directories(Path::new("/proc"), &mut made)?;
        for (path, writable) in given {
            confinement.show(path, writable, &mut made)?;
        }
        if !request.network {
            confinement.network = Some(no_network()?.as_raw_fd());
        }
        Ok(confinement)
    }

    fn show(
        &mut self,
        path: &Path,
        writable: bool,
        made: &mut BTreeSet<PathBuf>,
    ) -> Result<(), Failure> {
        let failure =
            |error: &io::Error| Failure::system(format_args!("show {}", path.display()), error);
        let plain = path
            .components()
            .all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
        let Some(parent) = path.parent().filter(|_| plain && path.is_absolute()) else {
            return Err(Failure::invalid(format!(
                "{} is not a plain absolute path",
                path.display()
            )));
        };
        let kind = fs::symlink_metadata(path)
            .map_err(|error| failure(&error))?
            .file_type();
        self.make_directories(parent, made)?;
        if kind.is_symlink() {
            let content = fs::read_link(path).map_err(|error| failure(&error))?;
            self.steps.push(Step::Link {
                content: string(&content)?,
                path: relative(path)?,
            });
            return Ok(());
        }
        if kind.is_dir() {
            self.make_directories(path, made)?;
        } else {
            self.steps.push(Step::File(relative(path)?));
        }
        let is_device = kind.is_char_device() || kind.is_block_device();
        let tree = tree(path, attributes(is_device, writable)).map_err(|error| failure(&error))?;
        self.steps.push(Step::Attach {
            tree,
            path: relative(path)?,
        });
        Ok(())
    }

    fn make_directories(
        &mut self,
        path: &Path,
        made: &mut BTreeSet<PathBuf>,
    ) -> Result<(), Failure> {
        let mut missing: Vec<_> = path
            .ancestors()
            .filter(|above| above.parent().is_some())
            .collect();
        missing.reverse();
        for directory in missing {
            if made.insert(directory.to_owned()) {
                self.steps.push(Step::Directory(relative(directory)?));
            }
        }
        Ok(())
    }

    /// Goes there, in a child that was forked into a pid namespace of its own.
    ///
    /// # Safety
    /// Only async-signal-safe calls are made here; everything was prepared before the fork.
    pub unsafe fn enter(&self) -> Option<()> {
        // SAFETY: see the function's contract; all strings are constants or of this value.
        unsafe {
            libc::umask(0o022);
            let none = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            // A core file would hold the guest's memory.
            done(libc::setrlimit(libc::RLIMIT_CORE, &none))?;
            if let Some(network) = self.network {
                done(libc::setns(network, libc::CLONE_NEWNET))?;
            }
            done(libc::unshare(libc::CLONE_NEWNS | libc::CLONE_NEWIPC))?;
            keep_mounts_here()?;
            // Any directory would do until it is the root, and this one is there always.
            let flags = libc::MS_NOSUID | libc::MS_NOEXEC;
            done(mount(
                Some(c"tmpfs"),
                c"/proc",
                Some(c"mode=0755,size=1m"),
                flags,
            ))?;
            done(libc::chdir(c"/proc".as_ptr()))?;
            for step in &self.steps {
                step.take()?;
            }
            done(mount(Some(c"proc"), c"proc", None, flags | libc::MS_NODEV))?;
            change_root()?;
            let flags = flags | libc::MS_REMOUNT | libc::MS_BIND | libc::MS_RDONLY;
            done(mount(None, c"/", None, flags))
        }
    }
}

impl Step {
    /// # Safety
    /// As `Confinement::enter`.
    unsafe fn take(&self) -> Option<()> {
        // SAFETY: see the function's contract.
        unsafe {
            match self {
                Self::Directory(path) => exists(libc::mkdir(path.as_ptr(), 0o755)),
                Self::Link { content, path } => {
                    exists(libc::symlink(content.as_ptr(), path.as_ptr()))
                }
                Self::File(path) => exists(libc::mknod(path.as_ptr(), libc::S_IFREG | 0o444, 0)),
                Self::Attach { tree, path } => {
                    let flags = libc::MOVE_MOUNT_F_EMPTY_PATH;
                    let from = tree.as_raw_fd();
                    let (here, to) = (libc::AT_FDCWD, path.as_ptr());
                    done(call(libc::syscall(
                        libc::SYS_move_mount,
                        from,
                        c"".as_ptr(),
                        here,
                        to,
                        flags,
                    )))
                }
            }
        }
    }
}

/// A detached copy of the tree at the path, with what is mounted within, under these attributes.
fn tree(path: &Path, attributes: u64) -> io::Result<OwnedFd> {
    let name = CString::new(path.as_os_str().as_bytes())?;
    let recursive = libc::AT_RECURSIVE as libc::c_uint;
    let flags = libc::OPEN_TREE_CLONE
        | libc::OPEN_TREE_CLOEXEC
        | recursive
        | libc::AT_SYMLINK_NOFOLLOW as libc::c_uint;
    let wanted = libc::mount_attr {
        attr_set: attributes,
        attr_clr: 0,
        propagation: libc::MS_PRIVATE,
        userns_fd: 0,
    };
    // SAFETY: the name and the structure live through the calls, and open_tree just returned the
    // descriptor, which nobody else owns.
    unsafe {
        let fd = check(call(libc::syscall(
            libc::SYS_open_tree,
            libc::AT_FDCWD,
            name.as_ptr(),
            flags,
        )))?;
        let tree = OwnedFd::from_raw_fd(fd);
        check(call(libc::syscall(
            libc::SYS_mount_setattr,
            fd,
            c"".as_ptr(),
            libc::AT_EMPTY_PATH as libc::c_uint | recursive,
            &raw const wanted,
            mem::size_of::<libc::mount_attr>(),
        )))?;
        Ok(tree)
    }
}

/// What is writable executes nothing; what executes is not writable.
fn attributes(is_device: bool, writable: bool) -> u64 {
    match (is_device, writable) {
        (true, _) => libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC,
        (false, true) => libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC,
        (false, false) => {
            libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_RDONLY
        }
    }
}

/// A network namespace with nothing in it, the same for all: making one takes milliseconds, joining
/// it microseconds.
fn no_network() -> Result<&'static OwnedFd, Failure> {
    static NETWORK: OnceLock<OwnedFd> = OnceLock::new();
    if let Some(network) = NETWORK.get() {
        return Ok(network);
    }
    let make = || -> io::Result<OwnedFd> {
        // SAFETY: unshare takes plain integers, and concerns this thread only (unshare(2)).
        check(unsafe { libc::unshare(libc::CLONE_NEWNET) })?;
        let namespace = fs::File::open("/proc/thread-self/ns/net")?;
        descriptors::out_of_the_way(&namespace.into())
    };
    let made = thread::spawn(make)
        .join()
        .unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
        .map_err(|error| Failure::system("make a network namespace", &error))?;
    Ok(NETWORK.get_or_init(|| made))
}

/// Lets no mount of this namespace appear in the host's. In a chroot(1) whose root is no mount, what
/// is mounted upon is: that is all that matters then.
///
/// # Safety
/// As `Confinement::enter`.
unsafe fn keep_mounts_here() -> Option<()> {
    let flags = libc::MS_REC | libc::MS_PRIVATE;
    // SAFETY: the strings are constants.
    unsafe {
        done(mount(None, c"/", None, flags)).or_else(|| done(mount(None, c"/proc", None, flags)))
    }
}

/// Makes the working directory, a mount, the root. Where the present root is no mount, in a
/// chroot(1), it cannot be exchanged; a process without rights does not get out of the new one either.
///
/// # Safety
/// As `Confinement::enter`.
unsafe fn change_root() -> Option<()> {
    // SAFETY: the strings are constants.
    unsafe {
        let here = c".".as_ptr();
        match call(libc::syscall(libc::SYS_pivot_root, here, here)) {
            // The old root lies above the new one now.
            0 => done(libc::umount2(here, libc::MNT_DETACH))?,
            _ => done(libc::chroot(here))?,
        }
        done(libc::chdir(c"/".as_ptr()))
    }
}

/// # Safety
/// As `Confinement::enter`.
unsafe fn mount(
    kind: Option<&std::ffi::CStr>,
    target: &std::ffi::CStr,
    data: Option<&std::ffi::CStr>,
    flags: libc::c_ulong,
) -> libc::c_int {
    let pointer = |text: Option<&std::ffi::CStr>| text.map_or(ptr::null(), std::ffi::CStr::as_ptr);
    // SAFETY: all strings live through the call.
    unsafe {
        libc::mount(
            c"none".as_ptr(),
            target.as_ptr(),
            pointer(kind),
            flags,
            pointer(data).cast(),
        )
    }
}

fn relative(path: &Path) -> Result<CString, Failure> {
    string(path.strip_prefix("/").unwrap_or(path))
}

fn string(path: &Path) -> Result<CString, Failure> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Failure::invalid(format!("{path:?} holds a NUL byte")))
}

/// System calls return a long; descriptors and errors fit an int.
fn call(result: libc::c_long) -> libc::c_int {
    libc::c_int::try_from(result).unwrap_or(-1)
}

fn done(result: libc::c_int) -> Option<()> {
    (result != -1).then_some(())
}

/// That it is there already is well: a tree that was attached before may hold it.
fn exists(result: libc::c_int) -> Option<()> {
    // SAFETY: errno is this thread's own.
    (result != -1 || unsafe { *libc::__errno_location() } == libc::EEXIST).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_paths_that_are_not_plain() {
        for path in ["relative", "/a/../b"] {
            let request = Confine {
                read: vec![path.into()],
                write: Vec::new(),
                network: true,
            };
            let refused = Confinement::prepare(&request).err().unwrap();
            assert!(refused.message.contains(path), "{}", refused.message);
        }
    }
}

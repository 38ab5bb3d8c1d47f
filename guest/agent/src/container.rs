//! The first process's side of the fork: from the agent's world into the container.

use std::convert::Infallible;
use std::ffi::{CStr, OsStr};
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::children;
use crate::failure::{Doing, Failure, describe};
use crate::interfaces;
use crate::launch::{self, Launch};
use crate::mounts::{self, NO_SUID_DEV_EXEC};
use crate::nodes::Node;
use crate::proto::{BootConfig, Process, start_failure::Reason};
use crate::rights::Rights;
use crate::rootfs::ROOT;
use crate::{attributes, paths, sysctls, system, terminal};

/// Paths that tell about, or reach, the machine: replaced by nothing. Docker's list.
const MASKED: [&CStr; 13] = [
    c"/proc/acpi",
    c"/proc/asound",
    c"/proc/interrupts",
    c"/proc/kcore",
    c"/proc/keys",
    c"/proc/latency_stats",
    c"/proc/sched_debug",
    c"/proc/scsi",
    c"/proc/timer_list",
    c"/proc/timer_stats",
    c"/sys/devices/virtual/powercap",
    c"/sys/firmware",
    c"/sys/kernel/debug",
];
/// Docker's list.
const READ_ONLY: [&CStr; 5] = [
    c"/proc/bus",
    c"/proc/fs",
    c"/proc/irq",
    c"/proc/sys",
    c"/proc/sysrq-trigger",
];
const SHM_BYTES: u64 = 64 << 20;

/// What the child needs of the agent, made before the fork.
pub struct Parts {
    pub devpts: OwnedFd,
    /// Bind mounts: what to put where.
    pub files: Vec<(OwnedFd, &'static CStr)>,
    /// The guest's devices beside those of every container, for a privileged one.
    pub devices: Vec<Node>,
}

/// Becomes the container's process. Returns only where something stands against it.
pub fn enter(
    config: &BootConfig,
    process: &Process,
    streams: &[OwnedFd; 3],
    parts: &Parts,
) -> Result<Infallible, Failure> {
    let rights = Rights::of(process.security.as_ref())?;
    system::set_session().doing("starting a session")?;
    children::unshare(libc::CLONE_NEWCGROUP).doing("making the cgroup namespace")?;
    system::set_host_name(&config.hostname).doing("setting the host name")?;
    if !config.domainname.is_empty() {
        system::set_domain_name(&config.domainname).doing("setting the domain name")?;
    }
    change_root().doing("changing the root")?;
    mount_inside(config, process.tty, &rights, parts)?;
    if process.oom_score_adj != 0 {
        launch::adjust_oom_score(process.oom_score_adj)?;
    }
    make_working_directory(&process.cwd)?;
    if config.read_only {
        mounts::make_read_only(c"/").doing("making the root read-only")?;
    }
    if process.tty {
        terminal::control(streams[0].as_fd())
            .and_then(|()| mounts::bind(c"/dev/pts/0", c"/dev/console"))
            .doing("connecting the terminal")?;
    }
    launch::launch(&Launch {
        process,
        rights: &rights,
        hostname: &config.hostname,
        streams,
        init: config.init,
    })
}

/// Leaves the agent's mounts for good; what remains beneath is the emptied initramfs.
fn change_root() -> io::Result<()> {
    system::chdir(ROOT)?;
    mounts::unmount_old_root()
}

fn mount_inside(
    config: &BootConfig,
    tty: bool,
    rights: &Rights,
    parts: &Parts,
) -> Result<(), Failure> {
    for name in [c"/proc", c"/sys", c"/dev"] {
        make_mount_point(name)?;
    }
    let kernel = if rights.privileged {
        NO_SUID_DEV_EXEC
    } else {
        NO_SUID_DEV_EXEC | libc::MS_RDONLY
    };
    let dev = libc::MS_NOSUID | libc::MS_STRICTATIME;
    let views: [(&CStr, &CStr, u64, &CStr); 4] = [
        (c"/proc", c"proc", NO_SUID_DEV_EXEC, c""),
        (c"/sys", c"sysfs", kernel, c""),
        (c"/sys/fs/cgroup", c"cgroup2", kernel, c""),
        (c"/dev", c"tmpfs", dev, c"mode=755,size=65536k"),
    ];
    for (target, kind, flags, data) in views {
        step(target, mounts::mount(kind, target, kind, flags, data))?;
    }
    make_devices(tty, &parts.devices).doing("filling /dev")?;
    mount_below_dev(config.shm_bytes, parts)?;
    for (file, target) in &parts.files {
        step(target, bind_file(file.as_fd(), target))?;
    }
    interfaces::configure(&config.interfaces)?;
    sysctls::set(&config.sysctls)?;
    if rights.hidden_paths {
        hide().doing("hiding the machine")?;
    }
    Ok(())
}

fn step(target: &CStr, result: io::Result<()>) -> Result<(), Failure> {
    result.doing(format_args!("mounting {}", target.to_string_lossy()))
}

fn mount_below_dev(shm_bytes: u64, parts: &Parts) -> Result<(), Failure> {
    step(
        c"/dev/pts",
        mounts::attach(parts.devpts.as_fd(), c"/dev/pts"),
    )?;
    let size = if shm_bytes == 0 { SHM_BYTES } else { shm_bytes };
    let shm = system::c_string(&format!("mode=1777,size={size}"))
        .and_then(|data| mounts::mount(c"shm", c"/dev/shm", c"tmpfs", NO_SUID_DEV_EXEC, &data));
    step(c"/dev/shm", shm)?;
    let mqueue = mounts::mount(c"mqueue", c"/dev/mqueue", c"mqueue", NO_SUID_DEV_EXEC, c"");
    step(c"/dev/mqueue", mqueue)
}

/// A link in an image must not lead these mounts astray, so it is refused.
fn make_mount_point(path: &CStr) -> Result<(), Failure> {
    let name = path.to_string_lossy();
    match fs::symlink_metadata(&*name) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(Failure::setup(format!(
            "{name} of the image is not a directory"
        ))),
        Err(_) => system::mkdir(path, 0o755)
            .and_then(|()| attributes::mark_made(path))
            .doing(format_args!("making {name}")),
    }
}

fn make_devices(tty: bool, further: &[Node]) -> io::Result<()> {
    system::chdir(c"/dev")?;
    let devices = [
        (c"null", 1, 3),
        (c"zero", 1, 5),
        (c"full", 1, 7),
        (c"random", 1, 8),
        (c"urandom", 1, 9),
        (c"tty", 5, 0),
    ];
    for (name, major, minor) in devices {
        system::mknod(name, libc::S_IFCHR | 0o666, libc::makedev(major, minor))?;
    }
    for (name, mode) in [(c"pts", 0o755), (c"shm", 0o1777), (c"mqueue", 0o1777)] {
        system::mkdir(name, mode)?;
    }
    let links: [(&CStr, &CStr); 5] = [
        (c"/proc/self/fd", c"fd"),
        (c"/proc/self/fd/0", c"stdin"),
        (c"/proc/self/fd/1", c"stdout"),
        (c"/proc/self/fd/2", c"stderr"),
        (c"pts/ptmx", c"ptmx"),
    ];
    for (target, name) in links {
        system::symlink(target, name)?;
    }
    if tty {
        system::mknod(c"console", libc::S_IFREG | 0o620, 0)?;
    }
    further.iter().try_for_each(Node::make)?;
    system::chdir(c"/")
}

/// Puts one of the agent's files over the image's own, which is made where missing; links are
/// followed, inside the container's root.
fn bind_file(file: BorrowedFd, target: &CStr) -> io::Result<()> {
    match mounts::attach(file, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_file(Path::new(OsStr::from_bytes(target.to_bytes())))?;
            mounts::attach(file, target)
        }
        other => other,
    }
}

/// Makes an empty file, where a link leads if there is one, with the directories above it. All are
/// marked, so that they are no changes of the container's.
fn make_file(path: &Path) -> io::Result<()> {
    let place = paths::resolve(path)?;
    let above: Vec<&Path> = place.ancestors().skip(1).collect();
    for directory in above.into_iter().rev() {
        if !fs::exists(directory)? {
            let directory = system::c_path(directory)?;
            system::mkdir(&directory, 0o755)?;
            attributes::mark_made(&directory)?;
        }
    }
    let place = system::c_path(&place)?;
    drop(system::open(&place, libc::O_CREAT | libc::O_WRONLY)?);
    attributes::mark_made(&place)
}

fn hide() -> io::Result<()> {
    for path in READ_ONLY {
        ignore_missing(mounts::bind(path, path).and_then(|()| mounts::make_read_only(path)))?;
    }
    for path in MASKED {
        let masked = mounts::bind(c"/dev/null", path);
        ignore_missing(match masked {
            Err(error) if error.raw_os_error() == Some(libc::ENOTDIR) => {
                let flags = NO_SUID_DEV_EXEC | libc::MS_RDONLY;
                mounts::mount(c"tmpfs", path, c"tmpfs", flags, c"size=0k")
            }
            other => other,
        })?;
    }
    Ok(())
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn make_working_directory(cwd: &str) -> Result<(), Failure> {
    if cwd.is_empty() || fs::metadata(cwd).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    system::set_umask(0o022);
    fs::create_dir_all(cwd).map_err(|error| bad_working_directory(cwd, &error))
}

pub fn bad_working_directory(cwd: &str, error: &io::Error) -> Failure {
    let cause = match error.kind() {
        io::ErrorKind::AlreadyExists => "not a directory".to_owned(),
        _ => describe(error),
    };
    let message = format!("chdir to cwd ({cwd:?}) set in config.json failed: {cause}");
    Failure::new(Reason::BadWorkingDirectory, message)
}

//! The container's side of the fork: from the agent's world to the image's command.

use std::convert::Infallible;
use std::ffi::{CStr, CString};
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::failure::{Doing, Failure, describe};
use crate::mounts::{self, NO_SUID_DEV_EXEC};
use crate::proto::{BootConfig, Process, start_failure::Reason};
use crate::rootfs::ROOT;
use crate::user::User;
use crate::{capabilities, environment, init, lookup, seccomp, system, terminal, user};

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
/// What dockerd sets for a container that has a network of its own.
const SYSCTLS: [(&str, &str); 2] = [
    ("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"),
    ("/proc/sys/net/ipv4/ping_group_range", "0 2147483647"),
];
/// systemd's and recent Docker's: more would slow programs that close every descriptor.
const OPEN_FILES: (u64, u64) = (1024, 524_288);

/// What the child needs of the agent, made before the fork.
pub struct Parts {
    /// The container's standard streams; with a terminal, three times the same.
    pub streams: [OwnedFd; 3],
    pub devpts: OwnedFd,
    /// Bind mounts: what to put where.
    pub files: Vec<(OwnedFd, &'static CStr)>,
}

/// Becomes the container's process. Returns only where something stands against it.
pub fn enter(config: &BootConfig, process: &Process, parts: &Parts) -> Result<Infallible, Failure> {
    system::set_session().doing("starting a session")?;
    system::unshare(libc::CLONE_NEWCGROUP).doing("making the cgroup namespace")?;
    system::set_host_name(&config.hostname).doing("setting the host name")?;
    change_root().doing("changing the root")?;
    mount_inside(process.tty, parts)?;
    make_working_directory(&process.cwd)?;
    if config.read_only {
        mounts::make_read_only(c"/").doing("making the root read-only")?;
    }
    connect_streams(process, parts).doing("connecting the standard streams")?;
    let user = find_user(&process.user)?;
    become_container(&user).doing("giving up privileges")?;
    run(config, process, &user)
}

/// Leaves the agent's mounts for good; what remains beneath is the emptied initramfs.
fn change_root() -> io::Result<()> {
    system::chdir(ROOT)?;
    mounts::unmount_old_root()
}

fn mount_inside(tty: bool, parts: &Parts) -> Result<(), Failure> {
    for name in [c"/proc", c"/sys", c"/dev"] {
        make_mount_point(name)?;
    }
    let step = |target: &CStr, result: io::Result<()>| {
        result.doing(format_args!("mounting {}", target.to_string_lossy()))
    };
    let views: [(&CStr, &CStr, u64, &CStr); 4] = [
        (c"/proc", c"proc", NO_SUID_DEV_EXEC, c""),
        (c"/sys", c"sysfs", NO_SUID_DEV_EXEC | libc::MS_RDONLY, c""),
        (
            c"/sys/fs/cgroup",
            c"cgroup2",
            NO_SUID_DEV_EXEC | libc::MS_RDONLY,
            c"",
        ),
        (
            c"/dev",
            c"tmpfs",
            libc::MS_NOSUID | libc::MS_STRICTATIME,
            c"mode=755,size=65536k",
        ),
    ];
    for (target, kind, flags, data) in views {
        step(target, mounts::mount(kind, target, kind, flags, data))?;
    }
    make_devices(tty).doing("filling /dev")?;
    step(
        c"/dev/pts",
        mounts::attach(parts.devpts.as_fd(), c"/dev/pts"),
    )?;
    let shm = mounts::mount(
        c"shm",
        c"/dev/shm",
        c"tmpfs",
        NO_SUID_DEV_EXEC,
        c"mode=1777,size=65536k",
    );
    step(c"/dev/shm", shm)?;
    let mqueue = mounts::mount(c"mqueue", c"/dev/mqueue", c"mqueue", NO_SUID_DEV_EXEC, c"");
    step(c"/dev/mqueue", mqueue)?;
    for (file, target) in &parts.files {
        step(target, bind_file(file.as_fd(), target))?;
    }
    for (file, value) in SYSCTLS {
        fs::write(file, value).doing(format_args!("setting {file}"))?;
    }
    hide().doing("hiding the machine")
}

/// A link in an image must not lead these mounts astray, so it is refused.
fn make_mount_point(path: &CStr) -> Result<(), Failure> {
    let name = path.to_string_lossy();
    match fs::symlink_metadata(&*name) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(Failure::setup(format!(
            "{name} of the image is not a directory"
        ))),
        Err(_) => system::mkdir(path, 0o755).doing(format_args!("making {name}")),
    }
}

fn make_devices(tty: bool) -> io::Result<()> {
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
    system::chdir(c"/")
}

/// Puts one of the agent's files over the image's own, which is made where missing; links are
/// followed, inside the container's root.
fn bind_file(file: BorrowedFd, target: &CStr) -> io::Result<()> {
    match mounts::attach(file, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let path = target.to_string_lossy();
            if let Some((directory, _)) = path.rsplit_once('/') {
                fs::create_dir_all(directory)?;
            }
            drop(system::open(target, libc::O_CREAT | libc::O_WRONLY)?);
            mounts::attach(file, target)
        }
        other => other,
    }
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

fn bad_working_directory(cwd: &str, error: &io::Error) -> Failure {
    let cause = match error.kind() {
        io::ErrorKind::AlreadyExists => "not a directory".to_owned(),
        _ => describe(error),
    };
    let message = format!("chdir to cwd ({cwd:?}) set in config.json failed: {cause}");
    Failure::new(Reason::BadWorkingDirectory, message)
}

fn connect_streams(process: &Process, parts: &Parts) -> io::Result<()> {
    if process.tty {
        terminal::control(parts.streams[0].as_fd())?;
        mounts::bind(c"/dev/pts/0", c"/dev/console")?;
    }
    for (number, stream) in (0..).zip(&parts.streams) {
        system::duplicate_onto(stream.as_fd(), number)?;
    }
    system::close_from(3, false)
}

fn find_user(wanted: &str) -> Result<User, Failure> {
    let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    user::resolve(wanted, &read("/etc/passwd"), &read("/etc/group"))
}

/// From here on nothing may be done that a container may not do.
fn become_container(user: &User) -> io::Result<()> {
    // So that the process can open /dev/stdout again.
    for stream in 0..3 {
        system::change_owner(stream, user.uid).or_else(|error| match error.raw_os_error() {
            Some(libc::EROFS | libc::EPERM | libc::EINVAL) => Ok(()),
            _ => Err(error),
        })?;
    }
    system::set_umask(0o022);
    system::set_limit(libc::RLIMIT_NOFILE, OPEN_FILES.0, OPEN_FILES.1)?;
    system::set_limit(libc::RLIMIT_NPROC, libc::RLIM_INFINITY, libc::RLIM_INFINITY)?;
    capabilities::bound()?;
    // Without no_new_privs only a privileged process may install a filter; the profile allows
    // everything that is still to come.
    seccomp::install()?;
    system::become_user(user.uid, user.gid, &user.groups)?;
    if user.uid == 0 {
        capabilities::reduce()?;
    }
    system::reset_signals();
    Ok(())
}

fn run(config: &BootConfig, process: &Process, user: &User) -> Result<Infallible, Failure> {
    let env = environment::of(process, &config.hostname, &user.home);
    let cwd = if process.cwd.is_empty() {
        "/"
    } else {
        &process.cwd
    };
    system::c_string(cwd)
        .and_then(|path| system::chdir(&path))
        .map_err(|error| bad_working_directory(cwd, &error))?;
    let path = environment::value(&env, "PATH").unwrap_or_default();
    let file = lookup::executable(&process.args[0], path)?;
    let args = c_strings(&process.args).doing("passing the arguments")?;
    let env = c_strings(&env).doing("passing the environment")?;
    if config.init {
        init::split(process.tty).doing("starting the container's init")?;
    }
    let error = system::execute(&file, &args, &env);
    Err(lookup::exec_refusal(&file, &error))
}

fn c_strings(strings: &[String]) -> io::Result<Vec<CString>> {
    strings.iter().map(|text| system::c_string(text)).collect()
}

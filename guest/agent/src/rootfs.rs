//! The agent's own view of the machine, and the container's root file system put together in it.

use std::ffi::{CStr, CString};
use std::fs;
use std::io;
use std::os::fd::AsFd;

use crate::boot::Boot;
use crate::cgroup::Cgroup;
use crate::disks::Disks;
use crate::failure::{Doing, Failure};
use crate::mounts::{self, FileSystem, NO_SUID_DEV_EXEC};
use crate::proto::BootConfig;
use crate::system;

/// The container's root, as the agent sees it.
pub const ROOT: &CStr = c"/root";
/// A file system of their own for /etc/hosts and its like: it is all that a container which
/// breaks out of a bind mount could reach.
pub const FILES: &CStr = c"/files";
const SCRATCH: &CStr = c"/scratch";
/// Where the container's own files are.
pub const UPPER: &str = "/scratch/upper";

/// What has been put together so far; taken down again before the machine is switched off.
#[derive(Default)]
pub struct World {
    scratch: bool,
    root: bool,
    cgroup: Option<Cgroup>,
}

impl World {
    /// Mounts everything up to the container's root, and makes what its processes need.
    ///
    /// # Errors
    /// A failure of reason `SETUP` which names the step.
    pub fn build(&mut self, boot: &Boot) -> Result<(), Failure> {
        let config = &boot.config;
        system::set_umask(0);
        leave_initramfs().doing("leaving the initramfs")?;
        mount_kernel_views()?;
        self.mount_root(config)?;
        if boot.files_only() {
            let proc = mounts::mount(c"proc", c"/proc", c"proc", NO_SUID_DEV_EXEC, c"");
            proc.doing("mounting /proc")?;
            if config.read_only {
                mounts::make_read_only(ROOT).doing("making the root read-only")?;
            }
            return Ok(());
        }
        write_files(config)?;
        let limits = config.limits.clone().unwrap_or_default();
        self.cgroup = Some(Cgroup::create(&limits, boot.is_privileged())?);
        system::loopback_up().doing("bringing up the loopback interface")
    }

    pub fn cgroup(&self) -> Option<&Cgroup> {
        self.cgroup.as_ref()
    }

    fn mount_root(&mut self, config: &BootConfig) -> Result<(), Failure> {
        let disks = Disks::find().doing("looking for disks")?;
        let mut layers = Vec::with_capacity(config.layers.len());
        for (index, serial) in config.layers.iter().enumerate() {
            layers.push(mount_layer(index, disks.by_serial(serial)?)?);
        }
        let scratch = disks.by_serial(&config.scratch)?;
        // The disk's inode tables are holes, which read as zeros: ext4 would write a GiB of those into
        // them, in the background, for each container.
        mounts::mount(
            scratch,
            SCRATCH,
            c"ext4",
            libc::MS_NOATIME,
            c"noinit_itable",
        )
        .doing("mounting the scratch disk")?;
        self.scratch = true;
        for directory in [c"/scratch/upper", c"/scratch/work"] {
            make_directory(directory).doing("preparing the scratch disk")?;
        }
        mount_overlay(&layers).doing("mounting the overlay")?;
        self.root = true;
        Ok(())
    }

    /// Called once the process runs, since it would inherit this.
    pub fn protect_agent(&self) {
        system::quiet_console();
        let proc = mounts::mount(c"proc", c"/proc", c"proc", NO_SUID_DEV_EXEC, c"");
        if let Err(error) = proc.and_then(|()| fs::write("/proc/self/oom_score_adj", "-1000")) {
            eprintln!("kctl-agent: protecting the agent from the OOM killer: {error}");
        }
    }

    /// Kills what is left and unmounts, so that the scratch disk is clean.
    pub fn take_down(&mut self) {
        if self.cgroup.take().is_some() {
            let _already_empty = Cgroup::kill();
        }
        if std::mem::take(&mut self.root) {
            report("unmounting the root", mounts::unmount(ROOT, 0));
        }
        if std::mem::take(&mut self.scratch) {
            report("unmounting the scratch disk", mounts::unmount(SCRATCH, 0));
        }
    }
}

/// Whether the container's own disk has no room left: less than 1 MiB, or no inode.
pub fn disk_full() -> bool {
    const LEAST_BYTES: u64 = 1 << 20;
    system::room_of(SCRATCH).is_ok_and(|(bytes, inodes)| bytes < LEAST_BYTES || inodes == 0)
}

fn report(what: &str, result: io::Result<()>) {
    if let Err(error) = result {
        eprintln!("kctl-agent: {what}: {error}");
    }
}

/// The initramfs can neither be unmounted nor be left by `pivot_root`. So the agent moves onto a
/// tmpfs above it, which a container's namespace can leave for good; beneath remains nothing.
fn leave_initramfs() -> io::Result<()> {
    mounts::mount(
        c"agent",
        c"/kctl",
        c"tmpfs",
        NO_SUID_DEV_EXEC & !libc::MS_NODEV,
        c"mode=0755",
    )?;
    system::chdir(c"/kctl")?;
    mounts::move_onto(c".", c"/")?;
    system::chroot(c".")?;
    for name in [
        c"cgroup", c"dev", c"files", c"layers", c"proc", c"root", c"scratch", c"sys",
    ] {
        system::mkdir(name, 0o755)?;
    }
    system::chdir(c"/")
}

fn mount_kernel_views() -> Result<(), Failure> {
    for (kind, target) in [
        (c"sysfs", c"/sys"),
        (c"devtmpfs", c"/dev"),
        (c"cgroup2", c"/cgroup"),
    ] {
        mounts::mount(kind, target, kind, libc::MS_NOSUID | libc::MS_NOEXEC, c"")
            .doing(format_args!("mounting {}", target.to_string_lossy()))?;
    }
    Ok(())
}

fn mount_layer(index: usize, disk: &CStr) -> Result<CString, Failure> {
    let doing = format!("mounting layer {index}");
    let target = system::c_string(&format!("/layers/{index}")).doing(&doing)?;
    system::mkdir(&target, 0o755).doing(&doing)?;
    mounts::mount(disk, &target, c"erofs", libc::MS_RDONLY, c"").doing(&doing)?;
    Ok(target)
}

/// `layers` from the lowest up.
fn mount_overlay(layers: &[CString]) -> io::Result<()> {
    let overlay = overlay_of(layers)?;
    overlay.set(c"upperdir", c"/scratch/upper")?;
    overlay.set(c"workdir", c"/scratch/work")?;
    let root = overlay.mount(0)?;
    mounts::attach(root.as_fd(), ROOT)
}

fn overlay_of(layers: &[CString]) -> io::Result<FileSystem> {
    let overlay = FileSystem::open(c"overlay")?;
    overlay.set(c"source", c"overlay")?;
    for layer in layers.iter().rev() {
        overlay.set(c"lowerdir+", layer)?;
    }
    Ok(overlay)
}

/// The image without what the container made of it: its directory, in the caller's own mounts.
///
/// # Errors
/// A failure of reason `SETUP`.
pub fn mount_layers_alone(count: usize) -> Result<String, Failure> {
    let doing = "mounting the image";
    let paths: io::Result<Vec<CString>> = (0..count)
        .map(|index| system::c_string(&format!("/layers/{index}")))
        .collect();
    let paths = paths.doing(doing)?;
    if count == 1 {
        return Ok("/layers/0".to_owned());
    }
    overlay_of(&paths)
        .and_then(|overlay| overlay.mount(libc::MOUNT_ATTR_RDONLY))
        .and_then(|image| mounts::attach(image.as_fd(), FILES))
        .doing(doing)?;
    Ok(FILES.to_string_lossy().into_owned())
}

fn make_directory(path: &CStr) -> io::Result<()> {
    match system::mkdir(path, 0o755) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn write_files(config: &BootConfig) -> Result<(), Failure> {
    mounts::mount(
        c"files",
        FILES,
        c"tmpfs",
        NO_SUID_DEV_EXEC,
        c"mode=0755,size=1m",
    )
    .doing("mounting a tmpfs for /etc/hosts")?;
    let host_name = format!("{}\n", config.hostname);
    for (name, text) in [
        ("hosts", &config.hosts),
        ("resolv.conf", &config.resolv_conf),
        ("hostname", &host_name),
    ] {
        let path = format!("/files/{name}");
        system::set_umask(0o022);
        fs::write(&path, text).doing(format_args!("writing {path}"))?;
        system::set_umask(0);
    }
    Ok(())
}

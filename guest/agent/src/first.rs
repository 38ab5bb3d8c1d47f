//! The container's first process, and with it the container, from the agent's side.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::boot::{Boot, Token};
use crate::cgroup::{self, Cgroup};
use crate::children::{self, Ended};
use crate::container::{self, Parts};
use crate::events::EventLog;
use crate::failure::{Doing, Failure};
use crate::process::{Running, cause};
use crate::proto::{Exited, Process, output::Stream};
use crate::rootfs::{World, disk_full};
use crate::streams::{Outputs, Streams};
use crate::watch::FileChanges;
use crate::{mounts, nodes, output, system, terminal};

const NAMESPACES: i32 =
    libc::CLONE_NEWNS | libc::CLONE_NEWPID | libc::CLONE_NEWUTS | libc::CLONE_NEWIPC;

pub struct Container {
    pub first: Running,
    pub hostname: String,
    /// What further processes inherit: rights, limits, groups.
    pub process: Process,
    pub token: Arc<Token>,
    devpts: OwnedFd,
}

impl Container {
    /// Forks the process into its namespaces; `first.executed` tells what became of it.
    ///
    /// # Errors
    /// `SETUP` where the kernel refuses.
    pub fn spawn(boot: &Boot, world: &World) -> Result<Self, Failure> {
        let devpts = terminal::devpts().doing("making the devpts")?;
        let streams =
            Streams::make(&boot.process, devpts.as_fd()).doing("making the standard streams")?;
        let parts = Parts {
            devpts,
            files: files().doing("preparing /etc/hosts and its like")?,
            devices: if boot.is_privileged() {
                nodes::all().doing("looking for devices")?
            } else {
                Vec::new()
            },
        };
        let cgroup = world.cgroup().map(Cgroup::fd);
        let first = Running::start(
            streams,
            || children::clone_into(NAMESPACES, cgroup),
            |streams| {
                boot.token.erase_in_child();
                let Err(failure) = container::enter(&boot.config, &boot.process, &streams, &parts);
                failure
            },
        );
        Ok(Self {
            first: first.doing("starting a process")?,
            hostname: boot.config.hostname.clone(),
            process: boot.process.clone(),
            token: Arc::clone(&boot.token),
            devpts: parts.devpts,
        })
    }

    /// The file system of the container's terminals.
    pub fn devpts(&self) -> BorrowedFd<'_> {
        self.devpts.as_fd()
    }

    /// Copies the output until there is none any more, and waits for the end.
    pub async fn supervise(&self, log: &EventLog) -> Exited {
        let kills = Kills::default();
        let ended = tokio::select! {
            ended = self.copy_to_the_end(log) => ended,
            never = kills.report(log) => match never {},
        };
        kills.report_new(log).await;
        Exited {
            cause: Some(cause(ended)),
            oom_killed: Cgroup::oom_kills() > 0,
            disk_full: disk_full(),
        }
    }

    async fn copy_to_the_end(&self, log: &EventLog) -> io::Result<Ended> {
        match &self.first.outputs {
            Outputs::Terminal(terminal) => {
                let end = output::pump(Stream::Stdout, terminal, log);
                tokio::join!(self.first.end(), end).0
            }
            Outputs::Pipes { stdout, stderr } => {
                let stdout = output::pump(Stream::Stdout, stdout, log);
                let stderr = output::pump(Stream::Stderr, stderr, log);
                tokio::join!(self.first.end(), stdout, stderr).0
            }
        }
    }
}

/// Tells the engine when the kernel kills for want of memory.
#[derive(Default)]
struct Kills {
    reported: AtomicU64,
}

impl Kills {
    async fn report(&self, log: &EventLog) -> Infallible {
        let Ok(file) = system::c_string(&cgroup::path("memory.events")) else {
            return pending().await;
        };
        let Ok(changes) = FileChanges::of(&file) else {
            return pending().await;
        };
        loop {
            self.report_new(log).await;
            if changes.next().await.is_err() {
                return pending().await;
            }
        }
    }

    async fn report_new(&self, log: &EventLog) {
        let kills = Cgroup::oom_kills();
        if kills > self.reported.swap(kills, Ordering::Relaxed) {
            log.room().await;
            log.out_of_memory();
        }
    }
}

fn files() -> io::Result<Vec<(OwnedFd, &'static std::ffi::CStr)>> {
    let targets = [
        (c"/files/hosts", c"/etc/hosts"),
        (c"/files/resolv.conf", c"/etc/resolv.conf"),
        (c"/files/hostname", c"/etc/hostname"),
    ];
    targets
        .into_iter()
        .map(|(source, target)| Ok((mounts::detached_copy(source)?, target)))
        .collect()
}

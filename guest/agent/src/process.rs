//! The container's first process, from the agent's side.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use prost::Message;
use tokio::io::unix::AsyncFd;
use tokio::sync::Mutex;

use crate::boot::Boot;
use crate::cgroup::Cgroup;
use crate::container::{self, Parts};
use crate::events::EventLog;
use crate::failure::{Doing, Failure};
use crate::proto::{Exited, Process, StartFailure, exited::Cause, output::Stream};
use crate::rootfs::World;
use crate::system::{self, Ended};
use crate::{mounts, output, terminal};

const NAMESPACES: i32 =
    libc::CLONE_NEWNS | libc::CLONE_NEWPID | libc::CLONE_NEWUTS | libc::CLONE_NEWIPC;

/// The agent's ends of the container's standard streams.
enum Streams {
    Pipes {
        stdout: AsyncFd<OwnedFd>,
        stderr: AsyncFd<OwnedFd>,
    },
    Terminal(Arc<AsyncFd<OwnedFd>>),
}

/// Where standard input goes; `None` once closed, or where there never was one.
type Input = Mutex<Option<Arc<AsyncFd<OwnedFd>>>>;

pub struct Container {
    pid: u32,
    pidfd: AsyncFd<OwnedFd>,
    ended: AtomicBool,
    streams: Streams,
    input: Input,
    has_input: bool,
    /// Carries the child's refusal, or its end says that exec succeeded.
    verdict: AsyncFd<OwnedFd>,
}

impl Container {
    /// Forks the process into its namespaces; `executed` tells what became of it.
    ///
    /// # Errors
    /// `SETUP` where the kernel refuses.
    pub fn spawn(boot: &Boot, world: &World) -> Result<Self, Failure> {
        let devpts = terminal::devpts().doing("making the devpts")?;
        let ends = connect(&boot.process, &devpts).doing("making the standard streams")?;
        let parts = Parts {
            streams: ends.inside,
            devpts,
            files: files().doing("preparing /etc/hosts and its like")?,
        };
        let (verdict, refusal) = system::pipe().doing("making a pipe")?;
        let cgroup = world.cgroup().map(Cgroup::fd);
        let child = system::clone_into(NAMESPACES, cgroup).doing("starting a process")?;
        let Some(child) = child else {
            in_child(boot, &parts, &refusal);
        };
        drop((parts, refusal));
        Ok(Self {
            pid: child.pid.unsigned_abs(),
            pidfd: system::watch(child.pidfd).doing("watching the process")?,
            ended: AtomicBool::new(false),
            streams: ends.streams,
            input: Mutex::new(ends.input),
            has_input: boot.process.stdin,
            verdict: system::watch(verdict).doing("watching the process")?,
        })
    }

    /// The process in the agent's numbering.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits until the image's command runs.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn executed(&self) -> Result<(), Failure> {
        let mut message = Vec::new();
        let mut buffer = [0; 1024];
        loop {
            let mut ready = self.verdict.readable().await.doing("waiting for exec")?;
            match ready.try_io(|fd| system::read(fd.as_fd(), &mut buffer)) {
                Ok(Ok(0)) => break,
                Ok(Ok(count)) => message.extend_from_slice(&buffer[..count]),
                Ok(Err(error)) => return Err(error).doing("waiting for exec"),
                Err(_would_block) => {}
            }
        }
        if message.is_empty() {
            return Ok(());
        }
        self.end().await.doing("waiting for the process")?;
        let failure = StartFailure::decode(message.as_slice());
        Err(failure.map_or_else(|error| Failure::setup(error.to_string()), Failure::from))
    }

    /// Copies the output until there is none any more, and waits for the end.
    pub async fn supervise(&self, log: &EventLog) -> Exited {
        let ended = match &self.streams {
            Streams::Terminal(terminal) => {
                let end = output::pump(Stream::Stdout, terminal, log);
                tokio::join!(self.end(), end).0
            }
            Streams::Pipes { stdout, stderr } => {
                let stdout = output::pump(Stream::Stdout, stdout, log);
                let stderr = output::pump(Stream::Stderr, stderr, log);
                tokio::join!(self.end(), stdout, stderr).0
            }
        };
        let cause = match ended {
            Ok(Ended::Code(code)) => Cause::Code(code),
            Ok(Ended::Signal(signal)) => Cause::Signal(signal),
            Err(error) => Cause::StartFailure(
                Failure::setup(format!("waiting for the process: {error}")).into(),
            ),
        };
        Exited {
            cause: Some(cause),
            oom_killed: Cgroup::oom_killed(),
            disk_full: false,
        }
    }

    async fn end(&self) -> io::Result<Ended> {
        loop {
            let mut ready = self.pidfd.readable().await?;
            if let Some(ended) = system::reap(self.pidfd.as_fd())? {
                self.ended.store(true, Ordering::Relaxed);
                return Ok(ended);
            }
            ready.clear_ready();
        }
    }

    /// Sends a signal; `false` once the process has ended.
    ///
    /// # Errors
    /// EINVAL for a number that is no signal.
    pub fn signal(&self, number: i32) -> io::Result<bool> {
        if self.ended.load(Ordering::Relaxed) {
            return Ok(false);
        }
        system::send_signal(self.pidfd.as_fd(), number).map(|()| true)
    }

    pub fn has_terminal(&self) -> bool {
        matches!(self.streams, Streams::Terminal(_))
    }

    pub fn has_input(&self) -> bool {
        self.has_input
    }

    /// # Errors
    /// Where the kernel refuses.
    pub fn resize(&self, rows: u32, columns: u32) -> io::Result<()> {
        match &self.streams {
            Streams::Terminal(terminal) => terminal::resize(terminal.get_ref(), rows, columns),
            Streams::Pipes { .. } => Err(io::Error::from_raw_os_error(libc::ENOTTY)),
        }
    }

    /// Writes to standard input at the process's pace. What nobody reads any more is dropped.
    pub async fn write_input(&self, data: &[u8]) {
        let mut input = self.input.lock().await;
        if let Some(stream) = input.as_ref() {
            if output::write(stream, data).await.is_err() {
                *input = None;
            }
        }
    }

    /// Closes standard input, unless it is a terminal.
    pub async fn close_input(&self) {
        if !self.has_terminal() {
            *self.input.lock().await = None;
        }
    }
}

fn in_child(boot: &Boot, parts: &Parts, refusal: &OwnedFd) -> ! {
    boot.token.erase_in_child();
    let Err(failure) = container::enter(&boot.config, &boot.process, parts);
    let message = StartFailure::from(failure).encode_to_vec();
    let _nobody_listens = system::write(refusal.as_fd(), &message);
    system::exit_now(127)
}

struct Ends {
    inside: [OwnedFd; 3],
    streams: Streams,
    input: Option<Arc<AsyncFd<OwnedFd>>>,
}

fn connect(process: &Process, devpts: &OwnedFd) -> io::Result<Ends> {
    if process.tty {
        let (ours, theirs) = terminal::open_pair(devpts.as_fd())?;
        if process.rows > 0 && process.columns > 0 {
            terminal::resize(&ours, process.rows, process.columns)?;
        }
        let terminal = Arc::new(system::watch(ours)?);
        return Ok(Ends {
            inside: [theirs.try_clone()?, theirs.try_clone()?, theirs],
            input: process.stdin.then(|| Arc::clone(&terminal)),
            streams: Streams::Terminal(terminal),
        });
    }
    let (stdin, input) = if process.stdin {
        let (reader, writer) = system::pipe()?;
        (reader, Some(Arc::new(system::watch(writer)?)))
    } else {
        (system::open(c"/dev/null", libc::O_RDONLY)?, None)
    };
    let (our_stdout, stdout) = system::pipe()?;
    let (our_stderr, stderr) = system::pipe()?;
    let (our_stdout, our_stderr) = (system::watch(our_stdout)?, system::watch(our_stderr)?);
    Ok(Ends {
        inside: [stdin, stdout, stderr],
        streams: Streams::Pipes {
            stdout: our_stdout,
            stderr: our_stderr,
        },
        input,
    })
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

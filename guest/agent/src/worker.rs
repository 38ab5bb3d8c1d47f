//! Work on the container's files, in a process of its own: it sees them as the container's
//! processes do, it cannot hold the agent up whatever the container makes of them, and it goes
//! when nobody wants its result any more.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::unix::AsyncFd;
use tokio::time::timeout;
use tonic::{Code, Status};

use crate::boot::Token;
use crate::children::{self, Child};
use crate::failure::describe;
use crate::rootfs::ROOT;
use crate::watch::FileChanges;
use crate::{devices, output, system};

const GROUP: &str = "/cgroup/workers";
/// Their own group is full of devices like a container's; memory is bounded by what they do.
const OOM_SCORE: &str = "1000";
const OPEN_FILES: u64 = 65_536;
const LONGEST_REFUSAL: usize = 16 << 10;
/// How long a killed worker may take to let go of the file systems.
const FAREWELL: Duration = Duration::from_secs(10);

/// Where the work is done.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// With the eyes of a process of the container.
    Container(BorrowedFd<'a>),
    /// In the container's root file system, with nothing mounted on it.
    Root,
    /// Where the agent is, and with mounts of its own.
    Agent,
}

/// Why the work could not be done.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub message: String,
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// What an error of the kernel's means for the engine; `what` names the path.
    pub fn of(what: impl std::fmt::Display, error: &io::Error) -> Self {
        let code = match error.raw_os_error() {
            Some(libc::ENOENT) => Code::NotFound,
            Some(libc::ENOTDIR | libc::ELOOP | libc::EEXIST | libc::EISDIR) => {
                Code::FailedPrecondition
            }
            Some(libc::ENOSPC | libc::EDQUOT) => Code::ResourceExhausted,
            Some(libc::EROFS) => Code::PermissionDenied,
            Some(libc::ENAMETOOLONG | libc::EINVAL) => Code::InvalidArgument,
            _ => Code::Internal,
        };
        Self::new(code, format!("{what}: {}", describe(error)))
    }
}

/// The worker's ends: what it reads, and what it writes its result to.
pub struct Ends {
    pub input: File,
    pub output: File,
}

/// A worker at work. Dropped, it is killed.
pub struct Worker {
    pub output: AsyncFd<OwnedFd>,
    input: Option<AsyncFd<OwnedFd>>,
    verdict: AsyncFd<OwnedFd>,
    pidfd: Arc<AsyncFd<OwnedFd>>,
}

impl Worker {
    /// # Errors
    /// `INTERNAL` where the kernel refuses.
    pub fn start(
        place: Place,
        token: &Token,
        job: impl FnOnce(Ends) -> Result<(), Refusal>,
    ) -> Result<Self, Status> {
        Self::fork(place, token, job)
            .map_err(|error| Status::internal(format!("starting a worker: {}", describe(&error))))
    }

    fn fork(
        place: Place,
        token: &Token,
        job: impl FnOnce(Ends) -> Result<(), Refusal>,
    ) -> io::Result<Self> {
        let group = group()?;
        let (input, our_input) = system::pipe()?;
        let (our_output, output) = system::pipe()?;
        let (our_verdict, verdict) = system::pipe()?;
        let Some(Child { pidfd, .. }) = children::clone_into(0, Some(group.as_fd()))? else {
            token.erase_in_child();
            work(place, [&input, &output, &verdict], job);
        };
        let pidfd = Arc::new(system::watch(pidfd)?);
        tokio::spawn(reap(Arc::clone(&pidfd)));
        Ok(Self {
            output: system::watch(our_output)?,
            input: Some(system::watch(our_input)?),
            verdict: system::watch(our_verdict)?,
            pidfd,
        })
    }

    /// Writes at the worker's pace.
    ///
    /// # Errors
    /// EPIPE where it reads no more; then it has a verdict.
    pub async fn write(&self, data: &[u8]) -> io::Result<()> {
        match &self.input {
            Some(input) => output::write(input, data).await,
            None => Err(io::Error::from_raw_os_error(libc::EPIPE)),
        }
    }

    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// The worker's refusal.
    pub async fn finish(mut self) -> Result<(), Status> {
        self.close_input();
        let mut verdict = bytes::BytesMut::new();
        while let Ok(1..) = output::read_some(&self.verdict, &mut verdict).await {
            if verdict.len() > LONGEST_REFUSAL {
                break;
            }
        }
        match verdict.split_first() {
            Some((0, _)) => Ok(()),
            Some((code, message)) => {
                let message = String::from_utf8_lossy(message);
                Err(Status::new(Code::from(i32::from(*code)), message))
            }
            None => Err(Status::internal("the worker ended without a result")),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ended_already = children::send_signal(self.pidfd.as_fd(), libc::SIGKILL);
    }
}

async fn reap(pidfd: Arc<AsyncFd<OwnedFd>>) {
    while let Ok(mut ready) = pidfd.readable().await {
        if !matches!(children::reap(pidfd.as_fd()), Ok(None)) {
            return;
        }
        ready.clear_ready();
    }
}

/// Its own group, so that all can be ended, and so that none opens a device whose node the
/// container has put in place of a file.
fn group() -> io::Result<OwnedFd> {
    let new = fs::create_dir(GROUP).is_ok();
    let group = system::open(c"/cgroup/workers", libc::O_RDONLY | libc::O_DIRECTORY)?;
    if new {
        devices::restrict(group.as_fd())?;
    }
    Ok(group)
}

/// Ends all workers, and waits until they have let go of the file systems.
pub async fn end_all() {
    let Ok(changes) = FileChanges::of(c"/cgroup/workers/cgroup.events") else {
        return;
    };
    let _none = fs::write(format!("{GROUP}/cgroup.kill"), "1");
    let gone = async {
        let populated = || {
            let events = fs::read_to_string(format!("{GROUP}/cgroup.events"));
            events.is_ok_and(|text| crate::cgroup::count_of(&text, "populated") > 0)
        };
        while populated() && changes.next().await.is_ok() {}
    };
    let _still_there = timeout(FAREWELL, gone).await;
}

fn work(
    place: Place,
    [input, output, verdict]: [&OwnedFd; 3],
    job: impl FnOnce(Ends) -> Result<(), Refusal>,
) -> ! {
    let prepared = prepare(place, [input, output, verdict])
        .map_err(|error| Refusal::of("preparing a worker", &error));
    let result = prepared.and_then(job);
    let refusal = match &result {
        Ok(()) => vec![0],
        Err(refusal) => {
            let code = u8::try_from(i32::from(refusal.code)).unwrap_or(2);
            let mut bytes = vec![code];
            bytes.extend_from_slice(refusal.message.as_bytes());
            bytes.truncate(LONGEST_REFUSAL);
            bytes
        }
    };
    // SAFETY: `prepare` has put the pipe there, which stays open until the end.
    let verdict = unsafe { BorrowedFd::borrow_raw(2) };
    let _nobody_listens = system::write(verdict, &refusal);
    children::exit_now(0)
}

/// Enters the place, with nothing left of what belongs to the agent.
fn prepare(place: Place, ends: [&OwnedFd; 3]) -> io::Result<Ends> {
    let _best_effort = fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    match place {
        Place::Container(process) => children::join_mounts(process)?,
        Place::Root => {
            system::chroot(ROOT)?;
            system::chdir(c"/")?;
        }
        Place::Agent => children::unshare(libc::CLONE_NEWNS)?,
    }
    for (number, end) in (0..).zip(ends) {
        system::duplicate_onto(end.as_fd(), number)?;
    }
    system::close_from(3, true)?;
    system::set_limit(libc::RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)?;
    system::set_umask(0);
    // SAFETY: just put there, and owned by nobody else: the agent's own are closed, and its objects
    // for them are never dropped in this process, which ends by `exit_now`.
    Ok(unsafe {
        Ends {
            input: File::from_raw_fd(0),
            output: File::from_raw_fd(1),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_an_error_means() {
        for (errno, code) in [
            (libc::ENOENT, Code::NotFound),
            (libc::ENOTDIR, Code::FailedPrecondition),
            (libc::ENOSPC, Code::ResourceExhausted),
            (libc::EROFS, Code::PermissionDenied),
            (libc::EIO, Code::Internal),
        ] {
            let refusal = Refusal::of("\"/x\"", &io::Error::from_raw_os_error(errno));
            assert_eq!(refusal.code, code, "{errno}");
        }
        let missing = Refusal::of("\"/x\"", &io::Error::from_raw_os_error(libc::ENOENT));
        assert_eq!(missing.message, "\"/x\": no such file or directory");
    }
}

//! A process of the container, the first one or one more, from the agent's side.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use prost::Message;
use tokio::io::unix::AsyncFd;
use tokio::sync::Mutex;

use crate::children::{self, Child, Ended};
use crate::failure::{Doing, Failure};
use crate::output;
use crate::proto::{StartFailure, exited::Cause};
use crate::streams::{Outputs, Streams};
use crate::system;

/// Where standard input goes; `None` once closed, or where there never was one.
type Input = Mutex<Option<Arc<AsyncFd<OwnedFd>>>>;

pub struct Running {
    /// In the agent's numbering.
    pub pid: u32,
    pub outputs: Outputs,
    pidfd: AsyncFd<OwnedFd>,
    ended: AtomicBool,
    input: Input,
    has_input: bool,
    /// Carries the child's pid by its own numbering and then its refusal; its end says that exec
    /// succeeded.
    verdict: AsyncFd<OwnedFd>,
}

impl Running {
    /// Forks by `clone`; the child becomes the command by `become_command`. `executed` tells what
    /// became of it.
    ///
    /// # Errors
    /// The kernel's, from `clone` or around it.
    pub fn start(
        streams: Streams,
        clone: impl FnOnce() -> io::Result<Option<Child>>,
        become_command: impl FnOnce([OwnedFd; 3]) -> Failure,
    ) -> io::Result<Self> {
        let (verdict, refusal) = system::pipe()?;
        let Some(child) = clone()? else {
            let _nobody_listens = system::write(refusal.as_fd(), &std::process::id().to_ne_bytes());
            let message = StartFailure::from(become_command(streams.inside)).encode_to_vec();
            let _nobody_listens = system::write(refusal.as_fd(), &message);
            children::exit_now(127)
        };
        drop((streams.inside, refusal));
        Ok(Self {
            pid: child.pid.unsigned_abs(),
            outputs: streams.outputs,
            pidfd: system::watch(child.pidfd)?,
            ended: AtomicBool::new(false),
            has_input: streams.input.is_some(),
            input: Mutex::new(streams.input),
            verdict: system::watch(verdict)?,
        })
    }

    /// Waits until the command runs, and gives its pid by its own numbering.
    ///
    /// # Errors
    /// Why it does not; then it is reaped.
    pub async fn executed(&self) -> Result<u32, Failure> {
        let verdict = self.verdict().await.doing("waiting for exec")?;
        let Some((pid, refusal)) = verdict.split_first_chunk() else {
            self.end().await.doing("waiting for the process")?;
            return Err(Failure::setup("the process ended before its command began"));
        };
        if refusal.is_empty() {
            return Ok(u32::from_ne_bytes(*pid));
        }
        self.end().await.doing("waiting for the process")?;
        let failure = StartFailure::decode(refusal);
        Err(failure.map_or_else(|error| Failure::setup(error.to_string()), Failure::from))
    }

    async fn verdict(&self) -> io::Result<Vec<u8>> {
        let mut message = Vec::new();
        let mut buffer = [0; 1024];
        loop {
            let mut ready = self.verdict.readable().await?;
            if let Ok(read) = ready.try_io(|fd| system::read(fd.as_fd(), &mut buffer)) {
                match read? {
                    0 => return Ok(message),
                    count => message.extend_from_slice(&buffer[..count]),
                }
            }
        }
    }

    /// Waits for the end, and reaps.
    pub async fn end(&self) -> io::Result<Ended> {
        loop {
            let mut ready = self.pidfd.readable().await?;
            if let Some(ended) = children::reap(self.pidfd.as_fd())? {
                self.ended.store(true, Ordering::Relaxed);
                return Ok(ended);
            }
            ready.clear_ready();
        }
    }

    pub fn pidfd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Sends a signal; `false` once the process has ended.
    ///
    /// # Errors
    /// EINVAL for a number that is no signal.
    pub fn signal(&self, number: i32) -> io::Result<bool> {
        if self.has_ended() {
            return Ok(false);
        }
        children::send_signal(self.pidfd.as_fd(), number).map(|()| true)
    }

    pub fn has_input(&self) -> bool {
        self.has_input
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
        if !self.outputs.is_terminal() {
            *self.input.lock().await = None;
        }
    }
}

/// The cause of an end, for the engine.
pub fn cause(ended: io::Result<Ended>) -> Cause {
    match ended {
        Ok(Ended::Code(code)) => Cause::Code(code),
        Ok(Ended::Signal(signal)) => Cause::Signal(signal),
        Err(error) => {
            Cause::StartFailure(Failure::setup(format!("waiting for the process: {error}")).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Process;

    async fn start(failure: Option<Failure>) -> Running {
        let devpts = system::open(c"/dev", libc::O_RDONLY).expect("there is a /dev");
        let streams = Streams::make(&Process::default(), devpts.as_fd()).expect("streams");
        let command = move |_: [OwnedFd; 3]| failure.unwrap_or_else(|| children::exit_now(7));
        Running::start(streams, || children::clone_into(0, None), command).expect("started")
    }

    #[tokio::test]
    async fn knows_the_pid_and_the_end() {
        let running = start(None).await;
        assert_eq!(running.executed().await, Ok(running.pid));
        assert!(!running.has_ended());
        assert_eq!(running.end().await.expect("reaped"), Ended::Code(7));
        assert!(!running.signal(9).expect("no error"));
    }

    #[tokio::test]
    async fn carries_the_refusal() {
        let failure = Failure::setup("because");
        let running = start(Some(failure.clone())).await;
        assert_eq!(running.executed().await, Err(failure));
        assert!(running.has_ended());
    }
}

//! The standard streams of a process: pipes or a terminal, a container's side and the agent's.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use tokio::io::unix::AsyncFd;

use crate::proto::Process;
use crate::{system, terminal};

/// The agent's ends of what a process writes.
pub enum Outputs {
    Pipes {
        stdout: Arc<AsyncFd<OwnedFd>>,
        stderr: Arc<AsyncFd<OwnedFd>>,
    },
    Terminal(Arc<AsyncFd<OwnedFd>>),
}

/// Both sides, before the fork.
pub struct Streams {
    /// With a terminal, three times the same.
    pub inside: [OwnedFd; 3],
    pub outputs: Outputs,
    /// `None` where standard input is not kept open.
    pub input: Option<Arc<AsyncFd<OwnedFd>>>,
}

impl Streams {
    /// A terminal comes from the container's own devpts.
    pub fn make(process: &Process, devpts: BorrowedFd) -> io::Result<Self> {
        if process.tty {
            Self::terminal(process, devpts)
        } else {
            Self::pipes(process)
        }
    }

    fn terminal(process: &Process, devpts: BorrowedFd) -> io::Result<Self> {
        let (ours, theirs) = terminal::open_pair(devpts)?;
        if process.rows > 0 && process.columns > 0 {
            terminal::resize(&ours, process.rows, process.columns)?;
        }
        let terminal = Arc::new(system::watch(ours)?);
        Ok(Self {
            inside: [theirs.try_clone()?, theirs.try_clone()?, theirs],
            input: process.stdin.then(|| Arc::clone(&terminal)),
            outputs: Outputs::Terminal(terminal),
        })
    }

    fn pipes(process: &Process) -> io::Result<Self> {
        let (stdin, input) = if process.stdin {
            let (reader, writer) = system::pipe()?;
            (reader, Some(Arc::new(system::watch(writer)?)))
        } else {
            (system::open(c"/dev/null", libc::O_RDONLY)?, None)
        };
        let (our_stdout, stdout) = system::pipe()?;
        let (our_stderr, stderr) = system::pipe()?;
        let outputs = Outputs::Pipes {
            stdout: Arc::new(system::watch(our_stdout)?),
            stderr: Arc::new(system::watch(our_stderr)?),
        };
        Ok(Self {
            inside: [stdin, stdout, stderr],
            outputs,
            input,
        })
    }
}

impl Outputs {
    /// # Errors
    /// ENOTTY without a terminal.
    pub fn resize(&self, rows: u32, columns: u32) -> io::Result<()> {
        match self {
            Self::Terminal(terminal) => terminal::resize(terminal.get_ref(), rows, columns),
            Self::Pipes { .. } => Err(io::Error::from_raw_os_error(libc::ENOTTY)),
        }
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[tokio::test]
    async fn has_an_input_only_where_it_stays_open() {
        let devpts = system::open(c"/dev", libc::O_RDONLY).expect("there is a /dev");
        let mut process = Process::default();
        let streams = Streams::make(&process, devpts.as_fd()).expect("made");
        assert!(streams.input.is_none());
        process.stdin = true;
        let streams = Streams::make(&process, devpts.as_fd()).expect("made");
        assert!(streams.input.is_some());
        assert!(!streams.outputs.is_terminal());
        let error = streams.outputs.resize(1, 1).expect_err("no terminal");
        assert_eq!(error.raw_os_error(), Some(libc::ENOTTY));
    }
}

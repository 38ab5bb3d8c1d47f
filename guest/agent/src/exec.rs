//! One more process in the container (`docker exec`).
//!
//! It is forked by the agent itself straight into the container's pid namespace and cgroup, so that
//! the agent is its parent and reaps it; the child then joins the other namespaces in one call.

use std::convert::Infallible;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::cgroup::Cgroup;
use crate::children::{self, Child, Ended};
use crate::failure::{Doing, Failure};
use crate::first::Container;
use crate::launch::{self, Launch};
use crate::output;
use crate::process::{Running, cause};
use crate::proto::exec_event::What;
use crate::proto::exec_request;
use crate::proto::output::Stream;
use crate::proto::{ExecEvent, ExecRequest, ExecStarted, Exited, Output, Process, exited::Cause};
use crate::rights::Rights;
use crate::rootfs::disk_full;
use crate::streams::{Outputs, Streams};
use crate::system;
use crate::terminal;

/// How many events wait for the engine, each of at most 64 KiB; then the process blocks.
const EVENTS: usize = 4;
/// The same for input; then further messages of the call wait.
const INPUTS: usize = 16;
/// How long after the end of the process others may go on with its output: Docker's.
const AFTERWARDS: Duration = Duration::from_secs(2);

pub type Events = mpsc::Receiver<Result<ExecEvent, Status>>;

/// Starts what the first message says.
///
/// # Errors
/// `INVALID_ARGUMENT` for a first message that starts nothing, `FAILED_PRECONDITION` where the
/// container does not run.
pub async fn exec(
    container: Arc<Container>,
    mut requests: Streaming<ExecRequest>,
) -> Result<Events, Status> {
    let first = requests.message().await?.and_then(|request| request.what);
    let Some(exec_request::What::Start(process)) = first else {
        return Err(Status::invalid_argument("no process to start"));
    };
    if process.args.is_empty() {
        return Err(Status::invalid_argument("no command to start"));
    }
    let oom_kills = Cgroup::oom_kills();
    let (events, received) = mpsc::channel(EVENTS);
    let process = inherit(process, &container.process);
    let running = match spawn(&container, &process) {
        Ok(running) => Arc::new(running),
        Err(error) if container.first.has_ended() || gone(&error) => {
            return Err(Status::failed_precondition("the container does not run"));
        }
        Err(error) => {
            let failure = Err::<(), _>(error).doing("starting a process");
            let _room_for_all = failure.map_err(|failure| events.try_send(Ok(refused(failure))));
            return Ok(received);
        }
    };
    tokio::spawn(async move {
        match running.executed().await {
            Ok(pid) => {
                let _gone = events
                    .send(Ok(event(What::Started(ExecStarted { pid }))))
                    .await;
                let feeder = tokio::spawn(feed(Arc::clone(&running), requests));
                supervise(running, &events, oom_kills).await;
                feeder.abort();
            }
            Err(failure) => drop(events.send(Ok(refused(failure))).await),
        }
    });
    Ok(received)
}

/// What is not said is as for the container's first process.
fn inherit(mut process: Process, first: &Process) -> Process {
    if process.security.is_none() {
        process.security.clone_from(&first.security);
    }
    let own = std::mem::take(&mut process.rlimits);
    process.rlimits = first.rlimits.iter().cloned().chain(own).collect();
    process.groups.extend(first.groups.iter().cloned());
    if process.oom_score_adj == 0 {
        process.oom_score_adj = first.oom_score_adj;
    }
    process
}

/// ESRCH and ENOMEM are what a pid namespace says whose first process has ended.
fn gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ESRCH | libc::ENOMEM))
}

fn spawn(container: &Container, process: &Process) -> io::Result<Running> {
    let streams = Streams::make(process, container.devpts())?;
    Running::start(
        streams,
        || clone(container),
        |streams| {
            container.token.erase_in_child();
            let Err(failure) = enter(container, process, &streams);
            failure
        },
    )
}

fn clone(container: &Container) -> io::Result<Option<Child>> {
    let group = Cgroup::open()?;
    let into = |group: OwnedFd| {
        children::set_child_pid_namespace(container.first.pidfd())?;
        let child = children::clone_into(0, Some(group.as_fd()));
        if !matches!(child, Ok(None)) {
            children::reset_child_pid_namespace()?;
        }
        child
    };
    match into(group) {
        // The container has made groups of its own beneath, and given them controllers.
        Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {
            into(Cgroup::open_of(container.first.pid)?)
        }
        other => other,
    }
}

/// Becomes the command. Returns only where something stands against it.
fn enter(
    container: &Container,
    process: &Process,
    streams: &[OwnedFd; 3],
) -> Result<Infallible, Failure> {
    let rights = Rights::of(process.security.as_ref())?;
    // Until exec its memory is the agent's, and the container's processes can see it already.
    system::prctl(libc::PR_SET_DUMPABLE, 0).doing("hiding from the container")?;
    launch::adjust_oom_score(process.oom_score_adj)?;
    system::set_session().doing("starting a session")?;
    children::join_namespaces(container.first.pidfd()).doing("joining the container")?;
    if process.tty {
        terminal::control(streams[0].as_fd()).doing("connecting the terminal")?;
    }
    launch::launch(&Launch {
        process,
        rights: &rights,
        hostname: &container.hostname,
        streams,
        init: false,
    })
}

/// Passes on what the engine sends. Where the call ends or breaks off, so does the input.
async fn feed(running: Arc<Running>, mut requests: Streaming<ExecRequest>) {
    let (inputs, mut pending) = mpsc::channel::<Vec<u8>>(INPUTS);
    let writer = Arc::clone(&running);
    let write = async move {
        while let Some(data) = pending.recv().await {
            writer.write_input(&data).await;
        }
        writer.close_input().await;
    };
    let read = async move {
        let mut inputs = Some(inputs);
        while let Ok(Some(request)) = requests.message().await {
            match request.what {
                Some(exec_request::What::Input(data)) => {
                    if let Some(inputs) = &inputs {
                        let _closed = inputs.send(data).await;
                    }
                }
                Some(exec_request::What::CloseInput(_)) => inputs = None,
                Some(exec_request::What::Resize(size)) => {
                    let _no_terminal = running.outputs.resize(size.rows, size.columns);
                }
                Some(exec_request::What::Signal(number)) => {
                    let number = i32::try_from(number).unwrap_or_default();
                    let _no_signal = running.signal(number);
                }
                Some(exec_request::What::Start(_)) | None => {}
            }
        }
    };
    tokio::join!(write, read);
}

/// Copies the output, and reports the end when there is no more of it.
async fn supervise(
    running: Arc<Running>,
    events: &mpsc::Sender<Result<ExecEvent, Status>>,
    oom_kills: u64,
) {
    let mut copiers = copiers(&running.outputs);
    let ended = copy_to_the_end(&running, &mut copiers, events).await;
    for copier in &mut copiers {
        copier.copy_rest(events).await;
    }
    let exited = Exited {
        cause: Some(cause(ended)),
        oom_killed: Cgroup::oom_kills() > oom_kills,
        disk_full: disk_full(),
    };
    let _gone = events.send(Ok(event(What::Exited(exited)))).await;
    if copiers.iter().any(|copier| !copier.at_end) {
        // Others write there still, and are not to be ended by it.
        let (nobody, _) = mpsc::channel(1);
        tokio::spawn(async move { copy_all(&mut copiers, &nobody).await });
    }
}

async fn copy_to_the_end(
    running: &Running,
    copiers: &mut [Copier],
    events: &mpsc::Sender<Result<ExecEvent, Status>>,
) -> io::Result<Ended> {
    let copied = copy_all(copiers, events);
    tokio::pin!(copied);
    tokio::select! {
        ended = running.end() => {
            let _others_go_on = timeout(AFTERWARDS, &mut copied).await;
            ended
        }
        () = &mut copied => running.end().await,
    }
}

async fn copy_all(copiers: &mut [Copier], events: &mpsc::Sender<Result<ExecEvent, Status>>) {
    match copiers {
        [first, second] => drop(tokio::join!(first.copy(events), second.copy(events))),
        [only] => only.copy(events).await,
        _ => {}
    }
}

fn copiers(outputs: &Outputs) -> Vec<Copier> {
    let copier = |stream, from: &Arc<AsyncFd<OwnedFd>>| Copier {
        stream,
        from: Arc::clone(from),
        buffer: BytesMut::new(),
        at_end: false,
    };
    match outputs {
        Outputs::Terminal(terminal) => vec![copier(Stream::Stdout, terminal)],
        Outputs::Pipes { stdout, stderr } => {
            vec![
                copier(Stream::Stdout, stdout),
                copier(Stream::Stderr, stderr),
            ]
        }
    }
}

/// From one stream of the process into the call, or into nothing once that is given up.
struct Copier {
    stream: Stream,
    from: Arc<AsyncFd<OwnedFd>>,
    buffer: BytesMut,
    at_end: bool,
}

impl Copier {
    /// Until all writers are gone. Where it is given up in between, nothing is lost.
    async fn copy(&mut self, events: &mpsc::Sender<Result<ExecEvent, Status>>) {
        while !self.at_end {
            self.copy_once(events).await;
        }
    }

    /// What is there now.
    async fn copy_rest(&mut self, events: &mpsc::Sender<Result<ExecEvent, Status>>) {
        let mut there = if self.at_end {
            0
        } else {
            system::readable_bytes(self.from.as_fd())
        };
        while there > 0 && !self.at_end {
            there = there.saturating_sub(self.copy_once(events).await);
        }
    }

    async fn copy_once(&mut self, events: &mpsc::Sender<Result<ExecEvent, Status>>) -> usize {
        let room = events.reserve().await.ok();
        match output::read_some(&self.from, &mut self.buffer).await {
            // EIO: the last descriptor of the terminal was closed.
            Ok(0) | Err(_) => {
                self.at_end = true;
                0
            }
            Ok(count) => {
                let data = self.buffer.split().freeze();
                let stream = self.stream.into();
                if let Some(room) = room {
                    room.send(Ok(event(What::Output(Output { stream, data }))));
                }
                count
            }
        }
    }
}

fn refused(failure: Failure) -> ExecEvent {
    event(What::Exited(Exited {
        cause: Some(Cause::StartFailure(failure.into())),
        ..Exited::default()
    }))
}

fn event(what: What) -> ExecEvent {
    ExecEvent { what: Some(what) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Rlimit;

    fn limit(name: &str) -> Rlimit {
        Rlimit {
            name: name.to_owned(),
            soft: 1,
            hard: 2,
        }
    }

    #[test]
    fn inherits_what_is_not_said() {
        let first = Process {
            security: Some(crate::proto::Security {
                no_new_privileges: true,
                ..crate::proto::Security::default()
            }),
            rlimits: vec![limit("core")],
            groups: vec!["www".to_owned()],
            oom_score_adj: 100,
            ..Process::default()
        };
        let more = Process {
            rlimits: vec![limit("nofile")],
            ..Process::default()
        };
        let more = inherit(more, &first);
        assert_eq!(more.security, first.security);
        assert_eq!(more.rlimits, [limit("core"), limit("nofile")]);
        assert_eq!((more.groups, more.oom_score_adj), (first.groups, 100));
    }

    fn copier() -> (Copier, OwnedFd) {
        let (reader, writer) = system::pipe().expect("pipe");
        let from = Arc::new(system::watch(reader).expect("registered"));
        let copier = Copier {
            stream: Stream::Stdout,
            from,
            buffer: BytesMut::new(),
            at_end: false,
        };
        (copier, writer)
    }

    #[tokio::test]
    async fn copies_what_is_there_without_waiting_for_the_end() {
        let (mut copier, writer) = copier();
        system::write(writer.as_fd(), b"hello").expect("written");
        let (events, mut received) = mpsc::channel(EVENTS);
        copier.copy_rest(&events).await;
        assert!(!copier.at_end);
        let event = received.recv().await.expect("an event").expect("no error");
        let output = Output {
            stream: Stream::Stdout.into(),
            data: bytes::Bytes::from_static(b"hello"),
        };
        assert_eq!(event.what, Some(What::Output(output)));
    }

    #[tokio::test]
    async fn reads_on_when_nobody_wants_it() {
        let (mut copier, writer) = copier();
        let (events, received) = mpsc::channel(1);
        drop(received);
        let copied = tokio::spawn(async move {
            copier.copy(&events).await;
        });
        let written = tokio::task::spawn_blocking(move || {
            for _ in 0..8 {
                system::write(writer.as_fd(), &[b'x'; 60 << 10]).expect("written");
            }
        });
        written.await.expect("all written");
        copied.await.expect("ended");
    }
}

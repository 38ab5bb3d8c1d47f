//! The engine's side of the contract, as small as a test needs it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kctl_agent::proto::agent_client::AgentClient;
use kctl_agent::proto::event::What;
use kctl_agent::proto::exited::Cause;
use kctl_agent::proto::output::Stream;
use kctl_agent::proto::{
    Acknowledge, BootConfig, Event, ExecEvent, ExecRequest, Exited, Output, Process, StartFailure,
    exec_event, exec_request,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::machine::{AGENT_PORT, Machine, TOKEN, process};

/// Long, since a busy host makes an emulated machine slow.
const PATIENCE: Duration = Duration::from_secs(300);

pub type Client = AgentClient<Channel>;

/// One HTTP/2 connection over a socket that is there already.
#[derive(Clone)]
pub struct Channel(SendRequest<tonic::body::Body>);

impl tower_service::Service<Request<tonic::body::Body>> for Channel {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// Answers a guest that dials.
pub async fn greet(machine: &Machine) -> Client {
    let mut stream = machine.accept().await;
    let mut shown = [0; 32];
    stream
        .read_exact(&mut shown)
        .await
        .expect("the guest's token");
    assert_eq!(shown, TOKEN);
    stream.write_all(&TOKEN).await.expect("sent");
    client(stream).await
}

/// Connects to the agent's port and shows a token: `None` where the agent hangs up.
pub async fn connect(machine: &Machine, token: &[u8]) -> Option<Client> {
    let mut stream = BufReader::new(machine.connect().await);
    let request = format!("CONNECT {AGENT_PORT}\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_line(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("OK "), "{answer:?}");
    stream.write_all(token).await.expect("sent");
    let mut shown = [0; 32];
    timeout(PATIENCE, stream.read_exact(&mut shown))
        .await
        .expect("an end")
        .ok()?;
    assert_eq!(shown, TOKEN);
    Some(client(stream.into_inner()).await)
}

async fn client(stream: UnixStream) -> Client {
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .expect("HTTP/2");
    tokio::spawn(connection);
    AgentClient::with_origin(Channel(sender), "http://guest".parse().expect("URI"))
}

/// A call of `Events`.
pub struct Events {
    acknowledge: mpsc::Sender<Acknowledge>,
    events: Streaming<Event>,
}

impl Events {
    pub async fn after(client: &mut Client, sequence: u64) -> Self {
        let (acknowledge, numbers) = mpsc::channel(16);
        acknowledge
            .send(Acknowledge { sequence })
            .await
            .expect("open");
        let events = client
            .events(ReceiverStream::new(numbers))
            .await
            .expect("events");
        Self {
            acknowledge,
            events: events.into_inner(),
        }
    }

    pub async fn next(&mut self) -> Result<Event, Status> {
        let next = timeout(PATIENCE, self.events.message())
            .await
            .expect("something happens");
        Ok(next?.expect("not the end"))
    }

    /// The next event, if there is one soon.
    pub async fn soon(&mut self) -> Option<Event> {
        let next = timeout(Duration::from_millis(500), self.events.message()).await;
        next.ok()
            .map(|event| event.expect("no error").expect("not the end"))
    }

    pub async fn acknowledge(&self, sequence: u64) {
        // The guest may be off already when it has what it waited for.
        let _off = self.acknowledge.send(Acknowledge { sequence }).await;
    }

    /// Everything up to the end, acknowledged as it comes.
    pub async fn all(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            let event = self.next().await.expect("an event");
            self.acknowledge(event.sequence).await;
            if let Some(exited) = outcome.take(event) {
                outcome.exited = exited;
                return outcome;
            }
        }
    }

    /// Reads until the output so far contains a text.
    pub async fn until(&mut self, text: &str) -> Outcome {
        let mut outcome = Outcome::default();
        while !String::from_utf8_lossy(&outcome.stdout).contains(text) {
            let event = self.next().await.expect("an event");
            self.acknowledge(event.sequence).await;
            let exited = outcome.take(event);
            assert_eq!(exited, None, "{outcome:?}");
        }
        outcome
    }
}

/// A call of `Exec`.
pub struct Exec {
    requests: mpsc::Sender<ExecRequest>,
    events: Streaming<ExecEvent>,
}

impl Exec {
    pub async fn start(client: &mut Client, process: Process) -> Result<Self, Status> {
        let (requests, sent) = mpsc::channel(16);
        let exec = Self::first(exec_request::What::Start(process));
        requests.send(exec).await.expect("open");
        let events = client.exec(ReceiverStream::new(sent)).await?.into_inner();
        Ok(Self { requests, events })
    }

    /// A shell command line, with its output to the end.
    pub async fn shell(client: &mut Client, script: &str) -> Outcome {
        let mut exec = Self::start(client, process(&["sh", "-c", script]))
            .await
            .expect("started");
        exec.all().await
    }

    fn first(what: exec_request::What) -> ExecRequest {
        ExecRequest { what: Some(what) }
    }

    pub async fn send(&self, what: exec_request::What) {
        self.requests.send(Self::first(what)).await.expect("open");
    }

    pub async fn next(&mut self) -> Option<exec_event::What> {
        let next = timeout(PATIENCE, self.events.message())
            .await
            .expect("something happens");
        next.expect("no error")
            .map(|event| event.what.expect("something"))
    }

    /// The pid of a process that is to have started.
    pub async fn started(&mut self) -> u32 {
        match self.next().await {
            Some(exec_event::What::Started(started)) => started.pid,
            other => panic!("{other:?}"),
        }
    }

    pub async fn all(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            match self.next().await.expect("not the end") {
                exec_event::What::Started(_) => {}
                exec_event::What::Output(output) => outcome.write(&output),
                exec_event::What::Exited(exited) => {
                    outcome.exited = exited;
                    assert_eq!(self.next().await, None);
                    return outcome;
                }
            }
        }
    }

    /// Reads until the output contains a text.
    pub async fn until(&mut self, text: &str) {
        let mut outcome = Outcome::default();
        while !outcome.stdout().contains(text) {
            match self.next().await.expect("not the end") {
                exec_event::What::Output(output) => outcome.write(&output),
                exec_event::What::Started(_) => {}
                other => panic!("{other:?} after {:?}", outcome.stdout()),
            }
        }
    }
}

/// What came of a container.
#[derive(Debug, Default)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub sequences: Vec<u64>,
    pub out_of_memory: usize,
    pub exited: Exited,
}

impl Outcome {
    pub fn take(&mut self, event: Event) -> Option<Exited> {
        self.sequences.push(event.sequence);
        match event.what.expect("an event has something in it") {
            What::Started(_) => None,
            What::OutOfMemory(_) => {
                self.out_of_memory += 1;
                None
            }
            What::Exited(exited) => Some(exited),
            What::Output(output) => {
                self.write(&output);
                None
            }
        }
    }

    fn write(&mut self, output: &Output) {
        match output.stream() {
            Stream::Stderr => self.stderr.extend_from_slice(&output.data),
            _ => self.stdout.extend_from_slice(&output.data),
        }
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    pub fn code(&self) -> u32 {
        match self.exited.cause {
            Some(Cause::Code(code)) => code,
            ref other => panic!("{other:?}\n{}", self.stderr()),
        }
    }

    pub fn start_failure(&self) -> &StartFailure {
        match &self.exited.cause {
            Some(Cause::StartFailure(failure)) => failure,
            other => panic!("{other:?}"),
        }
    }
}

/// Boots, runs to the end, and sees the machine switch itself off.
pub async fn run(config: &BootConfig) -> Outcome {
    let mut machine = Machine::boot(config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    let outcome = events.all().await;
    // The call stays open: a call that is given up takes acknowledgements under way with it.
    machine.powers_off().await;
    drop(events);
    outcome
}

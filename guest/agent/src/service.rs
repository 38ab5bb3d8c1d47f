//! The calls of the contract.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use tonic::{Request, Response, Status, Streaming};

use crate::boot::{Boot, Token};
use crate::cgroup::Cgroup;
use crate::channel::Received;
use crate::events::{EventLog, EventStream};
use crate::first::Container;
use crate::names::{Names, Queries};
use crate::proto::agent_server::Agent;
use crate::proto::{
    Acknowledge, ArchiveChunk, Change, ChangesRequest, ExecEvent, ExecRequest, FreezeRequest,
    FreezeResult, InfoRequest, InfoResult, InputChunk, InputResult, Limits, NameAnswer,
    PathRequest, PathStat, PowerOffRequest, PowerOffResult, ProcessesRequest, ProcessesResult,
    ReadArchiveRequest, ResizeResult, SignalRequest, SignalResult, StatsRequest, StatsResult,
    UpdateResult, WindowSize, WriteArchiveRequest, WriteArchiveResult,
};
use crate::worker::Place;
use crate::{exec, files, freeze, processes, stats, system};

#[derive(Clone)]
pub struct AgentService(Arc<Shared>);

struct Shared {
    log: Arc<EventLog>,
    token: Arc<Token>,
    layers: usize,
    container: OnceLock<Arc<Container>>,
    /// In mode `FILES`, once they are there.
    files: AtomicBool,
    /// Where the container has a resolver.
    names: Option<Arc<Names>>,
    power_off: Notify,
    called: AtomicBool,
}

impl AgentService {
    pub fn new(log: Arc<EventLog>, boot: &Boot) -> Self {
        Self(Arc::new(Shared {
            log,
            token: Arc::clone(&boot.token),
            layers: boot.config.layers.len(),
            container: OnceLock::new(),
            files: AtomicBool::new(false),
            names: boot.has_resolver().then(Arc::default),
            power_off: Notify::new(),
            called: AtomicBool::new(false),
        }))
    }

    /// Called once, as soon as there is a process.
    pub fn attach(&self, container: Arc<Container>) {
        let _only_once = self.0.container.set(container);
    }

    /// Called once the files are there that nothing is started with.
    pub fn open_files(&self) {
        self.0.files.store(true, Ordering::Relaxed);
    }

    /// Waits for the engine's wish to end a machine of mode `FILES`.
    pub async fn power_off_wanted(&self) {
        self.0.power_off.notified().await;
    }

    /// Where the container's paths are to be looked up.
    fn place(&self) -> Result<Place<'_>, Status> {
        if self.0.files.load(Ordering::Relaxed) {
            return Ok(Place::Root);
        }
        Ok(Place::Container(self.running()?.first.pidfd()))
    }

    /// What the container's resolver is to ask, where it has one.
    pub fn resolver(&self) -> Option<&Arc<Names>> {
        self.0.names.as_ref()
    }

    pub fn log(&self) -> &EventLog {
        &self.0.log
    }

    /// Whether an engine has ever asked for events.
    pub fn was_called(&self) -> bool {
        self.0.called.load(Ordering::Relaxed)
    }

    /// The container while its first process is there.
    fn running(&self) -> Result<&Arc<Container>, Status> {
        self.container()
            .ok()
            .filter(|container| !container.first.has_ended())
            .ok_or_else(|| Status::failed_precondition("the container does not run"))
    }

    fn container(&self) -> Result<&Arc<Container>, Status> {
        self.0
            .container
            .get()
            .ok_or_else(|| Status::failed_precondition("no process was started"))
    }
}

#[tonic::async_trait]
impl Agent for AgentService {
    type EventsStream = EventStream;
    type ExecStream = Received<Result<ExecEvent, Status>>;
    type ReadArchiveStream = Received<Result<ArchiveChunk, Status>>;
    type ChangesStream = Received<Result<Change, Status>>;
    type NamesStream = Queries;

    async fn events(
        &self,
        request: Request<Streaming<Acknowledge>>,
    ) -> Result<Response<EventStream>, Status> {
        let mut acknowledgements = request.into_inner();
        let first = acknowledgements.message().await?;
        let after = first
            .ok_or_else(|| Status::invalid_argument("no number to begin after"))?
            .sequence;
        self.0.log.acknowledge(after)?;
        self.0.called.store(true, Ordering::Relaxed);
        let events = self.0.log.read(after);
        let log = Arc::clone(&self.0.log);
        tokio::spawn(async move {
            while let Ok(Some(next)) = acknowledgements.message().await {
                if log.acknowledge(next.sequence).is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(events))
    }

    async fn input(
        &self,
        request: Request<Streaming<InputChunk>>,
    ) -> Result<Response<InputResult>, Status> {
        let container = &self.container()?.first;
        if !container.has_input() {
            return Err(Status::failed_precondition(
                "the process has no standard input",
            ));
        }
        let mut chunks = request.into_inner();
        while let Some(chunk) = chunks.message().await? {
            container.write_input(&chunk.data).await;
        }
        container.close_input().await;
        Ok(Response::new(InputResult {}))
    }

    async fn resize(&self, request: Request<WindowSize>) -> Result<Response<ResizeResult>, Status> {
        let outputs = &self.container()?.first.outputs;
        if !outputs.is_terminal() {
            return Err(Status::failed_precondition("the process has no terminal"));
        }
        let size = request.into_inner();
        outputs.resize(size.rows, size.columns).map_err(internal)?;
        Ok(Response::new(ResizeResult {}))
    }

    async fn signal(
        &self,
        request: Request<SignalRequest>,
    ) -> Result<Response<SignalResult>, Status> {
        let number = request.into_inner().number;
        if !(1..=64).contains(&number) {
            return Err(Status::invalid_argument(format!(
                "no such signal: {number}"
            )));
        }
        let signal = i32::try_from(number).unwrap_or_default();
        if self.container()?.first.signal(signal).map_err(internal)? {
            Ok(Response::new(SignalResult {}))
        } else {
            Err(Status::failed_precondition("the process has ended"))
        }
    }

    async fn exec(
        &self,
        request: Request<Streaming<ExecRequest>>,
    ) -> Result<Response<Self::ExecStream>, Status> {
        let container = Arc::clone(self.running()?);
        if freeze::is_frozen().map_err(internal)? {
            return Err(Status::failed_precondition("the container is frozen"));
        }
        let events = exec::exec(container, request.into_inner()).await?;
        Ok(Response::new(Received(events)))
    }

    async fn freeze(
        &self,
        request: Request<FreezeRequest>,
    ) -> Result<Response<FreezeResult>, Status> {
        self.running()?;
        freeze::set(request.into_inner().frozen)
            .await
            .map_err(internal)?;
        Ok(Response::new(FreezeResult {}))
    }

    async fn update(&self, request: Request<Limits>) -> Result<Response<UpdateResult>, Status> {
        self.running()?;
        Cgroup::update(&request.into_inner())
            .map_err(|failure| Status::invalid_argument(failure.message))?;
        Ok(Response::new(UpdateResult {}))
    }

    async fn processes(
        &self,
        _: Request<ProcessesRequest>,
    ) -> Result<Response<ProcessesResult>, Status> {
        self.running()?;
        let processes = processes::list();
        Ok(Response::new(ProcessesResult { processes }))
    }

    async fn stats(&self, _: Request<StatsRequest>) -> Result<Response<StatsResult>, Status> {
        self.running()?;
        Ok(Response::new(stats::now()))
    }

    async fn stat_path(&self, request: Request<PathRequest>) -> Result<Response<PathStat>, Status> {
        let path = request.into_inner().path;
        let stat = files::stat(self.place()?, &self.0.token, &path).await?;
        Ok(Response::new(stat))
    }

    async fn read_archive(
        &self,
        request: Request<ReadArchiveRequest>,
    ) -> Result<Response<Self::ReadArchiveStream>, Status> {
        let chunks = files::read(self.place()?, &self.0.token, &request.into_inner())?;
        Ok(Response::new(Received(chunks)))
    }

    async fn write_archive(
        &self,
        request: Request<Streaming<WriteArchiveRequest>>,
    ) -> Result<Response<WriteArchiveResult>, Status> {
        let mut requests = request.into_inner();
        let first = requests.message().await?;
        let first = first.ok_or_else(|| Status::invalid_argument("no directory named"))?;
        files::write(self.place()?, &self.0.token, first, requests).await?;
        Ok(Response::new(WriteArchiveResult {}))
    }

    async fn changes(
        &self,
        _: Request<ChangesRequest>,
    ) -> Result<Response<Self::ChangesStream>, Status> {
        self.place()?;
        let changes = files::changes(&self.0.token, self.0.layers)?;
        Ok(Response::new(Received(changes)))
    }

    async fn names(
        &self,
        request: Request<Streaming<NameAnswer>>,
    ) -> Result<Response<Queries>, Status> {
        let names = self
            .resolver()
            .ok_or_else(|| Status::failed_precondition("the container has no resolver"))?;
        Ok(Response::new(names.serve(request.into_inner())))
    }

    async fn power_off(
        &self,
        _: Request<PowerOffRequest>,
    ) -> Result<Response<PowerOffResult>, Status> {
        if !self.0.files.load(Ordering::Relaxed) {
            return Err(Status::failed_precondition(
                "the machine ends with its container",
            ));
        }
        self.0.power_off.notify_one();
        Ok(Response::new(PowerOffResult {}))
    }

    async fn info(&self, _: Request<InfoRequest>) -> Result<Response<InfoResult>, Status> {
        let (total, available) = system::memory();
        Ok(Response::new(InfoResult {
            agent_version: env!("CARGO_PKG_VERSION").to_owned(),
            kernel_release: system::kernel_release(),
            memory_total_bytes: total,
            memory_available_bytes: available,
            last_sequence: self.0.log.last(),
        }))
    }
}

fn internal(error: std::io::Error) -> Status {
    Status::internal(error.to_string())
}

//! The calls of the contract.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use crate::cgroup::Cgroup;
use crate::channel::Received;
use crate::events::EventLog;
use crate::first::Container;
use crate::proto::agent_server::Agent;
use crate::proto::{
    Acknowledge, Event, ExecEvent, ExecRequest, FreezeRequest, FreezeResult, InfoRequest,
    InfoResult, InputChunk, InputResult, Limits, ResizeResult, SignalRequest, SignalResult,
    UpdateResult, WindowSize,
};
use crate::{exec, freeze, system};

#[derive(Clone)]
pub struct AgentService(Arc<Shared>);

struct Shared {
    log: Arc<EventLog>,
    container: OnceLock<Arc<Container>>,
    called: AtomicBool,
}

impl AgentService {
    pub fn new(log: Arc<EventLog>) -> Self {
        Self(Arc::new(Shared {
            log,
            container: OnceLock::new(),
            called: AtomicBool::new(false),
        }))
    }

    /// Called once, as soon as there is a process.
    pub fn attach(&self, container: Arc<Container>) {
        let _only_once = self.0.container.set(container);
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
    async fn events(
        &self,
        request: Request<Streaming<Acknowledge>>,
    ) -> Result<Response<BoxStream<Event>>, Status> {
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
        Ok(Response::new(Box::pin(events)))
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
    ) -> Result<Response<BoxStream<ExecEvent>>, Status> {
        let container = Arc::clone(self.running()?);
        if freeze::is_frozen().map_err(internal)? {
            return Err(Status::failed_precondition("the container is frozen"));
        }
        let events = exec::exec(container, request.into_inner()).await?;
        Ok(Response::new(Box::pin(Received(events))))
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

    async fn info(&self, _: Request<InfoRequest>) -> Result<Response<InfoResult>, Status> {
        let (total, available) = memory();
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

fn memory() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    (field(&text, "MemTotal:"), field(&text, "MemAvailable:"))
}

fn field(meminfo: &str, name: &str) -> u64 {
    meminfo
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .and_then(|kib| kib.parse::<u64>().ok())
        .map_or(0, |kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_meminfo() {
        let text = "MemTotal:         123 kB\nMemFree: 1 kB\nMemAvailable:      45 kB\n";
        assert_eq!(field(text, "MemTotal:"), 123 * 1024);
        assert_eq!(field(text, "MemAvailable:"), 45 * 1024);
        assert_eq!(field(text, "SwapTotal:"), 0);
    }
}

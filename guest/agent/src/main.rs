//! `/init` of the guest's initramfs.

use std::sync::Arc;

use kctl_agent::boot::{self, Boot};
use kctl_agent::events::EventLog;
use kctl_agent::first::Container;
use kctl_agent::proto::{Exited, exited::Cause};
use kctl_agent::rootfs::World;
use kctl_agent::service::AgentService;
use kctl_agent::{failure::Failure, shutdown, system, transport};

fn main() {
    let main_ns = system::boot_time_ns();
    match boot::take() {
        Ok(boot) => run(boot, main_ns),
        Err(error) => eprintln!("kctl-agent: {error}"),
    }
    shutdown::power_off();
}

fn run(boot: Boot, main_ns: i64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(serve(boot, main_ns)),
        Err(error) => eprintln!("kctl-agent: starting the event loop: {error}"),
    }
}

/// Listens and dials first, so that nothing of the container can be there before the agent is,
/// and starts the process without waiting for an answer.
async fn serve(boot: Boot, main_ns: i64) {
    system::set_clock(boot.config.wall_clock_ns);
    let log = Arc::new(EventLog::default());
    let service = AgentService::new(Arc::clone(&log));
    if let Err(error) = transport::start(&boot, &service) {
        eprintln!("kctl-agent: {error}");
        return;
    }
    tokio::task::yield_now().await;
    let dialled_ns = system::boot_time_ns();

    let mut world = World::default();
    let exited = match start(&boot, &mut world, &service, [main_ns, dialled_ns]).await {
        Ok(container) => container.supervise(&log).await,
        Err(failure) => Exited {
            cause: Some(Cause::StartFailure(failure.into())),
            ..Exited::default()
        },
    };
    let last = log.finish(exited);
    shutdown::when_acknowledged(&log, last, world).await;
}

async fn start(
    boot: &Boot,
    world: &mut World,
    service: &AgentService,
    [agent_main_ns, dialled_ns]: [i64; 2],
) -> Result<Arc<Container>, Failure> {
    world.build(boot)?;
    let mounted_ns = system::boot_time_ns();
    let container = Arc::new(Container::spawn(boot, world)?);
    service.attach(Arc::clone(&container));
    container.first.executed().await?;
    service.log().started(kctl_agent::proto::Started {
        pid: container.first.pid,
        agent_main_ns,
        mounted_ns,
        dialled_ns,
        process_ns: system::boot_time_ns(),
    });
    world.protect_agent();
    Ok(container)
}

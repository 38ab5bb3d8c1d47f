//! `/init` of the guest's initramfs.

use std::sync::Arc;

use kctl_agent::boot::{self, Boot};
use kctl_agent::events::EventLog;
use kctl_agent::first::Container;
use kctl_agent::proto::{Exited, Started, exited::Cause};
use kctl_agent::rootfs::World;
use kctl_agent::service::AgentService;
use kctl_agent::{failure::Failure, resolver, shutdown, system, transport};

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
    let service = AgentService::new(Arc::clone(&log), &boot);
    if let Err(error) = transport::start(&boot, &service) {
        eprintln!("kctl-agent: {error}");
        return;
    }
    tokio::task::yield_now().await;
    let dialled_ns = system::boot_time_ns();
    if boot.is_probe() {
        return std::future::pending().await;
    }

    let mut world = World::default();
    let times = [main_ns, dialled_ns];
    let exited = if boot.files_only() {
        serve_files(&boot, &mut world, &service, times).await
    } else {
        match start(&boot, &mut world, &service, times).await {
            Ok(container) => Some(container.supervise(&log).await),
            Err(failure) => Some(refused(failure)),
        }
    };
    let last = exited.map(|exited| log.finish(exited));
    shutdown::end(&log, last, world).await;
}

fn refused(failure: Failure) -> Exited {
    Exited {
        cause: Some(Cause::StartFailure(failure.into())),
        ..Exited::default()
    }
}

/// Starts nothing; `None` when the engine wants the end.
async fn serve_files(
    boot: &Boot,
    world: &mut World,
    service: &AgentService,
    [agent_main_ns, dialled_ns]: [i64; 2],
) -> Option<Exited> {
    if let Err(failure) = world.build(boot) {
        return Some(refused(failure));
    }
    let mounted_ns = system::boot_time_ns();
    service.open_files();
    service.log().started(Started {
        pid: 0,
        agent_main_ns,
        mounted_ns,
        dialled_ns,
        process_ns: mounted_ns,
    });
    service.power_off_wanted().await;
    None
}

async fn start(
    boot: &Boot,
    world: &mut World,
    service: &AgentService,
    [agent_main_ns, dialled_ns]: [i64; 2],
) -> Result<Arc<Container>, Failure> {
    world.build(boot)?;
    let mounted_ns = system::boot_time_ns();
    if let Some(names) = service.resolver() {
        resolver::start(names).await?;
    }
    let container = Arc::new(Container::spawn(boot, world)?);
    service.attach(Arc::clone(&container));
    container.first.executed().await?;
    service.log().started(Started {
        pid: container.first.pid,
        agent_main_ns,
        mounted_ns,
        dialled_ns,
        process_ns: system::boot_time_ns(),
    });
    world.protect_agent();
    Ok(container)
}

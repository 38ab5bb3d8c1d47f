//! The end of the machine.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::events::EventLog;
use crate::rootfs::World;
use crate::{system, worker};

/// How long the engine has to take the last event before the agent, instead of only waiting,
/// unmounts.
const HEAD_START: Duration = Duration::from_millis(5);
/// How long the answer to the call that ends a machine may take to be on its way.
const ANSWER: Duration = Duration::from_millis(20);

/// Leaves the file systems clean, and returns when the last event, if there is one, is on the
/// engine's disk.
pub async fn end(log: &EventLog, last: Option<u64>, mut world: World) {
    match last {
        Some(last) => drop(timeout(HEAD_START, log.acknowledged(last)).await),
        None => sleep(ANSWER).await,
    }
    worker::end_all().await;
    world.take_down();
    if let Some(last) = last {
        log.acknowledged(last).await;
    }
}

/// Does not return.
pub fn power_off() -> ! {
    system::sync();
    let error = system::power_off();
    // The kernel panics when PID 1 ends, which ends the machine too.
    panic!("kctl-agent: switching off: {error}");
}

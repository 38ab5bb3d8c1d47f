//! The end of the machine.

use std::time::Duration;

use tokio::time::timeout;

use crate::events::EventLog;
use crate::rootfs::World;
use crate::system;

/// How long the engine has to take the last event before the agent, instead of only waiting,
/// unmounts.
const HEAD_START: Duration = Duration::from_millis(5);

/// Leaves the file systems clean, and returns when the last event is on the engine's disk.
pub async fn when_acknowledged(log: &EventLog, last: u64, mut world: World) {
    let _elapsed = timeout(HEAD_START, log.acknowledged(last)).await;
    world.take_down();
    log.acknowledged(last).await;
}

/// Does not return.
pub fn power_off() -> ! {
    system::sync();
    let error = system::power_off();
    // The kernel panics when PID 1 ends, which ends the machine too.
    panic!("kctl-agent: switching off: {error}");
}

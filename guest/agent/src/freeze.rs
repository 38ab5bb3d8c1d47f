//! Stopping all processes of the container where they are.

use std::fs;
use std::io;
use std::time::Duration;

use tokio::time::timeout;

use crate::cgroup;
use crate::system;
use crate::watch::FileChanges;

/// A process in the kernel's middle, waiting for a disk, stops only afterwards.
const PATIENCE: Duration = Duration::from_secs(30);

/// Freezes or thaws the container's cgroup, and waits until all of it is.
///
/// # Errors
/// Where the kernel refuses, or a process does not stop in time.
pub async fn set(frozen: bool) -> io::Result<()> {
    let changes = FileChanges::of(&system::c_string(&cgroup::path("cgroup.events"))?)?;
    fs::write(
        cgroup::path("cgroup.freeze"),
        if frozen { "1" } else { "0" },
    )?;
    let reached = async {
        while is_frozen()? != frozen {
            changes.next().await?;
        }
        Ok(())
    };
    timeout(PATIENCE, reached)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Whether all processes of the container stand still.
///
/// # Errors
/// Where there is no container.
pub fn is_frozen() -> io::Result<bool> {
    let events = fs::read_to_string(cgroup::path("cgroup.events"))?;
    Ok(cgroup::count_of(&events, "frozen") > 0)
}

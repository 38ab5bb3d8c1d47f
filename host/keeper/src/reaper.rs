//! The keeper's main loop: reap, restart the engine, and end when nothing is left to keep.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crate::children::Children;
use crate::engine::{Engine, Verdict};
use crate::process;

/// How often an absent engine's keeper looks for ends and for somebody who wants an engine.
const LOOK: Duration = Duration::from_millis(50);

/// How long the keeper's own end waits for what its last children left behind.
const LEFTOVERS: Duration = Duration::from_millis(500);
const LEFTOVERS_STEP: Duration = Duration::from_millis(2);

/// Returns once neither an engine nor a child is there.
pub fn reap_until_unneeded(children: &Children, engine: &Engine) {
    loop {
        match engine.verdict(children.any_alive()) {
            Verdict::Unneeded => return,
            Verdict::Start => engine.start(children),
            Verdict::StartAfter(pause) => reap(children, engine, Some(pause.min(LOOK))),
            Verdict::Absent => reap(children, engine, Some(LOOK)),
            // Whatever happens next is the end of a process: wait for it without looking.
            Verdict::Runs => reap(children, engine, None),
        }
    }
}

/// Reaps what the last children left behind and has just been killed.
pub fn reap_the_rest() {
    let deadline = Instant::now() + LEFTOVERS;
    while Instant::now() < deadline {
        match process::ended_child(false) {
            Ok(Some(pid)) => drop(process::reap(pid)),
            Ok(None) => thread::sleep(LEFTOVERS_STEP),
            // There are no children any more.
            Err(_) => return,
        }
    }
}

/// Reaps one process; waits for it for ever, or looks once and then lets the pause pass.
fn reap(children: &Children, engine: &Engine, pause: Option<Duration>) {
    match process::ended_child(pause.is_none()) {
        Ok(Some(pid)) => {
            if !engine.reap(pid) {
                children.reap(pid);
            }
        }
        Ok(None) => children.await_change(pause.unwrap_or(LOOK)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        Err(_) => children.await_change(pause.unwrap_or(LOOK)),
    }
}

//! The keeper's main loop: reap, restart the engine, and end when nothing is left to keep.

use std::io;
use std::time::Duration;

use crate::children::Children;
use crate::engine::{Engine, Verdict};
use crate::process::check;
use crate::protocol::Exit;

/// How often an absent engine's keeper looks for ends and for somebody who wants an engine.
const LOOK: Duration = Duration::from_millis(50);

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

/// Reaps one process; waits for it for ever, or looks once and then lets the pause pass.
fn reap(children: &Children, engine: &Engine, pause: Option<Duration>) {
    let flags = if pause.is_some() { libc::WNOHANG } else { 0 };
    let mut status = 0;
    // SAFETY: the status lives through the call.
    match check(unsafe { libc::waitpid(-1, &mut status, flags) }) {
        Ok(0) => children.await_change(pause.unwrap_or(LOOK)),
        Ok(pid) => {
            let exit = exit(status);
            if !engine.ended(pid, exit) {
                children.ended(pid, exit);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        Err(_) => children.await_change(LOOK),
    }
}

/// Waitpid's status without stops and continues, which it was not asked for (wait(2)).
fn exit(status: libc::c_int) -> Exit {
    if libc::WIFSIGNALED(status) {
        Exit::Signal(libc::WTERMSIG(status))
    } else {
        Exit::Code(libc::WEXITSTATUS(status))
    }
}

//! SIGTERM, as a host that is switched off sends it to every process: what is kept ends first.
//!
//! A confined child is the first process of its pid namespace, where a signal that it does not handle
//! is ignored: without this the host's service manager would wait for such a one as long as it ever
//! waits, and kill it then.

use std::io;
use std::mem;
use std::ptr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::children::Children;
use crate::engine::Engine;

/// Enough for a VMM to write out its disks.
const GRACE: Duration = Duration::from_secs(5);
const THREAD_STACK: usize = 128 * 1024;

/// Waits for the signal in a thread of its own. To be called before any other thread is started: it
/// inherits that the signal is blocked.
pub fn watch(children: &Arc<Children>, engine: &Arc<Engine>) -> io::Result<()> {
    // SAFETY: the set is initialised by sigemptyset, and lives through the calls.
    let signal = unsafe {
        let mut signal: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&mut signal);
        libc::sigaddset(&mut signal, libc::SIGTERM);
        libc::pthread_sigmask(libc::SIG_BLOCK, &signal, ptr::null_mut());
        signal
    };
    let (children, engine) = (Arc::clone(children), Arc::clone(engine));
    let farewell = move || {
        let mut number = 0;
        // SAFETY: both live through the call.
        if unsafe { libc::sigwait(&signal, &mut number) } == 0 {
            eprintln!("kctl-keeper: asked to end, with all that is kept");
            engine.dismiss();
            children.end_all(GRACE);
        }
    };
    thread::Builder::new()
        .name("farewell".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(farewell)
        .map(drop)
}

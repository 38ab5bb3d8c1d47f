//! The container's own init (`--init`): passes signals on to the command and reaps what is orphaned.

use std::io;

use crate::children;
use crate::system;

/// Forks. Returns in the process that is to become the command; the other one stays as init and
/// ends with the command.
pub fn split(tty: bool) -> io::Result<()> {
    // The memory of an init is that of the agent at the fork: nobody in here may look into it.
    system::prctl(libc::PR_SET_DUMPABLE, 0)?;
    let all = children::block_all_signals();
    match children::fork()? {
        Some(command) => reap_for(command, &all),
        None => {
            if tty {
                system::take_foreground()?;
            }
            system::reset_signals();
            Ok(())
        }
    }
}

fn reap_for(command: libc::pid_t, signals: &libc::sigset_t) -> ! {
    if system::close_from(0, true).is_err() {
        children::exit_now(125);
    }
    loop {
        match children::wait_signal(signals) {
            Some(libc::SIGCHLD) => {
                while let Some((pid, code)) = children::reap_any() {
                    if pid == command {
                        children::exit_now(code);
                    }
                }
            }
            Some(signal) => children::kill(command, signal),
            None => {}
        }
    }
}

//! Becoming the one keeper of a runtime directory, apart from whoever started it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::descriptors;
use crate::process::check;

/// The name of the keeper's socket in the runtime directory.
pub const SOCKET: &str = "keeper.sock";
const LOCK: &str = "keeper.lock";
const LOG: &str = "keeper.log";
const LARGEST_LOG: u64 = 256 * 1024;
/// Longer than a keeper needs to open its socket, or to end.
const PATIENCE: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(5);

/// Takes the lock; where another keeper has it, asks that one for an engine and returns nothing.
pub fn lock_or_ask(arguments: &Arguments) -> io::Result<Option<OwnedFd>> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&arguments.runtime_dir)?;
    let lock = descriptors::open(
        &arguments.runtime_dir.join(LOCK),
        libc::O_RDWR | libc::O_CREAT,
    )?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        // SAFETY: flock takes plain integers.
        match check(unsafe { libc::flock(lock.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) }) {
            Ok(_) => return Ok(Some(lock)),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) => {}
        }
        match ask_for_engine(arguments) {
            Ok(()) => return Ok(None),
            // The other one is about to open its socket, or about to end.
            Err(_) if Instant::now() < deadline => thread::sleep(STEP),
            Err(error) => return Err(error),
        }
    }
}

fn ask_for_engine(arguments: &Arguments) -> io::Result<()> {
    let mut stream = UnixStream::connect(arguments.runtime_dir.join(SOCKET))?;
    let request = serde_json::json!({"op": "ensure", "argv": arguments.engine});
    writeln!(stream, "{request}")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    if answer.contains("\"ok\":true") {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "the other keeper answered {answer:?}"
    )))
}

/// What the keeper keeps of its starter's environment: who the user is.
pub const KEPT: &[&str] = &["HOME", "XDG_RUNTIME_DIR"];

/// Begins anew without the starter's environment, which may hold secrets and which the kernel would
/// show for as long as machines run (`/proc/PID/environ`). Returns where there is nothing of it.
pub fn drop_environment() -> io::Result<()> {
    if std::env::vars_os().all(|(name, _)| KEPT.iter().any(|kept| name == *kept)) {
        return Ok(());
    }
    let mut words = std::env::args_os();
    let kept = KEPT
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut again = Command::new("/proc/self/exe");
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    Err(again.args(words).env_clear().envs(kept).exec())
}

/// Leaves the starter's session, terminal, directory and streams. False in the process that was
/// started, which is to end; true in the one that goes on.
pub fn detach(runtime_dir: &Path) -> io::Result<bool> {
    let log = open_log(&runtime_dir.join(LOG))?;
    let nowhere = OpenOptions::new().read(true).open("/dev/null")?;
    std::env::set_current_dir("/")?;
    // SAFETY: no thread was started yet, so the child may go on as it likes.
    if check(unsafe { libc::fork() })? != 0 {
        return Ok(false);
    }
    // SAFETY: these take plain integers; the descriptors are open.
    unsafe {
        check(libc::setsid())?;
        libc::umask(0o077);
        check(libc::dup2(nowhere.as_raw_fd(), 0))?;
        check(libc::dup2(log.as_raw_fd(), 1))?;
        check(libc::dup2(log.as_raw_fd(), 2))?;
    }
    Ok(true)
}

/// Goes on with the log of the last keeper unless that has grown too long.
fn open_log(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .create(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW);
    if std::fs::metadata(path).is_ok_and(|log| log.len() > LARGEST_LOG) {
        return options.write(true).truncate(true).open(path);
    }
    options.append(true).open(path)
}

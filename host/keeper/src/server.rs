//! The keeper's socket: a thread for each connection, a line for each request and answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::children::Children;
use crate::daemon;
use crate::engine::Engine;
use crate::process::check;
use crate::protocol::{Failure, Request, Response};

const LONGEST_LINE: u64 = 1024 * 1024;
const MOST_CONNECTIONS: usize = 1024;
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const THREAD_STACK: usize = 128 * 1024;

/// Opens the socket in place of one that a killed keeper left, and answers from now on.
pub fn serve(
    runtime_dir: &Path,
    children: &Arc<Children>,
    engine: &Arc<Engine>,
) -> io::Result<PathBuf> {
    let path = runtime_dir.join(daemon::SOCKET);
    remove(&path);
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let (children, engine) = (Arc::clone(children), Arc::clone(engine));
    thread::Builder::new()
        .name("accept".to_owned())
        .stack_size(THREAD_STACK)
        .spawn(move || accept(&listener, &children, &engine))?;
    Ok(path)
}

/// Removes the socket; that it is not there is well.
pub fn remove(socket: &Path) {
    drop(std::fs::remove_file(socket));
}

fn accept(listener: &UnixListener, children: &Arc<Children>, engine: &Arc<Engine>) {
    let open_now = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of descriptors or memory: others must give some back first.
            thread::sleep(ACCEPT_PAUSE);
            continue;
        };
        if open_now.load(Ordering::Relaxed) >= MOST_CONNECTIONS || !is_ours(&stream) {
            continue;
        }
        open_now.fetch_add(1, Ordering::Relaxed);
        let (children, engine, open) = (
            Arc::clone(children),
            Arc::clone(engine),
            Arc::clone(&open_now),
        );
        let serve = move || {
            // A connection that breaks concerns nobody else.
            drop(converse(&stream, &children, &engine));
            open.fetch_sub(1, Ordering::Relaxed);
        };
        let thread = thread::Builder::new().stack_size(THREAD_STACK).spawn(serve);
        if let Err(error) = thread {
            open_now.fetch_sub(1, Ordering::Relaxed);
            eprintln!("kctl-keeper: connection dropped: {error}");
        }
    }
}

/// Whether the other side runs as the keeper's own user, or as root.
fn is_ours(stream: &UnixStream) -> bool {
    // SAFETY: all-zero is a value of this plain structure.
    let mut peer: libc::ucred = unsafe { mem::zeroed() };
    let mut length = libc::socklen_t::try_from(mem::size_of::<libc::ucred>()).unwrap_or_default();
    // SAFETY: the structure has room for what SO_PEERCRED writes (unix(7)).
    let result = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut peer).cast(),
            &mut length,
        )
    };
    // SAFETY: geteuid cannot fail.
    check(result).is_ok() && (peer.uid == 0 || peer.uid == unsafe { libc::geteuid() })
}

fn converse(stream: &UnixStream, children: &Children, engine: &Engine) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let count = reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if count == 0 {
            return Ok(());
        }
        if line.last() != Some(&b'\n') {
            let refused = Err(Failure::invalid(
                "the line is longer than 1 MiB or has no end",
            ));
            return answer(stream, &refused.into());
        }
        let response = serde_json::from_slice(&line)
            .map_err(|error| Failure::invalid(format!("not a request: {error}")))
            .and_then(|request| handle(request, stream.as_fd(), children, engine))
            .into();
        answer(stream, &response)?;
    }
}

fn handle(
    request: Request,
    asker: BorrowedFd,
    children: &Children,
    engine: &Engine,
) -> Result<Response, Failure> {
    let done = Response::Done { ok: true };
    Ok(match request {
        Request::Spawn(spawn) => {
            let (pid, start_time) = children.spawn(&spawn)?;
            Response::Spawned {
                ok: true,
                pid,
                start_time,
            }
        }
        Request::Wait { id } => Response::Ended {
            ok: true,
            end: children.wait(&id, asker)?,
        },
        Request::Kill { id, signal } => children.kill(&id, signal).map(|()| done)?,
        Request::List {} => Response::Listed {
            ok: true,
            children: children.list(),
            engine_pid: engine.pid(),
        },
        Request::Forget { id } => children.forget(&id).map(|()| done)?,
        Request::Shutdown {} => {
            engine.leaves();
            done
        }
        Request::Keep { value } => {
            engine.keep(value);
            done
        }
        Request::Ensure { argv } => {
            engine.ensure(argv)?;
            children.nudge();
            done
        }
    })
}

fn answer(mut stream: &UnixStream, response: &Response) -> io::Result<()> {
    let mut line = serde_json::to_vec(response)?;
    line.push(b'\n');
    stream.write_all(&line)
}

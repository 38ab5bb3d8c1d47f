//! The table of children: who runs, who has ended and how.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::cgroup::Cgroups;
use crate::plan::Plan;
use crate::process::{self, check};
use crate::protocol::{End, Exit, Failure, Spawn, Status};
use crate::spawn;

/// Ended children that nobody forgot; beyond this the oldest are dropped.
const REMEMBERED: usize = 1024;

/// How often those who are to end are looked at, should nobody tell.
const LOOK: Duration = Duration::from_millis(50);

/// All children but the engine, shared by the keeper's threads.
pub struct Children {
    table: Mutex<Table>,
    changed: Condvar,
    cgroups: Cgroups,
}

#[derive(Default)]
struct Table {
    by_id: BTreeMap<String, Child>,
    /// No child is started any more.
    closed: bool,
    /// Counts ends, so that the oldest can be told.
    ends: u64,
}

struct Child {
    pid: libc::pid_t,
    start_time: u64,
    end: Option<Ended>,
}

struct Ended {
    end: End,
    order: u64,
}

impl Children {
    /// No children yet.
    pub fn new(cgroups: Cgroups) -> Self {
        Self {
            table: Mutex::default(),
            changed: Condvar::new(),
            cgroups,
        }
    }

    /// Starts a process and remembers it. Returns its pid and start time.
    pub fn spawn(&self, request: &Spawn) -> Result<(libc::pid_t, u64), Failure> {
        // Held over the fork, so that the reaper cannot meet a child that is not in the table.
        let mut table = self.lock();
        if table.closed {
            return Err(Failure::invalid("this keeper is about to end"));
        }
        if table.by_id.contains_key(&request.id) {
            return Err(Failure::invalid(format!(
                "child {} is there already",
                request.id
            )));
        }
        let plan = Plan::prepare(request, self.cgroups.create(&request.id, &request.limits))?;
        let started = spawn::spawn(&plan, &request.argv[0]).inspect_err(|_| {
            self.cgroups.remove(&request.id);
        });
        let pid = started?;
        let start_time = process::start_time(pid).unwrap_or(0);
        table.by_id.insert(
            request.id.clone(),
            Child {
                pid,
                start_time,
                end: None,
            },
        );
        drop(table);
        self.changed.notify_all();
        Ok((pid, start_time))
    }

    /// Waits for a child's end, or until the side that asks for it has gone away.
    pub fn wait(&self, id: &str, asker: BorrowedFd) -> Result<End, Failure> {
        let failure =
            |error: &io::Error| Failure::system(format_args!("wait for child {id}"), error);
        if let Some(process) = self.watch(id).map_err(|error| failure(&error))? {
            await_either(&process, asker).map_err(|error| failure(&error))?;
        }
        // It has ended; that it is reaped takes no time that matters.
        let mut table = self.lock();
        loop {
            match table.by_id.get(id) {
                None => return Err(Failure::no_child(id)),
                Some(Child {
                    end: Some(ended), ..
                }) => return Ok(ended.end),
                Some(_) => {}
            }
            table = self
                .changed
                .wait(table)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What becomes readable at a running child's end.
    fn watch(&self, id: &str) -> io::Result<Option<OwnedFd>> {
        match self.lock().by_id.get(id) {
            // Unreaped while the table is held, so the pid is still its own.
            Some(child) if child.end.is_none() => process::watch(child.pid).map(Some),
            _ => Ok(None),
        }
    }

    /// Sends a signal to a child that still runs.
    pub fn kill(&self, id: &str, signal: i32) -> Result<(), Failure> {
        let table = self.lock();
        match table.by_id.get(id) {
            None => Err(Failure::no_child(id)),
            // Unreaped while the table is held, so the pid is still its own.
            Some(child) if child.end.is_none() => process::kill(child.pid, signal)
                .map_err(|error| Failure::system(format_args!("signal {signal} to {id}"), &error)),
            Some(_) => Ok(()),
        }
    }

    /// Lets every child end, kills those that do not within the grace, and starts no other.
    pub fn end_all(&self, grace: Duration) {
        self.lock().closed = true;
        for (signal, patience) in [(libc::SIGTERM, grace), (libc::SIGKILL, grace)] {
            for id in self.list().iter().map(|child| &child.id) {
                // One that has been forgotten meanwhile has ended.
                drop(self.kill(id, signal));
            }
            let deadline = Instant::now() + patience;
            while self.any_alive() && Instant::now() < deadline {
                self.await_change(LOOK);
            }
        }
    }

    /// Every child that is not forgotten.
    pub fn list(&self) -> Vec<Status> {
        let status = |(id, child): (&String, &Child)| Status {
            id: id.clone(),
            pid: child.pid,
            start_time: child.start_time,
            running: child.end.is_none(),
            end: child.end.as_ref().map(|ended| ended.end),
        };
        self.lock().by_id.iter().map(status).collect()
    }

    /// Drops what is remembered of an ended child.
    pub fn forget(&self, id: &str) -> Result<(), Failure> {
        let mut table = self.lock();
        match table.by_id.get(id) {
            None => Ok(()),
            Some(child) if child.end.is_none() => {
                Err(Failure::invalid(format!("child {id} still runs")))
            }
            Some(_) => {
                table.by_id.remove(id);
                Ok(())
            }
        }
    }

    /// Reaps a process that has ended and records how; orphans of our children are not in the table.
    pub fn reap(&self, pid: libc::pid_t) {
        let mut table = self.lock();
        let Ok(exit) = process::reap(pid) else {
            return;
        };
        table.ends += 1;
        let order = table.ends;
        let child = table
            .by_id
            .iter_mut()
            .find(|(_, child)| child.pid == pid && child.end.is_none());
        if let Some((id, child)) = child {
            let end = End {
                exit,
                out_of_memory: exit == Exit::Signal(libc::SIGKILL)
                    && self.cgroups.ran_out_of_memory(id),
            };
            child.end = Some(Ended { end, order });
            self.cgroups.remove(id);
        } else {
            // An orphan may have been the last in the group of a child that has ended before.
            self.cgroups.sweep();
        }
        table.forget_the_oldest();
        drop(table);
        self.changed.notify_all();
    }

    /// Removes the control groups: the keeper is about to end.
    pub fn remove_cgroups(&self) {
        self.cgroups.remove_all();
    }

    /// Whether any child runs.
    pub fn any_alive(&self) -> bool {
        self.lock().by_id.values().any(|child| child.end.is_none())
    }

    /// Waits until something changes in the table, at most so long.
    pub fn await_change(&self, limit: Duration) {
        let table = self.lock();
        drop(self.changed.wait_timeout(table, limit));
    }

    /// Tells those who wait that something beside the table has changed.
    pub fn nudge(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the process's end; that the asker's connection is closed first is an error.
fn await_either(process: &OwnedFd, asker: BorrowedFd) -> io::Result<()> {
    let poll = |fd: RawFd, events| libc::pollfd {
        fd,
        events,
        revents: 0,
    };
    // POLLHUP is always told (poll(2)).
    let mut either = [
        poll(process.as_raw_fd(), libc::POLLIN),
        poll(asker.as_raw_fd(), 0),
    ];
    loop {
        // SAFETY: the array lives through the call and has two elements.
        match check(unsafe { libc::poll(either.as_mut_ptr(), 2, -1) }) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) if either[0].revents != 0 => return Ok(()),
            Ok(_) => return Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Table {
    fn forget_the_oldest(&mut self) {
        let ended = self
            .by_id
            .iter()
            .filter_map(|(id, child)| child.end.as_ref().map(|end| (end.order, id)));
        let mut ended: Vec<_> = ended.collect();
        if ended.len() > REMEMBERED {
            ended.sort();
            let oldest = ended[0].1.clone();
            self.by_id.remove(&oldest);
        }
    }
}

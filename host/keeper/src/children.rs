//! The table of children: who runs, who has ended and how.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cgroup::Cgroups;
use crate::plan::Plan;
use crate::process;
use crate::protocol::{Exit, Failure, Spawn, Status};
use crate::spawn;

/// Ended children that nobody forgot; beyond this the oldest are dropped.
const REMEMBERED: usize = 1024;

/// All children but the engine, shared by the keeper's threads.
pub struct Children {
    table: Mutex<Table>,
    changed: Condvar,
    cgroups: Cgroups,
}

#[derive(Default)]
struct Table {
    by_id: BTreeMap<String, Child>,
    /// Counts ends, so that the oldest can be told.
    ends: u64,
}

struct Child {
    pid: libc::pid_t,
    start_time: u64,
    end: Option<End>,
}

struct End {
    exit: Exit,
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
        if table.by_id.contains_key(&request.id) {
            return Err(Failure::invalid(format!(
                "child {} is there already",
                request.id
            )));
        }
        let plan = Plan::prepare(request, self.cgroups.create(&request.id))?;
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

    /// Waits for a child's end.
    pub fn wait(&self, id: &str) -> Result<Exit, Failure> {
        let mut table = self.lock();
        loop {
            match table.by_id.get(id) {
                None => return Err(Failure::no_child(id)),
                Some(Child { end: Some(end), .. }) => return Ok(end.exit),
                Some(_) => {}
            }
            table = self
                .changed
                .wait(table)
                .unwrap_or_else(PoisonError::into_inner);
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

    /// Every child that is not forgotten.
    pub fn list(&self) -> Vec<Status> {
        let status = |(id, child): (&String, &Child)| Status {
            id: id.clone(),
            pid: child.pid,
            start_time: child.start_time,
            running: child.end.is_none(),
            exit: child.end.as_ref().map(|end| end.exit),
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

    /// Records the end of a process that was reaped; orphans of our children are not in the table.
    pub fn ended(&self, pid: libc::pid_t, exit: Exit) {
        let mut table = self.lock();
        table.ends += 1;
        let order = table.ends;
        let child = table
            .by_id
            .iter_mut()
            .find(|(_, child)| child.pid == pid && child.end.is_none());
        if let Some((id, child)) = child {
            child.end = Some(End { exit, order });
            self.cgroups.remove(id);
        }
        table.forget_the_oldest();
        drop(table);
        self.changed.notify_all();
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

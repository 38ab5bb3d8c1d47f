//! When an engine is to run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::children::Children;
use crate::daemon;
use crate::plan::Plan;
use crate::process;
use crate::protocol::{Failure, Limits, Spawn};
use crate::spawn;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// An engine that has run so long is taken for a good one: the next pause is the first again.
const PROVEN: Duration = Duration::from_secs(30);

/// An engine opens its door within this time of its start.
const START: Duration = Duration::from_secs(2);
/// So long a client waits for the engine that it asked for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The engine's process and what is known of its predecessors.
pub struct Engine {
    log: PathBuf,
    state: Mutex<State>,
}

struct State {
    argv: Vec<String>,
    pid: Option<libc::pid_t>,
    started: Instant,
    /// The engine said that it leaves for good.
    leaving: bool,
    /// An engine is to run even where no child lives: containers wait for their next start.
    kept: bool,
    /// When somebody asked for an engine while none ran, or the one that runs did not answer.
    asked: Option<Instant>,
    /// The keeper is about to end.
    closed: bool,
    /// The keeper was asked to end: there is no other engine.
    dismissed: bool,
    pause: Duration,
    not_before: Instant,
}

/// What the main loop is to do about the engine.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One runs.
    Runs,
    /// None runs and none is to; children live.
    Absent,
    /// None runs, and it is time to start one.
    Start,
    /// None runs, and one is to be started after this time.
    StartAfter(Duration),
    /// None runs, and there is nothing to keep.
    Unneeded,
}

impl Engine {
    /// An engine that is not started yet.
    pub fn new(runtime_dir: &Path, argv: Vec<String>) -> Self {
        let now = Instant::now();
        let state = State {
            argv,
            pid: None,
            started: now,
            leaving: false,
            kept: false,
            asked: Some(now),
            closed: false,
            dismissed: false,
            pause: FIRST_PAUSE,
            not_before: now,
        };
        Self {
            log: runtime_dir.join("engine.log"),
            state: Mutex::new(state),
        }
    }

    /// Starts one. What prevents it is written to the keeper's log and counts as its death.
    pub fn start(&self, children: &Children) {
        let mut state = self.lock();
        if state.dismissed {
            return;
        }
        let request = Spawn {
            id: "engine".to_owned(),
            argv: state.argv.clone(),
            env: environment(),
            uid: None,
            groups: Vec::new(),
            files: Vec::new(),
            taps: Vec::new(),
            stdout: Some(self.log.clone()),
            stderr: Some(self.log.clone()),
            confine: None,
            limits: Limits::default(),
        };
        keep_predecessors(&self.log);
        let started = Plan::prepare(&request, Vec::new())
            .and_then(|plan| spawn::spawn(&plan, &request.argv[0]));
        state.started = Instant::now();
        state.leaving = false;
        state.asked = None;
        match started {
            Ok(pid) => state.pid = Some(pid),
            Err(failure) => {
                eprintln!("kctl-keeper: {}", failure.message);
                state.record_death();
            }
        }
        drop(state);
        children.nudge();
    }

    /// Reaps the process that has ended where it is the engine; else false.
    pub fn reap(&self, pid: libc::pid_t) -> bool {
        let mut state = self.lock();
        if state.pid != Some(pid) {
            return false;
        }
        let exit = process::reap(pid);
        state.pid = None;
        if !state.leaving {
            eprintln!("kctl-keeper: the engine ended: {exit:?}");
            state.record_death();
        }
        true
    }

    /// The engine said that it leaves for good.
    pub fn leaves(&self) {
        let mut state = self.lock();
        state.leaving = true;
        state.kept = false;
    }

    /// The engine said whether there is to be one even where no child lives. Holds until it says
    /// otherwise or leaves for good: its death is what this is for.
    pub fn keep(&self, value: bool) {
        self.lock().kept = value;
    }

    /// Somebody wants an engine: once none runs, this one is started at once. Who asks while one
    /// runs met a closed door: it is about to open, or it was closed for good a moment ago.
    /// Refused where the keeper is about to end: the next one is to be asked.
    pub fn ensure(&self, argv: Vec<String>) -> Result<(), Failure> {
        let mut state = self.lock();
        if state.closed || state.dismissed {
            return Err(Failure::invalid("this keeper is about to end"));
        }
        if state.pid.is_none() || state.leaving || state.started.elapsed() >= START {
            state.argv = argv;
            state.asked = Some(Instant::now());
        }
        Ok(())
    }

    /// Ends it for good, and starts no other: the keeper is about to end.
    pub fn dismiss(&self) {
        let mut state = self.lock();
        state.dismissed = true;
        if let Some(pid) = state.pid {
            // Unreaped while the state is held, so the pid is still its own.
            drop(process::kill(pid, libc::SIGTERM));
        }
    }

    /// The engine's process, where one runs.
    pub fn pid(&self) -> Option<libc::pid_t> {
        self.lock().pid
    }

    /// What to do, given whether any child lives.
    pub fn verdict(&self, children_alive: bool) -> Verdict {
        let mut state = self.lock();
        let verdict = state.verdict(children_alive, Instant::now());
        state.closed = verdict == Verdict::Unneeded;
        verdict
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn record_death(&mut self) {
        let now = Instant::now();
        if now.duration_since(self.started) >= PROVEN {
            self.pause = FIRST_PAUSE;
        }
        self.not_before = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    fn verdict(&self, children_alive: bool, now: Instant) -> Verdict {
        if self.pid.is_some() {
            return Verdict::Runs;
        }
        if self.dismissed {
            return if children_alive {
                Verdict::Absent
            } else {
                Verdict::Unneeded
            };
        }
        if self
            .asked
            .is_some_and(|asked| now.saturating_duration_since(asked) < PATIENCE)
        {
            return Verdict::Start;
        }
        if !children_alive && !self.kept {
            return Verdict::Unneeded;
        }
        if self.leaving {
            return Verdict::Absent;
        }
        match self.not_before.checked_duration_since(now) {
            None | Some(Duration::ZERO) => Verdict::Start,
            Some(pause) => Verdict::StartAfter(pause),
        }
    }
}

/// A dead engine's last words stay readable beside its successor's.
fn keep_predecessors(log: &Path) {
    for suffix in ["", ".tail"] {
        let mut name = log.as_os_str().to_owned();
        name.push(suffix);
        drop(std::fs::rename(
            &name,
            log.with_extension(format!("old.log{suffix}")),
        ));
    }
}

/// The engine inherits nothing of the session that first needed it but who the user is.
fn environment() -> BTreeMap<String, String> {
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let mut environment = BTreeMap::from([
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ("PATH".to_owned(), path.to_owned()),
    ]);
    for name in daemon::KEPT {
        if let Ok(value) = std::env::var(name) {
            environment.insert((*name).to_owned(), value);
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        let mut state = engine.state.into_inner().unwrap();
        state.asked = None;
        state
    }

    #[test]
    fn starts_the_first_at_once() {
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        assert_eq!(engine.verdict(false), Verdict::Start);
    }

    #[test]
    fn restarts_a_dead_one_only_for_children_and_ever_later() {
        let mut state = state();
        state.record_death();
        let first = state.not_before;
        assert_eq!(state.verdict(false, Instant::now()), Verdict::Unneeded);
        assert!(matches!(
            state.verdict(true, first - FIRST_PAUSE),
            Verdict::StartAfter(_)
        ));
        assert_eq!(state.verdict(true, first), Verdict::Start);
        for _ in 0..20 {
            state.record_death();
        }
        assert_eq!(state.pause, LONGEST_PAUSE);
    }

    #[test]
    fn does_not_restart_one_that_left_until_somebody_asks() {
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        engine.lock().asked = None;
        engine.leaves();
        assert_eq!(engine.verdict(true), Verdict::Absent);
        engine.ensure(vec!["/newer".to_owned()]).unwrap();
        assert_eq!(engine.verdict(true), Verdict::Start);
    }

    #[test]
    fn restarts_a_dead_one_without_children_where_it_is_kept() {
        let mut state = state();
        state.kept = true;
        state.record_death();
        let after = state.not_before;
        assert_eq!(state.verdict(false, after), Verdict::Start);
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        engine.lock().asked = None;
        engine.keep(true);
        engine.leaves();
        assert_eq!(engine.verdict(false), Verdict::Unneeded);
    }

    #[test]
    fn follows_one_that_closed_its_door_before_it_was_asked_for() {
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        engine.lock().asked = None;
        engine.lock().pid = Some(1);
        engine.ensure(vec!["/starting".to_owned()]).unwrap();
        assert_eq!(engine.lock().asked, None);
        engine.lock().started = Instant::now() - START;
        engine.ensure(vec!["/newer".to_owned()]).unwrap();
        assert_eq!(engine.verdict(false), Verdict::Runs);
        let mut state = engine.state.into_inner().unwrap();
        state.pid = None;
        assert_eq!(state.verdict(false, Instant::now()), Verdict::Start);
        let later = Instant::now() + PATIENCE;
        assert_eq!(state.verdict(false, later), Verdict::Unneeded);
    }

    #[test]
    fn promises_no_engine_once_it_ends() {
        let engine = Engine::new(Path::new("/tmp"), vec!["/engine".to_owned()]);
        engine.lock().asked = None;
        assert_eq!(engine.verdict(false), Verdict::Unneeded);
        assert!(engine.ensure(vec!["/newer".to_owned()]).is_err());
    }
}

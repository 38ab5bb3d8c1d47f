//! The real binary, driven over its socket.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{json, Value};
use tempfile::TempDir;

/// A keeper in directories of its own, ended with all its children when dropped.
struct Keeper {
    directory: TempDir,
}

impl Keeper {
    fn start(engine: &[&str]) -> Self {
        let keeper = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        keeper.start_another(engine);
        eventually("the keeper answers", || keeper.connect().is_some());
        keeper
    }

    fn start_another(&self, engine: &[&str]) {
        let status = Command::new(env!("CARGO_BIN_EXE_kctl-keeper"))
            .arg("--root")
            .arg(self.path("root"))
            .arg("--runtime-dir")
            .arg(self.path("run"))
            .arg("--")
            .args(engine)
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn connect(&self) -> Option<UnixStream> {
        UnixStream::connect(self.path("run/keeper.sock")).ok()
    }

    fn ask(&self, request: &Value) -> Value {
        converse(
            self.connect().expect("the keeper answers"),
            &request.to_string(),
        )
    }

    fn spawn(&self, id: &str, script: &str) -> Value {
        let log = self.path("log");
        self.ask(&json!({
            "op": "spawn", "id": id, "argv": ["/bin/sh", "-c", script],
            "env": {"PATH": "/usr/bin:/bin"}, "stdout": log, "stderr": log,
        }))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }

    /// The keepers of this test's directory: all processes whose command line names it.
    fn pids(&self) -> Vec<i32> {
        let own = self.directory.path().to_str().unwrap().to_owned();
        let processes = fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|pid| command_line(*pid).contains(&own))
            .collect()
    }

    fn engine_pid(&self) -> Option<i64> {
        self.ask(&json!({"op": "list"}))["enginePid"].as_i64()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if self.connect().is_some() {
            let listed = self.ask(&json!({"op": "list"}));
            self.ask(&json!({"op": "shutdown"}));
            for child in listed["children"].as_array().into_iter().flatten() {
                self.ask(&json!({"op": "kill", "id": child["id"], "signal": 9}));
            }
            if let Some(engine) = listed["enginePid"].as_i64() {
                signal(i32::try_from(engine).unwrap(), "KILL");
            }
        }
        for pid in self.pids() {
            signal(pid, "KILL");
        }
    }
}

fn converse(mut stream: UnixStream, line: &str) -> Value {
    writeln!(stream, "{line}").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn command_line(pid: i32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default())
        .into_owned()
}

fn signal(pid: i32, name: &str) {
    Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .status()
        .unwrap();
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

const LASTING: &[&str] = &["/bin/sleep", "600"];

#[test]
fn tells_how_a_child_ended() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("code", "exit 3");
    assert_eq!(keeper.ask(&json!({"op": "wait", "id": "code"}))["code"], 3);
    keeper.spawn("signal", "kill -TERM $$");
    assert_eq!(
        keeper.ask(&json!({"op": "wait", "id": "signal"}))["signal"],
        15
    );
    // Remembered until it is forgotten.
    assert_eq!(keeper.ask(&json!({"op": "wait", "id": "code"}))["code"], 3);
    keeper.ask(&json!({"op": "forget", "id": "code"}));
    assert_eq!(
        keeper.ask(&json!({"op": "wait", "id": "code"}))["kind"],
        "not-found"
    );
}

#[test]
fn kills_a_child_and_lists_it_as_ended() {
    let keeper = Keeper::start(LASTING);
    let started = keeper.spawn("child", "sleep 600");
    assert_eq!(
        keeper.ask(&json!({"op": "list"}))["children"][0]["pid"],
        started["pid"]
    );
    keeper.ask(&json!({"op": "kill", "id": "child", "signal": 9}));
    assert_eq!(
        keeper.ask(&json!({"op": "wait", "id": "child"}))["signal"],
        9
    );
    let child = &keeper.ask(&json!({"op": "list"}))["children"][0];
    assert_eq!(
        (&child["running"], &child["signal"]),
        (&json!(false), &json!(9))
    );
}

#[test]
fn tells_why_a_program_cannot_be_started() {
    let keeper = Keeper::start(LASTING);
    let spawn = |argv: &[&str]| keeper.ask(&json!({"op": "spawn", "id": "x", "argv": argv}));
    let missing = spawn(&["/no/such/program"]);
    assert_eq!(missing["kind"], "not-found");
    assert!(missing["error"]
        .as_str()
        .unwrap()
        .contains("/no/such/program"));
    assert_eq!(spawn(&["/etc/passwd"])["kind"], "permission");
    assert_eq!(spawn(&["relative"])["kind"], "invalid");
    assert_eq!(spawn(&[])["kind"], "invalid");
    assert_eq!(keeper.ask(&json!({"op": "list"}))["children"], json!([]));
}

#[test]
fn hands_on_the_given_descriptors_and_no_other() {
    let keeper = Keeper::start(LASTING);
    let secret = keeper.path("secret");
    fs::write(&secret, "from the keeper\n").unwrap();
    let answer = keeper.ask(&json!({
        "op": "spawn", "id": "child", "env": {"ONLY": "this"},
        "argv": ["/bin/sh", "-c", "cat <&7; /usr/bin/env; cd /proc/self/fd; echo *; pwd -P"],
        "files": [{"path": secret, "mode": "r", "fd": 7}], "stdout": keeper.path("log"),
    }));
    assert_eq!(answer["ok"], true);
    keeper.ask(&json!({"op": "wait", "id": "child"}));
    eventually("the log is drained", || keeper.log().contains("fd\n"));
    let log = keeper.log();
    assert!(log.starts_with("from the keeper\n"), "{log}");
    assert!(log.contains("ONLY=this"), "{log}");
    assert!(!log.contains("HOME="), "{log}");
    // 10 is the shell's own, which reads its directory through it at most.
    assert!(
        log.lines()
            .any(|line| line == "0 1 2 7" || line == "0 1 2 3 7"),
        "{log}"
    );
}

#[test]
fn refuses_a_symbolic_link() {
    let keeper = Keeper::start(LASTING);
    std::os::unix::fs::symlink("/etc/passwd", keeper.path("link")).unwrap();
    let answer = keeper.ask(&json!({
        "op": "spawn", "id": "child", "argv": ["/bin/true"],
        "files": [{"path": keeper.path("link"), "mode": "r", "fd": 7}],
    }));
    assert_eq!(answer["ok"], false);
}

#[test]
fn drops_the_user_where_it_may_and_says_so_where_not() {
    let keeper = Keeper::start(LASTING);
    let log = keeper.path("log");
    let answer = keeper.ask(&json!({
        "op": "spawn", "id": "child", "uid": 54321, "stdout": log,
        "argv": ["/bin/sh", "-c", "/usr/bin/id -u; /usr/bin/id -G; grep NoNewPrivs /proc/self/status"],
    }));
    if !is_root() {
        assert_eq!(answer["kind"], "invalid");
        return;
    }
    keeper.ask(&json!({"op": "wait", "id": "child"}));
    eventually("the log is drained", || keeper.log().contains("NoNewPrivs"));
    assert_eq!(keeper.log(), "54321\n54321\nNoNewPrivs:\t1\n");
}

#[test]
fn bounds_the_log_of_a_flood() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("flood", "head -c 8000000 /dev/zero");
    assert_eq!(keeper.ask(&json!({"op": "wait", "id": "flood"}))["code"], 0);
    let length = |name: &str| fs::metadata(keeper.path(name)).map_or(0, |file| file.len());
    assert_eq!(length("log"), 256 * 1024);
    assert!(length("log.tail") + length("log.tail.1") <= 1024 * 1024);
}

#[test]
fn restarts_a_killed_engine_while_a_child_lives() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("child", "sleep 600");
    let first = keeper.engine_pid().unwrap();
    signal(i32::try_from(first).unwrap(), "KILL");
    eventually("another engine runs", || {
        keeper.engine_pid().is_some_and(|pid| pid != first)
    });
}

#[test]
fn ends_with_the_engine_when_no_child_lives() {
    let keeper = Keeper::start(LASTING);
    signal(i32::try_from(keeper.engine_pid().unwrap()).unwrap(), "KILL");
    eventually("the keeper has ended", || keeper.pids().is_empty());
    assert!(!keeper.path("run/keeper.sock").exists());
}

#[test]
fn stays_for_the_children_of_an_engine_that_left_and_starts_the_next_when_asked() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("child", "sleep 600");
    let first = keeper.engine_pid().unwrap();
    keeper.ask(&json!({"op": "shutdown"}));
    signal(i32::try_from(first).unwrap(), "TERM");
    eventually("the engine has ended", || keeper.engine_pid().is_none());
    keeper.start_another(&["/bin/sleep", "601"]);
    eventually("the next engine runs", || {
        keeper
            .engine_pid()
            .is_some_and(|pid| command_line(i32::try_from(pid).unwrap()).contains("601"))
    });
}

#[test]
fn two_starts_make_one_keeper() {
    let keeper = Keeper::start(LASTING);
    keeper.start_another(LASTING);
    assert_eq!(keeper.pids().len(), 1);
}

#[test]
fn follows_one_that_was_killed() {
    let keeper = Keeper::start(LASTING);
    let engine = keeper.engine_pid().unwrap();
    signal(keeper.pids()[0], "KILL");
    signal(i32::try_from(engine).unwrap(), "KILL");
    eventually("it is dead", || keeper.pids().is_empty());
    keeper.start_another(LASTING);
    eventually("the next one answers", || keeper.connect().is_some());
}

#[test]
fn answers_nonsense_with_a_reason() {
    let keeper = Keeper::start(LASTING);
    for line in [
        "nonsense",
        "{}",
        "{\"op\":\"spawn\"}",
        "{\"op\":\"unknown\"}",
    ] {
        let answer = converse(keeper.connect().unwrap(), line);
        assert_eq!(answer["kind"], "invalid", "{line}");
    }
    let mut endless = keeper.connect().unwrap();
    drop(endless.write_all(&vec![b'x'; 2 << 20]));
    assert_eq!(keeper.ask(&json!({"op": "list"}))["ok"], true);
    assert!(Path::new(&keeper.path("run/keeper.sock")).exists());
}

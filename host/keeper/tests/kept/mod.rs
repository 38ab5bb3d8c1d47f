//! A real keeper for one test, driven over its socket.
#![allow(dead_code)] // each test program uses a part of it

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{json, Value};
use tempfile::TempDir;

/// A keeper in directories of its own, ended with all its children when dropped.
pub struct Keeper {
    pub directory: TempDir,
}

impl Keeper {
    pub fn none() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub fn start(engine: &[&str]) -> Self {
        let keeper = Self::none();
        keeper.start_another(engine);
        eventually("the keeper answers", || keeper.connect().is_some());
        keeper
    }

    pub fn start_another(&self, engine: &[&str]) {
        let command = self.command(engine);
        let status = Command::new(&command[0]).args(&command[1..]).status();
        assert!(status.unwrap().success());
    }

    /// What starts this test's keeper.
    pub fn command(&self, engine: &[&str]) -> Vec<String> {
        let (root, run) = (self.path("root"), self.path("run"));
        let own = [
            env!("CARGO_BIN_EXE_kctl-keeper"),
            "--root",
            root.to_str().unwrap(),
            "--runtime-dir",
            run.to_str().unwrap(),
            "--",
        ];
        own.iter()
            .chain(engine)
            .map(|word| (*word).to_owned())
            .collect()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn connect(&self) -> Option<UnixStream> {
        UnixStream::connect(self.path("run/keeper.sock")).ok()
    }

    pub fn ask(&self, request: &Value) -> Value {
        converse(
            self.connect().expect("the keeper answers"),
            &request.to_string(),
        )
    }

    pub fn spawn(&self, id: &str, script: &str) -> Value {
        let log = self.path("log");
        self.ask(&json!({
            "op": "spawn", "id": id, "argv": ["/bin/sh", "-c", script],
            "env": {"PATH": "/usr/bin:/bin"}, "stdout": log, "stderr": log,
        }))
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }

    /// The keepers of this test's directory: all processes whose command line names it.
    pub fn pids(&self) -> Vec<i32> {
        let own = self.directory.path().to_str().unwrap().to_owned();
        let processes = fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|pid| command_line(*pid).contains(&own))
            .collect()
    }

    pub fn pid(&self) -> i32 {
        self.pids()[0]
    }

    /// How a child ended.
    pub fn wait(&self, id: &str) -> Value {
        self.ask(&json!({"op": "wait", "id": id}))
    }

    pub fn engine_pid(&self) -> Option<i64> {
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
        // It ends by itself and removes what it made; one that does not is a failure of some test.
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.pids().is_empty() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        for pid in self.pids() {
            signal(pid, "KILL");
        }
    }
}

pub fn converse(mut stream: UnixStream, line: &str) -> Value {
    writeln!(stream, "{line}").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap()
}

pub fn command_line(pid: i32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default())
        .into_owned()
}

pub fn signal(pid: i32, name: &str) {
    Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .status()
        .unwrap();
}

/// The fields of `/proc/<pid>/stat` from the third on.
pub fn stat(pid: i32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().map(str::to_owned).collect()
}

pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub const LASTING: &[&str] = &["/bin/sleep", "600"];

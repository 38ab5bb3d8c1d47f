//! How the real keeper begins, goes on and ends.

mod kept;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use kept::{command_line, converse, eventually, signal, stat, Keeper, LASTING};
use serde_json::json;

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
fn restarts_a_killed_engine_that_is_kept_until_it_leaves_for_good() {
    let keeper = Keeper::start(LASTING);
    assert_eq!(
        keeper.ask(&json!({"op": "keep", "value": true}))["ok"],
        true
    );
    let mut last = keeper.engine_pid().unwrap();
    for _ in 0..2 {
        signal(i32::try_from(last).unwrap(), "KILL");
        eventually("another engine runs", || {
            keeper.engine_pid().is_some_and(|pid| pid != last)
        });
        last = keeper.engine_pid().unwrap();
    }
    keeper.ask(&json!({"op": "shutdown"}));
    signal(i32::try_from(last).unwrap(), "TERM");
    eventually("the keeper has ended", || keeper.pids().is_empty());
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
fn takes_everything_with_it_where_it_is_asked_to_end() {
    let keeper = Keeper::start(LASTING);
    let deaf = keeper.spawn("deaf", "trap '' TERM; while :; do sleep 1; done")["pid"]
        .as_i64()
        .unwrap();
    keeper.ask(&json!({"op": "keep", "value": true}));
    let engine = keeper.engine_pid().unwrap();
    signal(keeper.pid(), "TERM");
    eventually("the keeper has gone", || keeper.pids().is_empty());
    for pid in [deaf, engine] {
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }
    assert!(keeper.connect().is_none());
}

#[test]
fn many_starts_at_once_make_one_keeper_and_one_engine() {
    let keeper = Keeper::none();
    let starts = keeper.path("starts");
    let engine = format!("echo started >>{}; exec sleep 600", starts.display());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| keeper.start_another(&["/bin/sh", "-c", &engine]));
        }
    });
    eventually("an engine runs", || {
        fs::read_to_string(&starts).is_ok_and(|text| text == "started\n")
    });
    // The engine's shell names the directory too, until it has become a sleep.
    eventually("one keeper runs", || keeper.pids().len() == 1);
    assert_eq!(fs::read_to_string(starts).unwrap(), "started\n");
}

#[test]
fn follows_one_that_was_killed_and_leaves_its_orphans_alone() {
    let keeper = Keeper::start(LASTING);
    let engine = i32::try_from(keeper.engine_pid().unwrap()).unwrap();
    let child = keeper.spawn("child", "sleep 600")["pid"].as_i64().unwrap();
    let child = i32::try_from(child).unwrap();
    signal(keeper.pid(), "KILL");
    eventually("it is dead", || keeper.pids().is_empty());
    keeper.start_another(LASTING);
    eventually("the next one answers", || keeper.connect().is_some());
    eventually("it has an engine of its own", || {
        keeper
            .engine_pid()
            .is_some_and(|pid| pid != i64::from(engine))
    });
    assert_eq!(keeper.ask(&json!({"op": "list"}))["children"], json!([]));
    eventually("the orphan sleeps on", || stat(child)[0] == "S");
    signal(engine, "KILL");
    signal(child, "KILL");
}

#[test]
fn restarts_a_crashing_engine_ever_later_and_keeps_its_last_words() {
    let keeper = Keeper::none();
    let (starts, crash) = (keeper.path("starts"), keeper.path("crash"));
    let script = format!(
        "date +%s%3N >>{}; echo last words; [ -e {} ] && exit 1; exec sleep 600",
        starts.display(),
        crash.display()
    );
    keeper.start_another(&["/bin/sh", "-c", &script]);
    let times = || -> Vec<u64> {
        let lines = fs::read_to_string(&starts).unwrap_or_default();
        lines.lines().map(|line| line.parse().unwrap()).collect()
    };
    let engine = || i32::try_from(keeper.engine_pid().unwrap()).unwrap();
    eventually("the keeper answers", || keeper.connect().is_some());
    eventually("the engine runs", || {
        times().len() == 1 && command_line(engine()).contains("sleep\u{0}600")
    });
    keeper.spawn("child", "sleep 600");
    fs::write(&crash, "").unwrap();
    signal(engine(), "KILL");
    eventually("it crashed four times", || times().len() >= 5);
    let times = times();
    assert!(times[2] - times[1] >= 200, "{times:?}");
    assert!(times[3] - times[2] >= 400, "{times:?}");
    assert!(times[4] - times[3] >= 800, "{times:?}");
    assert_eq!(
        fs::read_to_string(keeper.path("run/engine.old.log")).unwrap(),
        "last words\n"
    );
    fs::remove_file(&crash).unwrap();
    eventually("a good one runs", || keeper.engine_pid().is_some());
}

#[test]
fn keeps_nothing_of_its_starter() {
    let keeper = Keeper::none();
    fs::write(keeper.path("held"), "").unwrap();
    let held = keeper.path("held");
    let status = Command::new("/bin/sh")
        .arg("-c")
        .arg("exec 9<\"$0\"; trap '' CHLD; exec \"$@\"")
        .arg(&held)
        .args(keeper.command(LASTING))
        .env("SECRET", "of the starter")
        .env("HOME", "/home/starter")
        .status();
    assert!(status.unwrap().success());
    eventually("the keeper answers", || keeper.connect().is_some());
    let environment = fs::read_to_string(format!("/proc/{}/environ", keeper.pid())).unwrap();
    assert!(!environment.contains("SECRET"), "{environment}");
    assert!(environment.contains("HOME=/home/starter"), "{environment}");
    let open = fs::read_dir(format!("/proc/{}/fd", keeper.pid())).unwrap();
    let open = open
        .flatten()
        .filter_map(|fd| fs::read_link(fd.path()).ok());
    assert!(open.into_iter().all(|file| file != held));
    // With the starter's ignored SIGCHLD the kernel would not tell.
    keeper.spawn("child", "exit 3");
    assert_eq!(keeper.wait("child")["code"], 3);
}

#[test]
fn leaves_no_control_group_behind() {
    let keeper = Keeper::start(LASTING);
    let child = keeper.spawn("child", "sleep 600")["pid"].to_string();
    let groups = fs::read_to_string(format!("/proc/{child}/cgroup")).unwrap();
    keeper.ask(&json!({"op": "kill", "id": "child", "signal": 9}));
    keeper.wait("child");
    signal(i32::try_from(keeper.engine_pid().unwrap()).unwrap(), "KILL");
    eventually("the keeper has ended", || keeper.pids().is_empty());
    let own = groups.lines().filter_map(|line| line.split("kctl-").nth(1));
    for group in own {
        let name = format!("kctl-{}", group.split('/').next().unwrap());
        let hierarchies = fs::read_dir("/sys/fs/cgroup").unwrap().flatten();
        for hierarchy in hierarchies {
            assert!(!hierarchy.path().join(&name).exists(), "{name}");
        }
    }
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

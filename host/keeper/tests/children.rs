//! What becomes of the processes that the real keeper starts.

mod kept;

use std::fs;
use std::time::{Duration, Instant};

use kept::{eventually, is_root, stat, Keeper, LASTING};
use serde_json::json;

#[test]
fn tells_how_a_child_ended() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("code", "exit 3");
    assert_eq!(keeper.wait("code")["code"], 3);
    keeper.spawn("signal", "kill -TERM $$");
    assert_eq!(
        keeper.ask(&json!({"op": "wait", "id": "signal"}))["signal"],
        15
    );
    // Remembered until it is forgotten.
    assert_eq!(keeper.wait("code")["code"], 3);
    keeper.ask(&json!({"op": "forget", "id": "code"}));
    assert_eq!(keeper.wait("code")["kind"], "not-found");
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
fn names_a_child_by_when_it_started() {
    let keeper = Keeper::start(LASTING);
    let started = keeper.spawn("child", "sleep 600");
    let pid = i32::try_from(started["pid"].as_i64().unwrap()).unwrap();
    let stat = stat(pid);
    assert_eq!(stat[19], started["startTime"].to_string());
    assert_eq!(stat[3], pid.to_string(), "a session of its own");
}

#[test]
fn gives_exactly_the_environment_and_untouched_signals() {
    let keeper = Keeper::start(LASTING);
    keeper.ask(&json!({
        "op": "spawn", "id": "env", "argv": ["/usr/bin/env"],
        "env": {"ONLY": "this"}, "stdout": keeper.path("env"),
    }));
    keeper.ask(&json!({
        "op": "spawn", "id": "signals", "argv": ["/bin/grep", "Sig[BI]", "/proc/self/status"],
        "stdout": keeper.path("signals"),
    }));
    let none = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n";
    let reads = |name, text| fs::read_to_string(keeper.path(name)).unwrap() == text;
    eventually("the environment", || reads("env", "ONLY=this\n"));
    eventually("the signals", || {
        !fs::read_to_string(keeper.path("signals"))
            .unwrap()
            .is_empty()
    });
    assert_eq!(fs::read_to_string(keeper.path("signals")).unwrap(), none);
}

#[test]
fn ends_and_reaps_what_a_child_leaves_behind() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("child", "sleep 600 & echo $!");
    assert_eq!(keeper.wait("child")["code"], 0);
    eventually("the orphan's number is logged", || {
        keeper.log().ends_with('\n')
    });
    let orphan = keeper.log().trim().parse().unwrap();
    eventually("neither a process nor a zombie is left", || {
        stat(orphan).is_empty()
    });
}

#[test]
fn spends_little_on_an_endless_flood() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("flood", "exec yes");
    eventually("the flood is cut", || keeper.path("log.tail.1").exists());
    let ticks = || -> u64 {
        let stat = stat(keeper.pid());
        stat[11].parse::<u64>().unwrap() + stat[12].parse::<u64>().unwrap()
    };
    let (before, begin) = (ticks(), Instant::now());
    std::thread::sleep(Duration::from_secs(1));
    let most = 20.0 * begin.elapsed().as_secs_f64();
    let spent = u32::try_from(ticks() - before).unwrap();
    assert!(f64::from(spent) < most, "{spent} of 100 in a second");
    keeper.ask(&json!({"op": "kill", "id": "flood", "signal": 9}));
    assert_eq!(keeper.wait("flood")["signal"], 9);
}

#[test]
fn forgets_those_who_no_longer_wait() {
    let keeper = Keeper::start(LASTING);
    keeper.spawn("child", "sleep 600");
    let threads = || {
        fs::read_dir(format!("/proc/{}/task", keeper.pid()))
            .unwrap()
            .count()
    };
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = keeper.connect().unwrap();
            std::io::Write::write_all(&mut stream, b"{\"op\":\"wait\",\"id\":\"child\"}\n")
                .unwrap();
            stream
        })
        .collect();
    eventually("all wait", || threads() > 20);
    drop(waiting);
    eventually("their threads have ended", || threads() < 10);
}

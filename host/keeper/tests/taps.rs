//! TAP devices that the real keeper hands on; it lives in a network namespace of each test's own.

mod kept;

use std::process::Command;
use std::thread;

use kept::{eventually, is_root, Keeper, LASTING};
use serde_json::{json, Value};

const USER: u32 = 54321;

/// A keeper in a new network namespace in which these commands ran. The namespace goes with it.
fn keeper_beside(commands: &str) -> Keeper {
    started_by("", commands)
}

/// The same, started by way of a command that execs it.
fn started_by(way: &str, commands: &str) -> Keeper {
    assert!(is_root(), "only root can make a network namespace");
    let keeper = Keeper::none();
    let start = || {
        // SAFETY: unshare takes plain integers, and concerns this thread only (unshare(2)).
        assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWNET) }, 0);
        let script = format!("{commands}\n{way} \"$@\"");
        let status = Command::new("/bin/sh")
            .args(["-ec", &script, "sh"])
            .args(keeper.command(LASTING))
            .status();
        assert!(status.unwrap().success());
    };
    thread::scope(|scope| scope.spawn(start).join().unwrap());
    eventually("the keeper answers", || keeper.connect().is_some());
    keeper
}

/// A confined child that holds the device as its seventh descriptor.
fn spawn(keeper: &Keeper, id: &str, tap: &str, script: &str) -> Value {
    let log = keeper.path(id);
    keeper.ask(&json!({
        "op": "spawn", "id": id, "argv": ["/bin/sh", "-c", script], "uid": USER,
        "env": {"PATH": "/usr/bin:/bin"}, "stdout": log, "stderr": log,
        "taps": [{"name": tap, "fd": 7}],
        "confine": {"read": ["/usr", "/bin", "/lib", "/lib64"]},
    }))
}

#[test]
fn hands_a_device_into_a_child_without_a_network() {
    let keeper = keeper_beside("ip tuntap add dev kt0 mode tap vnet_hdr");
    let script = "grep iff: /proc/self/fdinfo/7; grep -c : /proc/net/dev; echo end";
    for id in ["first", "second"] {
        let answer = spawn(&keeper, id, "kt0", script);
        assert_eq!(answer["ok"], true, "{answer}");
        assert_eq!(keeper.wait(id)["code"], 0);
        let log = || std::fs::read_to_string(keeper.path(id)).unwrap();
        eventually("the log is drained", || log().ends_with("end\n"));
        assert_eq!(log(), "iff:\tkt0\n1\nend\n");
    }
}

#[test]
fn says_that_another_holds_it() {
    let keeper = keeper_beside("ip tuntap add dev kt0 mode tap vnet_hdr");
    assert_eq!(spawn(&keeper, "first", "kt0", "sleep 600")["ok"], true);
    let refused = spawn(&keeper, "second", "kt0", "true");
    assert_eq!(refused["kind"], "io");
    assert_eq!(refused["error"], "open TAP kt0: another process holds it");
    let kill = json!({"op": "kill", "id": "first", "signal": 9});
    keeper.ask(&kill);
    keeper.wait("first");
    assert_eq!(spawn(&keeper, "second", "kt0", "true")["ok"], true);
}

#[test]
fn makes_none_that_is_missing_and_takes_nothing_else_for_one() {
    let keeper = keeper_beside(
        "ip link add kd0 type bridge; ip tuntap add dev kq0 mode tap multi_queue vnet_hdr",
    );
    let refusal = |name: &str| {
        let answer = spawn(&keeper, "child", name, "true");
        let text = |field: &str| answer[field].as_str().unwrap().to_owned();
        (text("kind"), text("error"))
    };
    let of = |kind: &str, error: &str| (kind.to_owned(), error.to_owned());
    assert_eq!(refusal("kt9"), of("not-found", "TAP kt9 does not exist"));
    assert_eq!(refusal("kt%d"), of("not-found", "TAP kt%d does not exist"));
    let other = "it is no TAP, or one of several queues";
    assert_eq!(refusal("kd0"), of("io", &format!("open TAP kd0: {other}")));
    assert_eq!(refusal("kq0"), of("io", &format!("open TAP kq0: {other}")));
    for name in ["", "a-name-of-sixteen", "kt\0"] {
        assert_eq!(refusal(name).0, "invalid", "{name:?}");
    }
    keeper.spawn("look", "cat /proc/net/dev; echo end");
    eventually("the log is drained", || keeper.log().ends_with("end\n"));
    assert!(keeper.log().contains("kd0:"), "{}", keeper.log());
    assert!(!keeper.log().contains("kt"), "{}", keeper.log());
}

#[test]
fn says_that_it_may_not_open_anothers() {
    let keeper = started_by(
        "setpriv --bounding-set=-net_admin",
        &format!("ip tuntap add dev kt0 mode tap vnet_hdr user {USER}"),
    );
    let refused = spawn(&keeper, "child", "kt0", "true");
    assert_eq!(refused["kind"], "permission");
    assert_eq!(
        refused["error"],
        "open TAP kt0: only root and its owner may"
    );
}

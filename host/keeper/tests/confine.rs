//! What a confined child of the real keeper sees, and what it may use.

mod kept;

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kept::{eventually, is_root, signal, stat, Keeper, LASTING};
use serde_json::{json, Value};

const SYSTEM: &[&str] = &["/usr", "/bin", "/lib", "/lib64"];
const USER: u32 = 54321;

/// Directories as below a closed home: only root passes the uppermost.
fn closed_home(keeper: &Keeper) {
    let home = keeper.path("home");
    fs::DirBuilder::new().mode(0o700).create(&home).unwrap();
    for name in ["own", "other", "installed"] {
        fs::create_dir(home.join(name)).unwrap();
        fs::write(home.join(name).join("file"), name).unwrap();
        fs::set_permissions(home.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::os::unix::fs::chown(home.join("own"), Some(USER), Some(USER)).unwrap();
}

fn confined(keeper: &Keeper, script: &str, network: bool) -> Value {
    let mut read: Vec<String> = SYSTEM.iter().map(|path| (*path).to_owned()).collect();
    read.push(keeper.path("home/installed").to_str().unwrap().to_owned());
    keeper.ask(&json!({
        "op": "spawn", "id": "child", "uid": USER, "argv": ["/bin/sh", "-c", script],
        "env": {"PATH": "/usr/bin:/bin", "HERE": keeper.path("home")},
        "stdout": keeper.path("log"), "stderr": keeper.path("log"),
        "confine": {"read": read, "write": [keeper.path("home/own")], "network": network},
    }))
}

/// What the script prints.
fn output(keeper: &Keeper, script: &str) -> String {
    let answer = confined(keeper, &format!("{script}; echo end"), false);
    assert_eq!(answer["ok"], true, "{answer}");
    keeper.wait("child");
    eventually("the log is drained", || keeper.log().ends_with("end\n"));
    keeper.ask(&json!({"op": "forget", "id": "child"}));
    keeper.log().trim_end_matches("end\n").to_owned()
}

#[test]
fn shows_what_was_given_below_a_closed_directory_and_nothing_else() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::start(LASTING);
    closed_home(&keeper);
    assert_eq!(
        output(&keeper, "cd $HERE; echo *; cat own/file installed/file"),
        "installed own\nowninstalled"
    );
    assert_eq!(
        output(&keeper, "cd /; echo *"),
        "bin dev lib lib64 proc tmp usr\n"
    );
    assert_eq!(output(&keeper, "ls /dev"), "null\nrandom\nurandom\n");
}

/// A machine in a folder, as `packaging/fresh-machine.sh` makes one: its root is no mount.
#[test]
fn works_in_a_chroot() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::none();
    fs::copy(env!("CARGO_BIN_EXE_kctl-keeper"), keeper.path("keeper")).unwrap();
    // Private first: what is mounted there must never be seen here, where the folder is removed.
    let script = "cd $0 && mkdir usr proc dev home && cp -d /bin /lib /lib64 . 2>/dev/null
        for d in usr proc dev; do mount --rbind /$d $d && mount --make-rslave $d || exit; done
        mount --make-shared proc || exit
        exec chroot . /keeper --root /root --runtime-dir /run -- /bin/sleep 600";
    let status = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", script])
        .arg(keeper.directory.path())
        .status();
    assert!(status.unwrap().success());
    eventually("the keeper answers", || keeper.connect().is_some());
    let answer = keeper.ask(&json!({
        "op": "spawn", "id": "child", "uid": USER, "argv": ["/bin/sh", "-c", "echo /*; echo end"],
        "env": {"PATH": "/usr/bin:/bin"}, "stdout": "/log", "stderr": "/log",
        "confine": {"read": SYSTEM, "write": ["/home"], "network": false},
    }));
    assert_eq!(answer["ok"], true, "{answer}");
    keeper.wait("child");
    eventually("the log is drained", || keeper.log().ends_with("end\n"));
    assert_eq!(
        keeper.log(),
        "/bin /dev /home /lib /lib64 /proc /usr\nend\n"
    );
    // The child's mount upon /proc has not reached the keeper's own.
    let engine = keeper.engine_pid().unwrap();
    assert!(Path::new(&format!("/proc/{engine}/root/proc/version")).exists());
}

#[test]
fn lets_it_write_where_it_may_and_nowhere_else() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::start(LASTING);
    closed_home(&keeper);
    let script = "for d in $HERE $HERE/own $HERE/installed / /dev /usr; do echo x >$d/new && echo $d; done 2>/dev/null";
    let own = keeper.path("home/own");
    assert_eq!(output(&keeper, script), format!("{}\n", own.display()));
    assert_eq!(fs::read_to_string(own.join("new")).unwrap(), "x\n");
    // What it writes it cannot execute.
    fs::copy("/bin/true", own.join("program")).unwrap();
    assert_eq!(
        output(&keeper, "$HERE/own/program 2>/dev/null; echo $?"),
        "126\n"
    );
}

#[test]
fn shows_its_own_processes_and_no_network() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::start(LASTING);
    closed_home(&keeper);
    assert_eq!(output(&keeper, "echo $$; cd /proc; echo [0-9]*"), "1\n1\n");
    assert_eq!(
        output(
            &keeper,
            "grep -c : /proc/net/dev; grep -o lo: /proc/net/dev"
        ),
        "1\nlo:\n"
    );
    let names = || {
        fs::read_to_string("/proc/net/dev")
            .unwrap()
            .matches(':')
            .count()
    };
    // Others' devices come and go on the host meanwhile.
    eventually("the host's network is told", || {
        let before = names();
        confined(&keeper, "grep -c : /proc/net/dev", true);
        keeper.wait("child");
        eventually("the log is drained", || keeper.log().ends_with('\n'));
        keeper.ask(&json!({"op": "forget", "id": "child"}));
        keeper.log() == format!("{before}\n")
    });
}

#[test]
fn ends_all_that_a_confined_child_started() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::start(LASTING);
    closed_home(&keeper);
    // A session of its own: out of reach for a signal to the process group.
    let started = confined(&keeper, "setsid sleep 600 & sleep 600", false);
    let pid = started["pid"].to_string();
    let parts =
        || fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    eventually("both run", || parts().split_whitespace().count() == 2);
    let parts: Vec<i32> = parts()
        .split_whitespace()
        .map(|pid| pid.parse().unwrap())
        .collect();
    keeper.ask(&json!({"op": "kill", "id": "child", "signal": 9}));
    assert_eq!(keeper.wait("child")["signal"], 9);
    eventually("nothing is left", || {
        parts.iter().all(|pid| stat(*pid).is_empty())
    });
}

#[test]
fn names_what_it_cannot_show() {
    let keeper = Keeper::start(LASTING);
    let ask = |uid: Value, path: &str| {
        keeper.ask(
            &json!({"op": "spawn", "id": "child", "uid": uid, "argv": ["/bin/true"],
            "confine": {"read": [path]}}),
        )
    };
    assert_eq!(ask(Value::Null, "/usr")["kind"], "invalid");
    if is_root() {
        let missing = ask(json!(USER), "/no/such/path");
        assert_eq!(missing["kind"], "not-found");
        assert_eq!(
            missing["error"],
            "show /no/such/path: No such file or directory"
        );
    }
    assert_eq!(keeper.ask(&json!({"op": "list"}))["children"], json!([]));
}

#[test]
fn changes_nothing_of_the_host() {
    if !is_root() {
        return;
    }
    let mounts =
        |pid: &str| fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
    // Others mount and unmount on the host meanwhile; what is done here is there each time.
    eventually("the mounts are what they were", || {
        let before = mounts("self");
        let keeper = Keeper::start(LASTING);
        closed_home(&keeper);
        confined(&keeper, "sleep 600", false);
        mounts("self") == before && mounts(&keeper.pid().to_string()) == before
    });
}

#[test]
fn takes_little_longer_to_start_it() {
    if !is_root() {
        return;
    }
    let keeper = Keeper::start(LASTING);
    closed_home(&keeper);
    let timed = |start: &dyn Fn()| -> Duration {
        let mut times: Vec<_> = (0..15)
            .map(|_| {
                let begin = Instant::now();
                start();
                let time = begin.elapsed();
                keeper.wait("child");
                keeper.ask(&json!({"op": "forget", "id": "child"}));
                time
            })
            .collect();
        times.sort();
        times[0]
    };
    let plain = timed(&|| {
        keeper.ask(&json!({"op": "spawn", "id": "child", "uid": USER, "argv": ["/bin/true"]}));
    });
    let confined = timed(&|| {
        confined(&keeper, "true", false);
    });
    println!("plain {plain:?}, confined {confined:?}");
    // The fastest of each, on a quiet machine 0.5 ms apart; the bound is for a busy one.
    assert!(
        confined < plain + Duration::from_millis(100),
        "{plain:?} {confined:?}"
    );
}

#[test]
fn holds_a_child_to_its_limits_and_tells_that_it_had_no_memory_left() {
    let keeper = Keeper::start(LASTING);
    let limited = |id: &str, script: &str| {
        keeper.ask(&json!({
            "op": "spawn", "id": id, "argv": ["/bin/sh", "-c", script],
            "env": {"PATH": "/usr/bin:/bin"}, "stdout": keeper.path("log"), "stderr": keeper.path("log"),
            "limits": {"memory": 64 << 20, "pids": 5},
        }))
    };
    let pid = limited("held", "sleep 600")["pid"].to_string();
    let has = |file: &str| group_files(&pid, file).any(|path| path.exists());
    if has("memory.limit_in_bytes") || has("memory.max") {
        limited("greedy", "exec tail /dev/zero");
        let end = keeper.wait("greedy");
        assert_eq!(
            (&end["signal"], &end["outOfMemory"]),
            (&json!(9), &json!(true)),
            "{end}"
        );
    }
    if has("pids.max") {
        let bound = group_files(&pid, "pids.max").find_map(|file| fs::read_to_string(file).ok());
        assert_eq!(bound.unwrap(), "5\n");
    }
    keeper.ask(&json!({"op": "kill", "id": "held", "signal": 9}));
    let end = keeper.wait("held");
    assert_eq!(
        (&end["signal"], &end["outOfMemory"]),
        (&json!(9), &Value::Null),
        "{end}"
    );
}

#[test]
fn leaves_the_control_group_of_its_starter() {
    let Some(top) = version_2() else { return };
    let starters = top.join(format!("kctl-test-{}", std::process::id()));
    if fs::create_dir(&starters).is_err() {
        return;
    }
    let keeper = Keeper::none();
    let join = format!("echo 0 >{}/cgroup.procs; exec \"$@\"", starters.display());
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &join, "sh"])
        .args(keeper.command(LASTING))
        .status();
    assert!(status.unwrap().success());
    eventually("the keeper answers", || keeper.connect().is_some());
    keeper.spawn("child", "sleep 600");
    let processes = fs::read_to_string(starters.join("cgroup.procs")).unwrap();
    assert_eq!(processes, "");
    keeper.ask(&json!({"op": "kill", "id": "child", "signal": 9}));
    keeper.wait("child");
    signal(i32::try_from(keeper.engine_pid().unwrap()).unwrap(), "KILL");
    eventually("the keeper has ended", || keeper.pids().is_empty());
    eventually("nobody is in the group", || {
        fs::remove_dir(&starters).is_ok()
    });
}

fn group_files<'a>(pid: &str, file: &'a str) -> impl Iterator<Item = std::path::PathBuf> + 'a {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    let points: Vec<String> = mounts
        .lines()
        .filter(|line| line.contains(" cgroup"))
        .filter_map(|line| line.split(' ').nth(1).map(str::to_owned))
        .collect();
    let own: Vec<String> = groups
        .lines()
        .filter_map(|line| line.splitn(3, ':').nth(2).map(str::to_owned))
        .filter(|path| path.contains("kctl-"))
        .collect();
    points.into_iter().flat_map(move |point| {
        own.clone()
            .into_iter()
            .map(move |path| Path::new(&format!("{point}{path}")).join(file))
    })
}

fn version_2() -> Option<std::path::PathBuf> {
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    let line = mounts.lines().find(|line| line.contains(" cgroup2 "))?;
    line.split(' ').nth(1).map(Into::into)
}

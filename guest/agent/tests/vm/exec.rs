//! Further processes in a container that runs.

use std::time::Instant;

use kctl_agent::proto::exec_request::What;
use kctl_agent::proto::exited::Cause;
use kctl_agent::proto::start_failure::Reason;
use kctl_agent::proto::{
    CloseInput, FreezeRequest, Process, Rlimit, Security, SignalRequest, WindowSize, event,
};
use tonic::Code;

use crate::engine::{Client, Events, Exec, greet};
use crate::machine::{Machine, process, shell};

/// A container that waits to be ended, its engine, and the call of its events.
async fn container(change: impl Fn(&mut Process)) -> (Machine, Client, Events) {
    let mut config = shell("echo ready; exec sleep 1000");
    change(config.process.as_mut().expect("a process"));
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    (machine, client, events)
}

async fn start(client: &mut Client, process: Process) -> Exec {
    Exec::start(client, process).await.expect("started")
}

#[tokio::test]
async fn runs_in_the_container_with_its_rights() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let script = "id -u; pwd; hostname; tty; echo err >&2; \
        for ns in pid mnt uts ipc cgroup; do \
        test $(readlink /proc/self/ns/$ns) = $(readlink /proc/1/ns/$ns) || echo other $ns; done; \
        grep -E 'Cap(Prm|Eff|Bnd)|Seccomp:' /proc/self/status; cat /proc/self/cgroup; \
        ulimit -n; cat /proc/self/oom_score_adj; ls /proc/self/fd | wc -l; cat; exit 3";
    let outcome = Exec::shell(&mut client, script).await;
    let expected = "0\n/\nbox\nnot a tty\n\
        CapPrm:\t00000000a80425fb\n\
        CapEff:\t00000000a80425fb\n\
        CapBnd:\t00000000a80425fb\n\
        Seccomp:\t2\n\
        0::/\n1024\n0\n4\n";
    assert_eq!((outcome.stdout().as_str(), outcome.code()), (expected, 3));
    assert_eq!(outcome.stderr(), "err\n");
}

#[tokio::test]
async fn has_the_pid_that_the_container_sees_and_leaves_no_zombie() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let mut exec = start(&mut client, process(&["sh", "-c", "echo $$; kill -9 $$"])).await;
    let pid = exec.started().await;
    let outcome = exec.all().await;
    assert_eq!(outcome.stdout(), format!("{pid}\n"));
    assert_eq!(outcome.exited.cause, Some(Cause::Signal(9)));
    let outcome = Exec::shell(&mut client, "ls -d /proc/[0-9]* | wc -l").await;
    // sleep, this shell, ls, wc
    assert!(
        ["3\n", "4\n"].contains(&outcome.stdout().as_str()),
        "{}",
        outcome.stdout()
    );
}

#[tokio::test]
async fn takes_user_groups_directory_and_environment() {
    let (_machine, mut client, _events) = container(|first| {
        first.groups = vec!["www".to_owned()];
        first.rlimits = vec![Rlimit {
            name: "nofile".to_owned(),
            soft: 100,
            hard: 200,
        }];
        first.oom_score_adj = 500;
    })
    .await;
    let more = Process {
        user: "web".to_owned(),
        groups: vec!["1234".to_owned()],
        cwd: "/tmp".to_owned(),
        env: vec!["A=b".to_owned()],
        ..process(&[
            "sh",
            "-c",
            "id -G; pwd; echo $A $HOME; ulimit -n; cat /proc/self/oom_score_adj",
        ])
    };
    let outcome = start(&mut client, more).await.all().await;
    assert_eq!(outcome.stdout(), "34 70 1234\n/tmp\nb /var/www\n100\n500\n");
}

#[tokio::test]
async fn says_why_it_does_not_start() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let with = |user: &str, cwd: &str, command: &str| Process {
        user: user.to_owned(),
        cwd: cwd.to_owned(),
        ..process(&[command])
    };
    let nowhere =
        "chdir to cwd (\"/nowhere\") set in config.json failed: no such file or directory";
    for (process, reason, message) in [
        (
            with("", "", "foo"),
            Reason::NotFound,
            "exec: \"foo\": executable file not found in $PATH",
        ),
        (
            with("", "", "/plain"),
            Reason::NotExecutable,
            "exec: \"/plain\": permission denied",
        ),
        (
            with("nobody", "", "id"),
            Reason::NoSuchUser,
            "unable to find user nobody: no matching entries in passwd file",
        ),
        (
            with("", "/nowhere", "id"),
            Reason::BadWorkingDirectory,
            nowhere,
        ),
    ] {
        let outcome = start(&mut client, process).await.all().await;
        let failure = outcome.start_failure();
        assert_eq!(
            (failure.reason(), failure.message.as_str()),
            (reason, message)
        );
    }
}

#[tokio::test]
async fn passes_input_its_end_and_signals() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let cat = Process {
        stdin: true,
        ..process(&["cat"])
    };
    let mut exec = start(&mut client, cat.clone()).await;
    exec.send(What::Input(b"hello ".to_vec())).await;
    exec.send(What::Input(b"world".to_vec())).await;
    exec.send(What::CloseInput(CloseInput {})).await;
    let outcome = exec.all().await;
    assert_eq!(
        (outcome.stdout().as_str(), outcome.code()),
        ("hello world", 0)
    );

    let mut exec = start(&mut client, cat).await;
    exec.started().await;
    exec.send(What::Signal(15)).await;
    assert_eq!(exec.all().await.exited.cause, Some(Cause::Signal(15)));
}

#[tokio::test]
async fn has_a_terminal_of_its_own() {
    let (_machine, mut client, _events) = container(|first| first.tty = true).await;
    let shell = Process {
        tty: true,
        stdin: true,
        rows: 30,
        columns: 100,
        ..process(&[
            "sh",
            "-c",
            "tty; stty size; trap 'stty size; exit 0' WINCH; echo go; while :; do sleep 0.1; done",
        ])
    };
    let mut exec = start(&mut client, shell).await;
    exec.until("/dev/pts/1\r\n30 100\r\ngo").await;
    exec.send(What::Resize(WindowSize {
        rows: 40,
        columns: 120,
    }))
    .await;
    let outcome = exec.all().await;
    assert!(outcome.stdout().contains("40 120"), "{}", outcome.stdout());
}

#[tokio::test]
async fn goes_on_when_the_call_breaks_off() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let script = "cat > /tmp/input; head -c 1000000 /dev/zero; echo done > /tmp/done";
    let more = Process {
        stdin: true,
        ..process(&["sh", "-c", script])
    };
    let mut exec = start(&mut client, more).await;
    exec.started().await;
    exec.send(What::Input(b"some".to_vec())).await;
    drop(exec);
    let outcome = Exec::shell(
        &mut client,
        "until test -s /tmp/done; do sleep 0.1; done; cat /tmp/done",
    )
    .await;
    assert_eq!(outcome.stdout(), "done\n");
}

#[tokio::test]
async fn holds_no_more_than_a_little_for_a_slow_engine() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let script = "head -c 8000000 /dev/zero; echo > /tmp/done";
    let mut exec = start(&mut client, process(&["sh", "-c", script])).await;
    exec.started().await;
    let outcome = Exec::shell(&mut client, "sleep 1; test -e /tmp/done || echo waits").await;
    assert_eq!(outcome.stdout(), "waits\n");
    assert_eq!(exec.all().await.stdout.len(), 8_000_000);
}

#[tokio::test]
async fn does_not_wait_for_others_that_keep_its_output() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let begun = Instant::now();
    let outcome = Exec::shell(&mut client, "sleep 500 & echo out").await;
    assert_eq!((outcome.stdout().as_str(), outcome.code()), ("out\n", 0));
    assert!(begun.elapsed().as_secs() < 400, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn may_be_privileged_in_a_container_that_is_not() {
    let (_machine, mut client, _events) = container(|_| {}).await;
    let more = Process {
        security: Some(Security {
            privileged: true,
            ..Security::default()
        }),
        ..process(&[
            "sh",
            "-c",
            "grep -E 'CapEff|Seccomp:' /proc/self/status; mount -t tmpfs none /tmp && echo mounted",
        ])
    };
    let outcome = start(&mut client, more).await.all().await;
    assert_eq!(
        outcome.stdout(),
        "CapEff:\t000001ffffffffff\nSeccomp:\t0\nmounted\n"
    );
}

#[tokio::test]
async fn needs_a_container_that_runs() {
    let (_machine, mut client, mut events) = container(|_| {}).await;
    client
        .freeze(FreezeRequest { frozen: true })
        .await
        .expect("frozen");
    let refused = Exec::start(&mut client, process(&["true"])).await;
    assert_eq!(
        refused.err().expect("frozen").code(),
        Code::FailedPrecondition
    );
    client
        .freeze(FreezeRequest { frozen: false })
        .await
        .expect("thawed");

    let mut running = start(&mut client, process(&["sleep", "1000"])).await;
    running.started().await;
    let signal = SignalRequest { number: 9 };
    client.signal(signal).await.expect("signalled");
    assert_eq!(running.all().await.exited.cause, Some(Cause::Signal(9)));
    // Not acknowledged, so that the machine stays.
    let end = events.next().await.expect("the end");
    assert!(matches!(end.what, Some(event::What::Exited(_))), "{end:?}");
    let refused = Exec::start(&mut client, process(&["true"])).await;
    assert_eq!(
        refused.err().expect("ended").code(),
        Code::FailedPrecondition
    );
}

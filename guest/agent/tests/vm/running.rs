//! What a running container can be told, and what it tells.

use std::process::Command;

use kctl_agent::proto::exited::Cause;
use kctl_agent::proto::{InfoRequest, InputChunk, Limits, SignalRequest, WindowSize};
use tokio_stream::StreamExt;
use tonic::Code;

use crate::engine::{Client, Events, Exec, connect, greet, run};
use crate::machine::{Machine, TOKEN, config, shell};

async fn send(client: &mut Client, chunks: &[&[u8]]) {
    let chunks: Vec<_> = chunks
        .iter()
        .map(|data| InputChunk {
            data: data.to_vec(),
        })
        .collect();
    client
        .input(tokio_stream::iter(chunks))
        .await
        .expect("taken");
}

#[tokio::test]
async fn reads_standard_input_to_its_end() {
    let mut config = config(&["sh", "-c", "cat; echo end"]);
    config.process.as_mut().expect("process").stdin = true;
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    send(&mut client, &[b"one\n", b"two\n"]).await;
    assert_eq!(events.all().await.stdout(), "one\ntwo\nend\n");
}

#[tokio::test]
async fn has_no_input_unless_asked_for() {
    let machine = Machine::boot(&shell("cat; echo end; sleep 1000")).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    assert_eq!(events.until("end").await.stdout(), "end\n");
    let refused = client
        .input(tokio_stream::empty())
        .await
        .expect_err("refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let size = WindowSize {
        rows: 1,
        columns: 1,
    };
    let refused = client.resize(size).await.expect_err("refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn has_a_terminal_that_can_be_resized() {
    let script = "tty; readlink /proc/self/fd/1; test -c /dev/console && stty size; echo $TERM; \
        trap 'stty size; exit 3' WINCH; echo ready; while :; do read line; echo got $line; done";
    let mut config = shell(script);
    let process = config.process.as_mut().expect("process");
    (process.tty, process.stdin) = (true, true);
    (process.rows, process.columns) = (24, 80);
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    let start = events.until("ready\r\n").await.stdout();
    assert_eq!(
        start,
        "/dev/pts/0\r\n/dev/pts/0\r\n24 80\r\nxterm\r\nready\r\n"
    );
    send(&mut client, &[b"hello\n"]).await;
    events.until("got hello\r\n").await;
    let size = WindowSize {
        rows: 50,
        columns: 132,
    };
    client.resize(size).await.expect("resized");
    // The shell runs its trap when the read is over.
    send(&mut client, &[b"x\n"]).await;
    let outcome = events.all().await;
    assert!(
        outcome.stdout().contains("50 132\r\n"),
        "{}",
        outcome.stdout()
    );
    assert_eq!(outcome.code(), 3);
}

#[tokio::test]
async fn takes_signals_as_pid_one_does() {
    let script = "trap 'echo hup' HUP; echo ready; while :; do sleep 0.1; done";
    let machine = Machine::boot(&shell(script)).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    client
        .signal(SignalRequest { number: 1 })
        .await
        .expect("sent");
    events.until("hup").await;
    // Without a handler PID 1 does not notice SIGTERM, in Docker neither.
    client
        .signal(SignalRequest { number: 15 })
        .await
        .expect("sent");
    assert_eq!(events.soon().await, None);
    let refused = client
        .signal(SignalRequest { number: 65 })
        .await
        .expect_err("refused");
    assert_eq!(refused.code(), Code::InvalidArgument);
    client
        .signal(SignalRequest { number: 9 })
        .await
        .expect("sent");
    let end = events.next().await.expect("the end");
    let outcome = format!("{end:?}");
    assert!(outcome.contains("Signal(9)"), "{outcome}");
    let refused = client
        .signal(SignalRequest { number: 9 })
        .await
        .expect_err("refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn has_an_init_that_forwards_and_reaps() {
    // Without an init the orphan would be a zombie for ever.
    let script = "echo $$; (sleep 0.1 & ); while ps -o stat,args | grep -q -e '^Z' -e '[s]leep 0.1$'; do \
        sleep 0.2; done; ps -o stat | grep -c Z; trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done";
    let mut config = shell(script);
    config.init = true;
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    assert_eq!(events.until("ready").await.stdout(), "2\n0\nready\n");
    client
        .signal(SignalRequest { number: 15 })
        .await
        .expect("sent");
    assert_eq!(events.all().await.code(), 5);
}

#[tokio::test]
async fn an_init_reports_what_cannot_be_started() {
    let mut config = config(&["/garbage"]);
    config.init = true;
    let outcome = run(&config).await;
    assert_eq!(
        outcome.start_failure().message,
        "exec /garbage: exec format error"
    );
}

#[tokio::test]
async fn kills_for_memory_in_the_container_only() {
    let mut config = shell("cat /sys/fs/cgroup/memory.max; probe eat");
    config.limits = Some(Limits {
        memory_bytes: 32 << 20,
        ..Limits::default()
    });
    let outcome = run(&config).await;
    assert_eq!(outcome.stdout(), "33554432\n");
    assert!(outcome.exited.oom_killed);
}

#[tokio::test]
async fn bounds_processes() {
    let mut config = shell(
        "cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/pids.max; \
        for i in 1 2 3 4 5 6 7 8; do sleep 1 & done",
    );
    config.limits = Some(Limits {
        memory_bytes: 0,
        cpu_millis: 1500,
        pids: 5,
        ..Limits::default()
    });
    let outcome = run(&config).await;
    assert_eq!(outcome.stdout(), "150000 100000\n5\n");
    assert!(outcome.stderr().contains("fork"), "{}", outcome.stderr());
}

#[tokio::test]
async fn goes_on_where_the_last_engine_stopped() {
    let script = "echo 1; until test -e /a; do sleep 0.1; done; \
        echo 2; until test -e /b; do sleep 0.1; done; echo 3";
    let machine = Machine::boot(&shell(script)).await;
    let mut first = greet(&machine).await;
    let mut events = Events::after(&mut first, 0).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(events.next().await.expect("an event"));
        if seen.len() == 2 {
            // Each line is an event of its own where it is not yet written when the last one is read.
            Exec::shell(&mut first, "touch /a").await;
        }
    }
    Exec::shell(&mut first, "touch /b").await;
    events.acknowledge(1).await;
    drop((events, first));
    // The second event was read, but not acknowledged: the next engine may ask for it again.
    let mut second = connect(&machine, &TOKEN).await.expect("known");
    let mut events = Events::after(&mut second, 1).await;
    let again = events.next().await.expect("an event");
    assert_eq!(again, seen[1]);
    let outcome = events.all().await;
    assert_eq!(outcome.stdout(), "2\n3\n");
    assert_eq!(outcome.sequences, [3, 4, 5]);
}

#[tokio::test]
async fn a_newer_call_takes_over() {
    let machine = Machine::boot(&shell("sleep 1000")).await;
    let mut client = greet(&machine).await;
    let mut older = Events::after(&mut client, 0).await;
    older.next().await.expect("started");
    let mut newer = Events::after(&mut client, 0).await;
    assert_eq!(older.next().await.expect_err("over").code(), Code::Aborted);
    assert_eq!(newer.next().await.expect("started").sequence, 1);
}

#[tokio::test]
async fn blocks_until_the_output_is_acknowledged() {
    let machine = Machine::boot(&shell("dd if=/dev/zero bs=64k count=64; echo done")).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    let mut bytes = 0;
    let mut last = 0;
    loop {
        // Until the log is full it takes as long as it takes; then nothing more comes.
        let event = if bytes < 900 << 10 {
            events.next().await.expect("an event")
        } else if let Some(event) = events.soon().await {
            event
        } else {
            break;
        };
        last = event.sequence;
        let mut outcome = crate::engine::Outcome::default();
        assert_eq!(outcome.take(event), None);
        bytes += outcome.stdout.len();
    }
    assert!((900 << 10..=1200 << 10).contains(&bytes), "{bytes}");
    events.acknowledge(last).await;
    let rest = events.all().await;
    assert_eq!(bytes + rest.stdout.len(), 64 * (64 << 10) + "done\n".len());
}

#[tokio::test]
async fn waits_for_the_last_acknowledgement_and_leaves_clean_disks() {
    let mut machine = Machine::boot(&shell("echo kept > /file")).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    assert_eq!(events.next().await.expect("started").sequence, 1);
    let exited = events.next().await.expect("exited");
    assert_eq!(events.soon().await, None);
    let info = client
        .info(InfoRequest {})
        .await
        .expect("still there")
        .into_inner();
    assert_eq!(info.last_sequence, exited.sequence);
    assert!(info.memory_available_bytes > 64 << 20);
    events.acknowledge(exited.sequence).await;
    machine.powers_off().await;
    let scratch = machine.scratch();
    let check = Command::new("fsck.ext4")
        .args(["-n", "-f"])
        .arg(&scratch)
        .output()
        .expect("fsck");
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
    let read = Command::new("debugfs")
        .args(["-R", "cat /upper/file"])
        .arg(&scratch)
        .output();
    assert_eq!(read.expect("debugfs").stdout, b"kept\n");
    assert_eq!(machine.messages(), [""; 0]);
}

#[tokio::test]
async fn fills_no_inode_tables_of_the_scratch_disk_in_the_background() {
    let outcome = run(&shell("cat /proc/fs/ext4/*/options")).await;
    let options = outcome.stdout();
    let wanted = |option| option == "noinit_itable";
    assert!(options.lines().any(wanted), "{options}");
}

#[tokio::test]
async fn reports_a_deadly_signal() {
    let outcome = run(&config(&["probe", "die"])).await;
    // The kernel spares PID 1 its own SIGABRT; abort() then makes the processor fault.
    assert_eq!(outcome.exited.cause, Some(Cause::Signal(11)));
}

#[tokio::test]
async fn answers_many_calls_on_one_connection() {
    let machine = Machine::boot(&shell("sleep 1000")).await;
    let mut client = greet(&machine).await;
    let _events = Events::after(&mut client, 0).await;
    let mut numbers = tokio_stream::iter(0..100);
    while numbers.next().await.is_some() {
        client.info(InfoRequest {}).await.expect("alive");
    }
}

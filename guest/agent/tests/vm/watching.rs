//! What the agent tells about a container that runs.

use kctl_agent::proto::{
    FreezeRequest, InfoRequest, Limits, ProcessInfo, ProcessesRequest, StatsRequest, StatsResult,
    event::What,
};

use crate::engine::{Client, Events, Exec, greet};
use crate::machine::{Machine, shell};

async fn boot(script: &str, limits: Limits) -> (Machine, Client, Events) {
    let mut config = shell(script);
    config.limits = Some(limits);
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    (machine, client, events)
}

async fn stats(client: &mut Client) -> StatsResult {
    client
        .stats(StatsRequest {})
        .await
        .expect("stats")
        .into_inner()
}

async fn last_sequence(client: &mut Client) -> u64 {
    let info = client.info(InfoRequest {}).await.expect("info");
    info.into_inner().last_sequence
}

#[tokio::test]
async fn counts_what_is_used() {
    let script = "head -c 5000000 /dev/zero > /file; sync; echo ready; exec sleep 1000";
    let limits = Limits {
        memory_bytes: 100 << 20,
        pids: 77,
        ..Limits::default()
    };
    let (_machine, mut client, _events) = boot(script, limits).await;
    let before = stats(&mut client).await;
    let _used = Exec::shell(
        &mut client,
        "i=0; while test $i -lt 3000; do i=$((i+1)); done",
    )
    .await;
    let after = stats(&mut client).await;
    assert!(after.cpu_ns > before.cpu_ns && after.guest_cpu_ns > before.guest_cpu_ns);
    assert!(after.cpu_ns <= after.guest_cpu_ns, "{after:?}");
    assert!(after.time_ns > before.time_ns);
    assert_eq!(
        (after.memory_limit_bytes, after.pids_limit),
        (100 << 20, 77)
    );
    assert_eq!((after.pids, after.online_cpus, after.oom_kills), (1, 1, 0));
    assert!(after.memory_bytes > 0 && after.memory_peak_bytes >= after.memory_bytes);
    assert!(after.memory["file"] > 4_000_000, "{:?}", after.memory);
    let scratch = after.disks.iter().find(|disk| disk.serial == "scratch");
    let scratch = scratch.expect("the scratch disk");
    assert!(
        scratch.written_bytes >= 5_000_000 && scratch.writes > 0,
        "{scratch:?}"
    );
    assert_eq!(after.disks.len(), 3);
    assert_eq!(after.networks, []);
}

#[tokio::test]
async fn lists_processes_by_the_container_s_numbering() {
    let script = "sleep 999 & echo ready; exec sleep 1000";
    let (_machine, mut client, _events) = boot(script, Limits::default()).await;
    // The shell says that it is ready before it and its child have become what they are to be; in
    // the midst of an exec a process has its new name already, but no arguments yet.
    let listed = loop {
        let listed = client.processes(ProcessesRequest {}).await.expect("a list");
        let listed = listed.into_inner().processes;
        let settled =
            |one: &ProcessInfo| one.name == "sleep" && one.state == "S" && one.command != "[sleep]";
        if listed.len() == 2 && listed.iter().all(settled) {
            break listed;
        }
    };
    let seen: Vec<_> = listed
        .iter()
        .map(|one| (one.pid, one.ppid, one.user.as_str(), one.command.as_str()))
        .collect();
    let expected = [(1, 0, "root", "sleep 1000"), (2, 1, "root", "sleep 999")];
    assert_eq!(seen, expected);
    let now = kctl_agent::system::wall_clock_ns();
    for one in &listed {
        assert_eq!(one.threads, 1);
        assert!(one.start_ns.abs_diff(now) < 120_000_000_000, "{one:?}");
        assert!(one.resident_bytes > 0 && one.virtual_bytes > one.resident_bytes);
    }
}

#[tokio::test]
async fn stops_all_processes_and_lets_them_go_on() {
    let script = "echo ready; while :; do echo tick; sleep 0.05; done";
    let (_machine, mut client, mut events) = boot(script, Limits::default()).await;
    events.until("tick").await;
    client
        .freeze(FreezeRequest { frozen: true })
        .await
        .expect("frozen");
    // What was written before is still on its way: until no event is newer than what came.
    let mut sent = last_sequence(&mut client).await;
    loop {
        while events.soon().await.is_some() {}
        let now = last_sequence(&mut client).await;
        if now == sent {
            break;
        }
        sent = now;
    }
    assert!(events.soon().await.is_none());
    assert_eq!(last_sequence(&mut client).await, sent);
    client
        .freeze(FreezeRequest { frozen: false })
        .await
        .expect("thawed");
    events.until("tick").await;
}

#[tokio::test]
async fn tells_of_a_kill_for_memory_as_it_happens() {
    let script = "echo ready; read go; probe eat; echo after; exec sleep 1000";
    let mut config = shell(script);
    config.process.as_mut().expect("a process").stdin = true;
    config.limits = Some(Limits {
        memory_bytes: 32 << 20,
        ..Limits::default()
    });
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    let go = kctl_agent::proto::InputChunk {
        data: b"go\n".to_vec(),
    };
    client.input(tokio_stream::iter([go])).await.expect("sent");
    loop {
        let event = events.next().await.expect("an event");
        events.acknowledge(event.sequence).await;
        if matches!(event.what, Some(What::OutOfMemory(_))) {
            break;
        }
        assert!(!matches!(event.what, Some(What::Exited(_))), "{event:?}");
    }
    assert_eq!(stats(&mut client).await.oom_kills, 1);
}

#[tokio::test]
async fn says_that_the_disk_is_full() {
    let config = shell("dd if=/dev/zero of=/fill bs=1M 2>/dev/null; true");
    assert!(crate::engine::run(&config).await.exited.disk_full);
    assert!(!crate::engine::run(&shell("true")).await.exited.disk_full);
}

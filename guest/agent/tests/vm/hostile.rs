//! What a container must not be able to do, and a stranger on the host neither.

use std::time::Duration;

use kctl_agent::proto::InfoRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::engine::{Events, connect, greet, run};
use crate::machine::{AGENT_PORT, Machine, TOKEN, config, shell};

#[tokio::test]
async fn a_container_reaches_neither_engine_nor_agent() {
    let machine = Machine::boot(&config(&["probe", "vsock"])).await;
    let mut client = greet(&machine).await;
    let outcome = Events::after(&mut client, 0).await.all().await;
    let refused = "dial the engine: Operation not permitted (os error 1)\n\
        dial the agent: Operation not permitted (os error 1)\n\
        bind the agent's port: Operation not permitted (os error 1)\n";
    assert_eq!(outcome.stdout(), refused);
    assert!(!machine.is_called_again().await);
}

#[tokio::test]
async fn a_container_finds_no_token() {
    // The bracket keeps the pattern from finding itself in /proc/self/cmdline.
    let token = String::from_utf8_lossy(&TOKEN[1..]);
    let script = format!(
        "find / -path /dev -prune -o -type f ! -name pagemap ! -name kmsg -print0 \
           | xargs -0 grep -l '[0]{token}' 2>/dev/null; \
         readlink /proc/1/exe; cat /proc/1/mem /proc/1/maps; echo searched"
    );
    let mut config = shell(&script);
    config.init = true;
    let outcome = run(&config).await;
    assert_eq!(outcome.stdout(), "searched\n", "{}", outcome.stderr());
    for file in ["/proc/1/mem", "/proc/1/maps"] {
        let refused = format!("'{file}': Permission denied");
        assert!(outcome.stderr().contains(&refused), "{}", outcome.stderr());
    }
}

#[tokio::test]
async fn a_container_sees_only_itself() {
    let script = "ls /proc | grep -c '^[0-9]'; mount | grep -v ^overlay | grep -cE 'layers|scratch|erofs|agent|devtmpfs'; \
        ls -d /kctl /init /layers /scratch 2>/dev/null; cat /proc/kmsg /dev/kmsg; \
        cat /proc/keys /proc/timer_list | wc -c; echo 1 > /proc/sys/kernel/panic; \
        echo b > /proc/sysrq-trigger; mkdir /sys/fs/cgroup/x; dmesg; hostname x";
    let outcome = run(&shell(script)).await;
    assert_eq!(outcome.stdout(), "3\n0\n0\n", "{}", outcome.stderr());
    for refused in [
        "/proc/kmsg': Operation not permitted",
        "/dev/kmsg': No such file or directory",
        "/proc/sys/kernel/panic: Read-only file system",
        "/proc/sysrq-trigger: nonexistent directory",
        "'/sys/fs/cgroup/x': Read-only file system",
        "dmesg: klogctl: Operation not permitted",
        "hostname: sethostname: Operation not permitted",
    ] {
        assert!(
            outcome.stderr().contains(refused),
            "{refused}\n{}",
            outcome.stderr()
        );
    }
}

#[tokio::test]
async fn a_container_opens_no_device_it_was_not_given() {
    let script = "mknod /n c 1 3 && echo x > /n && echo null; \
        mknod /k c 1 11 && echo flood > /k; mknod /m c 1 1 && cat /m; \
        mknod /d b 254 0 && head -c 1 /d; mknod /t c 4 64 && echo flood > /t; echo $?";
    let outcome = run(&shell(script)).await;
    assert_eq!(outcome.stdout(), "null\n1\n", "{}", outcome.stderr());
    assert_eq!(
        outcome.stderr().matches("Operation not permitted").count(),
        4,
        "{}",
        outcome.stderr()
    );
}

#[tokio::test]
async fn a_container_writes_nothing_to_the_console() {
    let script = "sh -c 'kill -SEGV $$'; probe die; echo flood > /dev/console; \
        probe eat";
    let mut config = shell(script);
    config.limits = Some(kctl_agent::proto::Limits {
        memory_bytes: 32 << 20,
        ..Default::default()
    });
    let mut machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.all().await;
    machine.powers_off().await;
    assert_eq!(machine.messages(), [""; 0]);
}

#[tokio::test]
async fn a_stranger_is_dropped() {
    let machine = Machine::boot(&shell("sleep 1000")).await;
    let _engine = greet(&machine).await;
    assert!(connect(&machine, &[b'x'; 32]).await.is_none());
    // Many that say nothing keep nobody out.
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = machine.connect().await;
        let request = format!("CONNECT {AGENT_PORT}\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        silent.push(stream);
    }
    let mut client = connect(&machine, &TOKEN).await.expect("the engine");
    client.info(InfoRequest {}).await.expect("served");
    // And they are dropped in time.
    let mut last = silent.pop().expect("one");
    let mut rest = Vec::new();
    timeout(Duration::from_secs(300), last.read_to_end(&mut rest))
        .await
        .expect("dropped")
        .ok();
}

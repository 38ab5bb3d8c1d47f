//! What a container may do beyond Docker's defaults, or less.

use kctl_agent::proto::start_failure::Reason;
use kctl_agent::proto::{BootConfig, Limits, Rlimit, Security};

use crate::engine::{Events, Exec, greet, run};
use crate::machine::{Machine, shell};

fn with(script: &str, security: Security) -> BootConfig {
    let mut config = shell(script);
    config.process.as_mut().expect("a process").security = Some(security);
    config
}

async fn stdout(config: &BootConfig) -> String {
    let outcome = run(config).await;
    assert_eq!(outcome.code(), 0, "{}", outcome.stderr());
    outcome.stdout()
}

async fn refusal(config: &BootConfig) -> (Reason, String) {
    let outcome = run(config).await;
    let failure = outcome.start_failure();
    (failure.reason(), failure.message.clone())
}

const STATUS: &str =
    "grep -E 'Cap(Eff|Bnd)|Seccomp:|NoNewPrivs' /proc/self/status | tr '\\n' ' '; ";

#[tokio::test]
async fn has_everything_when_privileged() {
    let security = Security {
        privileged: true,
        ..Security::default()
    };
    let script = format!(
        "{STATUS} echo; mount -t tmpfs none /tmp && echo 1 > /proc/sys/vm/overcommit_memory; \
         mkdir /sys/fs/cgroup/own; head -c 4 /dev/vda > /dev/null && ls /dev/vdb /dev/kmsg; \
         grep -q CPU0 /proc/interrupts && echo seen"
    );
    let expected = "CapEff:\t000001ffffffffff CapBnd:\t000001ffffffffff NoNewPrivs:\t0 \
        Seccomp:\t0 \n/dev/kmsg\n/dev/vdb\nseen\n";
    assert_eq!(stdout(&with(&script, security)).await, expected);
}

#[tokio::test]
async fn has_the_capabilities_asked_for() {
    let security = Security {
        capabilities: vec!["SYS_ADMIN".to_owned(), "CHOWN".to_owned()],
        no_new_privileges: true,
        ..Security::default()
    };
    let script = format!(
        "{STATUS} mount -t tmpfs none /mnt/x && echo mounted; kill -0 1; date -s 1 2>/dev/null || echo refused"
    );
    let mut config = with(&script, security);
    config.process.as_mut().expect("a process").cwd = "/mnt/x".to_owned();
    let expected = "CapEff:\t0000000000200001 CapBnd:\t0000000000200001 NoNewPrivs:\t1 \
        Seccomp:\t2 mounted\nrefused\n";
    assert_eq!(stdout(&config).await, expected);
}

#[tokio::test]
async fn may_lift_the_profile_and_the_hidden_paths() {
    let security = Security {
        seccomp_unconfined: true,
        paths_unconfined: true,
        ..Security::default()
    };
    let script = format!(
        "{STATUS} grep -q CPU0 /proc/interrupts && echo seen; touch /proc/sys/vm/overcommit_memory && echo writable"
    );
    let expected = "CapEff:\t0000000000000000 CapBnd:\t0000000000000000 NoNewPrivs:\t0 \
        Seccomp:\t0 seen\nwritable\n";
    assert_eq!(stdout(&with(&script, security)).await, expected);
}

#[tokio::test]
async fn has_the_limits_groups_parameters_and_sizes_asked_for() {
    let mut config = shell(
        "ulimit -n; ulimit -Hn; ulimit -c; id -G; cat /proc/self/oom_score_adj; \
         cat /proc/sys/net/core/somaxconn /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_unprivileged_port_start; \
         df -k /dev/shm | tail -n 1 | awk '{print $2}'; cat /proc/sys/kernel/domainname; \
         cd /sys/fs/cgroup; cat cpu.weight cpuset.cpus memory.low",
    );
    let process = config.process.as_mut().expect("a process");
    let limit = |name: &str, soft, hard| Rlimit {
        name: name.to_owned(),
        soft,
        hard,
    };
    process.rlimits = vec![limit("nofile", 20, 30), limit("core", 0, u64::MAX)];
    process.groups = vec!["extra".to_owned(), "99".to_owned()];
    process.oom_score_adj = -5;
    for (name, value) in [
        ("net.core.somaxconn", "77"),
        ("kernel.msgmax", "9000"),
        ("net.ipv4.ip_unprivileged_port_start", "80"),
    ] {
        config.sysctls.insert(name.to_owned(), value.to_owned());
    }
    config.shm_bytes = 1 << 20;
    config.domainname = "example.org".to_owned();
    config.limits = Some(Limits {
        cpu_shares: 1024,
        cpuset_cpus: "0".to_owned(),
        memory_reservation_bytes: 1 << 20,
        ..Limits::default()
    });
    let expected = "20\n30\n0\n0 70 99\n-5\n77\n9000\n80\n1024\nexample.org\n100\n0\n1048576\n";
    assert_eq!(stdout(&config).await, expected);
}

#[tokio::test]
async fn names_a_value_that_makes_no_sense() {
    let unknown = with(
        "true",
        Security {
            capabilities: vec!["FLY".to_owned()],
            ..Security::default()
        },
    );
    let mut group = shell("true");
    group.process.as_mut().expect("a process").groups = vec!["nobodies".to_owned()];
    let mut parameter = shell("true");
    parameter
        .sysctls
        .insert("net.none".to_owned(), "1".to_owned());
    let mut value = shell("true");
    value
        .sysctls
        .insert("net.core.somaxconn".to_owned(), "many".to_owned());
    let mut cpus = shell("true");
    cpus.limits = Some(Limits {
        cpuset_cpus: "0-7".to_owned(),
        ..Limits::default()
    });
    let no_group = "unable to find group nobodies: no matching entries in group file";
    for (config, reason, message) in [
        (unknown, Reason::Setup, "unknown capability \"FLY\""),
        (group, Reason::NoSuchUser, no_group),
        (
            parameter,
            Reason::Setup,
            "unknown kernel parameter \"net.none\"",
        ),
        (
            value,
            Reason::Setup,
            "setting the kernel parameter net.core.somaxconn=\"many\": invalid argument",
        ),
        (
            cpus,
            Reason::Setup,
            "cpuset \"0-7\": the container has the CPUs 0",
        ),
    ] {
        assert_eq!(refusal(&config).await, (reason, message.to_owned()));
    }
}

#[tokio::test]
async fn changes_its_limits_while_it_runs() {
    let mut config = shell("echo ready; exec sleep 1000");
    config.limits = Some(Limits {
        pids: 10,
        ..Limits::default()
    });
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    let limits = Limits {
        memory_bytes: 64 << 20,
        cpu_millis: 500,
        cpuset_cpus: "0".to_owned(),
        ..Limits::default()
    };
    let show =
        "cd /sys/fs/cgroup; cat pids.max memory.max cpu.max cpu.weight cpuset.cpus | tr '\\n' ' '";
    client.update(limits).await.expect("updated");
    let outcome = Exec::shell(&mut client, show).await;
    assert_eq!(outcome.stdout(), "max 67108864 50000 100000 100 0 ");
    client.update(Limits::default()).await.expect("updated");
    let outcome = Exec::shell(&mut client, show).await;
    assert_eq!(outcome.stdout(), "max max max 100000 100 0 ");
    let wrong = Limits {
        cpuset_cpus: "64".to_owned(),
        ..Limits::default()
    };
    let status = client.update(wrong).await.expect_err("refused");
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
}

//! How a container starts, or why it does not.

use kctl_agent::proto::start_failure::Reason;
use kctl_agent::proto::{BootConfig, Process};

use crate::engine::run;
use crate::machine::{config, shell};

fn with(config: BootConfig, change: impl Fn(&mut Process)) -> BootConfig {
    let mut config = config;
    change(config.process.as_mut().expect("a process"));
    config
}

async fn failure(config: &BootConfig) -> (Reason, String) {
    let outcome = run(config).await;
    assert_eq!(outcome.sequences, [1]);
    let failure = outcome.start_failure();
    (failure.reason(), failure.message.clone())
}

#[tokio::test]
async fn reports_the_exit_code_and_keeps_the_streams_apart() {
    let outcome = run(&shell("echo out; echo err >&2; exit 7")).await;
    assert_eq!(outcome.code(), 7);
    assert_eq!(
        (outcome.stdout(), outcome.stderr()),
        ("out\n".to_owned(), "err\n".to_owned())
    );
    let expected: Vec<u64> = (1..=outcome.sequences.len() as u64).collect();
    assert_eq!(outcome.sequences, expected);
}

#[tokio::test]
async fn tells_what_is_not_there_from_what_cannot_be_executed() {
    let nowhere = "exec: \"foo\": executable file not found in $PATH".to_owned();
    assert_eq!(
        failure(&config(&["foo"])).await,
        (Reason::NotFound, nowhere)
    );
    let plain = "exec: \"/plain\": permission denied".to_owned();
    assert_eq!(
        failure(&config(&["/plain"])).await,
        (Reason::NotExecutable, plain)
    );
    let garbage = "exec /garbage: exec format error".to_owned();
    assert_eq!(
        failure(&config(&["/garbage"])).await,
        (Reason::NotExecutable, garbage)
    );
    let orphan = "exec /orphan: no such file or directory".to_owned();
    assert_eq!(
        failure(&config(&["/orphan"])).await,
        (Reason::NotFound, orphan)
    );
}

#[tokio::test]
async fn names_a_user_that_is_not_in_the_image() {
    let nobody = with(config(&["true"]), |process| {
        process.user = "nobody".to_owned()
    });
    let message = "unable to find user nobody: no matching entries in passwd file".to_owned();
    assert_eq!(failure(&nobody).await, (Reason::NoSuchUser, message));
}

#[tokio::test]
async fn names_a_working_directory_that_cannot_be() {
    let bad = with(config(&["true"]), |process| {
        process.cwd = "/plain/x".to_owned()
    });
    let (reason, message) = failure(&bad).await;
    assert_eq!(reason, Reason::BadWorkingDirectory);
    assert_eq!(
        message,
        "chdir to cwd (\"/plain/x\") set in config.json failed: not a directory"
    );
}

#[tokio::test]
async fn names_a_disk_that_is_missing() {
    let mut without = config(&["true"]);
    without.layers.push("layer9".to_owned());
    let message = "no disk with the serial number \"layer9\"".to_owned();
    assert_eq!(failure(&without).await, (Reason::Setup, message));
}

#[tokio::test]
async fn runs_as_the_user_in_the_directory_with_the_environment() {
    let config = with(
        shell("id; pwd; stat -c %U:%a .; echo $A $HOME $HOSTNAME $PATH"),
        |process| {
            process.user = "web".to_owned();
            process.cwd = "/srv/new".to_owned();
            process.env = vec!["A=1".to_owned(), "A=2".to_owned()];
        },
    );
    let outcome = run(&config).await;
    let expected = "uid=33(web) gid=34(www) groups=34(www),70(extra)\n\
        /srv/new\n\
        root:755\n\
        2 /var/www box /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n";
    assert_eq!((outcome.stdout().as_str(), outcome.code()), (expected, 0));
}

#[tokio::test]
async fn has_its_name_its_hosts_and_its_loopback() {
    let script = "hostname; cat /etc/hostname /etc/hosts /etc/resolv.conf; \
        nc -l -p 80 -e echo heard & until nc 127.0.0.1 80 </dev/null 2>/dev/null; do sleep 0.1; done; \
        find / -xdev -path /etc/hosts -size 0";
    let outcome = run(&shell(script)).await;
    let expected = "box\nbox\n127.0.0.1 localhost\nnameserver 192.0.2.1\nheard\n";
    assert_eq!(outcome.stdout(), expected, "{}", outcome.stderr());
}

#[tokio::test]
async fn may_be_read_only_except_for_what_is_not_the_image_s() {
    let mut config = shell(
        "touch /x || echo refused; touch /dev/shm/x && echo shm; echo a >> /etc/hosts && echo hosts; pwd",
    );
    config.read_only = true;
    let config = with(config, |process| process.cwd = "/made".to_owned());
    assert_eq!(run(&config).await.stdout(), "refused\nshm\nhosts\n/made\n");
}

#[tokio::test]
async fn is_pid_one_in_its_own_namespaces_with_docker_s_rights() {
    let script = "echo $$; grep -E 'Cap(Prm|Eff|Bnd|Inh|Amb)|Seccomp:|NoNewPrivs' /proc/self/status; \
        cat /proc/self/cgroup; ulimit -n; umask; ls /dev; \
        cat /proc/sys/net/ipv4/ip_unprivileged_port_start";
    let outcome = run(&shell(script)).await;
    let expected = "1\n\
        CapInh:\t0000000000000000\n\
        CapPrm:\t00000000a80425fb\n\
        CapEff:\t00000000a80425fb\n\
        CapBnd:\t00000000a80425fb\n\
        CapAmb:\t0000000000000000\n\
        NoNewPrivs:\t0\n\
        Seccomp:\t2\n\
        0::/\n\
        1024\n\
        0022\n\
        fd\nfull\nmqueue\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n\
        0\n";
    assert_eq!(outcome.stdout(), expected);
}

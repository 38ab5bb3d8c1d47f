//! A container's interfaces.

use kctl_agent::proto::start_failure::Reason;
use kctl_agent::proto::{BootConfig, NetworkInterface};

use crate::engine::run;
use crate::machine::shell;

fn interface(name: &str, mac: &str) -> NetworkInterface {
    NetworkInterface {
        name: name.to_owned(),
        mac: mac.to_owned(),
        addresses: vec!["10.0.2.9/24".to_owned(), "fd00:9::9/64".to_owned()],
        gateway4: "10.0.2.2".to_owned(),
        gateway6: "fd00:9::1".to_owned(),
        mtu: 1400,
    }
}

fn with(interfaces: Vec<NetworkInterface>, script: &str) -> BootConfig {
    BootConfig {
        interfaces,
        ..shell(script)
    }
}

#[tokio::test]
async fn an_interface_is_ready_before_the_process_is() {
    let script = "ip -o addr show eth0 | grep -v fe80 | awk '{print $3, $4, $5, $6}'; ip route; \
        ip -6 route | grep default; cat /sys/class/net/eth0/mtu; \
        ip -6 addr show eth0 | grep -c tentative; \
        cat /proc/sys/net/ipv6/conf/eth0/accept_ra; ping -c 1 -W 60 10.0.2.2 | grep -o '1 packets received'; \
        ping -c 1 fd00:9::9 | grep -o '1 packets received'; ip -o addr show lo | awk '{print $4}'";
    let outcome = run(&with(vec![interface("eth0", "02:42:0a:00:02:09")], script)).await;
    let expected = "inet 10.0.2.9/24 brd 10.0.2.255\n\
        inet6 fd00:9::9/64 scope global\n\
        default via 10.0.2.2 dev eth0 \n\
        10.0.2.0/24 dev eth0 scope link  src 10.0.2.9 \n\
        default via fd00:9::1 dev eth0  metric 1024 \n\
        1400\n0\n0\n1 packets received\n1 packets received\n127.0.0.1/8\n::1/128\n";
    assert_eq!(outcome.stdout(), expected, "{}", outcome.stderr());
}

#[tokio::test]
async fn interfaces_have_the_names_that_the_engine_gives() {
    let first = NetworkInterface {
        addresses: vec!["10.0.2.9/24".to_owned()],
        gateway6: String::new(),
        mtu: 0,
        ..interface("eth1", "02:42:0a:00:02:09")
    };
    let second = NetworkInterface {
        addresses: vec!["10.0.2.10/32".to_owned()],
        gateway4: String::new(),
        ..first.clone()
    };
    let second = NetworkInterface {
        name: "eth0".to_owned(),
        mac: "02:42:0a:00:02:0a".to_owned(),
        ..second
    };
    let script = "for i in eth0 eth1; do cat /sys/class/net/$i/address; \
        ip -o addr show $i | awk '{print $3, $4, $5, $6}'; done; ip route | grep default";
    let outcome = run(&with(vec![first, second], script)).await;
    let expected = "02:42:0a:00:02:0a\ninet 10.0.2.10/32 scope global\n\
        02:42:0a:00:02:09\ninet 10.0.2.9/24 brd 10.0.2.255\n\
        default via 10.0.2.2 dev eth1 \n";
    assert_eq!(outcome.stdout(), expected, "{}", outcome.stderr());
}

#[tokio::test]
async fn names_the_interface_that_cannot_be() {
    let mut bad = interface("eth0", "02:42:0a:00:02:09");
    bad.gateway4 = "192.0.2.1".to_owned();
    let outcome = run(&with(vec![bad], "true")).await;
    let failure = outcome.start_failure();
    assert_eq!(failure.reason(), Reason::Setup);
    assert_eq!(
        failure.message,
        "interface eth0: adding the default route by 192.0.2.1: network is unreachable"
    );
}

//! The agent of a kctl guest, PID 1 of the virtual machine: it builds the container out of the
//! disks it finds, starts its process, and reports to the engine on the host.
//!
//! `guest/proto/agent.proto` is the contract, `docs/guest.md` tells the order of events.

pub mod attributes;
pub mod boot;
pub mod capabilities;
pub mod cgroup;
pub mod changes;
pub mod channel;
pub mod children;
pub mod container;
pub mod cpuset;
pub mod devices;
pub mod disks;
pub mod dns;
pub mod environment;
pub mod events;
pub mod exec;
pub mod failure;
pub mod files;
pub mod first;
pub mod freeze;
pub mod init;
pub mod interfaces;
pub mod launch;
pub mod lookup;
pub mod mounts;
pub mod names;
pub mod netlink;
pub mod nodes;
pub mod output;
pub mod pack;
pub mod paths;
pub mod process;
pub mod processes;
pub mod redirect;
pub mod resolver;
pub mod rights;
pub mod rlimits;
pub mod rootfs;
pub mod seccomp;
pub mod service;
pub mod shutdown;
pub mod stats;
pub mod streams;
pub mod sysctls;
pub mod system;
pub mod tar;
pub mod terminal;
pub mod transport;
pub mod unpack;
pub mod user;
pub mod watch;
pub mod worker;

/// Messages and services generated from the contract.
pub mod proto {
    tonic::include_proto!("kctl.agent.v1");
}

//! The agent in real virtual machines: QEMU (emulated, so that it runs anywhere), the real kernel,
//! the real vsock daemon, images made by `mkfs.erofs` out of a static busybox.
//!
//! Wants `out/guest/vmlinux`, `out/guest/agent.cpio` and `out/host/vhost-device-vsock` beneath
//! `KCTL_CHECKOUT` (or this checkout), as `make guest host` leaves them there.

mod engine;
mod exec;
mod files;
mod hostile;
mod image;
mod machine;
mod names;
mod network;
mod rights;
mod running;
mod starting;
mod watching;

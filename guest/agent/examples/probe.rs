//! Runs inside the test containers (tests/vm) and tries what a container must not be able to do.

use std::env;
use std::io;

fn main() {
    let args: Vec<String> = env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("vsock") => vsock(),
        // More memory than any test container may have; zeroes would not be there until touched.
        Some("eat") => drop(std::hint::black_box(vec![1_u8; 128 << 20])),
        Some("die") => std::process::abort(),
        other => panic!("{other:?}: vsock, eat or die"),
    }
}

fn vsock() {
    report(
        "dial the engine",
        &call(
            |fd, address| {
                // SAFETY: an address and its size.
                unsafe { libc::connect(fd, address, SIZE) }
            },
            2,
            1024,
        ),
    );
    report(
        "dial the agent",
        &call(
            |fd, address| {
                // SAFETY: an address and its size.
                unsafe { libc::connect(fd, address, SIZE) }
            },
            3,
            1025,
        ),
    );
    report(
        "bind the agent's port",
        &call(
            |fd, address| {
                // SAFETY: an address and its size.
                unsafe { libc::bind(fd, address, SIZE) }
            },
            libc::VMADDR_CID_ANY,
            1025,
        ),
    );
}

const SIZE: libc::socklen_t = size_of::<libc::sockaddr_vm>() as libc::socklen_t;

fn call(
    make: impl Fn(libc::c_int, *const libc::sockaddr) -> libc::c_int,
    cid: u32,
    port: u32,
) -> io::Result<()> {
    // SAFETY: plain integers.
    let fd = unsafe { libc::socket(libc::AF_VSOCK, libc::SOCK_STREAM, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zero is a valid address.
    let mut address: libc::sockaddr_vm = unsafe { std::mem::zeroed() };
    address.svm_family = libc::AF_VSOCK as libc::sa_family_t;
    (address.svm_cid, address.svm_port) = (cid, port);
    match make(fd, (&raw const address).cast()) {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn report(what: &str, result: &io::Result<()>) {
    match result {
        Ok(()) => println!("{what}: possible"),
        Err(error) => println!("{what}: {error}"),
    }
}

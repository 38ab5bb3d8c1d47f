//! Runs inside the test containers (tests/vm) and tries what a container must not be able to do.

use std::env;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

fn main() {
    let args: Vec<String> = env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("vsock") => vsock(),
        Some("search") => search(&args[2..]),
        Some("die") => std::process::abort(),
        other => panic!("{other:?}: vsock, search or die"),
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

/// Looks for the two halves of the token, one after the other, in every file there is, those of
/// /proc/1 among them. (Both together would be found in the arguments of this process.)
fn search(halves: &[String]) {
    let token = halves.concat().into_bytes();
    let mut found = false;
    visit(Path::new("/"), &mut |path| {
        if contains(path, &token) {
            found = true;
            println!("found in {}", path.display());
        }
    });
    if fs::read("/proc/1/mem").is_ok() || fs::read_link("/proc/1/exe").is_ok() {
        println!("init can be looked into");
        found = true;
    }
    if found {
        std::process::exit(1);
    }
    println!("nothing found");
}

fn visit(directory: &Path, look: &mut impl FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        let name = path.to_string_lossy();
        let endless = ["/proc/kmsg", "/proc/self", "/proc/thread-self"].contains(&&*name)
            || name.ends_with("/task")
            || name.ends_with("/pagemap");
        if metadata.is_dir() && !endless {
            visit(&path, look);
        } else if metadata.is_file() && !endless {
            look(&path);
        }
    }
}

fn contains(path: &Path, token: &[u8]) -> bool {
    let Ok(mut file) = fs::File::open(path) else {
        return false;
    };
    let mut bytes = vec![0; 4 << 20];
    let mut length = 0;
    while let Ok(count @ 1..) = file.read(&mut bytes[length..]) {
        length += count;
        if length == bytes.len() {
            break;
        }
    }
    bytes[..length]
        .windows(token.len())
        .any(|window| window == token)
}

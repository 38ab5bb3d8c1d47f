//! Runs inside the test containers (tests/vm) and tries what a container must not be able to do.

use std::env;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

fn main() {
    let args: Vec<String> = env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("vsock") => vsock(),
        // More memory than any test container may have; zeroes would not be there until touched.
        Some("eat") => drop(std::hint::black_box(vec![1_u8; 128 << 20])),
        Some("die") => std::process::abort(),
        Some("names") => names(),
        Some("look") => look(&args[2]),
        other => panic!("{other:?}: vsock, eat, die, names or look"),
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

const RESOLVER: &str = "127.0.0.11:53";

/// Asks the resolver in the ways of glibc (UDP with an address of its own), of musl (UDP whose
/// sender it compares), and by TCP, while serving port 53 of all addresses itself.
fn names() {
    let udp = UdpSocket::bind("0.0.0.0:53").expect("port 53 by UDP");
    let tcp = TcpListener::bind("0.0.0.0:53").expect("port 53 by TCP");
    println!("connected: {}", ask_connected(RESOLVER));
    println!("unconnected: {}", ask_unconnected(RESOLVER));
    println!("tcp: {}", ask_tcp());
    std::thread::spawn(move || {
        let mut query = [0; 512];
        let (length, asker) = udp.recv_from(&mut query).expect("a query");
        query[length - 1] = 99;
        udp.send_to(&query[..length], asker).expect("sent");
    });
    println!("own: {}", ask_connected("127.0.0.1:53"));
    drop(tcp);
}

/// A header and one more byte, which an answer has another value in: what the test's engine does.
const QUERY: [u8; 13] = [0x12, 0x34, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];

fn ask_connected(server: &str) -> String {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    socket.connect(server).expect("connected");
    socket.send(&QUERY).expect("sent");
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer).expect("an answer");
    format!(
        "{} from {}",
        answer[length - 1],
        socket.peer_addr().expect("a peer")
    )
}

fn ask_unconnected(server: &str) -> String {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    socket.send_to(&QUERY, server).expect("sent");
    let mut answer = [0; 512];
    let (length, sender) = socket.recv_from(&mut answer).expect("an answer");
    format!("{} from {sender}", answer[length - 1])
}

fn ask_tcp() -> String {
    let mut stream = TcpStream::connect(RESOLVER).expect("connected");
    let mut last = 0;
    for _ in 0..2 {
        stream.write_all(&13_u16.to_be_bytes()).expect("sent");
        stream.write_all(&QUERY).expect("sent");
        let mut length = [0; 2];
        stream.read_exact(&mut length).expect("a length");
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut answer).expect("an answer");
        last = answer[answer.len() - 1];
    }
    format!("{last} from {}", stream.peer_addr().expect("a peer"))
}

/// As every program does that is built with the C library.
fn look(name: &str) {
    println!("looking");
    match (name, 80).to_socket_addrs() {
        Ok(found) => {
            let found: Vec<_> = found
                .map(|address: SocketAddr| address.ip().to_string())
                .collect();
            println!("{name} is {}", found.join(" "));
        }
        Err(error) => println!("{name}: {error}"),
    }
}

fn report(what: &str, result: &io::Result<()>) {
    match result {
        Ok(()) => println!("{what}: possible"),
        Err(error) => println!("{what}: {error}"),
    }
}

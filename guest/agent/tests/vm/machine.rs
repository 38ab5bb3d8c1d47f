//! One virtual machine with its vsock daemon and its directory, gone when dropped.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kctl_agent::proto::{BootConfig, Limits, Process};
use prost::Message;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use crate::image;

pub const TOKEN: [u8; 32] = *b"0123456789abcdef0123456789abcdef";
pub const HOST_PORT: u32 = 1024;
pub const AGENT_PORT: u32 = 1025;
const PATIENCE: Duration = Duration::from_secs(300);

/// What a test container is started with, unless the test says otherwise.
pub fn config(args: &[&str]) -> BootConfig {
    BootConfig {
        token: TOKEN.to_vec(),
        host_port: HOST_PORT,
        agent_port: AGENT_PORT,
        layers: (0..image::layers().len())
            .map(|index| format!("layer{index}"))
            .collect(),
        scratch: "scratch".to_owned(),
        hostname: "box".to_owned(),
        hosts: "127.0.0.1 localhost\n".to_owned(),
        resolv_conf: "nameserver 192.0.2.1\n".to_owned(),
        process: Some(process(args)),
        limits: Some(Limits::default()),
        wall_clock_ns: kctl_agent::system::wall_clock_ns(),
        ..BootConfig::default()
    }
}

pub fn process(args: &[&str]) -> Process {
    Process {
        args: args.iter().map(ToString::to_string).collect(),
        ..Process::default()
    }
}

/// A shell command line in the container.
pub fn shell(script: &str) -> BootConfig {
    config(&["sh", "-c", script])
}

pub struct Machine {
    directory: PathBuf,
    listener: UnixListener,
    daemon: Child,
    vmm: Child,
    /// Just before QEMU.
    pub started: Instant,
    _turn: SemaphorePermit<'static>,
}

impl Machine {
    pub async fn boot(config: &BootConfig) -> Self {
        Self::boot_kernel(config, &output("guest/vmlinux")).await
    }

    pub async fn boot_kernel(config: &BootConfig, kernel: &Path) -> Self {
        // Two at a time: the tests run in parallel, and each of these keeps a core busy.
        static TURNS: Semaphore = Semaphore::const_new(2);
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let turn = TURNS.acquire().await.expect("open");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Short: the path of a socket has at most 107 bytes.
        let directory = env::temp_dir().join(format!("kctl-agent-{}-{number}", std::process::id()));
        let _left_by_a_process_of_the_same_number = fs::remove_dir_all(&directory);
        fs::create_dir(&directory).expect("machine directory");
        image::scratch(&directory.join("scratch"));
        let listener = UnixListener::bind(directory.join(format!("vsock_{HOST_PORT}")));
        let daemon = vsock_daemon(&directory).await;
        let initramfs = initramfs(&directory, config);
        let mut qemu = qemu(&directory, &initramfs, kernel);
        for (number, interface) in config.interfaces.iter().enumerate() {
            network_device(&mut qemu, number, &interface.mac);
        }
        let started = Instant::now();
        let vmm = qemu.spawn().expect("qemu-system-x86_64 is installed");
        Self {
            started,
            listener: listener.expect("bound"),
            directory,
            daemon,
            vmm,
            _turn: turn,
        }
    }

    /// The next connection that the guest makes.
    pub async fn accept(&self) -> UnixStream {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        accepted
            .unwrap_or_else(|_| panic!("no connection\n{}", self.console()))
            .expect("accepted")
            .0
    }

    /// Whether the guest makes a further connection within a moment.
    pub async fn is_called_again(&self) -> bool {
        timeout(Duration::from_millis(500), self.listener.accept())
            .await
            .is_ok()
    }

    /// A connection to a port of the guest, of which nothing is read yet.
    pub async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.directory.join("vsock"))
            .await
            .expect("daemon listens")
    }

    /// Waits for the end, and gives the processor time that QEMU took, as far as it could be seen.
    pub async fn powers_off(&mut self) -> Option<Duration> {
        let deadline = Instant::now() + PATIENCE;
        let mut processor = None;
        while self.vmm.try_wait().expect("waited").is_none() {
            let on = self.started.elapsed();
            assert!(
                Instant::now() < deadline,
                "on for {on:?}\n{}",
                self.console()
            );
            processor = processor_time(self.vmm.id()).or(processor);
            sleep(Duration::from_millis(2)).await;
        }
        processor
    }

    pub fn console(&self) -> String {
        let bytes = fs::read(self.directory.join("console")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What is on the console beside the two lines that every machine of this kind prints.
    pub fn messages(&self) -> Vec<String> {
        let usual = [
            "PCI: Fatal: No config space access function found",
            "reboot: Power down",
        ];
        self.console()
            .lines()
            .filter(|line| !usual.iter().any(|usual| line.ends_with(usual)))
            .map(ToOwned::to_owned)
            .collect()
    }

    pub fn scratch(&self) -> PathBuf {
        self.directory.join("scratch")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for process in [&mut self.vmm, &mut self.daemon] {
            let _gone = process.kill();
            let _gone = process.wait();
        }
        let _gone = fs::remove_dir_all(&self.directory);
    }
}

fn processor_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10)).filter(|time| !time.is_zero())
}

pub fn output(name: &str) -> PathBuf {
    let checkout = env::var_os("KCTL_CHECKOUT").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
        PathBuf::from,
    );
    let path = checkout.join("out").join(name);
    assert!(
        path.exists(),
        "{} is missing: run `make guest host`",
        path.display()
    );
    path
}

async fn vsock_daemon(directory: &Path) -> Child {
    let socket = directory.join("vhost.sock");
    let vm = format!(
        "guest-cid=3,uds-path={},socket={}",
        directory.join("vsock").display(),
        socket.display()
    );
    let daemon = Command::new(output("host/vhost-device-vsock"))
        .args(["--vm", &vm])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("vsock daemon");
    let deadline = Instant::now() + PATIENCE;
    while !socket.exists() {
        assert!(Instant::now() < deadline, "no vsock daemon");
        sleep(Duration::from_millis(2)).await;
    }
    daemon
}

/// The agent's archive and, appended, one with the configuration.
fn initramfs(directory: &Path, config: &BootConfig) -> PathBuf {
    let mut archive = fs::read(output("guest/agent.cpio")).expect("agent.cpio");
    entry(&mut archive, "kctl/boot", &config.encode_to_vec());
    entry(&mut archive, "TRAILER!!!", &[]);
    // QEMU 10 lays its ACPI tables over the end of an image that is not whole pages.
    archive.resize(archive.len().next_multiple_of(4096), 0);
    let target = directory.join("initramfs");
    fs::write(&target, archive).expect("initramfs");
    target
}

fn entry(archive: &mut Vec<u8>, name: &str, data: &[u8]) {
    let fields = [
        1,
        0o100_600,
        0,
        0,
        1,
        0,
        data.len(),
        0,
        0,
        0,
        0,
        name.len() + 1,
        0,
    ];
    archive.extend_from_slice(b"070701");
    for field in fields {
        archive.extend_from_slice(format!("{field:08X}").as_bytes());
    }
    archive.extend_from_slice(name.as_bytes());
    archive.push(0);
    pad(archive);
    archive.extend_from_slice(data);
    pad(archive);
}

fn pad(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(4), 0);
}

fn qemu(directory: &Path, initramfs: &Path, kernel: &Path) -> Command {
    let command_line = format!(
        "console=ttyS0 quiet panic=-1 lapic_timer_khz=1000000 tsc_early_khz={} tsc=reliable \
         no_timer_check noreplace-smp dummy.numdummies=0",
        tsc_khz()
    );
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-M",
        "microvm,accel=tcg,memory-backend=ram,pit=off,rtc=on",
        "-cpu",
        "max",
    ])
    .args([
        "-m",
        "256",
        "-object",
        "memory-backend-memfd,id=ram,size=256M,share=on",
    ])
    .args([
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
    ])
    .args([
        "-serial",
        &format!("file:{}", directory.join("console").display()),
    ])
    .args(["-chardev"])
    .arg(format!(
        "socket,id=vsock,path={}",
        directory.join("vhost.sock").display()
    ))
    .args(["-device", "vhost-user-vsock-device,chardev=vsock"])
    .args(["-append", &command_line, "-initrd"])
    .arg(initramfs)
    .arg("-kernel")
    .arg(kernel);
    let mut disks: Vec<_> = (0..)
        .zip(image::layers())
        .map(|(index, file)| (format!("layer{index}"), file.clone(), "on"))
        .collect();
    disks.push(("scratch".to_owned(), directory.join("scratch"), "off"));
    for (name, file, read_only) in disks {
        qemu.arg("-drive")
            .arg(format!(
                "id={name},file={},format=raw,if=none,readonly={read_only}",
                file.display()
            ))
            .args([
                "-device",
                &format!("virtio-blk-device,drive={name},serial={name}"),
            ]);
    }
    qemu.stdin(Stdio::null());
    qemu
}

/// In a network of its own with nothing but QEMU's gateway, 10.0.2.2, which advertises itself as an
/// IPv6 router too.
fn network_device(qemu: &mut Command, number: usize, mac: &str) {
    qemu.args(["-netdev", &format!("user,id=net{number},restrict=on")])
        .args([
            "-device",
            &format!("virtio-net-device,netdev=net{number},mac={mac}"),
        ]);
}

/// The real rate of the time stamp counter, which an emulated guest sees and cannot find out fast.
fn tsc_khz() -> u64 {
    static KHZ: OnceLock<u64> = OnceLock::new();
    *KHZ.get_or_init(|| {
        // SAFETY: every x86-64 has the counter.
        let read = || unsafe { std::arch::x86_64::_rdtsc() };
        let (start, before) = (Instant::now(), read());
        std::thread::sleep(Duration::from_millis(50));
        let ticks = read() - before;
        ticks * 1_000_000 / u64::try_from(start.elapsed().as_nanos()).expect("short")
    })
}

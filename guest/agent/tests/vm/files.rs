//! The container's files through the agent, while it runs and when it does not.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use kctl_agent::proto::boot_config::Mode;
use kctl_agent::proto::change::Kind;
use kctl_agent::proto::{
    BootConfig, ChangesRequest, FreezeRequest, PathRequest, PathStat, PowerOffRequest,
    ReadArchiveRequest, WriteArchiveRequest, event,
};
use kctl_agent::tar::{self, Entry};
use tonic::{Code, Status};

use crate::engine::{Client, Events, Exec, greet};
use crate::machine::{Machine, shell};

/// A container that has done something and waits, or one of mode `FILES`.
async fn boot(config: &BootConfig) -> (Machine, Client, Events) {
    let machine = Machine::boot(config).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    if config.mode() == Mode::Files {
        let event = events.next().await.expect("an event");
        assert!(
            matches!(event.what, Some(event::What::Started(ref started)) if started.pid == 0),
            "{event:?}"
        );
    } else {
        events.until("ready").await;
    }
    (machine, client, events)
}

fn after(script: &str) -> BootConfig {
    shell(&format!("{script}; echo ready; exec sleep 1000"))
}

fn files() -> BootConfig {
    let mut config = shell("never started");
    config.set_mode(Mode::Files);
    config
}

async fn stat(client: &mut Client, path: &str) -> Result<PathStat, Status> {
    let path = path.to_owned();
    client
        .stat_path(PathRequest { path })
        .await
        .map(|stat| stat.into_inner())
}

async fn read(client: &mut Client, path: &str, contents: bool) -> Result<Vec<u8>, Status> {
    let request = ReadArchiveRequest {
        path: path.to_owned(),
        contents,
    };
    let mut chunks = client.read_archive(request).await?.into_inner();
    let mut archive = Vec::new();
    while let Some(chunk) = chunks.message().await? {
        assert!(chunk.data.len() <= 64 << 10);
        archive.extend_from_slice(&chunk.data);
    }
    Ok(archive)
}

async fn write(
    client: &mut Client,
    first: WriteArchiveRequest,
    archive: &[u8],
) -> Result<(), Status> {
    let mut requests = vec![first];
    requests.extend(archive.chunks(60_000).map(|data| WriteArchiveRequest {
        data: data.to_vec(),
        ..WriteArchiveRequest::default()
    }));
    client
        .write_archive(tokio_stream::iter(requests))
        .await
        .map(drop)
}

fn to(path: &str) -> WriteArchiveRequest {
    WriteArchiveRequest {
        path: path.to_owned(),
        ..WriteArchiveRequest::default()
    }
}

/// What tar(1) says is in an archive.
fn list(archive: &[u8]) -> String {
    // A file of this thread's own: the tests run side by side.
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default().replace("::", "-");
    let file = std::env::temp_dir().join(format!("kctl-vm-{}-{name}.tar", std::process::id()));
    fs::write(&file, archive).expect("written");
    let listed = Command::new("tar")
        .args(["--numeric-owner", "--xattrs", "-tvf"])
        .arg(&file)
        .output()
        .expect("tar");
    fs::remove_file(&file).expect("removed");
    assert!(listed.status.success(), "{listed:?}");
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    // The columns' widths depend on what came before.
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.map(|line| line + "\n").collect()
}

fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in entries {
        let mut entry = Entry::new(tar::Kind::File, name.as_bytes().to_vec());
        (entry.mode, entry.uid, entry.gid) = (0o640, 3_000_000, 5);
        entry.size = text.len() as u64;
        entry.attributes = vec![(b"user.kctl".to_vec(), b"value".to_vec())];
        bytes.extend_from_slice(&entry.encode());
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(tar::BLOCK), 0);
    }
    bytes.extend_from_slice(&[0; 2 * tar::BLOCK]);
    bytes
}

#[tokio::test]
async fn tells_what_is_at_a_path() {
    let (_machine, mut client, _events) = boot(&after(
        "ln -s ../bin/./sh /tmp/link; mkfifo /tmp/fifo; chmod 4711 /tmp/fifo",
    ))
    .await;
    let link = stat(&mut client, "/tmp/link").await.expect("there");
    assert_eq!(link.link_target, "/bin/busybox");
    assert_eq!(
        (link.name.as_str(), link.mode & 0o170_000),
        ("link", 0o120_000)
    );
    let fifo = stat(&mut client, "/tmp/fifo").await.expect("there");
    assert_eq!(fifo.mode, 0o014_711);
    let hosts = stat(&mut client, "/etc/hosts").await.expect("there");
    assert_eq!(hosts.size, "127.0.0.1 localhost\n".len() as u64);
    assert_eq!(stat(&mut client, "/").await.expect("there").name, "/");
    let missing = stat(&mut client, "/none").await.expect_err("missing");
    assert_eq!(missing.code(), Code::NotFound);
    assert_eq!(missing.message(), "\"/none\": no such file or directory");
    // Its root is the container's.
    let outside = stat(&mut client, "/../../kctl").await.expect_err("missing");
    assert_eq!(outside.code(), Code::NotFound);
}

#[tokio::test]
async fn reads_a_tree_with_all_that_is_in_it() {
    let script = "mkdir -p /tmp/t/sub; cd /tmp/t; head -c 20000000 /dev/zero > large; echo a > a; \
        ln a sub/b; ln -s /etc/passwd link; mkfifo fifo; mknod null c 1 3; chown 3000000:5 a; \
        chmod 4755 large; touch -d '2001-02-03 04:05:06' large";
    let (_machine, mut client, _events) = boot(&after(script)).await;
    // A container that stands still has files all the same.
    let frozen = FreezeRequest { frozen: true };
    client.freeze(frozen).await.expect("frozen");
    let listing = list(&read(&mut client, "/tmp/t", false).await.expect("read"));
    for expected in [
        "-rwsr-xr-x 0/0 20000000 2001-02-03 04:05 t/large\n",
        "t/link -> /etc/passwd\n",
        "prw-r--r-- 0/0",
        "crw-r--r-- 0/0 1,3 ",
        "3000000/5",
        " link to t/",
        " t/sub/\n",
    ] {
        assert!(listing.contains(expected), "{expected:?} in\n{listing}");
    }
    let missing = read(&mut client, "/none", false)
        .await
        .expect_err("missing");
    assert_eq!(missing.code(), Code::NotFound);
}

#[tokio::test]
async fn exports_the_root_without_what_is_mounted_on_it() {
    let (_machine, mut client, _events) = boot(&after("echo x > /new")).await;
    let listing = list(&read(&mut client, "/", true).await.expect("read"));
    for expected in [
        " ./\n",
        " ./new\n",
        " ./bin/busybox\n",
        " ./proc/\n",
        " ./etc/hostname\n",
    ] {
        assert!(listing.contains(expected), "{expected:?} in\n{listing}");
    }
    assert!(!listing.contains("./proc/1/"), "{listing}");
    assert!(!listing.contains("./dev/null"), "{listing}");
}

#[tokio::test]
async fn unpacks_into_a_container_that_runs() {
    let (_machine, mut client, _events) = boot(&after("ln -s / /tmp/out")).await;
    let bytes = archive(&[("a/b", "text"), ("../../escaped", "e"), ("out/far", "f")]);
    write(&mut client, to("/tmp"), &bytes)
        .await
        .expect("written");
    let kept = WriteArchiveRequest {
        keep_owners: true,
        ..to("/srv/../mnt")
    };
    let nowhere = write(&mut client, kept, &bytes).await.expect_err("refused");
    assert_eq!(nowhere.code(), Code::NotFound);
    let kept = WriteArchiveRequest {
        keep_owners: true,
        ..to("/root")
    };
    write(&mut client, kept, &archive(&[("f", "x")]))
        .await
        .expect("written");
    // A mount point is written over.
    write(&mut client, to("/etc"), &archive(&[("hosts", "new\n")]))
        .await
        .expect("written");
    let show = "cat /tmp/a/b /tmp/escaped /far /etc/hosts; \
        stat -c %u:%g:%a /tmp/a/b /root/f; cat /kctl 2>&1; test -e /escaped || echo no";
    let outcome = Exec::shell(&mut client, show).await;
    let expected = "textefnew\n0:0:640\n3000000:5:640\n\
        cat: can't open '/kctl': No such file or directory\nno\n";
    assert_eq!(outcome.stdout(), expected);
    let read = read(&mut client, "/root/f", false).await.expect("read");
    assert!(String::from_utf8_lossy(&read).contains("SCHILY.xattr.user.kctl=value"));
}

#[tokio::test]
async fn says_why_it_does_not_unpack() {
    let (_machine, mut client, _events) = boot(&after("mkdir /tmp/d")).await;
    let plain = archive(&[("d", "x")]);
    let keep = WriteArchiveRequest {
        keep_kinds: true,
        ..to("/tmp")
    };
    let large = archive(&[("f", &"x".repeat(1 << 20))]);
    for (request, bytes, code) in [
        (to("/plain"), &plain, Code::FailedPrecondition),
        (keep, &plain, Code::FailedPrecondition),
        (to("/tmp"), &vec![1; 5000], Code::InvalidArgument),
        (to("/sys/kernel"), &plain, Code::PermissionDenied),
        (to("tmp"), &plain, Code::InvalidArgument),
    ] {
        let path = request.path.clone();
        let status = write(&mut client, request, bytes)
            .await
            .expect_err("refused");
        assert_eq!(status.code(), code, "{path}: {status:?}");
    }
    let filled = Exec::shell(
        &mut client,
        "dd if=/dev/zero of=/fill bs=1M 2>/dev/null; rm -f /none",
    )
    .await;
    assert_eq!(filled.code(), 0);
    let full = write(&mut client, to("/tmp"), &large)
        .await
        .expect_err("refused");
    assert_eq!(full.code(), Code::ResourceExhausted);
}

async fn changes(client: &mut Client) -> Vec<(Kind, String)> {
    let changes = client.changes(ChangesRequest {}).await.expect("changes");
    let mut changes = changes.into_inner();
    let mut all = Vec::new();
    while let Some(change) = changes.message().await.expect("no error") {
        all.push((change.kind(), change.path));
    }
    all
}

#[tokio::test]
async fn tells_what_differs_from_the_image() {
    let script = "echo x >> /etc/passwd; rm /plain; rm -r /tmp; mkdir /tmp; echo > /tmp/new; \
        mkdir -p /srv/a; touch /etc/group; chmod 700 /root; mv /garbage /moved";
    let (_machine, mut client, _events) = boot(&after(script)).await;
    let expected = [
        (Kind::Modified, "/etc"),
        (Kind::Modified, "/etc/group"),
        (Kind::Modified, "/etc/passwd"),
        (Kind::Deleted, "/garbage"),
        (Kind::Added, "/moved"),
        (Kind::Deleted, "/plain"),
        (Kind::Modified, "/root"),
        (Kind::Added, "/srv"),
        (Kind::Added, "/srv/a"),
        (Kind::Modified, "/tmp"),
        (Kind::Added, "/tmp/new"),
    ];
    let expected = expected.map(|(kind, path)| (kind, path.to_owned()));
    assert_eq!(changes(&mut client).await, expected);
}

#[tokio::test]
async fn has_no_changes_before_something_changed() {
    let (_machine, mut client, _events) = boot(&after("true")).await;
    assert_eq!(changes(&mut client).await, []);
}

#[tokio::test]
async fn gives_the_files_of_a_container_that_does_not_run() {
    let (mut machine, mut client, events) = boot(&files()).await;
    write(&mut client, to("/etc"), &archive(&[("new", "text")]))
        .await
        .expect("written");
    let archive = read(&mut client, "/etc/new", false).await.expect("read");
    assert!(list(&archive).contains(" new\n"));
    assert!(stat(&mut client, "/../../scratch").await.is_err());
    let expected = [
        (Kind::Modified, "/etc".to_owned()),
        (Kind::Added, "/etc/new".to_owned()),
    ];
    assert_eq!(changes(&mut client).await, expected);
    let nothing = Exec::start(&mut client, crate::machine::process(&["true"])).await;
    assert_eq!(
        nothing.err().expect("refused").code(),
        Code::FailedPrecondition
    );
    client
        .power_off(PowerOffRequest {})
        .await
        .expect("answered");
    machine.powers_off().await;
    drop(events);
    assert_eq!(written_text(&machine.scratch()), "text");
}

#[tokio::test]
async fn writes_nothing_to_a_read_only_root() {
    let mut config = files();
    config.read_only = true;
    let (_machine, mut client, _events) = boot(&config).await;
    let refused = write(&mut client, to("/etc"), &archive(&[("new", "text")])).await;
    assert_eq!(refused.expect_err("refused").code(), Code::PermissionDenied);
}

#[tokio::test]
async fn ends_with_its_container_in_mode_run() {
    let (_machine, mut client, _events) = boot(&after("true")).await;
    let refused = client
        .power_off(PowerOffRequest {})
        .await
        .expect_err("refused");
    assert_eq!(refused.code(), Code::FailedPrecondition);
}

/// The file as it is on the disk that the machine left.
fn written_text(scratch: &PathBuf) -> String {
    let checked = Command::new("e2fsck")
        .arg("-fn")
        .arg(scratch)
        .output()
        .expect("e2fsck");
    assert!(checked.status.success(), "{checked:?}");
    let dumped = Command::new("debugfs")
        .args(["-R", "cat /upper/etc/new"])
        .arg(scratch)
        .output()
        .expect("debugfs");
    String::from_utf8_lossy(&dumped.stdout).into_owned()
}

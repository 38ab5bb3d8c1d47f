//! The disks of a test machine, made once for all tests.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Two layers, lowest first.
pub fn layers() -> &'static [PathBuf] {
    static LAYERS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    LAYERS.get_or_init(|| {
        let directory = directory();
        vec![pack(&directory, "base", base), pack(&directory, "top", top)]
    })
}

/// A fresh scratch disk.
pub fn scratch(target: &Path) {
    let file = fs::File::create(target).expect("scratch disk");
    file.set_len(256 << 20).expect("scratch disk");
    run(Command::new("mkfs.ext4")
        .args(["-q", "-F", "-O", "^has_journal"])
        .arg(target));
}

fn directory() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let own = format!("image-{}-", env!("CARGO_CRATE_NAME"));
    // Of this process alone: another checkout may use the same target folder at the same time.
    for left in fs::read_dir(all).into_iter().flatten().flatten() {
        let name = left.file_name().to_string_lossy().into_owned();
        let ended = |pid: &str| !Path::new("/proc").join(pid).exists();
        if name.strip_prefix(&own).is_some_and(ended) {
            let _gone = fs::remove_dir_all(left.path());
        }
    }
    let directory = all.join(format!("{own}{}", std::process::id()));
    let _absent = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("image directory");
    directory
}

fn pack(directory: &Path, name: &str, fill: fn(&Path)) -> PathBuf {
    let root = directory.join(name);
    fs::create_dir(&root).expect("layer directory");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("mode");
    fill(&root);
    let target = directory.join(format!("{name}.erofs"));
    run(Command::new("mkfs.erofs")
        .args(["--quiet", "--all-root"])
        .args([&target, &root]));
    target
}

fn base(root: &Path) {
    for name in ["bin", "dev", "etc", "proc", "root", "sys", "tmp"] {
        fs::create_dir(root.join(name)).expect("directory");
    }
    fs::copy("/bin/busybox", root.join("bin/busybox")).expect("busybox-static is installed");
    let list = Command::new("/bin/busybox")
        .arg("--list")
        .output()
        .expect("busybox");
    for applet in String::from_utf8_lossy(&list.stdout)
        .lines()
        .filter(|name| *name != "busybox")
    {
        symlink("busybox", root.join("bin").join(applet)).expect("link");
    }
    file(
        root,
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/var/www:/bin/sh\n",
    );
    file(
        root,
        "etc/group",
        "root:x:0:root\nwww:x:34:\nextra:x:70:web\n",
    );
    file(root, "etc/hosts", "the image's own\n");
    symlink("../run/resolv.conf", root.join("etc/resolv.conf")).expect("link");
}

fn top(root: &Path) {
    fs::create_dir(root.join("bin")).expect("directory");
    // Not there for a benchmark, which Cargo builds without the examples.
    if let Some(probe) = probe() {
        fs::copy(probe, root.join("bin/probe")).expect("probe");
    }
    file(root, "plain", "not executable\n");
    file(root, "garbage", "\u{1}\u{2}\u{3}\n");
    file(root, "orphan", "#!/no/such/interpreter\n");
    for name in ["garbage", "orphan"] {
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(root.join(name), mode).expect("mode");
    }
}

/// Built by Cargo together with this test.
fn probe() -> Option<PathBuf> {
    let test = std::env::current_exe().expect("own path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("target directory");
    Some(profile.join("examples/probe")).filter(|probe| probe.exists())
}

fn file(root: &Path, name: &str, text: &str) {
    fs::write(root.join(name), text).expect("file");
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

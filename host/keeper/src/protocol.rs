//! The words of the keeper's socket: one JSON object a line each way. See `docs/keeper.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the engine can ask.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase", deny_unknown_fields)]
pub enum Request {
    /// Start a process.
    Spawn(Box<Spawn>),
    /// Answer when the process has ended.
    Wait {
        /// The child's name.
        id: String,
    },
    /// Send a signal.
    Kill {
        /// The child's name.
        id: String,
        /// 1..64.
        signal: i32,
    },
    /// Tell of every child that nobody forgot.
    List {},
    /// Drop what is remembered of an ended child.
    Forget {
        /// The child's name.
        id: String,
    },
    /// The engine is about to leave for good: do not restart it.
    Shutdown {},
    /// Whether an engine is to run even where no child lives.
    Keep {
        /// False: no longer.
        value: bool,
    },
    /// See that an engine runs; where none does, start this one.
    Ensure {
        /// The engine's command.
        argv: Vec<String>,
    },
}

/// A process to start.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spawn {
    /// Unique among the children that are not forgotten.
    pub id: String,
    /// Program, by its absolute path, and arguments.
    pub argv: Vec<String>,
    /// The whole environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// User and group id to run as; without it the keeper's own.
    pub uid: Option<u32>,
    /// Supplementary groups, where `uid` is given.
    #[serde(default)]
    pub groups: Vec<u32>,
    /// Files that the keeper opens with its own rights.
    #[serde(default)]
    pub files: Vec<File>,
    /// TAP devices, which the keeper opens in its own network namespace.
    #[serde(default)]
    pub taps: Vec<Tap>,
    /// Capped log of standard output.
    pub stdout: Option<PathBuf>,
    /// Capped log of standard error; may be the same file.
    pub stderr: Option<PathBuf>,
    /// All that the process sees of the machine, where `uid` is given; without it the whole.
    pub confine: Option<Confine>,
    /// What it may use, where a control group can hold it to that.
    #[serde(default)]
    pub limits: Limits,
}

/// All that a process sees of the machine, beside its own processes and a few devices.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confine {
    /// Files, directories and symbolic links, under their own paths.
    #[serde(default)]
    pub read: Vec<PathBuf>,
    /// Those it may write to as well.
    #[serde(default)]
    pub write: Vec<PathBuf>,
    /// Whether it sees the host's network, or none.
    #[serde(default)]
    pub network: bool,
}

/// Bounds of a control group.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// In bytes, the page cache that it causes included.
    pub memory: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u32>,
}

/// A file that a child finds open.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct File {
    /// Not a symbolic link.
    pub path: PathBuf,
    /// How it is opened.
    pub mode: Mode,
    /// Its number in the child, 3..=255.
    pub fd: i32,
}

/// A TAP device that a child finds open, with virtio-net headers and one queue.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tap {
    /// As the kernel names it; it must be there, and nobody may hold it.
    pub name: String,
    /// Its number in the child, 3..=255.
    pub fd: i32,
}

/// How a file is opened.
#[derive(Clone, Copy, Deserialize)]
pub enum Mode {
    /// For reading.
    #[serde(rename = "r")]
    Read,
    /// For reading and writing.
    #[serde(rename = "rw")]
    ReadWrite,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

/// What is known of a child's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// How it ended.
    #[serde(flatten)]
    pub exit: Exit,
    /// The kernel killed it, for its control group or the whole host had no memory left.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub out_of_memory: bool,
}

/// What is known of a child.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The child's name.
    pub id: String,
    /// Its process.
    pub pid: i32,
    /// Field 22 of `/proc/<pid>/stat`.
    pub start_time: u64,
    /// False once it has ended.
    pub running: bool,
    /// How it ended.
    #[serde(flatten)]
    pub end: Option<End>,
}

/// An answer.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Response {
    /// The process runs.
    #[serde(rename_all = "camelCase")]
    Spawned {
        /// Always true.
        ok: bool,
        /// Its process.
        pid: i32,
        /// Field 22 of `/proc/<pid>/stat`.
        start_time: u64,
    },
    /// The process has ended.
    Ended {
        /// Always true.
        ok: bool,
        /// How.
        #[serde(flatten)]
        end: End,
    },
    /// All children.
    #[serde(rename_all = "camelCase")]
    Listed {
        /// Always true.
        ok: bool,
        /// In the order of their names.
        children: Vec<Status>,
        /// The engine's process, where one runs.
        engine_pid: Option<i32>,
    },
    /// Done.
    Done {
        /// Always true.
        ok: bool,
    },
    /// Refused or failed.
    Failed {
        /// Always false.
        ok: bool,
        /// What went wrong, one clause with the value.
        error: String,
        /// What kind of failure it is.
        kind: Kind,
    },
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A program, file, TAP or child does not exist.
    NotFound,
    /// The kernel does not allow it.
    Permission,
    /// The request itself is wrong.
    Invalid,
    /// Any other failure of the system.
    Io,
}

/// Why a request failed.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: Kind,
    /// One clause with the value.
    pub message: String,
}

impl Failure {
    /// The request itself is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Invalid,
            message: message.into(),
        }
    }

    /// What was asked for is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::NotFound,
            message: message.into(),
        }
    }

    /// No child has that name.
    pub fn no_child(id: &str) -> Self {
        Self::not_found(format!("no child {id}"))
    }

    /// A system call failed while doing `what`.
    pub fn system(what: impl std::fmt::Display, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => Kind::NotFound,
            std::io::ErrorKind::PermissionDenied => Kind::Permission,
            _ => Kind::Io,
        };
        // Rust appends its number in parentheses, which tells a user nothing.
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or_default();
        Self {
            kind,
            message: format!("{what}: {reason}"),
        }
    }
}

impl From<Result<Response, Failure>> for Response {
    fn from(result: Result<Response, Failure>) -> Self {
        result.unwrap_or_else(|failure| Response::Failed {
            ok: false,
            error: failure.message,
            kind: failure.kind,
        })
    }
}

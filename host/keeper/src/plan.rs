//! Everything that a new process needs, made ready before the fork: between fork and exec nothing
//! may allocate, for another thread may hold the allocator's lock (fork(2), signal-safety(7)).

use std::ffi::CString;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::ptr;

use crate::confine::Confinement;
use crate::descriptors;
use crate::log;
use crate::process;
use crate::protocol::{Failure, Mode, Spawn};
use crate::tap;

/// The numbers a child may ask for: above standard error, below where plans keep theirs.
const NUMBERS: std::ops::RangeInclusive<i32> = 3..=255;

/// A process that only needs to be forked.
pub struct Plan {
    argv: Strings,
    env: Strings,
    /// Open files and the numbers they get in the child.
    pub files: Vec<(OwnedFd, i32)>,
    /// Who the process runs as.
    pub identity: Option<Identity>,
    /// All it sees, where that is bounded.
    pub confinement: Option<Confinement>,
    /// Files of control groups to write `0` to.
    pub cgroups: Vec<OwnedFd>,
}

/// User, group and supplementary groups.
pub struct Identity {
    /// User and group id.
    pub uid: u32,
    /// Supplementary groups.
    pub groups: Vec<u32>,
}

/// Strings in the form that execve(2) takes.
struct Strings {
    pointers: Vec<*const libc::c_char>,
    /// What the pointers point at.
    _owned: Vec<CString>,
}

impl Plan {
    /// Checks the request, opens its files and starts the threads that drain its logs.
    pub fn prepare(spawn: &Spawn, cgroups: Vec<OwnedFd>) -> Result<Self, Failure> {
        match spawn.argv.first() {
            Some(program) if program.starts_with('/') => {}
            Some(program) => {
                return Err(Failure::invalid(format!(
                    "program {program} is not an absolute path"
                )))
            }
            None => return Err(Failure::invalid("argv is empty")),
        }
        if spawn.uid.is_some() && !process::is_root() {
            return Err(Failure::invalid(
                "uid is given, and the keeper does not run as root",
            ));
        }
        if spawn.confine.is_some() && spawn.uid.is_none() {
            return Err(Failure::invalid("confine is given without a uid"));
        }
        let mut files = standard_streams(spawn.stdout.as_deref(), spawn.stderr.as_deref())?;
        for file in &spawn.files {
            require_free(file.fd, &files)?;
            let flags = match file.mode {
                Mode::Read => libc::O_RDONLY,
                Mode::ReadWrite => libc::O_RDWR,
            };
            files.push((open(&file.path, flags)?, file.fd));
        }
        for tap in &spawn.taps {
            require_free(tap.fd, &files)?;
            files.push((moved(&tap::open(&tap.name)?)?, tap.fd));
        }
        let env = spawn
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        Ok(Self {
            argv: Strings::new(spawn.argv.iter().cloned())?,
            env: Strings::new(env)?,
            files,
            identity: spawn.uid.map(|uid| Identity {
                uid,
                groups: spawn.groups.clone(),
            }),
            confinement: spawn
                .confine
                .as_ref()
                .map(Confinement::prepare)
                .transpose()?,
            cgroups,
        })
    }

    /// The program, its arguments and its environment for execve(2).
    pub fn exec_arguments(
        &self,
    ) -> (
        *const libc::c_char,
        *const *const libc::c_char,
        *const *const libc::c_char,
    ) {
        (
            self.argv.pointers[0],
            self.argv.pointers.as_ptr(),
            self.env.pointers.as_ptr(),
        )
    }
}

impl Strings {
    fn new(words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let owned = words
            .map(|word| {
                CString::new(word.clone())
                    .map_err(|_| Failure::invalid(format!("{word:?} holds a NUL byte")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut pointers: Vec<_> = owned.iter().map(|word| word.as_ptr()).collect();
        pointers.push(ptr::null());
        Ok(Self {
            pointers,
            _owned: owned,
        })
    }
}

/// Standard input from nowhere; output to capped logs, or nowhere.
fn standard_streams(
    stdout: Option<&Path>,
    stderr: Option<&Path>,
) -> Result<Vec<(OwnedFd, i32)>, Failure> {
    let mut streams = vec![(open(Path::new("/dev/null"), libc::O_RDONLY)?, 0)];
    let out = output(stdout)?;
    let err = if stderr.is_some() && stderr == stdout {
        moved(&out)?
    } else {
        output(stderr)?
    };
    streams.push((out, 1));
    streams.push((err, 2));
    Ok(streams)
}

fn output(path: Option<&Path>) -> Result<OwnedFd, Failure> {
    match path {
        None => open(Path::new("/dev/null"), libc::O_WRONLY),
        Some(path) => {
            let pipe = log::capped(path)
                .map_err(|error| Failure::system(format_args!("log {}", path.display()), &error))?;
            moved(&pipe)
        }
    }
}

fn require_free(fd: i32, files: &[(OwnedFd, i32)]) -> Result<(), Failure> {
    if NUMBERS.contains(&fd) && files.iter().all(|(_, number)| *number != fd) {
        Ok(())
    } else {
        Err(Failure::invalid(format!(
            "fd {fd} is taken or out of 3..=255"
        )))
    }
}

fn open(path: &Path, flags: libc::c_int) -> Result<OwnedFd, Failure> {
    let file = descriptors::open(path, flags)
        .map_err(|error| Failure::system(format_args!("open {}", path.display()), &error))?;
    moved(&file)
}

fn moved(file: &OwnedFd) -> Result<OwnedFd, Failure> {
    descriptors::out_of_the_way(file)
        .map_err(|error| Failure::system("duplicate descriptor", &error))
}

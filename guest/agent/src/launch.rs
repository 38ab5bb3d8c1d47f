//! The last steps of every process of the container, the first one or one more: from being in its
//! namespaces to the image's command.

use std::convert::Infallible;
use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use crate::container::bad_working_directory;
use crate::failure::{Doing, Failure};
use crate::proto::Process;
use crate::rights::Rights;
use crate::user::{self, User};
use crate::{environment, init, lookup, rlimits, system};

/// What there is to launch.
pub struct Launch<'a> {
    pub process: &'a Process,
    pub rights: &'a Rights,
    pub hostname: &'a str,
    /// With a terminal, three times the same.
    pub streams: &'a [OwnedFd; 3],
    /// Whether a minimal init stays in between.
    pub init: bool,
}

/// Becomes the command. Returns only where something stands against it.
///
/// # Errors
/// What that is.
pub fn launch(launch: &Launch) -> Result<Infallible, Failure> {
    connect_streams(launch.streams).doing("connecting the standard streams")?;
    let user = user::find(&launch.process.user, &launch.process.groups)?;
    own_streams(&user).doing("giving the standard streams away")?;
    system::set_umask(0o022);
    rlimits::set(&launch.process.rlimits)?;
    // From here on nothing may be done that a container may not do.
    launch.rights.assume(&user).doing("giving up privileges")?;
    system::reset_signals();
    run(launch, &user)
}

/// How readily the kernel ends the calling process where memory is short. By the `/proc` that is
/// there: the container's, just mounted, or the agent's.
///
/// # Errors
/// Names the value that is out of bounds.
pub fn adjust_oom_score(score: i32) -> Result<(), Failure> {
    if !(-1000..=1000).contains(&score) {
        return Err(Failure::setup(format!(
            "OOM score adjustment {score} is not in the range -1000 to 1000"
        )));
    }
    fs::write("/proc/self/oom_score_adj", score.to_string()).doing("setting the OOM score")
}

fn connect_streams(streams: &[OwnedFd; 3]) -> io::Result<()> {
    for (number, stream) in (0..).zip(streams) {
        system::duplicate_onto(stream.as_fd(), number)?;
    }
    system::close_from(3, false)
}

/// So that the process can open /dev/stdout again.
fn own_streams(user: &User) -> io::Result<()> {
    for stream in 0..3 {
        system::change_owner(stream, user.uid).or_else(|error| match error.raw_os_error() {
            Some(libc::EROFS | libc::EPERM | libc::EINVAL) => Ok(()),
            _ => Err(error),
        })?;
    }
    Ok(())
}

fn run(launch: &Launch, user: &User) -> Result<Infallible, Failure> {
    let process = launch.process;
    let env = environment::of(process, launch.hostname, &user.home);
    let cwd = if process.cwd.is_empty() {
        "/"
    } else {
        &process.cwd
    };
    system::c_string(cwd)
        .and_then(|path| system::chdir(&path))
        .map_err(|error| bad_working_directory(cwd, &error))?;
    let path = environment::value(&env, "PATH").unwrap_or_default();
    let file = lookup::executable(&process.args[0], path)?;
    let args = c_strings(&process.args).doing("passing the arguments")?;
    let env = c_strings(&env).doing("passing the environment")?;
    if launch.init {
        init::split(process.tty).doing("starting the container's init")?;
    }
    let error = system::execute(&file, &args, &env);
    Err(lookup::exec_refusal(&file, &error))
}

fn c_strings(strings: &[String]) -> io::Result<Vec<CString>> {
    strings.iter().map(|text| system::c_string(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_an_oom_score_that_is_out_of_bounds() {
        for score in [-1001, 1001] {
            let failure = adjust_oom_score(score).expect_err("refused");
            assert_eq!(
                failure.message,
                format!("OOM score adjustment {score} is not in the range -1000 to 1000")
            );
        }
    }
}

//! Which file a command means, in the words of Docker.

use std::ffi::{CStr, CString};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::PermissionsExt;

use crate::failure::{Failure, describe};
use crate::proto::start_failure::Reason;
use crate::system;

/// Finds `command` along `path`, or at its own place where it has a slash in it. To be called as
/// the container's user, in its root and working directory.
///
/// # Errors
/// `NOT_FOUND` or `NOT_EXECUTABLE`, worded as Docker does.
pub fn executable(command: &str, path: &str) -> Result<CString, Failure> {
    if command.contains('/') {
        return check(command)
            .map_err(|error| refusal(command, &error))
            .and_then(|()| c_string(command));
    }
    for directory in path.split(':') {
        let directory = if directory.is_empty() { "." } else { directory };
        let candidate = format!("{directory}/{command}");
        if check(&candidate).is_ok() {
            return c_string(&candidate);
        }
    }
    let message = format!("exec: {command:?}: executable file not found in $PATH");
    Err(Failure::new(Reason::NotFound, message))
}

/// What went wrong where the file was found and the kernel still would not run it: a missing
/// interpreter, a format it does not know.
pub fn exec_refusal(file: &CStr, error: &io::Error) -> Failure {
    let message = format!("exec {}: {}", file.to_string_lossy(), describe(error));
    Failure::new(reason(error), message)
}

fn c_string(path: &str) -> Result<CString, Failure> {
    system::c_string(path).map_err(|error| refusal(path, &error))
}

fn check(path: &str) -> io::Result<()> {
    let metadata: Metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    // Root may do everything except execute what nobody can.
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(io::Error::from_raw_os_error(libc::EACCES));
    }
    system::may_execute(&system::c_string(path)?)
}

fn refusal(command: &str, error: &io::Error) -> Failure {
    let cause = describe(error);
    let message = match reason(error) {
        Reason::NotFound => format!("exec: {command:?}: stat {command}: {cause}"),
        _ => format!("exec: {command:?}: {cause}"),
    };
    Failure::new(reason(error), message)
}

fn reason(error: &io::Error) -> Reason {
    match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => Reason::NotFound,
        _ => Reason::NotExecutable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/nonexistent:/etc:/usr/bin:/bin";

    fn failure(command: &str) -> (Reason, String) {
        let failure = executable(command, PATH).expect_err("refused");
        (failure.reason, failure.message)
    }

    #[test]
    fn finds_a_command_along_the_path() {
        let file = executable("sh", PATH).expect("there is a shell");
        assert_eq!(file.as_c_str(), c"/usr/bin/sh");
        assert_eq!(
            executable("/bin/sh", "").expect("absolute").as_c_str(),
            c"/bin/sh"
        );
    }

    #[test]
    fn names_a_command_that_is_nowhere() {
        let message = "exec: \"foo\": executable file not found in $PATH".to_owned();
        assert_eq!(failure("foo"), (Reason::NotFound, message));
        // A file that is on the path without being executable counts as not there.
        assert_eq!(failure("passwd\u{0}").0, Reason::NotFound);
        assert_eq!(failure("hostname.").0, Reason::NotFound);
    }

    #[test]
    fn names_a_file_that_is_not_there() {
        let message = "exec: \"/no/foo\": stat /no/foo: no such file or directory".to_owned();
        assert_eq!(failure("/no/foo"), (Reason::NotFound, message));
    }

    #[test]
    fn tells_what_cannot_be_executed() {
        let directory = "exec: \"/etc\": is a directory".to_owned();
        assert_eq!(failure("/etc"), (Reason::NotExecutable, directory));
        let plain = "exec: \"/etc/passwd\": permission denied".to_owned();
        assert_eq!(failure("/etc/passwd"), (Reason::NotExecutable, plain));
    }

    #[test]
    fn tells_a_missing_interpreter_from_a_wrong_format() {
        let missing = exec_refusal(c"/x", &io::Error::from_raw_os_error(libc::ENOENT));
        assert_eq!(missing.reason, Reason::NotFound);
        let format = exec_refusal(c"/x", &io::Error::from_raw_os_error(libc::ENOEXEC));
        assert_eq!(format.reason, Reason::NotExecutable);
        assert_eq!(format.message, "exec /x: exec format error");
    }
}

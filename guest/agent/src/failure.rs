//! Why a container could not be started, in the words the engine shows.

use std::fmt::Display;
use std::io;

use crate::proto::{StartFailure, start_failure::Reason};

/// A refusal to start: its kind decides the exit code, its message is one line naming the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub reason: Reason,
    pub message: String,
}

impl Failure {
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
        }
    }

    pub fn setup(message: impl Into<String>) -> Self {
        Self::new(Reason::Setup, message)
    }
}

impl From<Failure> for StartFailure {
    fn from(failure: Failure) -> Self {
        Self {
            reason: failure.reason.into(),
            message: failure.message,
        }
    }
}

impl From<StartFailure> for Failure {
    fn from(message: StartFailure) -> Self {
        Self::new(message.reason(), message.message)
    }
}

/// Says what was being done when the kernel refused.
pub trait Doing<T> {
    /// # Errors
    /// The kernel's own error, as a failure to set the container up.
    fn doing(self, what: impl Display) -> Result<T, Failure>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure::setup(format!("{what}: {}", describe(&error))))
    }
}

/// The kernel's message without Rust's ` (os error 2)`, in lower case as Docker prints it.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    plain.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_an_errno_as_docker_does() {
        let error = io::Error::from_raw_os_error(libc::ENOENT);
        assert_eq!(describe(&error), "no such file or directory");
    }
}

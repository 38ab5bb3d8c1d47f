//! What this guest is to become: the file that the engine appended to the initramfs.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::sync::Arc;

use prost::Message;

use crate::proto::boot_config::Mode;
use crate::proto::{BootConfig, Process};

const BOOT_FILE: &str = "/kctl/boot";
const AGENT_FILE: &str = "/init";
pub const TOKEN_LENGTH: usize = 32;

/// The secret that tells agent and engine from everybody else who can open an AF_VSOCK socket.
pub struct Token(Box<[u8; TOKEN_LENGTH]>);

impl Token {
    /// Takes the same time whatever the difference.
    pub fn matches(&self, other: &[u8; TOKEN_LENGTH]) -> bool {
        let difference = self
            .0
            .iter()
            .zip(other)
            .fold(0, |all, (a, b)| all | (a ^ b));
        std::hint::black_box(difference) == 0
    }

    pub fn bytes(&self) -> &[u8; TOKEN_LENGTH] {
        &self.0
    }

    /// Overwrites this process's copy. Only the child of a `clone` may: the agent needs its own.
    pub(crate) fn erase_in_child(&self) {
        let start = self.0.as_ptr().cast_mut();
        for i in 0..TOKEN_LENGTH {
            // SAFETY: inside the boxed array, which is ours alone in the copied address space;
            // nothing reads the token in the child afterwards.
            unsafe { start.add(i).write_volatile(0) };
        }
    }
}

impl From<[u8; TOKEN_LENGTH]> for Token {
    fn from(bytes: [u8; TOKEN_LENGTH]) -> Self {
        Self(Box::new(bytes))
    }
}

/// The boot configuration, checked, and without the token in it.
#[derive(Debug)]
pub struct Boot {
    pub config: BootConfig,
    pub process: Process,
    pub token: Arc<Token>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Boot {
    /// Whether nothing is to be started.
    pub fn files_only(&self) -> bool {
        self.config.mode() == Mode::Files
    }

    pub fn has_resolver(&self) -> bool {
        self.config.resolver && !self.files_only()
    }

    /// Whether the machine was started for its call to the host alone.
    pub fn is_probe(&self) -> bool {
        self.config.mode() == Mode::Probe
    }

    pub fn is_privileged(&self) -> bool {
        let security = self.process.security.as_ref();
        security.is_some_and(|security| security.privileged)
    }
}

/// Reads the configuration and leaves nothing of it, nor of the agent, in the initramfs.
///
/// # Errors
/// Where there is no configuration, or none that makes sense.
pub fn take() -> Result<Boot, String> {
    let mut bytes =
        read_and_overwrite().map_err(|error| format!("reading {BOOT_FILE}: {error}"))?;
    for file in [BOOT_FILE, AGENT_FILE] {
        fs::remove_file(file).map_err(|error| format!("removing {file}: {error}"))?;
    }
    let boot = parse(&bytes);
    erase(&mut bytes);
    boot
}

fn read_and_overwrite() -> io::Result<Vec<u8>> {
    let mut file = File::options().read(true).write(true).open(BOOT_FILE)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    io::Seek::rewind(&mut file)?;
    file.write_all(&vec![0; bytes.len()])?;
    Ok(bytes)
}

/// # Errors
/// Names the field that is wrong.
pub fn parse(bytes: &[u8]) -> Result<Boot, String> {
    let mut config =
        BootConfig::decode(bytes).map_err(|error| format!("decoding {BOOT_FILE}: {error}"))?;
    let mut secret = std::mem::take(&mut config.token);
    let token = <[u8; TOKEN_LENGTH]>::try_from(secret.as_slice())
        .map_err(|_| format!("token of {} bytes instead of {TOKEN_LENGTH}", secret.len()))?;
    erase(&mut secret);
    let mode = config.mode();
    let process = match config.process.take() {
        _ if mode != Mode::Run => Process::default(),
        None => return Err("no process to start".to_owned()),
        Some(process) if process.args.is_empty() => {
            return Err("no command to start".to_owned());
        }
        Some(process) => process,
    };
    if mode != Mode::Probe && (config.layers.is_empty() || config.scratch.is_empty()) {
        return Err("no layer disks or no scratch disk named".to_owned());
    }
    Ok(Boot {
        config,
        process,
        token: Arc::new(token.into()),
    })
}

fn erase(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> BootConfig {
        BootConfig {
            token: vec![7; TOKEN_LENGTH],
            layers: vec!["l0".to_owned()],
            scratch: "s".to_owned(),
            process: Some(Process {
                args: vec!["sh".to_owned()],
                ..Process::default()
            }),
            ..BootConfig::default()
        }
    }

    fn refusal(config: &BootConfig) -> String {
        parse(&config.encode_to_vec()).expect_err("refused")
    }

    #[test]
    fn takes_the_token_out_of_the_configuration() {
        let boot = parse(&config().encode_to_vec()).expect("accepted");
        assert!(boot.config.token.is_empty());
        assert!(boot.token.matches(&[7; TOKEN_LENGTH]));
        assert!(!boot.token.matches(&[8; TOKEN_LENGTH]));
        assert_eq!(boot.process.args, ["sh"]);
    }

    #[test]
    fn erases_the_token() {
        let token = Token::from([7; TOKEN_LENGTH]);
        token.erase_in_child();
        assert!(token.matches(&[0; TOKEN_LENGTH]));
    }

    #[test]
    fn refuses_a_short_token() {
        let short = BootConfig {
            token: vec![7; 31],
            ..config()
        };
        assert_eq!(refusal(&short), "token of 31 bytes instead of 32");
    }

    #[test]
    fn refuses_a_configuration_without_a_command() {
        let mut none = config();
        none.process = None;
        assert_eq!(refusal(&none), "no process to start");
        none.process = Some(Process::default());
        assert_eq!(refusal(&none), "no command to start");
    }

    #[test]
    fn needs_no_command_where_nothing_is_started() {
        let mut files = config();
        files.process = None;
        files.set_mode(Mode::Files);
        let boot = parse(&files.encode_to_vec()).expect("accepted");
        assert!(boot.files_only() && !boot.is_privileged());
    }

    #[test]
    fn needs_nothing_but_the_token_to_show_that_it_boots() {
        let mut probe = BootConfig {
            token: vec![7; TOKEN_LENGTH],
            ..BootConfig::default()
        };
        probe.set_mode(Mode::Probe);
        let boot = parse(&probe.encode_to_vec()).expect("accepted");
        assert!(boot.is_probe() && !boot.files_only());
    }

    #[test]
    fn refuses_a_configuration_without_disks() {
        let mut none = config();
        none.layers.clear();
        assert_eq!(refusal(&none), "no layer disks or no scratch disk named");
    }

    #[test]
    fn refuses_what_is_no_message() {
        let error = parse(&[0xff; 9]).expect_err("refused");
        assert!(error.starts_with("decoding /kctl/boot: "), "{error}");
    }
}

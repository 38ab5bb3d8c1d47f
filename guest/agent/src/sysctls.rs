//! Kernel parameters by their dotted names.

use std::collections::HashMap;
use std::fs;
use std::io;

use crate::failure::{Failure, describe};

/// What dockerd sets for a container that has a network of its own.
const DEFAULT: [(&str, &str); 2] = [
    ("net.ipv4.ip_unprivileged_port_start", "0"),
    ("net.ipv4.ping_group_range", "0 2147483647"),
];

/// Sets Docker's defaults and what is asked for. To be called in the container's namespaces, with
/// its `/proc` just mounted and nothing of it read-only yet.
///
/// # Errors
/// Names the parameter that there is not, or whose value the kernel refuses.
pub fn set(wanted: &HashMap<String, String>) -> Result<(), Failure> {
    for (name, value) in DEFAULT {
        if !wanted.contains_key(name) {
            write(name, value)?;
        }
    }
    let mut wanted: Vec<_> = wanted.iter().collect();
    wanted.sort_unstable();
    wanted
        .into_iter()
        .try_for_each(|(name, value)| write(name, value))
}

fn write(name: &str, value: &str) -> Result<(), Failure> {
    fs::write(file(name)?, value).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => unknown(name),
        _ => Failure::setup(format!(
            "setting the kernel parameter {name}={value:?}: {}",
            describe(&error)
        )),
    })
}

fn unknown(name: &str) -> Failure {
    Failure::setup(format!("unknown kernel parameter {name:?}"))
}

/// As sysctl(8) has it, a slash in a name stands for a dot in a file's: `net.ipv4.conf.eth0/1.mtu`.
fn file(name: &str) -> Result<String, Failure> {
    let mut path = String::from("/proc/sys");
    for part in name.split('.') {
        if part.is_empty() || part.starts_with('/') || part.contains('\0') {
            return Err(unknown(name));
        }
        path.push('/');
        path.push_str(&part.replace('/', "."));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_of_a_name() {
        let path = |name| file(name).expect("a name");
        assert_eq!(path("net.core.somaxconn"), "/proc/sys/net/core/somaxconn");
        assert_eq!(
            path("net.ipv4.conf.eth0/1.mtu"),
            "/proc/sys/net/ipv4/conf/eth0.1/mtu"
        );
    }

    #[test]
    fn leads_nowhere_else() {
        for name in ["", "..", "net..ipv4", ".net", "a./etc", "/../x", "a\0b"] {
            let failure = file(name).expect_err("refused");
            assert_eq!(
                failure.message,
                format!("unknown kernel parameter {name:?}")
            );
        }
    }

    #[test]
    fn names_a_parameter_that_there_is_not() {
        let failure = write("kctl.none", "1").expect_err("refused");
        assert_eq!(failure.message, "unknown kernel parameter \"kctl.none\"");
    }
}

//! The environment of the container's process: the image's and the user's, with Docker's defaults.

use crate::proto::Process;

const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// `NAME=value` once for each name, the last one said; the defaults where they are missing.
pub fn of(process: &Process, hostname: &str, home: &str) -> Vec<String> {
    let mut env = Vec::with_capacity(process.env.len() + 4);
    add_missing(&mut env, process, "PATH", DEFAULT_PATH);
    add_missing(&mut env, process, "HOSTNAME", hostname);
    if process.tty {
        add_missing(&mut env, process, "TERM", "xterm");
    }
    for (index, entry) in process.env.iter().enumerate() {
        let again = process.env[index + 1..]
            .iter()
            .any(|later| name(later) == name(entry));
        if !again {
            env.push(entry.clone());
        }
    }
    add_missing(&mut env, process, "HOME", home);
    env
}

/// The value of a variable.
pub fn value<'a>(env: &'a [String], wanted: &str) -> Option<&'a str> {
    env.iter()
        .filter_map(|entry| entry.split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

fn name(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(name, _)| name)
}

fn add_missing(env: &mut Vec<String>, process: &Process, wanted: &str, value: &str) {
    if !process.env.iter().any(|entry| name(entry) == wanted) {
        env.push(format!("{wanted}={value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(env: &[&str], tty: bool) -> Process {
        Process {
            env: env.iter().map(ToString::to_string).collect(),
            tty,
            ..Process::default()
        }
    }

    #[test]
    fn adds_docker_s_defaults() {
        let env = of(&process(&["A=1"], true), "box", "/root");
        let path = format!("PATH={DEFAULT_PATH}");
        assert_eq!(
            env,
            [&path, "HOSTNAME=box", "TERM=xterm", "A=1", "HOME=/root"]
        );
    }

    #[test]
    fn leaves_alone_what_is_there() {
        let given = ["PATH=/bin", "HOSTNAME=a", "HOME=/h"];
        assert_eq!(of(&process(&given, false), "box", "/root"), given);
    }

    #[test]
    fn keeps_the_last_of_a_name() {
        let env = of(&process(&["A=1", "HOME=/h", "A=2"], false), "box", "/root");
        assert_eq!(value(&env, "A"), Some("2"));
        assert_eq!(
            env.iter().filter(|entry| entry.starts_with("A=")).count(),
            1
        );
    }
}

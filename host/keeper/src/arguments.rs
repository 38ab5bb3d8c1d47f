//! The command line: `kctl-keeper --root R --runtime-dir D -- ENGINE_ARGV...`.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the keeper was asked to keep.
pub struct Arguments {
    /// The state root, absolute: it only names the keeper's control group.
    pub root: PathBuf,
    /// The directory of sockets, locks and logs, absolute.
    pub runtime_dir: PathBuf,
    /// The engine's command, its program an absolute path.
    pub engine: Vec<String>,
}

impl Arguments {
    /// Reads the words after the program's name. The error is one clause for the user.
    pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut words = words;
        let mut root = None;
        let mut runtime_dir = None;
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--root") => root = words.next().map(PathBuf::from),
                Some("--runtime-dir") => runtime_dir = words.next().map(PathBuf::from),
                Some("--") => break,
                _ => return Err(format!("unknown argument {word:?}")),
            }
        }
        let engine = words
            .map(|word| {
                word.into_string()
                    .map_err(|word| format!("{word:?} is not UTF-8"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            root: absolute("--root", root)?,
            runtime_dir: absolute("--runtime-dir", runtime_dir)?,
            engine: command(engine)?,
        })
    }
}

fn absolute(name: &str, path: Option<PathBuf>) -> Result<PathBuf, String> {
    match path {
        Some(path) if path.is_absolute() => Ok(path),
        Some(path) => Err(format!("{name} {} is not absolute", path.display())),
        None => Err(format!("{name} DIRECTORY is missing")),
    }
}

fn command(words: Vec<String>) -> Result<Vec<String>, String> {
    match words.first() {
        Some(program) if program.starts_with('/') => Ok(words),
        Some(program) => Err(format!("the engine's program {program} is not absolute")),
        None => Err("the engine's command is missing after --".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split(' ').map(OsString::from))
    }

    #[test]
    fn takes_everything_after_the_dashes_as_the_engines_command() {
        let arguments = parse("--root /r --runtime-dir /d -- /engine --root /r").unwrap();
        assert_eq!(arguments.engine, ["/engine", "--root", "/r"]);
    }

    #[test]
    fn names_what_is_missing_or_not_absolute() {
        assert_eq!(
            parse("--root /r -- /e").err().unwrap(),
            "--runtime-dir DIRECTORY is missing"
        );
        assert_eq!(
            parse("--root r --runtime-dir /d -- /e").err().unwrap(),
            "--root r is not absolute"
        );
        assert!(parse("--root /r --runtime-dir /d --")
            .err()
            .unwrap()
            .contains("command is missing"));
        assert!(parse("--nonsense").err().unwrap().contains("--nonsense"));
    }
}

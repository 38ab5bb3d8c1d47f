//! The keeper: parent of kctl's engine, of every virtual machine and of their helper daemons.
//!
//! One per state root, and only while it is needed. It starts processes, reaps them, remembers how
//! they ended, caps what they print, and restarts the engine while anything of it lives. It decides
//! nothing else. See `docs/keeper.md`.

mod arguments;
mod cgroup;
mod children;
mod confine;
mod daemon;
mod descriptors;
mod engine;
mod farewell;
mod log;
mod plan;
mod process;
mod protocol;
mod reaper;
mod server;
mod spawn;
mod tap;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::Arguments;
use children::Children;
use engine::Engine;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("kctl-keeper: {message}");
            return ExitCode::from(125);
        }
    };
    process::become_tidy();
    match daemon::drop_environment().and_then(|()| keep(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kctl-keeper: {}: {error}", arguments.runtime_dir.display());
            ExitCode::FAILURE
        }
    }
}

/// Becomes the keeper of the runtime directory, or asks the one that is to have an engine running.
fn keep(arguments: &Arguments) -> std::io::Result<()> {
    let Some(lock) = daemon::lock_or_ask(arguments)? else {
        return Ok(());
    };
    if !daemon::detach(&arguments.runtime_dir)? {
        return Ok(());
    }
    process::become_subreaper()?;
    let cgroups = cgroup::Cgroups::find(&arguments.root);
    let children = Arc::new(Children::new(cgroups));
    let engine = Arc::new(Engine::new(
        &arguments.runtime_dir,
        arguments.engine.clone(),
    ));
    farewell::watch(&children, &engine)?;
    let socket = server::serve(&arguments.runtime_dir, &children, &engine)?;
    engine.start(&children);
    reaper::reap_until_unneeded(&children, &engine);
    server::remove(&socket);
    reaper::reap_the_rest();
    children.remove_cgroups();
    drop(lock);
    Ok(())
}

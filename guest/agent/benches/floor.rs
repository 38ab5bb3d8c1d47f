//! What a `kctl run` cannot go below: from the start of QEMU to the exit code of `true`, with the
//! real kernel, agent, disks and vsock daemon, and next to nothing on the host's side.
//!
//! `cargo bench --bench floor -- [ROUNDS] [KERNEL...]`; several kernels take turns.

#[path = "../tests/vm/engine.rs"]
#[allow(dead_code)]
mod engine;
#[path = "../tests/vm/image.rs"]
mod image;
#[path = "../tests/vm/machine.rs"]
#[allow(dead_code)]
mod machine;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use engine::{Events, greet};
use kctl_agent::proto::{Started, event::What};
use machine::{Machine, config, output};

/// Milliseconds, and what QEMU took of the processor.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    exit_code: f64,
    end: f64,
    processor: f64,
    /// Since the kernel's start.
    agent: f64,
    mounted: f64,
    process: f64,
}

type Column = (&'static str, fn(&Run) -> f64);

const COLUMNS: [Column; 6] = [
    ("exec to exit code", |run| run.exit_code),
    ("exec to QEMU's end", |run| run.end),
    ("QEMU's processor time", |run| run.processor),
    ("guest: agent", |run| run.agent),
    ("guest: mounted", |run| run.mounted),
    ("guest: process", |run| run.process),
];

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let rounds = args
        .next()
        .map_or(15, |rounds| rounds.parse().expect("ROUNDS is a number"));
    let mut kernels: Vec<PathBuf> = args.map(PathBuf::from).collect();
    if kernels.is_empty() {
        kernels.push(output("guest/vmlinux"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    let mut runs = vec![Vec::new(); kernels.len()];
    for round in 0..=rounds {
        for (kernel, runs) in kernels.iter().zip(&mut runs) {
            let run = runtime.block_on(measure(kernel));
            // The first one fills the page cache.
            if round > 0 {
                runs.push(run);
            }
        }
    }
    for (kernel, runs) in kernels.iter().zip(&runs) {
        println!(
            "{}: medians of {rounds} (least, most), ms",
            kernel.display()
        );
        for (name, column) in COLUMNS {
            let mut values: Vec<f64> = runs.iter().map(column).collect();
            values.sort_by(f64::total_cmp);
            let (least, most) = (values[0], values[values.len() - 1]);
            println!(
                "  {name:22} {:5.0} ({least:.0}, {most:.0})",
                values[values.len() / 2]
            );
        }
    }
}

async fn measure(kernel: &std::path::Path) -> Run {
    let config = config(&["true"]);
    let mut machine = Machine::boot_kernel(&config, kernel).await;
    let start: Instant = machine.started;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    let mut run = Run::default();
    loop {
        let event = events.next().await.expect("an event");
        events.acknowledge(event.sequence).await;
        match event.what.expect("something") {
            What::Started(started) => run.note(&started),
            What::Output(_) | What::OutOfMemory(_) => {}
            What::Exited(_) => break,
        }
    }
    run.exit_code = milliseconds(start.elapsed());
    run.processor = machine.powers_off().await.map_or(0.0, milliseconds);
    run.end = milliseconds(start.elapsed());
    run
}

impl Run {
    fn note(&mut self, started: &Started) {
        let milliseconds = |ns: i64| milliseconds(Duration::from_nanos(ns.unsigned_abs()));
        self.agent = milliseconds(started.agent_main_ns);
        self.mounted = milliseconds(started.mounted_ns);
        self.process = milliseconds(started.process_ns);
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

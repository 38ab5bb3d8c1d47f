//! What one more process costs, above a call that does nothing, as the engine sees both:
//! `cargo bench --bench exec [-- ROUNDS]`.

#[path = "../tests/vm/engine.rs"]
#[allow(dead_code)]
mod engine;
#[path = "../tests/vm/image.rs"]
#[allow(dead_code)]
mod image;
#[path = "../tests/vm/machine.rs"]
#[allow(dead_code)]
mod machine;

use std::time::{Duration, Instant};

use engine::{Events, Exec, greet};
use kctl_agent::proto::InfoRequest;
use machine::{Machine, process, shell};

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let rounds = args
        .next()
        .map_or(50, |rounds| rounds.parse().expect("ROUNDS is a number"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(measure(rounds));
}

async fn measure(rounds: usize) {
    let machine = Machine::boot(&shell("echo ready; exec sleep 1000")).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.until("ready").await;
    let (mut calls, mut execs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begun = Instant::now();
        client.info(InfoRequest {}).await.expect("info");
        calls.push(begun.elapsed());
        let begun = Instant::now();
        let exec = Exec::start(&mut client, process(&["true"])).await;
        assert_eq!(exec.expect("started").all().await.code(), 0);
        execs.push(begun.elapsed());
    }
    println!("{rounds} rounds, ms: first, median, least, most");
    for (name, mut times) in [("Info", calls), ("Exec of true", execs)] {
        let first = times[0];
        times.sort_unstable();
        let [first, median, least, most] = [
            first,
            times[times.len() / 2],
            times[0],
            times[times.len() - 1],
        ]
        .map(milliseconds);
        println!("  {name:12} {first:6.1} {median:6.1} {least:6.1} {most:6.1}");
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

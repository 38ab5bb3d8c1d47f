#!/usr/bin/env python3
"""Times commands against each other, in interleaved rounds, so that a machine whose speed drifts drifts for all of them.

    pairs.py [--rounds N] [--warmup N] [--prepare COMMAND] [--judge ...] LABEL=COMMAND LABEL=COMMAND...

Every round runs each command once, in turning order. The first label is the floor: the ratios and differences are those of
one round, and their median and quartiles are printed. COMMAND is split as a shell would, but no shell runs it.
"""

import argparse
import functools
import json
import os
import platform
import shlex
import statistics
import sys
import time


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kvm = "a /dev/kvm" if os.access("/dev/kvm", os.R_OK | os.W_OK) else "no /dev/kvm"
    return f"{os.cpu_count()} x {model}, {memory:.0f} GiB, Linux {platform.release()}, {kvm}"


def run(argv, wanted):
    """Milliseconds from start to end."""
    nothing = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    start = time.perf_counter_ns()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=nothing)
    _, status = os.waitpid(pid, 0)
    took = (time.perf_counter_ns() - start) / 1e6
    code = os.waitstatus_to_exitcode(status)
    if code != wanted:
        sys.exit(f"{shlex.join(argv)} ended with {code} instead of {wanted}: its figures would be worth nothing")
    return took


def spread(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:9.2f} ({low:.2f} to {high:.2f})"


def compared(times, label, floor, how):
    """What `label` cost over the floor in each round: a `ratio`, or a `difference` in ms."""
    pairs = zip(times[label], times[floor])
    return [a / b if how == "ratio" else a - b for a, b in pairs]


def report(times):
    """Prints all commands; the first one is the floor."""
    labels = list(times)
    floor = labels[0]
    print(f"machine: {machine()}")
    print(f"{len(times[floor])} interleaved rounds; ms; median (quartiles); ratio and difference to `{floor}` within a round")
    for label in labels:
        line = f"{label:28} min {min(times[label]):9.2f}  median {spread(times[label])}"
        if label != floor:
            ratio, difference = (spread(compared(times, label, floor, how)) for how in ("ratio", "difference"))
            line += f"  ratio {ratio}  difference {difference}"
        print(line)


def judge(times, promise, label, floor, how, limit):
    """One row of docs/specification.md: printed, and kept for `all.sh` in the file that BENCH_TABLE names."""
    values = compared(times, label, floor, how)
    low, middle, high = statistics.quantiles(values, n=4)
    shown = "{:.2f} x".format if how == "ratio" else "{:.0f} ms".format
    base, mine = (statistics.median(times[name]) for name in (floor, label))
    state = "kept" if middle <= limit else "missed"
    measured = f"{mine:.1f} ms against {base:.1f} ms: **{shown(middle)}** ({shown(low)} to {shown(high)}), {len(values)} rounds"
    row(promise, measured, state)


def row(promise, measured, state):
    line = f"| {promise} | {measured} | `bench/{os.environ.get('BENCH_NAME', '?')}` | {state} |"
    print(line)
    if "BENCH_TABLE" in os.environ:
        with open(os.environ["BENCH_TABLE"], "a") as table:
            print(line, file=table)


def interleave(commands, rounds, warmup):
    """Milliseconds of each command, a function that returns them, in every round."""
    times = {label: [] for label in commands}
    labels = list(commands)
    for turn in range(-warmup, rounds):
        for at in range(len(labels)):
            label = labels[(turn + at) % len(labels)]
            took = commands[label]()
            if turn >= 0:
                times[label].append(took)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="at least 15 for a figure that is written down")
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--prepare", help="run before every single command, untimed")
    parser.add_argument(
        "--prepare-for", action="append", default=[], metavar="LABEL=COMMAND", help="run before every command of the label, untimed"
    )
    parser.add_argument("--code", type=int, default=0, help="exit code that every command must end with")
    parser.add_argument("--json", help="file for all single figures")
    parser.add_argument(
        "--judge",
        nargs=5,
        action="append",
        default=[],
        metavar=("PROMISE", "LABEL", "FLOOR", "ratio|difference", "LIMIT"),
        help="a row of docs/specification.md",
    )
    parser.add_argument("commands", nargs="+", metavar="LABEL=COMMAND")
    options = parser.parse_args()

    before = dict(word.split("=", 1) for word in options.prepare_for)

    def timed(label, argv):
        for command in (options.prepare, before.get(label)):
            if command and os.waitpid(os.posix_spawnp("sh", ["sh", "-c", command], os.environ), 0)[1] != 0:
                sys.exit(f"failed before {label}: {command}")
        return run(argv, options.code)

    lines = {label: shlex.split(line) for label, _, line in (word.partition("=") for word in options.commands)}
    commands = {label: functools.partial(timed, label, argv) for label, argv in lines.items()}
    times = interleave(commands, options.rounds, options.warmup)
    report(times)
    for promise, label, floor, how, limit in options.judge:
        judge(times, promise, label, floor, how, float(limit))
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"machine": machine(), "milliseconds": times}, file)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times commands against each other, in interleaved rounds, so that a machine whose speed drifts drifts for all of them.

    pairs.py [--rounds N] [--warmup N] [--prepare COMMAND] LABEL=COMMAND LABEL=COMMAND...

Every round runs each command once, in turning order. The first label is the floor: the ratios and differences are those of
one round, and their median and quartiles are printed. COMMAND is split as a shell would, but no shell runs it.
"""

import argparse
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="at least 15 for a figure that is written down")
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--prepare", help="run before every single command, untimed")
    parser.add_argument("--code", type=int, default=0, help="exit code that every command must end with")
    parser.add_argument("--json", help="file for all single figures")
    parser.add_argument("commands", nargs="+", metavar="LABEL=COMMAND")
    options = parser.parse_args()
    commands = {label: shlex.split(line) for label, _, line in (word.partition("=") for word in options.commands)}
    times = {label: [] for label in commands}
    labels = list(commands)
    for turn in range(-options.warmup, options.rounds):
        for at in range(len(labels)):
            label = labels[(turn + at) % len(labels)]
            if options.prepare:
                os.waitpid(os.posix_spawnp("sh", ["sh", "-c", options.prepare], os.environ), 0)
            took = run(commands[label], options.code)
            if turn >= 0:
                times[label].append(took)
    floor = labels[0]
    print(f"machine: {machine()}")
    print(f"{options.rounds} interleaved rounds; ms; median (quartiles); ratio and difference to `{floor}` within a round")
    for label in labels:
        mine = times[label]
        line = f"{label:28} min {min(mine):9.2f}  median {spread(mine)}"
        if label != floor:
            pairs = list(zip(mine, times[floor]))
            line += f"  ratio {spread([a / b for a, b in pairs])}  difference {spread([a - b for a, b in pairs])}"
        print(line)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"machine": machine(), "milliseconds": times}, file)


main()

#!/usr/bin/env python3
"""The floor under `kctl run`: the same kernel, agent, disks, QEMU arguments and vsock daemon, and nothing of the engine.

    floor.py [--rounds N] [--memory MIB] [--layer FILE]... [--extra "QEMU ARGUMENTS"] [--against COMMAND] [-- COMMAND...]

Prints the median of the milliseconds from the start of the vsock daemon to the arrival of the command's exit code, as the
last line of its output. With --against that command is run in turn with it, and the two are compared, as pairs.py does. Without --layer a layer with a static `true` is made by mkfs.erofs. Runs as the caller.
The agent is spoken to by the few frames of HTTP/2 that it takes: no library's start is part of the figure.
"""

import argparse
import os
import shlex
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import pairs

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.environ.get("KCTL_OUT", os.path.join(TOP, "out"))
HOST_PORT, AGENT_PORT = 1024, 1025


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """A protobuf field: a number, or anything else as bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fields(data):
    """Number and value of each field of a message; enough for agent.proto."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            length = number()
            yield key >> 3, data[at : at + length]
            at += length


def boot_config(token, layers, command):
    process = b"".join(field(1, word) for word in command) + field(3, "/")
    return (
        field(1, token)
        + field(2, HOST_PORT)
        + field(3, AGENT_PORT)
        + b"".join(field(4, name) for name in layers)
        + field(5, "scratch")
        + field(7, "floor")
        + field(10, process)
        + field(12, time.time_ns())
    )


def cpio(entries):
    out = b""
    for inode, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        numbers = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        out += b"070701" + b"".join(b"%08X" % n for n in numbers) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return out + b"\0" * (-len(out) % 512)


class Agent:
    """HTTP/2 as far as one call of `Events` needs it."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""
        literal = lambda name, value: b"\0" + varint(len(name)) + name + varint(len(value)) + value
        headers = b"".join(
            literal(name, value)
            for name, value in [
                (b":method", b"POST"),
                (b":scheme", b"http"),
                (b":path", b"/kctl.agent.v1.Agent/Events"),
                (b":authority", b"agent"),
                (b"content-type", b"application/grpc"),
                (b"te", b"trailers"),
            ]
        )
        connection.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.frame(4, 0, 0, b"") + self.frame(1, 4, 1, headers) + self.acknowledgement(0)
        )

    @staticmethod
    def frame(kind, flags, stream, payload):
        return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload

    def acknowledgement(self, sequence):
        message = field(1, sequence) if sequence else b""
        return self.frame(0, 0, 1, b"\0" + struct.pack(">I", len(message)) + message)

    def read(self, length):
        while len(self.buffer) < length:
            data = self.connection.recv(65536)
            if not data:
                sys.exit("the agent hung up")
            self.buffer += data
        head, self.buffer = self.buffer[:length], self.buffer[length:]
        return head

    def exit(self):
        """Sequence number and the `Exited` message."""
        messages = b""
        while True:
            head = self.read(9)
            kind, flags = head[3], head[4]
            payload = self.read(int.from_bytes(head[:3], "big"))
            if kind == 4 and not flags & 1:
                self.connection.sendall(self.frame(4, 1, 0, b""))
            elif kind == 6 and not flags & 1:
                self.connection.sendall(self.frame(6, 1, 0, payload))
            elif kind in (3, 7):
                sys.exit(f"the agent ended the call: {payload!r}")
            elif kind == 0:
                messages += payload
            while len(messages) >= 5 and len(messages) - 5 >= int.from_bytes(messages[1:5], "big"):
                length = int.from_bytes(messages[1:5], "big")
                event, messages = dict(fields(messages[5 : 5 + length])), messages[5 + length :]
                if 3 in event and os.environ.get("FLOOR_STEPS"):
                    names = {2: "main", 3: "mounted", 4: "dialled", 5: "process"}
                    steps = {names[n]: v / 1e6 for n, v in fields(event[3]) if n in names}
                    print("guest ms:", " ".join(f"{k} {v:.0f}" for k, v in steps.items()), file=sys.stderr)
                if 5 in event:
                    return event[1], dict(fields(event[5]))


def qemu(options, directory, layers, tsc_khz):
    """As dev.kctl.vmm.qemu.QemuCommandLine has it."""
    argv = ["qemu-system-x86_64", "-name", "floor", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    argv += ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]
    argv += ["-machine", "microvm,memory-backend=ram,pit=off", "-accel", "tcg,thread=single", "-cpu", "max", "-smp", "1"]
    argv += ["-m", f"size={options.memory}M", "-object", f"memory-backend-memfd,id=ram,share=on,size={options.memory}M"]
    argv += ["-kernel", options.kernel, "-initrd", f"{directory}/initramfs", "-append"]
    argv += [
        "console=ttyS0 quiet panic=-1 dummy.numdummies=0 "
        f"tsc_early_khz={tsc_khz} tsc=reliable no_timer_check noreplace-smp {options.append}".rstrip()
    ]
    argv += ["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"]
    argv += ["-qmp", f"unix:{directory}/qmp.sock,server=on,wait=off"]
    argv += ["-chardev", f"socket,id=vsock,path={directory}/vhost.sock", "-device", "vhost-user-vsock-device,chardev=vsock"]
    for name, file in layers:
        argv += ["-blockdev", f"driver=raw,node-name={name},read-only=on,file.driver=file,file.filename={file},file.read-only=on"]
        argv += ["-device", f"virtio-blk-device,drive={name},serial={name}"]
    scratch = f"file.driver=file,file.filename={directory}/scratch,file.discard=unmap"
    argv += ["-blockdev", f"driver=raw,node-name=scratch,discard=unmap,detect-zeroes=unmap,{scratch}"]
    argv += ["-device", "virtio-blk-device,drive=scratch,serial=scratch"]
    argv += ["-object", "rng-builtin,id=rng", "-device", "virtio-rng-device,rng=rng"]
    argv += ["-device", "virtio-balloon-device,free-page-reporting=on"]
    return argv + shlex.split(options.extra)


def measure(options, directory, layers, tsc_khz):
    """One run: milliseconds to the exit code, to QEMU's end, and QEMU's CPU time."""
    token = os.urandom(32)
    shutil.copyfile(options.agent, f"{directory}/initramfs")
    with open(f"{directory}/initramfs", "ab") as image:
        image.write(b"\0" * (-image.tell() % 512))
        config = boot_config(token, [name for name, _ in layers], options.command)
        image.write(cpio([("kctl", 0o40700, b""), ("kctl/boot", 0o100400, config)]))
        image.write(b"\0" * (-image.tell() % 4096))
    subprocess.run(["cp", "--sparse=always", f"{directory}/template", f"{directory}/scratch"], check=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{directory}/vsock_{HOST_PORT}")
    listener.listen(1)
    listener.settimeout(20)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": open(f"{directory}/console.log", "wb"), "stderr": subprocess.STDOUT}
    argv = qemu(options, directory, layers, tsc_khz)
    start = time.perf_counter()
    daemon = subprocess.Popen([options.daemon, "--socket", f"{directory}/vhost.sock", "--uds-path", f"{directory}/vsock"], **quiet)
    while not os.path.exists(f"{directory}/vhost.sock"):
        time.sleep(0.0005)
    machine = subprocess.Popen(argv, **quiet)
    try:
        connection, _ = listener.accept()
        if connection.recv(32, socket.MSG_WAITALL) != token:
            sys.exit("a stranger called")
        connection.sendall(token)
        agent = Agent(connection)
        sequence, exited = agent.exit()
        code = time.perf_counter()
        connection.sendall(agent.acknowledgement(sequence))
        if exited.get(1, 0) != 0 or 3 in exited:
            sys.exit(f"the command did not end with 0: {exited}")
        _, _, usage = os.wait4(machine.pid, 0)
        end = time.perf_counter()
        return (code - start) * 1e3, (end - start) * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3
    except TimeoutError:
        machine.kill()
        machine.wait()
        sys.exit("no agent called:\n" + open(f"{directory}/console.log").read()[-2000:])
    finally:
        daemon.kill()
        daemon.wait()
        listener.close()
        for name in ("vsock", "vhost.sock", "qmp.sock", f"vsock_{HOST_PORT}"):
            if os.path.lexists(f"{directory}/{name}"):
                os.unlink(f"{directory}/{name}")


def make_layer(directory):
    tree = f"{directory}/tree"
    os.makedirs(f"{tree}/bin")
    source = b"int main(void){return 0;}"
    subprocess.run(["cc", "-static", "-O2", "-o", f"{tree}/bin/true", "-xc", "-"], input=source, check=True)
    subprocess.run(["mkfs.erofs", f"{directory}/layer", tree], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return f"{directory}/layer"


def host_tsc_khz():
    """Good enough here: the clock of the guest is not looked at."""
    with open("/proc/cpuinfo") as file:
        return round(float(next(line.split(":")[1] for line in file if line.startswith("cpu MHz"))) * 1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--memory", type=int, default=512, help="MiB")
    parser.add_argument("--layer", action="append", default=[], help="EROFS image, lowest first")
    parser.add_argument("--kernel", default=f"{OUT}/guest/vmlinux")
    parser.add_argument("--agent", default=f"{OUT}/guest/agent.cpio")
    parser.add_argument("--daemon", default=f"{OUT}/host/vhost-device-vsock")
    parser.add_argument("--append", default="", help="more of the kernel's command line")
    parser.add_argument("--extra", default="", help="more arguments of QEMU's")
    parser.add_argument("--against", help="a command that must end with 0, such as `kctl run --rm IMAGE true`")
    parser.add_argument("command", nargs="*", default=[])
    options = parser.parse_args()
    options.command = options.command or ["/bin/true"]
    with tempfile.TemporaryDirectory(prefix="kctl-floor-") as directory:
        with open(f"{directory}/template", "wb") as template:
            template.truncate(2**30)
        ext4 = ["mkfs.ext4", "-qF", "-O", "^resize_inode", "-J", "size=8", "-m", "0"]
        subprocess.run([*ext4, "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", f"{directory}/template"], check=True)
        files = options.layer or [make_layer(directory)]
        layers = [(f"layer{n}", os.path.abspath(file)) for n, file in enumerate(files)]
        if options.against:
            against(options, directory, layers)
        else:
            alone(options, directory, layers)


def alone(options, directory, layers):
    runs = [measure(options, directory, layers, host_tsc_khz()) for _ in range(options.rounds + 1)][1:]
    for name, values in zip(("exit code", "QEMU ended", "QEMU's CPU"), zip(*runs)):
        print(f"{name:11} median {statistics.median(values):6.1f}  least {min(values):6.1f}", file=sys.stderr)
    print(f"{statistics.median(run[0] for run in runs):.1f}")


def against(options, directory, layers):
    commands = {
        "floor": lambda: measure(options, directory, layers, host_tsc_khz())[0],
        "kctl run": lambda: pairs.run(shlex.split(options.against), 0),
    }
    times = pairs.interleave(commands, options.rounds, 2)
    pairs.report(times)
    promise = "`kctl run --rm true`, image local, engine warm: at most 120 ms above the raw VMM with the same kernel, agent, disks and daemon"
    pairs.judge(times, promise, "kctl run", "floor", "difference", 120)
    least, middle = min(times["floor"]), statistics.median(times["floor"])
    pairs.row("the floor itself: below 450 ms", f"median {middle:.0f} ms, least {least:.0f} ms", "kept" if middle < 450 else "missed")


if __name__ == "__main__":
    main()

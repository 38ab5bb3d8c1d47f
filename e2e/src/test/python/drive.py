"""What programs do with docker-py: drive.py URL IMAGE. Ends with 0 when all of it was as documented."""

import io
import sys
import tarfile
import time
import urllib.request

import docker

client = docker.DockerClient(base_url=sys.argv[1], timeout=600)
image = sys.argv[2]


def archive(name, content):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def unpacked(chunks, name):
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        return tar.extractfile(name).read()


def eventually(condition):
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def runs_to_the_end():
    script = "echo out; echo err >&2"
    assert client.containers.run(image, ["sh", "-c", script], remove=True) == b"out\n"
    both = client.containers.run(image, ["sh", "-c", script], remove=True, stderr=True)
    assert sorted(both.splitlines()) == [b"err", b"out"], both
    try:
        client.containers.run(image, ["sh", "-c", "echo why >&2; exit 3"], remove=True)
        raise AssertionError("no ContainerError")
    except docker.errors.ContainerError as error:
        assert error.exit_status == 3, error


def lives():
    container = client.containers.run(
        image, ["sh", "-c", "echo up; exec sleep 1000"], detach=True, name="py", labels={"by": "py"}, mem_limit="64m"
    )
    container.reload()
    assert container.status == "running", container.status
    assert [c.name for c in client.containers.list(filters={"label": "by=py"})] == ["py"]
    result = container.exec_run(["sh", "-c", "echo $A; echo err >&2; exit 4"], environment={"A": "b"}, demux=True)
    assert result == (4, (b"b\n", b"err\n")), result
    container.pause()
    container.unpause()
    container.rename("renamed")
    eventually(lambda: b"up" in b"".join(container.logs(stream=True, follow=False)))
    assert container.put_archive("/work", archive("sent", b"content"))
    assert unpacked(container.get_archive("/work/sent")[0], "sent") == b"content"
    assert {"Path": "/work/sent", "Kind": 1} in container.diff(), container.diff()
    assert container.stats(stream=False)["memory_stats"]["usage"] > 0
    eventually(lambda: any("sleep 1000" in " ".join(process) for process in container.top()["Processes"]))
    container.update(mem_limit="48m", memswap_limit="48m")
    container.restart(timeout=0)
    container.stop(timeout=0)
    assert container.wait()["StatusCode"] == 137
    container.remove()


def has_networks():
    pool = docker.types.IPAMPool(subnet="10.96.0.0/24", gateway="10.96.0.1")
    network = client.networks.create("py", driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"by": "py"})
    assert network.attrs["IPAM"]["Config"] == [{"Subnet": "10.96.0.0/24", "Gateway": "10.96.0.1"}], network.attrs
    assert [n.name for n in client.networks.list(filters={"label": "by=py"})] == ["py"]
    assert {"bridge", "host", "none", "py"} == {n.name for n in client.networks.list()}
    serve = "echo hello >/work/index.html; exec busybox httpd -f -h /work"
    web = client.containers.run(
        image, ["sh", "-c", serve], detach=True, name="web", network="py", ports={"80/tcp": ("127.0.0.1", None)}
    )
    web.reload()
    port = web.ports["80/tcp"][0]["HostPort"]
    assert served(f"http://127.0.0.1:{port}/") == b"hello\n"
    network.reload()
    assert [c.name for c in network.containers] == ["web"], network.attrs
    ask = ["busybox", "timeout", "60", "busybox", "wget", "-qO-", "http://web/"]
    assert client.containers.run(image, ask, network="py", remove=True) == b"hello\n"
    other = client.networks.create("other")
    try:
        other.connect(web)
        raise AssertionError("connected while it runs")
    except docker.errors.APIError as error:
        assert "stop the container" in error.explanation, error
    web.stop(timeout=0)
    other.connect(web, aliases=["www"])
    web.reload()
    assert set(web.attrs["NetworkSettings"]["Networks"]) == {"py", "other"}, web.attrs
    other.disconnect(web)
    web.remove()
    other.remove()
    assert client.networks.prune(filters={"label": "by=py"}) == {"NetworksDeleted": ["py"]}


def served(url):
    """What is there within two minutes."""
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def names_what_is_missing():
    for ask in (lambda: client.containers.get("nobody"), lambda: client.images.get("localhost:1/no/such:1")):
        try:
            ask()
            raise AssertionError("no NotFound")
        except docker.errors.NotFound:
            pass


def tells_of_itself():
    assert client.ping()
    assert client.version()["ApiVersion"]
    assert client.info()["OSType"] == "linux"
    assert image in [tag for known in client.images.list() for tag in known.tags]
    assert client.df()["Images"]
    assert client.images.get(image).attrs["Config"]["WorkingDir"] == "/work"


tells_of_itself()
runs_to_the_end()
lives()
has_networks()
names_what_is_missing()

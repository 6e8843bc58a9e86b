"""exec, attach, port-forward and cp into running containers, by kubectl and the Python client."""

import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kubernetes import client as k8s
from kubernetes import config
from kubernetes.stream import portforward, stream

from pinnace.apiserver import ApiServer, certificate, kubeconfig
from pinnace.plane.containers import log_reader, pod_access
from pinnace.pods import PodSettings, choose_runtime
from tests.eventually import eventually
from tests.integration.apiserver.conftest import TOKEN, Kubectl
from tests.integration.pods.conftest import Cluster
from tests.kubectl import lacking, program

pytestmark = pytest.mark.slow

SERVER = """
echo page > page
exec python3 -c '
import functools, http.server, socketserver
server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
open("/tmp/port", "w").write(str(server.server_address[1]))
server.serve_forever()'
"""


class Site:
    """A node, its API, and a Pod with a web server that goes on running."""

    def __init__(self, root: Path, runtime: str) -> None:
        self.cluster = Cluster(root / "state", runtime, PodSettings(), {})
        self.cluster.up()
        self.cluster.store.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
        )
        tls = certificate(root / "tls", "127.0.0.1", datetime.now(UTC))
        state = self.cluster.state
        self.server = ApiServer(
            self.cluster.store, token=TOKEN, logs=log_reader(state), access=pod_access(state),
            tls=tls,
        )  # fmt: skip
        self.server.start()
        self.config = root / "kubeconfig"
        self.config.write_text(kubeconfig(self.server.url, TOKEN, tls.authority))
        (root / "home").mkdir()
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(root / "home"),
            "KUBECONFIG": str(self.config),
        }  # fmt: skip

    def kubectl(self, *words: str, stdin: str = "", code: int = 0) -> str:
        done = self.kubectl_run(*words, stdin=stdin)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def kubectl_run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return Kubectl(program(), self.environment).run(*words, stdin=stdin)

    def close(self) -> None:
        self.server.stop()
        self.cluster.down(kill=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    _, report = choose_runtime(Path("/nonexistent"), "auto")
    if report.name != "sandbox":
        pytest.skip(f"the sandbox runtime doesn't work here: {report.reason}")
    opened = Site(tmp_path_factory.mktemp("access"), "sandbox")
    container = {"workingDir": "/srv", "env": [{"name": "COLOR", "value": "light blue"}]}
    opened.cluster.sh(SERVER, "web", container=container, hostname="webhost")
    opened.cluster.running("web")
    eventually(lambda: port_of(opened))
    yield opened
    opened.close()


@pytest.fixture
def api(site: Site) -> k8s.CoreV1Api:
    return k8s.CoreV1Api(config.new_client_from_config(str(site.config)))


needs_kubectl = pytest.mark.skipif(bool(lacking()), reason=lacking())


@needs_kubectl
def test_exec_runs_in_the_container_as_its_own_program_does(site: Site) -> None:
    script = "echo $COLOR; pwd; hostname; id -u; ls /; ls /proc | grep -c '^[0-9]'; cat /srv/page"
    said = site.kubectl("exec", "web", "--", "sh", "-c", script).splitlines()
    assert said[:4] == ["light blue", "/srv", "webhost", "0"]
    assert "boot" not in said[4:-2]  # what the host has in its root
    assert int(said[-2]) < 10  # processes
    assert said[-1] == "page"
    mine = site.kubectl("exec", "web", "--", "sed", "-n", "/^Cap\\|^NoNew/p", "/proc/self/status")
    theirs = site.kubectl("exec", "web", "--", "sed", "-n", "/^Cap\\|^NoNew/p", "/proc/2/status")
    assert mine.splitlines() == theirs.splitlines()


@needs_kubectl
def test_exec_gives_back_output_errors_and_the_exit_code(site: Site) -> None:
    done = site.kubectl_run("exec", "web", "-c", "main", "--", "sh", "-c",
                            "echo out; echo err >&2; exit 7")  # fmt: skip
    assert done.returncode == 7
    assert done.stdout == "out\n"
    assert done.stderr.splitlines() == ["err", "command terminated with exit code 7"]
    killed = site.kubectl("exec", "web", "--", "sh", "-c", "kill -9 $$", code=137)
    assert "exit code 137" in killed


@needs_kubectl
def test_exec_goes_on_after_the_time_for_a_first_request(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinnace.apiserver.listener._FIRST_REQUEST", 0.5)
    assert site.kubectl("exec", "web", "--", "sh", "-c", "sleep 2; echo end") == "end\n"


@needs_kubectl
def test_exec_reads_what_is_typed(site: Site) -> None:
    text = "".join(f"line {number}\n" for number in range(50_000))
    assert site.kubectl("exec", "-i", "web", "--", "cat", stdin=text) == text
    assert site.kubectl("exec", "-i", "web", "--", "head", "-1", stdin=text) == "line 0\n"


@needs_kubectl
def test_exec_that_cannot_be_says_why(site: Site) -> None:
    assert site.kubectl("exec", "web", "--", "nope", code=1) == (
        "error: Internal error occurred: error executing command in container: "
        'exec: "nope": executable file not found in $PATH\n'
    )
    assert "permission denied" in site.kubectl("exec", "web", "--", "/etc", code=1)
    assert site.kubectl("exec", "web", "-c", "x", "--", "ls", code=1) == (
        "Error from server (BadRequest): container x is not valid for pod web\n"
    )
    assert 'pods "gone" not found' in site.kubectl("exec", "gone", "--", "ls", code=1)
    site.cluster.run("exit 0", "done")
    finished = site.kubectl("exec", "done", "--", "ls", code=1)
    assert "cannot exec into a container in a completed pod; current phase is Succeeded" in finished
    site.cluster.delete("done")


def test_a_terminal_of_the_container(site: Site, api: k8s.CoreV1Api) -> None:
    shell = stream(
        api.connect_get_namespaced_pod_exec, "web", "default", command=["sh"],
        stdin=True, stdout=True, stderr=True, tty=True, _preload_content=False,
    )  # fmt: skip
    shell.write_channel(4, '{"Width":91,"Height":17}')
    shell.write_stdin("tty; stty size; echo $TERM; exit 4\n")
    shell.run_forever(timeout=20)
    assert shell.returncode == 4
    said = shell.read_all().replace("\r", "")
    assert "/dev/pts/0\n17 91\nxterm\n" in said


def test_the_python_client_executes(api: k8s.CoreV1Api) -> None:
    said = stream(
        api.connect_get_namespaced_pod_exec, "web", "default", container="main",
        command=["sh", "-c", "echo $COLOR; echo oops >&2"], stdout=True, stderr=True,
    )  # fmt: skip
    assert sorted(said.splitlines()) == ["light blue", "oops"]


def test_a_program_ends_with_the_connection_that_wants_it(site: Site, api: k8s.CoreV1Api) -> None:
    marker = f"4321.{os.getpid()}"
    started = stream(
        api.connect_get_namespaced_pod_exec, "web", "default", stdout=True, stderr=True,
        command=["sh", "-c", f"echo on; sleep {marker}"], _preload_content=False,
    )  # fmt: skip
    assert started.readline_stdout(timeout=20) == "on"
    started.close()
    eventually(lambda: f"sleep {marker}" not in subprocess.run(
        ["ps", "ax", "-o", "args"], capture_output=True, text=True, check=True).stdout)  # fmt: skip


@needs_kubectl
def test_copying_files_in_and_out(site: Site, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(bytes(range(256)) * 4000)
    site.kubectl("cp", str(tmp_path / "in"), "web:/tmp/there")
    site.kubectl("cp", "web:/tmp/there", str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == (tmp_path / "in").read_bytes()


def port_of(site: Site) -> int:
    return int((site.cluster.attempt("web") / "rootfs/tmp/port").read_text())


@needs_kubectl
def test_port_forward_into_a_pod(site: Site) -> None:
    forwarding = Kubectl(program(), site.environment).begin(
        "port-forward", "pod/web", f":{port_of(site)}", "--address=127.0.0.1"
    )
    assert forwarding.stdout is not None
    try:
        line = forwarding.stdout.readline()
        local = int(line.partition("127.0.0.1:")[2].partition(" ")[0])
        for _ in range(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{local}/page", timeout=10) as page:
                assert page.read() == b"page\n"
    finally:
        forwarding.kill()
        forwarding.wait()
        forwarding.stdout.close()


@needs_kubectl
def test_only_ports_of_the_pod_itself_are_forwarded(site: Site) -> None:
    api_port = site.server.url.rpartition(":")[2]  # open, and somebody else's
    forwarding = Kubectl(program(), site.environment).begin(
        "port-forward", "pod/web", f":{api_port}", "--address=127.0.0.1"
    )
    assert forwarding.stdout is not None
    local = int(forwarding.stdout.readline().partition("127.0.0.1:")[2].partition(" ")[0])
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{local}/", timeout=10)
    said, _ = forwarding.communicate(timeout=20)
    assert f"error forwarding port {api_port} to pod web" in said
    assert "connection refused" in said


def test_the_python_client_forwards_ports(site: Site, api: k8s.CoreV1Api) -> None:
    port = port_of(site)
    opened = portforward(
        api.connect_get_namespaced_pod_portforward, "web", "default", ports=str(port)
    )
    with closing(opened.socket(port)) as connection:
        connection.setblocking(True)
        connection.sendall(b"GET /page HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.endswith(b"\r\n\r\npage\n")
    assert opened.error(port) is None


@needs_kubectl
def test_attach_shows_what_is_said_from_now_on(site: Site) -> None:
    site.cluster.sh(
        "echo before; while [ ! -e /go ]; do sleep 0.05; echo tick; done; echo after; echo e >&2",
        "talker",
    )
    site.cluster.running("talker")
    eventually(lambda: site.cluster.log("talker").startswith("before\n"))
    attached = Kubectl(program(), site.environment).begin("attach", "talker")
    assert attached.stdout is not None
    assert "tick\n" in iter(attached.stdout.readline, "")  # it follows; kubectl speaks first
    (site.cluster.attempt("talker") / "rootfs/go").touch()
    said, _ = attached.communicate(timeout=20)
    assert "before" not in said
    assert {"after", "e"} <= set(said.splitlines())
    assert attached.returncode == 0
    site.cluster.delete("talker")


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("exec?command=ls&stdout=true", {}, 401),
        ("exec?command=ls&stdout=true", {"Authorization": "Bearer wrong"}, 401),
        ("exec?stdout=true", {"Authorization": f"Bearer {TOKEN}"}, 400),
        ("log", {"Authorization": f"Bearer {TOKEN}"}, 404),
    ],
)
def test_a_websocket_needs_what_every_request_needs(
    site: Site, path: str, headers: dict[str, str], code: int
) -> None:
    from websockets.exceptions import InvalidStatus  # noqa: PLC0415 - only here
    from websockets.sync.client import connect  # noqa: PLC0415

    plain = site.server.url.replace("https", "ws")
    with pytest.raises(InvalidStatus) as refused, connect(
        f"{plain}/api/v1/namespaces/default/pods/web/{path}", additional_headers=headers,
        subprotocols=["v4.channel.k8s.io"],  # type: ignore[list-item]
    ):  # fmt: skip
        pass
    assert refused.value.response.status_code == code


@pytest.mark.parametrize("runtime", ["process"])
def test_without_a_sandbox_exec_has_the_environment_and_folder(
    tmp_path: Path, runtime: str
) -> None:
    opened = Site(tmp_path, runtime)
    try:
        opened.cluster.sh("sleep 60", container={"env": [{"name": "COLOR", "value": "red"}]})
        opened.cluster.running()
        said = opened.kubectl("exec", "p", "--", "sh", "-c", "echo $COLOR; pwd")
        color, folder = said.splitlines()
        assert color == "red"
        assert folder.startswith(str(opened.cluster.state))
        opened.cluster.delete(grace=0)
        eventually(lambda: opened.cluster.pod() is None)
    finally:
        opened.close()

"""What a person gets wrong at the command line: one message that says what to do, no traceback."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pinnace.cli.kubeconfig import read_kubeconfig
from pinnace.cli.main import cli, main
from pinnace.objects.errors import Permanent
from pinnace.plane import record
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder, read_json, write_json

Run = Callable[..., tuple[str, int]]
KUBECONFIG = """\
current-context: here
contexts: [{name: here, context: {cluster: here}}]
clusters: [{name: here, cluster: {server: "SERVER"}}]
users: [{name: "", user: {}}]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``pinnace`` as the shell does; returns what it said and its exit code."""

    def typed(*words: str) -> tuple[str, int]:
        monkeypatch.setattr("sys.argv", ["pinnace", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return capsys.readouterr().err, int(str(ended.value.code))

    return typed


def test_a_control_plane_that_was_never_started(run: Run, tmp_path: Path) -> None:
    state = str(tmp_path / "none")
    assert run("get", "pods", "--state", state) == (
        f"pinnace: {state}/kubeconfig does not exist; start a control plane with: pinnace up "
        f"--detach --state {state}; or name a cluster: --kubeconfig FILE, --context NAME\n",
        1,
    )


def test_a_control_plane_that_was_stopped(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: whoever connects is refused
        server = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "kubeconfig").write_text(KUBECONFIG.replace("SERVER", server))
        said, code = run("list", "--state", str(tmp_path))
    assert code == 1
    assert said.startswith(f"pinnace: the API at {server} can't be reached: ")
    assert said.endswith(f"; start a control plane with: pinnace up --detach --state {tmp_path}\n")


def test_a_state_folder_that_can_t_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said, code = run("up", "--state", str(tmp_path / "file" / "state"))
    assert code == 1
    assert "file/state can't be used: Not a directory; choose one" in said


def test_folders_that_are_not_there_are_told_before_anything_starts(
    run: Run, tmp_path: Path
) -> None:
    said, code = run("up", "-f", str(tmp_path / "sensor"), "--state", str(tmp_path / "state"))
    assert (said, code) == (
        "pinnace: --filename: expected a folder or file of manifests, "
        f"found nothing at {tmp_path}/sensor\n",
        1,
    )
    assert not (tmp_path / "state").exists()


def test_a_start_beside_the_shell_that_fails_tells_the_log_of_this_start(
    run: Run, tmp_path: Path
) -> None:
    state = StateFolder.at(tmp_path / "state")
    state.database.write_text("no database" * 100)
    (state.logs / "pinnace.log").write_text("of an earlier start\n")
    said, code = run("up", "--detach", "--state", str(state.root))
    assert code == 1
    assert "pinnace.db can't be used as Pinnace's database: file is not a database" in said
    assert "of an earlier start" not in said


def test_a_port_that_is_none(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["up", "--port", "99999", "--state", str(tmp_path / "state")])
    assert told.exit_code == 2
    assert "99999 is not in the range 0<=x<=65535" in told.stderr


def test_a_demo_elsewhere_than_in_its_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said, code = run("demo")
    assert code == 1
    assert f"not in {tmp_path}" in said
    assert "no EventSource github" in said
    assert "run the demo in the folder that Pinnace was cloned into" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {b", "found no YAML"),
        ("kind: Pod", "found kind: Pod"),
        ("- a", "found list"),
        ("", "found nothing"),
        ("kind: Config", "no context named '' in it; it has: none"),
    ],
)
def test_a_kubeconfig_that_is_none(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(text)
    with pytest.raises(Permanent) as error:
        read_kubeconfig(tmp_path / "config")
    assert str(error.value).startswith(f"{tmp_path}/config: ")
    assert said in str(error.value)


def test_a_record_of_a_newer_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    written = Record(
        pid=1, api="a", page="p", object_store="o", git="g", git_push="h", runtime="sandbox"
    )
    record.write(state, written)
    write_json(state.run / "plane.json", {**read_json(state.run / "plane.json"), "newer": 1})
    assert record.last(state) == written

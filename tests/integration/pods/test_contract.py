"""What every runtime does alike: the same tests on the sandbox and on plain processes."""

import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.kinds import EVENTS, PODS
from tests.eventually import eventually
from tests.integration.pods.conftest import Start

both = pytest.mark.parametrize("start", ["sandbox", "process"], indirect=True)
pytestmark = both


@pytest.mark.parametrize(
    ("script", "code", "reason", "phase"),
    [
        ("exit 0", 0, "Completed", "Succeeded"),
        ("exit 3", 3, "Error", "Failed"),
        ("kill -9 $$$$", 137, "Error", "Failed"),
        ("kill -TERM $$$$", 143, "Error", "Failed"),
    ],
)
def test_exit_codes(start: Start, script: str, code: int, reason: str, phase: str) -> None:
    cluster = start()
    cluster.sh(script)
    assert cluster.finished()["status"]["phase"] == phase
    ended = cluster.exit()
    assert (ended["exitCode"], ended["reason"]) == (code, reason)
    assert (
        ended["startedAt"] and ended["finishedAt"] and ended["containerID"].startswith("pinnace://")
    )


def test_stdout_and_stderr_go_to_one_log_in_cri_format(start: Start) -> None:
    cluster = start()
    cluster.sh("echo out; echo err >&2; printf 'no newline'")
    cluster.finished()
    lines = (cluster.attempt() / "log").read_text().splitlines()
    kinds = {tuple(line.split(" ", 3)[1:]) for line in lines}
    assert kinds == {
        ("stdout", "F", "out"),
        ("stderr", "F", "err"),
        ("stdout", "P", "no newline"),
    }
    assert all(line[:20].endswith(".") and line.split(" ")[0].endswith("Z") for line in lines)


def test_long_lines_and_much_output_come_through_whole(start: Start) -> None:
    cluster = start()
    script = "head -c 100000 /dev/zero | tr '\\0' x; echo; seq 1 20000"
    text = cluster.run(script)
    assert text == "x" * 100000 + "\n" + "".join(f"{n}\n" for n in range(1, 20001))


def test_environment_arguments_and_working_directory(start: Start) -> None:
    cluster = start()
    container: dict[str, Any] = {
        "command": ["sh", "-c", 'echo "$GREETING|$NODE|$CPU|$1|$2"', "sh"],
        "args": ["$(GREETING)", "$$(GREETING) $(NOBODY)"],
        "env": [
            {"name": "WHO", "value": "world"},
            {"name": "GREETING", "value": "hello $(WHO)"},
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu"}}},
        ],
        "resources": {"requests": {"cpu": "100m"}},
    }
    log = cluster.run("", container=container)
    assert log == "hello world|pinnace|1|hello world|$(GREETING) $(NOBODY)\n"


def test_environment_of_the_control_plane_does_not_leak(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINNACE_TEST_SECRET", "do-not-tell")
    assert "do-not-tell" not in start().run("env")


def test_a_missing_executable_says_what_where_and_what_to_do(start: Start) -> None:
    cluster = start()
    cluster.sh("", container={"command": ["no-such-program", "x"], "image": "acme/tool:1"})
    assert cluster.finished()["status"]["phase"] == "Failed"
    ended = cluster.exit()
    assert (ended["exitCode"], ended["reason"]) == (127, "StartError")
    for part in ("no-such-program", "acme/tool:1", "install", "pinnace.yaml"):
        assert part in ended["message"]
    reasons = {e["reason"] for e in cluster.store.list(EVENTS)}
    assert "Failed" in reasons


def test_no_command_and_no_known_entrypoint(start: Start) -> None:
    cluster = start()
    cluster.create({"containers": [{"name": "main", "image": "acme/tool:1"}]})
    cluster.finished()
    assert "no command" in cluster.exit()["message"]
    assert "acme/tool:1" in cluster.exit()["message"]


def test_an_interpreter_that_is_missing_fails_the_container(start: Start) -> None:
    cluster = start()
    script = "printf '#!/no/such/interpreter\\n' > s; chmod +x s; ./s"
    cluster.sh(script)
    cluster.finished()
    assert cluster.exit()["exitCode"] in (126, 127)


def test_sigterm_reaches_the_main_process_and_its_exit_code_counts(start: Start) -> None:
    cluster = start()
    cluster.sh("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done")
    eventually(lambda: "ready" in _log(cluster.attempt()))
    with closing(cluster.store.watch(PODS)) as changes:
        cluster.delete(grace=20)
        eventually(lambda: cluster.pod() is None)
        last = next(change for change in changes if change.type == "DELETED").object
    (status,) = last["status"]["containerStatuses"]
    assert status["state"]["terminated"]["exitCode"] == 7


def _log(attempt: Path) -> str:
    try:
        return (attempt / "log").read_text()
    except FileNotFoundError:
        return ""


def test_sigkill_after_the_grace_period(start: Start) -> None:
    cluster = start()
    cluster.sh("trap '' TERM; echo ready; while :; do sleep 0.05; done")
    eventually(lambda: "ready" in _log(cluster.attempt()))
    cluster.delete(grace=1)
    assert cluster.pod() is not None  # it gets its grace period first
    eventually(lambda: cluster.pod() is None)


def test_children_that_a_container_leaves_behind_end_with_it(start: Start) -> None:
    cluster = start()
    cluster.sh("sleep 300 & echo child $!; exit 0")
    assert cluster.finished()["status"]["phase"] == "Succeeded"


def test_own_home_and_temporary_folder(start: Start) -> None:
    cluster = start()
    script = 'echo x > "$HOME/mine"; echo y > "${TMPDIR:-/tmp}/mine"; ls "$HOME" "${TMPDIR:-/tmp}"'
    log = cluster.run(script)
    assert log.count("mine") == 2
    assert not (Path.home() / "mine").exists()
    assert not Path("/tmp/mine").exists()


def test_workflow_volumes_work_in_arguments(start: Start) -> None:
    cluster = start()
    mounts = [{"name": "argo-staging", "mountPath": "/argo/staging"}]
    write = {"name": "init", "image": "busybox", "volumeMounts": mounts}
    write["command"] = ["sh", "-c", "echo 'echo from the script' > /argo/staging/script"]
    main = {"name": "main", "image": "busybox", "volumeMounts": mounts}
    main["command"] = ["sh", "/argo/staging/script"]
    volumes = [{"name": "argo-staging", "emptyDir": {}}]
    cluster.create({"initContainers": [write], "containers": [main], "volumes": volumes})
    assert cluster.finished()["status"]["phase"] == "Succeeded"
    assert cluster.log() == "from the script\n"


@pytest.mark.parametrize(
    ("image", "command", "args", "expected"),
    [
        ("docker/whalesay:latest", ["cowsay"], ["hello world"], "< hello world >"),
        ("argoproj/argosay:v2", None, ["echo", "hi"], "hi\n"),
        ("python:alpine3.6", ["python"], ["-c", "print(6 * 7)"], "42\n"),
        ("alpine:3.23", ["sh", "-c"], ["echo shell"], "shell\n"),
    ],
)
def test_known_images(
    start: Start, image: str, command: list[str] | None, args: list[str], expected: str
) -> None:
    cluster = start()
    container: dict[str, Any] = {"name": "main", "image": image, "args": args}
    container |= {"command": command} if command else {}
    cluster.create({"containers": [container]})
    assert cluster.finished()["status"]["phase"] == "Succeeded"
    assert expected in cluster.log()


def test_the_termination_log_is_the_message(start: Start) -> None:
    cluster = start()
    cluster.sh("echo -n 'because of this' > /dev/termination-log; exit 1")
    cluster.finished()
    assert cluster.exit()["message"].strip() == "because of this"


def test_last_lines_of_the_log_stand_in_for_the_termination_log(start: Start) -> None:
    cluster = start()
    policy = {"terminationMessagePolicy": "FallbackToLogsOnError"}
    cluster.sh("echo the reason >&2; exit 1", container=policy)
    cluster.finished()
    assert cluster.exit()["message"] == "the reason\n"


def test_signals_that_a_process_sends_itself_are_told(start: Start) -> None:
    cluster = start()
    cluster.sh("kill -SEGV $$$$")
    cluster.finished()
    assert cluster.exit()["exitCode"] == 128 + signal.SIGSEGV

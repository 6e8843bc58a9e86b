"""Images that run in the control plane: what their context gives them."""

import threading
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.errors import Invalid
from pinnace.pods import BuiltinContext, BuiltinStopped
from tests.eventually import eventually
from tests.integration.pods.conftest import Start

_EXEC = "quay.io/argoproj/argoexec"
_MOUNTS = [
    {"name": "artifacts", "mountPath": "/in/data", "subPath": "data"},
    {"name": "shared", "mountPath": "/var/run/argo"},
]


def _spec(script: str, *sidecars: dict[str, Any]) -> dict[str, Any]:
    main = {"name": "main", "image": "busybox", "command": ["sh", "-c", script]}
    main["volumeMounts"] = _MOUNTS  # type: ignore[assignment]
    init = {"name": "init", "image": f"{_EXEC}:v4.1.2", "command": ["argoexec", "init"]}
    wait = {"name": "wait", "image": f"{_EXEC}:v4.1.2", "command": ["argoexec", "wait"]}
    mounts = [{"name": "artifacts", "mountPath": "/argo/inputs/artifacts"}]
    init["volumeMounts"] = mounts  # type: ignore[assignment]
    volumes = [{"name": "artifacts", "emptyDir": {}}, {"name": "shared", "emptyDir": {}}]
    return {"initContainers": [init], "containers": [wait, main, *sidecars], "volumes": volumes}


def test_init_stages_and_wait_collects(start: Start) -> None:
    seen: dict[str, Any] = {}

    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "init":
            target = ctx.path("init", "/argo/inputs/artifacts/data")
            target.write_text("the input")
            assert ctx.path("main", "/in/data") == target
            ctx.log("staged")
            return 0
        seen["exit"] = ctx.wait_for("main")
        seen["stdout"] = b"".join(ctx.stdout("main"))
        seen["output"] = ctx.path("main", "/tmp/out.txt").read_text()
        seen["shared"] = ctx.path("main", "/var/run/argo/x").read_text()
        seen["program"] = ctx.path("main", "/bin/sh")
        return 0

    cluster = start({_EXEC: argoexec})
    script = "cat /in/data; echo err >&2; echo out > /tmp/out.txt; echo x > /var/run/argo/x; exit 2"
    cluster.create(_spec(script))
    status = cluster.finished()["status"]
    assert status["phase"] == "Failed"  # main failed, wait did not
    assert seen["exit"].code == 2
    assert (seen["stdout"], seen["output"], seen["shared"]) == (b"the input", "out\n", "x\n")
    assert seen["program"].exists()
    assert cluster.log(container="init") == "staged\n"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("/tmp/out", "/etc/shadow"),
        ("/tmp/out", "../../../../../../../../etc/shadow"),
        ("/tmp/deep/out", "/proc/self/root/etc/shadow"),
        ("/var/run/argo/out", "/etc/shadow"),
        ("/var/run/argo/out", "../../../../../../../../../etc/shadow"),
    ],
)
def test_hostile_links_do_not_lead_out(start: Start, link: str, target: str) -> None:
    found: list[Path] = []

    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "wait":
            ctx.wait_for("main")
            found.append(ctx.path("main", link))
        return 0

    cluster = start({_EXEC: argoexec})
    cluster.create(_spec(f"mkdir -p $(dirname {link}); ln -s {target} {link}"))
    cluster.finished()
    (path,) = found
    assert path.is_relative_to(cluster.state) and path.resolve().is_relative_to(cluster.state)
    assert not path.exists()


def test_wait_ends_sidecars(start: Start) -> None:
    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "wait":
            ctx.wait_for("main")
            ctx.kill("side")
            assert ctx.wait_for("side").code == 143
        return 0

    cluster = start({_EXEC: argoexec})
    side = {"name": "side", "image": "busybox", "command": ["sleep", "300"]}
    cluster.create(_spec("true", side))
    assert cluster.finished()["status"]["phase"] == "Failed"  # as Kubernetes says; Argo looks on
    assert cluster.exit(container="side")["exitCode"] == 143


def test_a_failure_is_the_message_of_the_container(start: Start) -> None:
    def argoexec(ctx: BuiltinContext) -> int:
        raise Invalid(kind="Workflow", name="w", field="spec.x", expected="a", found="b")

    cluster = start({_EXEC: argoexec})
    cluster.create(_spec("true"))
    assert cluster.finished()["status"]["phase"] == "Failed"
    ended = cluster.exit(container="init")
    assert (ended["exitCode"], ended["message"]) == (1, "Workflow w: spec.x: expected a, found b")
    assert "spec.x" in cluster.log(container="init")
    assert "waiting" in cluster.status()["state"]


def test_a_builtin_that_waits_for_what_never_starts_is_released(start: Start) -> None:
    released = threading.Event()

    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "wait":
            try:
                ctx.wait_for("main")
            except BuiltinStopped:
                released.set()
                raise
        return 0

    cluster = start({_EXEC: argoexec})
    spec = _spec("true")
    spec["containers"][1]["envFrom"] = [{"configMapRef": {"name": "nobody"}}]
    cluster.create(spec)
    eventually(lambda: cluster.status().get("state", {}).get("waiting", {}).get("message"))
    cluster.delete(grace=5)
    eventually(lambda: cluster.pod() is None, timeout=20)
    assert released.is_set()


def test_the_deadline_ends_main_and_wait_still_collects(start: Start) -> None:
    collected: list[str] = []

    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "wait":
            ctx.wait_for("main")
            collected.append(ctx.path("main", "/tmp/partial").read_text())
        return 0

    cluster = start({_EXEC: argoexec})
    cluster.create({**_spec("echo half > /tmp/partial; sleep 300"), "activeDeadlineSeconds": 2})
    status = cluster.finished()["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert collected == ["half\n"]
    assert cluster.exit(container="wait")["exitCode"] == 0


def test_a_builtin_that_does_not_end_is_given_up_after_the_grace_period(start: Start) -> None:
    forever = threading.Event()

    def argoexec(ctx: BuiltinContext) -> int:
        if ctx.container["command"][1] == "wait":
            forever.wait(30)
        return 0

    cluster = start({_EXEC: argoexec})
    cluster.create(_spec("true"))
    eventually(lambda: "terminated" in cluster.status().get("state", {}))
    cluster.delete(grace=1)
    eventually(lambda: cluster.pod() is None, timeout=20)
    forever.set()

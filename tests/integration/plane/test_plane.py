"""A control plane with everything beside it, in this process."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pinnace.cli.client import Client, read_kubeconfig
from pinnace.objects.errors import Permanent, PinnaceError
from pinnace.objects.kinds import CONFIG_MAPS, EVENT_SOURCES, WORKFLOW_TEMPLATES
from pinnace.objects.meta import condition, name_of
from pinnace.objects.types import Object
from pinnace.plane import record
from pinnace.plane.config import settings
from pinnace.plane.plane import ControlPlane
from tests.eventually import eventually

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: '1'}\n"
BAD = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: bad
spec:
  entrypont: a
  templates:
    - name: a
      container: {image: alpine, command: ["true"]}
"""
HOOK = """\
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hook}
spec:
  webhook:
    e: {port: "PORT", endpoint: /e, method: POST}
"""

Start = Callable[..., ControlPlane]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(state: Path, folder: Path, port: int = 0) -> ControlPlane:
            chosen = settings(state=state, folders=[folder], port=port)
            plane = ControlPlane(chosen, progress=lambda _what: None)
            plane.start()
            stack.callback(plane.stop)
            return plane

        yield begin


def client(plane: ControlPlane) -> Client:
    return Client(read_kubeconfig(plane.state.kubeconfig))


def problems(plane: ControlPlane) -> tuple[str, ...]:
    found = record.read(plane.state)
    assert found is not None
    return found.problems


@pytest.mark.slow
def test_a_broken_manifest_is_refused_and_the_rest_applied(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "bad.yaml").write_text(BAD)
    (folder / "good.yaml").write_text(GOOD.replace("NAME", "good"))
    plane = start(tmp_path / "state", folder)
    with client(plane) as api:
        assert api.get(CONFIG_MAPS, "default", "good")["data"] == {"a": "1"}
        assert problems(plane) == (
            f"{folder}/bad.yaml:6: WorkflowTemplate bad: spec.entrypont: unknown field; "
            "did you mean entrypoint?",
        )
        (folder / "bad.yaml").write_text(BAD.replace("entrypont", "entrypoint"))
        (folder / "new.yaml").write_text(GOOD.replace("NAME", "new"))
        eventually(lambda: api.get(CONFIG_MAPS, "default", "new"))
        eventually(lambda: api.get(WORKFLOW_TEMPLATES, "default", "bad"))
        eventually(lambda: problems(plane) == ())


@pytest.mark.slow
def test_two_control_planes_run_side_by_side(tmp_path: Path, start: Start) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "hook.yaml").write_text(HOOK.replace("PORT", str(port)))
    first = start(tmp_path / "one", folder)
    second = start(tmp_path / "two", folder)

    def deployed(plane: ControlPlane) -> Object:
        with client(plane) as api:
            found = condition(api.get(EVENT_SOURCES, "default", "hook"), "Deployed")
        assert found is not None and found["status"] == "True"
        return found

    eventually(lambda: deployed(first))
    said = eventually(lambda: deployed(second)).get("message", "")
    assert f"port {port}" in said and "pid" in said, said
    with client(first) as one, client(second) as two:
        assert [name_of(o) for o in one.list(EVENT_SOURCES)] == ["hook"]
        assert [name_of(o) for o in two.list(EVENT_SOURCES)] == ["hook"]
    taken = int(str(record.read(first.state).api).rpartition(":")[2])
    with pytest.raises(PinnaceError, match=rf"{taken}.*is taken by"):
        start(tmp_path / "three", folder, port=taken)
    with pytest.raises(Permanent, match="is in use by pid"):
        start(tmp_path / "one", folder)


@pytest.mark.slow
def test_everything_is_there_and_at_its_place_after_a_stop(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "good.yaml").write_text(GOOD.replace("NAME", "good"))
    plane = start(tmp_path / "state", folder)
    before = record.read(plane.state)
    with client(plane) as api:
        made = api.get(CONFIG_MAPS, "default", "good")
    plane.stop()
    assert record.read(plane.state) is None
    plane = start(tmp_path / "state", folder)
    after = record.read(plane.state)
    assert before is not None and after is not None
    assert (after.api, after.page, after.object_store) == (
        before.api, before.page, before.object_store,
    )  # fmt: skip
    with client(plane) as api:
        assert api.get(CONFIG_MAPS, "default", "good") == made

"""A CronWorkflow with a real store, controller, clock and pods."""

from collections.abc import Iterator

import pytest

from pinnace.objects.kinds import CRON_WORKFLOWS, WORKFLOWS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.workflows.cron.controller import controller
from tests.eventually import eventually
from tests.integration.workflows.conftest import Plane

KEY = Key(CRON_WORKFLOWS, "default", "ticking")
TICKING: Object = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "CronWorkflow",
    "metadata": {"name": "ticking", "namespace": "default"},
    "spec": {
        "schedules": ["@every 1s"],
        "successfulJobsHistoryLimit": 2,
        "workflowSpec": {
            "entrypoint": "main",
            "templates": [{"name": "main", "container": {"image": "busybox", "command": ["true"]}}],
        },
    },
}


@pytest.fixture
def cron(plane: Plane) -> Iterator[Plane]:
    """The plane with a CronWorkflow in it, and a controller that starts with the test."""
    plane.store.create(TICKING)
    started = controller(plane.store)
    started.start()
    yield plane
    started.stop()


def test_it_runs_again_and_again_and_once_for_each_time(cron: Plane) -> None:
    store = cron.store
    made: list[str] = []
    store.subscribe(
        lambda changes: made.extend(
            each.key.name for each in changes if (each.type, each.key.kind) == ("ADDED", WORKFLOWS)
        )
    )

    def status() -> Object:
        found: Object = store.get(KEY.kind, KEY.namespace, KEY.name).get("status") or {}
        return found

    eventually(lambda: status().get("succeeded", 0) >= 2)
    other = controller(store)  # another control plane's, as after a restart: the same times
    other.start()
    eventually(lambda: status()["succeeded"] >= 4)
    other.stop()
    assert len(made) == len(set(made))

    def succeeded() -> list[Object]:
        everyone = store.list(WORKFLOWS, "default")
        return [each for each in everyone if (each.get("status") or {}).get("phase") == "Succeeded"]

    eventually(lambda: len(succeeded()) <= 2)
    store.delete(KEY)
    assert store.list(WORKFLOWS, "default") == []  # what it owns goes with it

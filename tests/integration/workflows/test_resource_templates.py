"""resource templates against the real store: conditions, outputs, restarts."""

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key, name_of
from tests.eventually import eventually
from tests.integration.workflows.conftest import Plane, explain
from tests.integration.workflows.manifests import workflow


def test_resource_conditions_and_outputs(plane: Plane) -> None:
    name = plane.submit(workflow("conditions", """
entrypoint: main
templates:
- name: main
  resource:
    action: create
    setOwnerReference: true
    successCondition: data.state == done
    failureCondition: data.state in (failed, broken)
    manifest: |
      apiVersion: v1
      kind: ConfigMap
      metadata: {generateName: job-}
      data: {state: waiting}
"""))  # fmt: skip
    found = eventually(lambda: plane.store.list(CONFIG_MAPS, "default"))
    assert len(found) == 1
    job = found[0]
    assert job["metadata"]["ownerReferences"][0]["name"] == name
    key = Key(CONFIG_MAPS, "default", name_of(job))
    plane.store.modify(key, lambda obj: {**obj, "data": {"state": "done"}})
    done = plane.finished(name)
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)


def test_resource_failure_condition(plane: Plane) -> None:
    done = plane.run(workflow("broken", """
entrypoint: main
templates:
- name: main
  resource:
    action: create
    successCondition: data.state == done
    failureCondition: data.state == broken
    manifest: |
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: job}
      data: {state: broken}
"""))  # fmt: skip
    assert done["status"]["phase"] == "Failed"
    assert "failure condition 'data.state==broken' evaluated true" in done["status"]["message"]


def test_resource_create_is_not_repeated_after_a_restart(plane: Plane) -> None:
    name = plane.submit(workflow("once", """
entrypoint: main
templates:
- name: main
  resource:
    action: create
    successCondition: data.state == done
    manifest: |
      apiVersion: v1
      kind: ConfigMap
      metadata: {generateName: job-}
      data: {state: waiting}
"""))  # fmt: skip
    eventually(lambda: plane.store.list(CONFIG_MAPS, "default"))
    plane.restart()
    job = plane.store.list(CONFIG_MAPS, "default")[0]
    key = Key(CONFIG_MAPS, "default", name_of(job))
    plane.store.modify(key, lambda obj: {**obj, "data": {"state": "done"}})
    done = plane.finished(name)
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)
    assert len(plane.store.list(CONFIG_MAPS, "default")) == 1

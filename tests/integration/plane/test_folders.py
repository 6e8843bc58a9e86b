"""Folders of manifests with kinds of their own."""

import shutil
from pathlib import Path

import pytest

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.plane.folders import Folders
from pinnace.store import Store
from tests.eventually import eventually

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.e.org}
spec:
  group: e.org
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
  - {name: v1, served: true, storage: true,
     schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer, default: 3}}}}}
"""
GOOD = "apiVersion: e.org/v1\nkind: Widget\nmetadata: {name: good}\n"
BAD = "apiVersion: e.org/v1\nkind: Widget\nmetadata: {name: bad}\nsize: x\ncolour: red\n"


def test_a_definition_is_known_to_the_objects_beside_it(tmp_path: Path, store: Store) -> None:
    for name, text in (("a-good", GOOD), ("b-bad", BAD), ("c-definition", DEFINITION)):
        (tmp_path / f"{name}.yaml").write_text(text)
    folders = Folders(store, [tmp_path], lambda _obj, _beside: (), lambda _applied: None)
    for _ in range(2):  # and again: a folder is applied whenever it changes
        applied = folders.apply()
        assert sorted(map(str, applied.keys)) == [
            "customresourcedefinitions/widgets.e.org", "widgets/default/good",
        ]  # fmt: skip
        assert [str(problem).rpartition("/")[2] for problem in applied.problems] == [
            "b-bad.yaml:5: Widget bad: colour: unknown field",
            'b-bad.yaml:4: Widget bad: size: Invalid value: "string": size in body must be of type '
            'integer: "string"',
        ]
    kind = store.kinds.by_name("widgets")
    assert kind is not None and store.get(kind, "default", "good")["size"] == 3


def test_objects_whose_kind_nobody_defines_are_refused(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    folders = Folders(store, [tmp_path], lambda _obj, _beside: (), lambda _applied: None)
    (problem,) = folders.apply().problems
    assert "Widget in e.org/v1" in str(problem)


SENSOR = """
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: calls}
spec:
  dependencies: [{name: call, eventSourceName: hooks, eventName: call}]
  triggers:
  - template:
      name: notify
      http: {url: "http://127.0.0.1:1"}
"""


def test_a_trap_is_a_warning_with_its_line_and_the_object_is_applied(
    tmp_path: Path, store: Store
) -> None:
    (tmp_path / "a.yaml").write_text(SENSOR)
    folders = Folders(store, [tmp_path], lambda _obj, _beside: (), lambda _applied: None)
    applied = folders.apply()
    assert [str(key) for key in applied.keys] == ["sensors/default/calls"]
    (warning,) = applied.warnings
    assert str(warning).startswith(f"{tmp_path}/a.yaml:10: Sensor calls: spec.triggers[0].template")
    assert "without policy.status a cluster takes any status for success" in str(warning)


def test_usual_folders_may_come_later_go_and_come_again(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("sensors")
    reports: list[int] = []
    folders = Folders(
        store, [folder, Path("workflows")], lambda _obj, _beside: (),
        lambda applied: reports.append(len(applied.problems)), awaited=True,
    )  # fmt: skip
    assert folders.apply().problems == ()

    def there(name: str) -> None:
        eventually(lambda: store.get(CONFIG_MAPS, "default", name))

    def save(name: str) -> None:
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"
        (folder / f"{name}.yaml").write_text(text)

    folders.start()
    try:
        for name in ("first", "again"):
            folder.mkdir()
            save(name)
            there(name)
            save(f"{name}-more")
            there(f"{name}-more")
            shutil.rmtree(folder)
        told = len(reports)
        Path("elsewhere").write_text("")  # no folder of ours: wakes nobody
        folder.mkdir()
        save("last")
        there("last")
        assert len(reports) > told and not any(reports)
    finally:
        folders.stop()

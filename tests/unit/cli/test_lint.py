"""``pinnace lint``: exit codes, places and warnings, with nothing running."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pinnace.cli.main import cli
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import WORKFLOWS
from pinnace.plane import traps

GOOD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: busybox, command: [echo, hello]}
"""
USES = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: uses}
spec:
  workflowTemplateRef: {name: shared}
"""
SHARED = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: shared}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: busybox, command: [echo, hello]}
"""
SENSOR = """\
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: s}
spec:
  dependencies: [{name: a, eventSourceName: b, eventName: c}]
  triggers: [{template: {name: t, conditions: nobody, log: {}}}]
"""
SOURCE = """\
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: s}
spec:
  webhook: {e: {port: "12000", endpoint: /e, method: POST, unheard: 1}}
"""
FOREIGN = "apiVersion: example.com/v1\nkind: Boat\nmetadata: {name: b}\n"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (GOOD, 0, ["1 manifest, no problems, no warnings"]),
        (GOOD.replace("entrypoint: main", "entrypoint: other"), 1,
         ["m.yaml:5: Workflow: spec.entrypoint: template name 'other' undefined", "1 problem,"]),
        (GOOD.replace("entrypoint", "entrypont"), 1, ["m.yaml:5:", "did you mean entrypoint?"]),
        (GOOD.replace("hello]", '"{{inputs.parameters.nope}}"]'), 1, ["m.yaml:7:", "nope"]),
        (USES, 1, ["shared"]),
        (USES + "---\n" + SHARED, 0, ["2 manifests, no problems"]),
        (SENSOR, 1, ["m.yaml:6: Sensor s: ", "nobody"]),
        (SOURCE, 0, ["warning: ", "m.yaml:5: EventSource s: ", "unheard", "1 warning"]),
        (FOREIGN, 1, ["warning: ", "m.yaml:2: Boat b: ", "not checked"]),
        (GOOD + "---\n" + FOREIGN, 0, ["1 manifest, no problems, 1 warning"]),
        ("a: [", 1, ["m.yaml:"]),
        ("", 1, ["no manifests"]),
    ],
)  # fmt: skip
def test_what_it_says(tmp_path: Path, text: str, code: int, words: list[str]) -> None:
    (tmp_path / "m.yaml").write_text(text)
    told = CliRunner().invoke(cli, ["lint", str(tmp_path)])
    assert told.exit_code == code, told.output
    for each in words:
        assert each in told.output


def test_for_machines_and_from_standard_input() -> None:
    told = CliRunner().invoke(
        cli, ["lint", "-", "-o", "json"], input=GOOD.replace("hello]", "'{{inputs.parameters.x}}']")
    )
    assert told.exit_code == 1
    found = json.loads(told.output)
    assert found["objects"] == 1 and found["warnings"] == []
    (problem,) = found["problems"]
    assert (problem["file"], problem["line"], problem["field"]) == (
        "standard input", 7, "spec.templates[0]",
    )  # fmt: skip


def test_traps_are_warnings_until_one_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    def trap(obj, beside):
        yield Invalid("surprising", field="spec.entrypoint")

    monkeypatch.setattr(traps, "TRAPS", {WORKFLOWS: (trap,)})
    told = CliRunner().invoke(cli, ["lint", "-"], input=GOOD)
    assert told.exit_code == 0
    assert "warning: standard input:5: Workflow: spec.entrypoint: surprising" in told.output
    assert CliRunner().invoke(cli, ["lint", "-", "--strict"], input=GOOD).exit_code == 1

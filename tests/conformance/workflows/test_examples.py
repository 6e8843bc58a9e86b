"""Upstream's examples reach the phase that upstream's own tests (or its code) give them.

Played through the simulator: no pod runs, so commands' outcomes are told in a table. The examples
are not ours to ship; without them beside the repository the tests are skipped.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.objects.types import Object
from tests.unit.workflows.simulate import Behaviour, Outcome, Simulation

UPSTREAM = Path(__file__).parents[4] / "shared" / "upstream" / "argo-workflows"

#: What steps print, where the default "1" would not do.
RESULTS: dict[str, dict[str, str]] = {
    "conditional-parameters": {"flip-coin": "heads"},
    "conditionals-complex": {"flip-coin": "heads", "flip-again": "tails"},
    "dag-conditional-artifacts": {"flip-coin": "heads"},
    "dag-conditional-parameters": {"flip-coin": "heads"},
    "loops-param-result": {"generate": "[1, 2]"},
    "map-reduce": {"split": "[1, 2]"},
    "parameter-aggregation-script": {"odd-or-even": '{"num": 1, "evenness": "even"}'},
    "recursive-for-loop": {"iterate-counter": "10"},
}
#: What lies in output files, by parameter.
PARAMETERS: dict[str, dict[str, str]] = {
    "handle-large-output-results": {"count": "2"},
    "parameter-aggregation": {"num": "1", "evenness": "even"},
    "pod-spec-from-previous-step": {"resources": '{"memory": "10Mi", "cpu": "1"}'},
}
#: Whose steps end badly, with these exit codes.
CODES: dict[str, dict[str, int]] = {
    "continue-on-fail": {"C": 1},
    "dag-continue-on-fail": {"B": 1, "C": 1, "E": 1},
    "dag-disable-failFast": {"B": 1},
    "exit-handlers": {"*": 1},
    "loops-arbitrary-sequential-steps": {"*": 1},
    "pod-gc-strategy": {"fail": 1},
    "pod-gc-strategy-with-label-selector": {"fail": 1},
    "retry-conditional": {"*": 2},
}
#: Never end by themselves.
ENDLESS = ("step-level-timeout", "timeouts-step", "timeouts-workflow", "dag-task-level-timeout")
#: The simulator cannot play these, and why.
UNPLAYABLE = {
    "artifact-repository-ref": "names a ConfigMap that is not among the examples",
    "forever": "recursion that only a real clock stops",
}


def _cases() -> list[tuple[str, str]]:
    if not UPSTREAM.is_dir():
        return []
    expected = json.loads((UPSTREAM / "examples-expected.json").read_text())
    return [
        (path, str(entry["expected_phase"]))
        for path, entry in sorted(expected.items())
        if "Workflow" in entry["kinds"]
    ]


@cache
def _objects(kinds: tuple[str, ...]) -> list[Object]:
    found: list[Object] = []
    for file in sorted((UPSTREAM / "examples").rglob("*.yaml")):
        found += [each for each in _documents(file) if each.get("kind") in kinds]
    return found


def _documents(file: Path) -> list[Any]:
    return [each for each in yaml.safe_load_all(file.read_text()) if each]


def _behaviour(example: str) -> Behaviour:
    results = RESULTS.get(example, {})
    codes = CODES.get(example, {})

    def behave(name: str, template: Object) -> Outcome:
        step = name.split("(", 1)[0]
        code = codes.get(step, 0 if name.endswith(".onExit") else codes.get("*", 0))
        return Outcome(
            code=code,
            result=results.get(step, "1"),
            parameters=PARAMETERS.get(example, {}),
            never=example in ENDLESS,
        )

    return behave


@pytest.mark.skipif(not UPSTREAM.is_dir(), reason=f"upstream's examples are not at {UPSTREAM}")
@pytest.mark.parametrize(("path", "phase"), _cases() or [("", "")])
def test_example(path: str, phase: str) -> None:
    example = Path(path).stem
    if example in UNPLAYABLE:
        pytest.skip(UNPLAYABLE[example])
    for workflow in _documents(UPSTREAM / path):
        if workflow["kind"] != "Workflow":
            continue
        sim = Simulation(
            workflow,
            behave=_behaviour(example),
            templates=_objects(("WorkflowTemplate", "ClusterWorkflowTemplate")),
            config_maps=_objects(("ConfigMap",)),
        ).run()
        if "Pinnace does not" in sim.tree():
            pytest.skip("needs what is not supported yet")
        assert sim.phase in phase.split("|"), sim.tree()

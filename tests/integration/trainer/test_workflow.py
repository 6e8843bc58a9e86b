"""The WorkflowTemplate played by the workflow engine, with every pod's end given by the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.workflows.simulate import Outcome, Simulation

ROOT = Path(__file__).parents[3]
OUTPUTS = {
    "train": {"tfjob": "train-digits-x"},
    "evaluate": {"accuracy": "0.98"},
    "publish": {"version": "7"},
}


def play(parameters: dict[str, str], *, fails: str = "") -> dict[str, Any]:
    """The finished workflow's status."""
    template = yaml.safe_load((ROOT / "workflows/train-digits.yaml").read_text())
    template["metadata"]["namespace"] = "default"
    given = [{"name": name, "value": value} for name, value in parameters.items()]
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "train-digits-abc", "namespace": "default"},
        "spec": {
            "workflowTemplateRef": {"name": "train-digits"},
            "arguments": {"parameters": given},
        },
    }

    def behave(_: str, of: dict[str, Any]) -> Outcome:
        name = of["name"]
        return Outcome(code=int(name == fails), parameters=OUTPUTS.get(name, {}))

    simulation = Simulation(workflow, behave=behave, templates=[template])
    simulation.run()
    return dict(simulation.workflow["status"])


def phases(status: dict[str, Any]) -> dict[str, str]:
    return {node["displayName"]: node["phase"] for node in status["nodes"].values()}


def test_without_a_repository_there_is_no_checkout_and_the_outputs_come_to_the_top() -> None:
    status = play({})
    assert status["phase"] == "Succeeded"
    assert phases(status)["checkout"] == "Skipped"
    outputs = status["nodes"]["train-digits-abc"]["outputs"]["parameters"]
    assert {each["name"]: each["value"] for each in outputs} == {
        "tfjob": "train-digits-x",
        "accuracy": "0.98",
        "version": "7",
    }


@pytest.mark.parametrize("repo", ["http://127.0.0.1/digits.git", "http://x/o'brien.git", "' == '"])
def test_with_a_repository_the_commit_is_checked_out_whatever_its_name(repo: str) -> None:
    status = play({"repo": repo, "revision": "main", "epochs": '3", "x": "'})
    assert status["phase"] == "Succeeded"
    assert set(phases(status).values()) == {"Succeeded"}


@pytest.mark.parametrize("fails", ["checkout", "configure", "validate"])
def test_nothing_is_trained_on_what_was_refused(fails: str) -> None:
    status = play({"repo": "http://127.0.0.1/digits.git"}, fails=fails)
    assert status["phase"] == "Failed"
    assert phases(status)["train"] == "Omitted"

"""The WorkflowTemplate and the trainer's command line say the same; user values stay values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from trainer.cli import COMMANDS

ROOT = Path(__file__).parents[3]
TEMPLATE: dict[str, Any] = yaml.safe_load((ROOT / "workflows/train-digits.yaml").read_text())
TEMPLATES: dict[str, dict[str, Any]] = {t["name"]: t for t in TEMPLATE["spec"]["templates"]}
RESOURCE: dict[str, Any] = TEMPLATES["train"]["resource"]
TFJOB: dict[str, Any] = yaml.safe_load(RESOURCE["manifest"])
CONTAINERS: dict[str, dict[str, Any]] = {
    **{name: t["container"] for name, t in TEMPLATES.items() if "container" in t},
    "train": TFJOB["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"][0],
}


def tags(text: str) -> set[str]:
    return set(re.findall(r"{{(.*?)}}", text))


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_step_is_a_command_that_the_trainer_has_with_flags_it_knows(name: str) -> None:
    container = CONTAINERS[name]
    assert container["command"][:3] == ["python", "-m", "trainer"]
    command = COMMANDS[" ".join(container["command"][3:])]
    flags = [argument for argument in container["args"] if argument.startswith("--")]
    given = {flag[2:].partition("=")[0] for flag in flags} - {""}
    needed = {flag for flag, option in command.options.items() if option.required}
    assert needed <= given <= set(command.options)
    assert all("=" in flag for flag in flags if flag != "--")


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_users_value_is_never_an_option_or_a_program(name: str) -> None:
    container = CONTAINERS[name]
    assert not tags(" ".join(container["command"]))
    at_start = [argument for argument in container["args"] if argument.startswith("{{")]
    assert all(container["args"][container["args"].index(value) - 1] == "--" for value in at_start)


def test_no_users_value_stands_in_the_manifest() -> None:
    assert tags(RESOURCE["manifest"]) == {"workflow.name", "workflow.uid"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_step_knows_the_object_store(name: str) -> None:
    found = {entry["name"]: entry.get("valueFrom") for entry in CONTAINERS[name]["env"]}
    secret = {"secretKeyRef": {"name": "object-store", "key": "secretkey"}}
    assert found["AWS_SECRET_ACCESS_KEY"] == secret
    assert {"AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID"} <= set(found)


def test_all_steps_share_one_run_and_one_image() -> None:
    runs = {arg for c in CONTAINERS.values() for arg in c["args"] if arg.startswith("--run=")}
    assert runs == {"--run=s3://runs/{{workflow.name}}/{{workflow.uid}}"}
    assert len({container["image"] for container in CONTAINERS.values()}) == 1


def test_two_workers_fit_on_two_cpus_and_a_second_job_waits() -> None:
    worker = TFJOB["spec"]["tfReplicaSpecs"]["Worker"]
    millis = int(CONTAINERS["train"]["resources"]["requests"]["cpu"].removesuffix("m"))
    assert worker["replicas"] == 2
    assert 2 * millis <= 2000 < 3 * millis
    assert worker["restartPolicy"] == "ExitCode"


def conditions(*types: str) -> dict[str, str]:
    return {f"status.conditions.{index}.type": kind for index, kind in enumerate(types)}


@pytest.mark.parametrize(
    ("status", "fails"),
    [
        (conditions(), False),
        (conditions("Created"), False),
        (conditions("Created", "Running"), False),
        (conditions("Created", "Restarting"), False),
        (conditions("Created", "Running", "Succeeded"), False),
        (conditions("Created", "Suspended", "Restarting"), False),
        (conditions("Created", "Failed"), True),
        (conditions("Created", "Running", "Failed"), True),
        (conditions("Created", "Restarting", "Failed"), True),
        (conditions("Created", "Suspended", "Running", "Failed"), True),
    ],
)
def test_only_a_job_that_has_failed_for_good_fails_the_step(
    status: dict[str, str], fails: bool
) -> None:
    """As `matchConditions` of Argo's executor: any one requirement fails the step."""
    requirements = [part.split("==") for part in RESOURCE["failureCondition"].split(",")]
    assert fails == any(status.get(key.strip()) == value.strip() for key, value in requirements)


def test_training_comes_after_validation() -> None:
    tasks = {task["name"]: task for task in TEMPLATES["pipeline"]["dag"]["tasks"]}
    chain = ["configure", "validate", "train", "evaluate", "publish"]
    assert [tasks[name]["depends"] for name in chain[1:]] == chain[:-1]
    assert TFJOB["kind"] == "TFJob"
    assert sum("resource" in template for template in TEMPLATES.values()) == 1

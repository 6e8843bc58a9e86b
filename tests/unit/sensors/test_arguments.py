"""args of argoWorkflow triggers: what the options of the argo CLI come to."""

from typing import Any

import pytest

from pinnace.objects.errors import Invalid
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.arguments import FLAGS, read_arguments
from pinnace.sensors.triggers.workflow_plans import PLANS


@pytest.mark.parametrize(
    ("operation", "args", "options"),
    [
        ("submit", [], {}),
        ("submit", ["-p", "a=1", "--parameter=b=2"], {"parameters": ["a=1", "b=2"]}),
        ("submit", ["-pc=3"], {"parameters": ["c=3"]}),
        ("submit-from", ["--name", "n", "-l", "x=y,z=w"], {"name": "n", "labels": "x=y,z=w"}),
        ("submit", ["-o", "json", "--priority=-2"], {"priority": -2}),
        ("retry", ["--restart-successful"], {"restartSuccessful": True}),
        ("retry", ["--restart-successful=false"], {"restartSuccessful": False}),
        ("resubmit", ["--memoized"], {"memoized": True}),
        ("stop", ["--message", "enough"], {"message": "enough"}),
        ("resume", ["--node-field-selector", "a=b"], {"nodeFieldSelector": "a=b"}),
    ],
)  # fmt: skip
def test_options_by_name(operation: str, args: list[str], options: dict[str, Any]) -> None:
    assert read_arguments(Node(args, "args", "s"), operation) == options


@pytest.mark.parametrize(
    ("operation", "args"),
    [
        ("terminate", ["-p", "a=1"]),
        ("submit", ["--wait"]),
        ("submit", ["extra"]),
        ("submit", ["--parameter-file", "f"]),
        ("retry", ["--name", "n"]),
    ],
)
def test_what_has_no_meaning_is_refused(operation: str, args: list[str]) -> None:
    with pytest.raises(Invalid, match=f"of argo {operation} has no meaning here"):
        read_arguments(Node(args, "args", "s"), operation)


def test_each_operation_has_its_options_and_its_plan() -> None:
    assert set(FLAGS) == set(PLANS)

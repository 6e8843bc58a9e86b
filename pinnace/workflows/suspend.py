"""Suspend templates: a node that waits for a time, or for somebody.

Mirrors ``executeSuspend``, ``addRawOutputFields`` and ``OverrideOutputParametersWithDefault``.
"""

import json
from typing import Any

from pinnace.workflows.constants import Phase
from pinnace.workflows.durations import instant, parse_duration
from pinnace.workflows.nodes import Node
from pinnace.workflows.operation import Job, Operation
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import Template, named, parameters, text


def run_suspend(op: Operation, job: Job) -> Node:
    """Keep the node waiting, or end it when its duration is over."""
    node = op.nodes.must(job.node)
    if not node.get("outputs") and "inputs" in node:
        op.nodes.update(node["id"], inputs=_with_choices(node["inputs"]))
    duration = (job.template.get("suspend") or {}).get("duration")
    started = instant(node.get("startedAt")) or op.now
    if duration:
        until = started + parse_duration(duration)
        if op.now >= until:
            outputs = node.get("outputs")
            if outputs:
                op.nodes.update(node["id"], outputs=with_defaults(outputs))
            return op.nodes.mark(job.node, Phase.SUCCEEDED)
        op.wake(until)
    if op.deadline is not None:
        op.wake(op.deadline)
    return op.nodes.mark(job.node, Phase.RUNNING)


def supplied_outputs(template: Template) -> dict[str, Any] | None:
    """Return the outputs that somebody is to supply, as the node shows them from its start."""
    found = []
    for parameter in parameters(template.get("outputs")):
        source = dict(parameter.get("valueFrom") or {})
        if "supplied" not in source:
            continue
        same = named(parameters(template.get("inputs")), parameter["name"]) or {}
        if source.get("default") is None and same.get("default") is not None:
            source["default"] = same["default"]
        found.append({**parameter, "valueFrom": source})
    return {"parameters": found} if found else None


def with_defaults(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return supplied outputs that nobody has set as their defaults; raises when one has none."""
    filled = []
    for parameter in parameters(outputs):
        source = parameter.get("valueFrom")
        if parameter.get("value") is not None or source is None:
            filled.append(parameter)
            continue
        if source.get("default") is None:
            raise Problem("raw output parameter has not been set and does not have a default value")
        kept = {key: value for key, value in parameter.items() if key != "valueFrom"}
        filled.append({**kept, "value": text(source["default"])})
    return {**outputs, "parameters": filled}


def _with_choices(inputs: dict[str, Any]) -> dict[str, Any]:
    """Show choices: an input whose value is a JSON parameter with ``enum`` offers that enum."""
    return {**inputs, "parameters": [_with_choice(each) for each in parameters(inputs)]}


def _with_choice(parameter: dict[str, Any]) -> dict[str, Any]:
    try:
        value = json.loads(str(parameter.get("value")))
    except ValueError:
        return parameter
    choices = value.get("enum") if isinstance(value, dict) else None
    if not choices:
        return parameter
    default = parameter.get("default")
    return {**parameter, "enum": choices, "default": choices[0] if default is None else default}

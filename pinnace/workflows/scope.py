"""The variables that one template's steps or tasks may use.

Values are text, or None for an *absent optional*: an output that a skipped step never made and
that has no default. Artifacts are kept apart, because only ``from`` may name them.
Mirrors ``workflow/controller/scope.go``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinnace.workflows import names
from pinnace.workflows.constants import ABSENT_OPTIONAL, NodeType, Phase
from pinnace.workflows.nodes import Node, Nodes, flagged
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import Template, artifacts, named, parameters, text

Values = dict[str, str | None]


@dataclass
class Scope:
    """Names to values while one template's steps or tasks are worked out."""

    values: Values = field(default_factory=dict)
    artifacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, template: Template, workflow_outputs: Mapping[str, Any]) -> "Scope":
        """Begin with the template's own inputs and the workflow's outputs so far."""
        scope = cls()
        for parameter in parameters(template.get("inputs")):
            scope.values[f"inputs.parameters.{parameter['name']}"] = text(parameter.get("value"))
        for artifact in artifacts(template.get("inputs")):
            scope.artifacts[f"inputs.artifacts.{artifact['name']}"] = artifact
        for parameter in parameters(workflow_outputs):
            if parameter.get("value") is not None:
                key = f"workflow.outputs.parameters.{parameter['name']}"
                scope.values[key] = text(parameter["value"])
        for artifact in artifacts(workflow_outputs):
            scope.artifacts[f"workflow.outputs.artifacts.{artifact['name']}"] = artifact
        return scope

    def merged(self, others: Mapping[str, str]) -> Values:
        """Return these values laid over the workflow's own."""
        return {**others, **self.values}

    def everything(self, others: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return values and artifacts together, as expressions see them."""
        return {**(others or {}), **self.values, **self.artifacts}

    # -- filling ------------------------------------------------------------------------------

    def add_node(self, prefix: str, node: Node) -> None:
        """Add what is known of a node as ``<prefix>.id``, ``.status``, ``.outputs…``."""
        facts = {
            "id": node.get("id"),
            "startedAt": node.get("startedAt"),
            "finishedAt": node.get("finishedAt"),
            "ip": node.get("podIP"),
            "status": node.get("phase"),
            "hostNodeName": node.get("hostNodeName"),
        }
        for name, value in facts.items():
            if value:
                self.values[f"{prefix}.{name}"] = str(value)
        self.add_outputs(prefix, node.get("outputs") or {})

    def add_outputs(self, prefix: str, outputs: Mapping[str, Any]) -> None:
        """Add outputs as ``<prefix>.outputs…`` and ``<prefix>.exitCode``."""
        if outputs.get("result") is not None:
            self.values[f"{prefix}.outputs.result"] = outputs["result"]
        if outputs.get("exitCode") is not None:
            self.values[f"{prefix}.exitCode"] = str(outputs["exitCode"])
        for parameter in parameters(outputs):
            if parameter.get("value") is not None:
                key = f"{prefix}.outputs.parameters.{parameter['name']}"
                self.values[key] = text(parameter["value"])
        for artifact in artifacts(outputs):
            self.artifacts[f"{prefix}.outputs.artifacts.{artifact['name']}"] = artifact

    def add_skipped(self, prefix: str, template: Template, *, with_artifacts: bool) -> None:
        """Add what a skipped step would have made: its defaults, or absent optionals."""
        outputs = template.get("outputs") or {}
        for parameter in parameters(outputs):
            key = f"{prefix}.outputs.parameters.{parameter['name']}"
            default = (parameter.get("valueFrom") or {}).get("default")
            self.values[key] = None if default is None else text(default)
            if default is None:
                self.absent.add(key)
        if with_artifacts:
            for artifact in artifacts(outputs):
                self.artifacts[f"{prefix}.outputs.artifacts.{artifact['name']}"] = {}

    def add_loop(self, prefix: str, children: Iterable[Node]) -> None:
        """Add the aggregates of a loop: lists of results and parameters, in item order."""
        items = [c for c in children if not flagged(c, "hooked") and not flagged(c, "retried")]
        if not items:
            return
        results: list[Any] = []
        maps: list[dict[str, str]] = []
        lists: dict[str, list[str]] = {}
        for child in sorted(items, key=lambda each: names.loop_index(each["name"])):
            outputs = child.get("outputs") or {}
            if child.get("phase") != Phase.SUCCEEDED:
                continue
            made = {p["name"]: text(p.get("value")) for p in parameters(outputs)}
            if made:
                maps.append(made)
            for name, value in made.items():
                lists.setdefault(name, []).append(value)
            if outputs.get("result") is not None:
                results.append(_item(outputs["result"], child["name"]))
        self.values[f"{prefix}.outputs.result"] = _compact(results)
        self.values[f"{prefix}.outputs.parameters"] = _compact(maps)
        for name, values in lists.items():
            self.values[f"{prefix}.outputs.parameters.{name}"] = _compact(_parsed(values))

    # -- reading ------------------------------------------------------------------------------

    def mark_absent(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments where a pure reference to an absent optional says "unsupplied"."""
        marked = dict(arguments)
        if self.absent and arguments.get("parameters"):
            marked["parameters"] = [
                {**each, "value": ABSENT_OPTIONAL} if self._is_absent(each.get("value")) else each
                for each in arguments["parameters"]
            ]
        return marked

    def _is_absent(self, value: Any) -> bool:
        if not isinstance(value, str) or not (value.startswith("{{") and value.endswith("}}")):
            return False
        return value[2:-2].strip() in self.absent


def last_attempt(nodes: Nodes, node: Node) -> Node:
    """Return the node whose outputs count: a Retry node's last attempt, else the node itself."""
    if node["type"] != NodeType.RETRY or (node.get("memoizationStatus") or {}).get("hit"):
        return node
    attempts = [each for each in nodes.children(node) if not flagged(each, "hooked")]
    return attempts[-1] if attempts else node


def _item(result: str, name: str) -> Any:
    """Read one result of a loop as JSON, as upstream's aggregation does."""
    try:
        return json.loads(result)
    except ValueError as problem:
        raise Problem(
            f"the results of a loop are aggregated as JSON, and that of {name} is not: {problem}"
        ) from None


def _parsed(values: Sequence[str]) -> list[Any]:
    """Return values as lists or maps when every one is such JSON, else as they are."""
    read: list[Any] = []
    for value in values:
        try:
            read.append(json.loads(value))
        except ValueError:
            return list(values)
    return read if all(isinstance(each, dict | list) for each in read) else list(values)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def argument(arguments: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return the argument parameter of that name."""
    return named(parameters(arguments), name)

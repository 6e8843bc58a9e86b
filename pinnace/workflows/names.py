"""Names and ids of nodes and pods: pure text, and a contract with every Argo client.

Mirrors ``Workflow.NodeID`` and ``workflow/util/pod_name.go``.
"""

import re
from functools import lru_cache

from pinnace.objects.names import fnv1a32

_MAX_POD_PREFIX = 242
_LEADING_SEPARATOR = re.compile(r"^(\[\d+\])?\.")


@lru_cache(maxsize=65536)
def node_id(workflow: str, node_name: str) -> str:
    """Return the id of a node: the workflow's own name for the root, else name and hash."""
    return workflow if node_name == workflow else f"{workflow}-{fnv1a32(node_name)}"


def pod_name(workflow: str, node_name: str, template: str) -> str:
    """Return a pod's name in format v2: workflow, template (if it has a name) and hash."""
    if node_name == workflow:
        return workflow
    prefix = f"{workflow}-{template}" if template else workflow
    return f"{prefix[:_MAX_POD_PREFIX]}-{fnv1a32(node_name)}"


def display_name(node_name: str, boundary_name: str | None) -> str:
    """Return what people see: the name below its boundary, without ``[i].``."""
    if boundary_name is None:
        return node_name
    return _LEADING_SEPARATOR.sub("", node_name.removeprefix(boundary_name))


def on_exit_name(parent: str) -> str:
    """Return the name of a node's exit handler."""
    return f"{parent}.onExit"


def hook_name(parent: str, hook: str) -> str:
    """Return the name of a node's lifecycle hook."""
    return f"{parent}.hooks.{hook}"


def loop_name(step: str, index: int, description: str) -> str:
    """Return the name of one item of a loop: ``step(0:description)``, without inner brackets."""
    clean = description.replace("(", "").replace(")", "")
    return f"{step}({index}:{clean})"


def loop_index(node_name: str) -> int:
    """Return the index in ``…(3:abc)`` or ``…(3)``; 0 when the name has none."""
    tail = node_name.rsplit("(", 1)[-1].split(":", 1)[0].rstrip(")")
    return int(tail) if tail.isdigit() else 0


def step_of(node_name: str) -> str:
    """Return the step or task a node came from, without loop index, attempt and path.

    ``wf[0].flip(0:a)(1)`` came from ``flip``.
    """
    end = len(node_name)
    closing = {")": "(", "]": "["}
    while end and node_name[end - 1] in closing:
        opening = node_name.rfind(closing[node_name[end - 1]], 0, end)
        if opening < 0:
            break
        end = opening
    return node_name[:end].rsplit(".", 1)[-1]

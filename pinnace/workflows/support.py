"""What this engine does not run yet: said plainly in the node, never silently ignored."""

from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import Template, template_type

_TYPES = {
    "http": "http templates",
    "plugin": "plugin templates",
    "data": "data templates",
    "containerSet": "containerSet templates",
}
_FIELDS = {
    "synchronization": "locks (synchronization)",
    "memoize": "memoization (memoize)",
}


def check_supported(template: Template) -> None:
    """Raise Problem naming the first field that Pinnace cannot honour."""
    kind = template_type(template)
    name = template.get("name") or "(inline)"
    if kind in _TYPES:
        raise Problem(
            f"templates.{name}.{kind}: Pinnace does not run {_TYPES[kind]} yet; "
            "use a container, script or resource template, or run this workflow on a cluster"
        )
    for field, words in _FIELDS.items():
        if template.get(field):
            raise Problem(
                f"templates.{name}.{field}: Pinnace does not support {words} yet; "
                "remove the field, or run this workflow on a cluster"
            )


def unsupported_in(spec: Template) -> str:
    """Return what in a workflow's spec cannot be honoured, or "" when all can."""
    if spec.get("synchronization"):
        return "spec.synchronization: Pinnace does not support workflow locks yet; remove the field"
    return ""

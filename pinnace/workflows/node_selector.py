"""``--node-field-selector``: which nodes of a workflow a person means.

Pure. Mirrors ``SelectorMatchesNode`` of ``workflow/util/util.go``.
"""

from pinnace.objects.errors import BadRequest
from pinnace.objects.selectors import parse_fields
from pinnace.workflows.manual_retry import NodeSelector, template_name
from pinnace.workflows.nodes import Node
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import parameters, text


class BadSelector(Problem):
    """The selector cannot be read."""


def node_selector(selector: str) -> NodeSelector:
    """Return the test of ``displayName=approve,phase!=Failed``; "" selects every node.

    Fields: displayName, templateName, phase, name, id, templateRef.name, templateRef.template and
    inputs.parameters.NAME.value. Raises BadSelector.
    """
    try:
        terms = parse_fields(selector).terms
    except BadRequest as problem:
        raise BadSelector(f"nodeFieldSelector: {problem}") from None

    def selected(node: Node) -> bool:
        fields = _fields(node)
        return all((fields.get(path, "") == value) is equal for path, equal, value in terms)

    return selected


def _fields(node: Node) -> dict[str, str]:
    fields = {name: str(node.get(name) or "") for name in ("displayName", "phase", "name", "id")}
    fields["templateName"] = template_name(node)
    ref = node.get("templateRef") or {}
    for part in ("name", "template"):
        if part in ref:
            fields[f"templateRef.{part}"] = str(ref[part])
    for parameter in parameters(node.get("inputs")):
        fields[f"inputs.parameters.{parameter['name']}.value"] = text(parameter.get("value"))
    return fields

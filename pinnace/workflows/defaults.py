"""``templateDefaults`` and the merging of specs: one thing laid over another.

Mirrors ``mergedTemplateDefaultsInto`` (operator.go) and ``workflow/util/merge.go``. Upstream merges
strategically; here lists of things with names merge by name, other lists are replaced.
"""

from typing import Any

from pinnace.workflows.spec import TEMPLATE_TYPES, Template, template_type


def with_template_defaults(template: Template, spec: dict[str, Any]) -> Template:
    """Return the template laid over ``spec.templateDefaults`` of its own type."""
    defaults = spec.get("templateDefaults")
    if not defaults:
        return template
    own = template_type(template)
    usable = {
        key: value for key, value in defaults.items() if key == own or key not in TEMPLATE_TYPES
    }
    merged: Template = merge(usable, template)
    return merged


def merge_specs(
    workflow: dict[str, Any], template: dict[str, Any], default: dict[str, Any]
) -> dict[str, Any]:
    """Return the spec that runs: the workflow's over its template's over the defaults."""
    merged: dict[str, Any] = merge(merge(default, template), workflow)
    return merged


def merge(under: Any, over: Any) -> Any:
    """Lay ``over`` on ``under``: objects by field, lists of named things by name."""
    if over is None:
        return under
    if isinstance(under, dict) and isinstance(over, dict):
        return {
            key: merge(under.get(key), over[key]) if key in over else under[key]
            for key in [*under, *(key for key in over if key not in under)]
        }
    if _are_named(under) and _are_named(over):
        return _merge_named(under, over)
    return over


def _are_named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and each.get("name") for each in value)
    )


def _merge_named(under: list[dict[str, Any]], over: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge two lists by name; what is laid over comes first, as strategic merge orders it."""
    below = {each["name"]: each for each in under}
    above = {each["name"] for each in over}
    return [
        *(merge(below.get(each["name"]), each) for each in over),
        *(each for each in under if each["name"] not in above),
    ]

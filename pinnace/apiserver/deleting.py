"""How a deletion is to be done, from the body (``DeleteOptions``) and the query. Pure."""

from collections.abc import Mapping
from typing import Any

from pinnace.apiserver.bodies import decode
from pinnace.apiserver.negotiation import body_type
from pinnace.apiserver.options import flag, number
from pinnace.apiserver.removing import DeleteOptions
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.schema import check, type_named

_POLICIES = ("Background", "Foreground", "Orphan")


def delete_options(body: bytes, content_type: str, query: Mapping[str, str]) -> DeleteOptions:
    """Read the options; the body's go before the query's. Raises BadRequest or Invalid."""
    given = _given(body, content_type)
    preconditions = given.get("preconditions") or {}
    grace = given.get("gracePeriodSeconds")
    policy = given.get("propagationPolicy") or query.get("propagationPolicy") or ""
    if given.get("orphanDependents") or flag(query, "orphanDependents"):
        policy = policy or "Orphan"
    if policy and policy not in _POLICIES:
        raise Invalid(
            f'Unsupported value: "{policy}": supported values: "Background", "Foreground", '
            '"Orphan"',
            kind="DeleteOptions",
            field="propagationPolicy",
        )
    grace = number(query, "gracePeriodSeconds") if grace is None else grace
    if grace is not None and grace < 0:
        grace = None
    dry_run = given.get("dryRun") or [part for part in (query.get("dryRun"),) if part]
    return DeleteOptions(
        grace=grace,
        propagation=policy,
        uid=preconditions.get("uid"),
        resource_version=preconditions.get("resourceVersion"),
        dry_run="All" in dry_run,
    )


def _given(body: bytes, content_type: str) -> dict[str, Any]:
    if not body.strip():
        return {}
    data = decode(body, body_type(content_type))
    if data is None:
        return {}
    wrong = [f for f in check(data, type_named("k8s.DeleteOptions")) if f.problem == "type"]
    if wrong or not isinstance(data, dict):
        where = wrong[0].path if wrong else ""
        raise BadRequest(f"DeleteOptions: {where or 'the body'} is of the wrong type")
    return data

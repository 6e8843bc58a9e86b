"""Completing words in a shell: kinds, names of objects, namespaces.

What an API can tell within a moment is offered; without one, or when it is slow, the kinds that
everybody uses. A completion never fails: a shell has no place to show why.
"""

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    KINDS,
    NAMESPACES,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
    Kind,
)
from pinnace.objects.meta import name_of

_LIMIT = "500"
_SOURCES = {
    "workflowtemplate": WORKFLOW_TEMPLATES,
    "cronwf": CRON_WORKFLOWS,
    "clusterworkflowtemplate": CLUSTER_WORKFLOW_TEMPLATES,
}

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def complete_objects(
    ctx: click.Context, param: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Complete ``TYPE``, ``TYPE/NAME``, or a name after a type."""
    before: tuple[str, ...] = ctx.params.get(param.name or "") or ()
    if "/" in typed:
        kind, _, start = typed.partition("/")
        return [_item(f"{kind}/{name}") for name in _names(ctx, kind) if name.startswith(start)]
    if before and "/" not in before[0]:
        taken = set(before[1:])
        names = _names(ctx, before[0])
        return [_item(n) for n in names if n.startswith(typed) and n not in taken]
    return [_item(name) for name in _kinds(ctx) if name.startswith(typed)]


def complete_names(kind: Kind) -> Completer:
    """Return what completes names of one kind."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
        names = _names(ctx, kind.resource)
        return [_item(name) for name in names if name.startswith(typed)]

    return complete


complete_workflow = complete_names(WORKFLOWS)
complete_cron = complete_names(CRON_WORKFLOWS)
complete_namespace = complete_names(NAMESPACES)


def complete_source(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete ``workflowtemplate/NAME``, ``cronwf/NAME``, ``clusterworkflowtemplate/NAME``."""
    kind, slash, start = typed.partition("/")
    if not slash:
        return [_item(f"{each}/") for each in _SOURCES if each.startswith(typed)]
    return [_item(f"{kind}/{name}") for name in _names(ctx, kind) if name.startswith(start)]


def complete_logged(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete a pod's name, or ``wf/NAME``, ``tfjob/NAME`` and so on."""
    if "/" in typed:
        return complete_objects(ctx, param, typed)
    kinds = [f"{each}/" for each in ("wf", "tfjob", "job", "deployment")]
    return [_item(each) for each in (*_names(ctx, "pods"), *kinds) if each.startswith(typed)]


def _item(text: str) -> CompletionItem:
    return CompletionItem(text)


def _names(ctx: click.Context, called: str) -> Iterable[str]:
    # a shell completes the command line of every key press: load HTTP only when it is needed
    from pinnace.cli.client import path_of  # noqa: PLC0415
    from pinnace.cli.connection import connect_quickly  # noqa: PLC0415
    from pinnace.cli.kinds import Kinds  # noqa: PLC0415

    try:
        with connect_quickly(ctx.params) as client:
            (kind,) = Kinds(client).named(called)[:1]
            place = ctx.params.get("namespace") or client.namespace
            told = client.call("GET", path_of(kind, place), {"limit": _LIMIT})
            return [name_of(each) for each in told["items"]]
    except PinnaceError:
        return []


def _kinds(ctx: click.Context) -> list[str]:
    from pinnace.cli.connection import connect_quickly  # noqa: PLC0415
    from pinnace.cli.kinds import Kinds  # noqa: PLC0415

    try:
        with connect_quickly(ctx.params) as client:
            return sorted({kind.plural for kind in Kinds(client).served})
    except PinnaceError:
        return sorted({kind.plural for kind in KINDS})

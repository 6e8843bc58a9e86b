"""Following one workflow to its end."""

from collections.abc import Iterator

from pinnace.cli.client import Client, path_of
from pinnace.cli.watching import changes, with_ticks
from pinnace.cli.workflows.packed import unpacked
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import WORKFLOWS, Kind
from pinnace.objects.meta import creation_of, name_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import Phase

LATEST = "@latest"
_ENDED = (Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR)


def ended(workflow: Object) -> bool:
    """Tell whether a workflow has ended."""
    return (workflow.get("status") or {}).get("phase") in _ENDED


def succeeded(workflow: Object) -> bool:
    """Tell whether a workflow has ended well."""
    return (workflow.get("status") or {}).get("phase") == Phase.SUCCEEDED


def find(client: Client, namespace: str, name: str) -> Object:
    """Return a workflow; ``@latest`` is the newest of the namespace. Raises NotFound."""
    if name != LATEST:
        return unpacked(client.get(WORKFLOWS, namespace, name))
    found = client.list(WORKFLOWS, namespace)
    if not found:
        raise NotFound(WORKFLOWS.resource, LATEST, f"no workflows in namespace {namespace}")
    return unpacked(max(found, key=creation_of))


def called(client: Client, kind: Kind, namespace: str | None, name: str) -> str:
    """Return the name of an object that a person names: ``@latest`` is a workflow's only."""
    if name != LATEST or kind != WORKFLOWS:
        return name
    return name_of(find(client, namespace or "", name))


def follow(client: Client, workflow: Object, period: float | None = None) -> Iterator[Object]:
    """Yield a workflow as it is, then whenever it changes, until it has ended.

    With ``period`` it is yielded again after so many seconds without a change. Raises Permanent
    when it is deleted.
    """
    yield workflow
    if ended(workflow):
        return
    meta = workflow["metadata"]
    query = {"fieldSelector": f"metadata.name={meta['name']}"}
    path = path_of(WORKFLOWS, meta["namespace"])
    events = changes(client, path, query, meta["resourceVersion"])
    for event in events if period is None else with_ticks(events, period):
        if event is None:
            yield workflow
            continue
        workflow = unpacked(event["object"])
        if workflow["metadata"]["uid"] != meta["uid"] or event["type"] == "DELETED":
            raise Permanent(f"workflow {meta['name']} was deleted")
        yield workflow
        if ended(workflow):
            return

"""Lists of workflows: selected by name and time beside labels, newest first, page by page.

As upstream, ``continue`` is how many were passed. Only one page of objects is held at a time.
Mirrors ``server/utils/list_options.go``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pinnace.apiserver.options import Selection, number, selection
from pinnace.argoserver.call import Call
from pinnace.argoserver.objects import InvalidArgument
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import name_of
from pinnace.objects.selectors import FieldSelector
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.store.reads import selected

_NAME = "metadata.name"
_NAME_FILTERS: dict[str, Callable[[str, str], bool]] = {
    "": str.__eq__, "Exact": str.__eq__, "Contains": str.__contains__, "Prefix": str.startswith,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which workflows, and which page of them."""

    chosen: Selection
    name: str = ""
    name_filter: str = ""
    created_after: datetime | None = None
    finished_before: datetime | None = None
    limit: int = 0
    offset: int = 0

    def matches(self, workflow: Object) -> bool:
        """Tell whether a workflow is wanted."""
        if self.name and not _NAME_FILTERS[self.name_filter](name_of(workflow), self.name):
            return False
        if not selected(workflow, self.chosen.labels, self.chosen.fields):
            return False
        created = parse_rfc3339(workflow["metadata"]["creationTimestamp"])
        if self.created_after is not None and created <= self.created_after:
            return False
        if self.finished_before is None:
            return True
        finished = (workflow.get("status") or {}).get("finishedAt")
        return finished is not None and parse_rfc3339(finished) < self.finished_before


@dataclass(frozen=True, kw_only=True)
class Page:
    """Workflows, and where to go on ("" at the end)."""

    items: list[Object]
    continue_: str


def wanted(call: Call) -> Wanted:
    """Read what a list asks for; raises BadRequest."""
    options = call.options("listOptions")
    chosen = selection(options)
    name = (chosen.fields.exact(_NAME) if chosen.fields else None) or ""
    if name and chosen.fields:
        rest = tuple(term for term in chosen.fields.terms if term[0] != _NAME)
        chosen = Selection(labels=chosen.labels, fields=FieldSelector(terms=rest))
    name_filter = call.text("nameFilter")
    if name_filter not in _NAME_FILTERS:
        raise InvalidArgument(
            f"nameFilter: expected Exact, Contains or Prefix, found {name_filter!r}"
        )
    return Wanted(
        chosen=chosen,
        name=name,
        name_filter=name_filter,
        created_after=_instant(call, "createdAfter"),
        finished_before=_instant(call, "finishedBefore"),
        limit=number(options, "limit") or 0,
        offset=number(options, "continue") or 0,
    )


def _instant(call: Call, name: str) -> datetime | None:
    text = call.text(name)
    try:
        return parse_rfc3339(text) if text else None
    except ValueError as problem:
        raise InvalidArgument(f"{name}: {problem}") from None


def page(store: Store, namespace: str | None, wanted: Wanted) -> Page:
    """Return a page: what was started last comes first."""
    places = sorted(
        (_order(each) for each in store.scan(WORKFLOWS, namespace) if wanted.matches(each)),
        reverse=True,
    )
    end = wanted.offset + wanted.limit if wanted.limit else len(places)
    found = [store.find(WORKFLOWS, *where) for _, _, *where in places[wanted.offset : end]]
    items = [each for each in found if each is not None]
    return Page(items=items, continue_=str(end) if end < len(places) else "")


def _order(workflow: Object) -> tuple[str, str, str, str]:
    """Order by the second in which it was started, then by the uid, which begins with the time."""
    metadata = workflow["metadata"]
    started = (workflow.get("status") or {}).get("startedAt") or metadata["creationTimestamp"]
    return str(started), metadata["uid"], metadata["namespace"], metadata["name"]

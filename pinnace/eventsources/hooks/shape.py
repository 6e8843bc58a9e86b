"""The one shape of all providers that make hooks: a table of calls. Pure.

A provider's module fills in :class:`Hooks`; ``keep`` and ``sweep`` work with :class:`Provider`,
which :class:`HttpProvider` is for every API that speaks JSON over HTTP.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import orjson

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call, Refused, send
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.errors import Transient

#: Upstream looks every minute whether its hooks are still there.
LOOK_SECONDS = 60.0
_GONE = (404, 410)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A hook that is there: its id, where it posts to, and for which events (None: not told)."""

    id: str
    url: str
    events: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is remembered of a hook: its id, what it was made from, a secret the provider gave."""

    id: str
    print: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """How one event's hooks are listed, created, updated and deleted."""

    api: Api
    #: Where the hooks stand: the path of a repository, project, organization …
    places: tuple[str, ...]
    #: What a hook is made of, and the events it is for (to see whether somebody changed it).
    body: Mapping[str, Any] = field(repr=False)
    url: str
    events: frozenset[str] | None
    list: Callable[[str], Call]
    create: Callable[[str], Call]
    update: Callable[[str, str], Call]
    delete: Callable[[str, str], Call]
    #: Reads the answer of ``list``.
    read: Callable[[Any], Iterable[Hook]]
    #: Reads the id from the answer of ``create``.
    made: Callable[[Any], str] = lambda answer: str(answer["id"])
    #: Reads a signing secret from the answer of ``create``.
    given: Callable[[Any], str] = lambda answer: ""
    #: Seconds between two looks at the provider.
    interval: float = LOOK_SECONDS

    @property
    def print(self) -> str:
        """Return what tells one way of making the hook from another."""
        made_from = {"body": dict(self.body), "base": self.api.base}
        return hashlib.sha256(orjson.dumps(made_from, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Provider(Protocol):
    """What creates and removes the hooks of one event."""

    @property
    def interval(self) -> float:
        """Return the seconds between two looks at the provider."""
        ...

    def places(self) -> Iterable[str]:
        """Return where hooks are wanted; raises Transient."""
        ...

    def ensure(self, place: str, kept: Kept | None) -> Kept:
        """Make the hook there what the event declares; raises Transient."""
        ...

    def remove(self, place: str, kept: Kept) -> None:
        """Remove the hook there, or find it gone; raises Transient."""
        ...


class HookModule(Protocol):
    """What a provider's module offers."""

    def wanted(self, spec: EventSpec) -> bool:
        """Tell whether hooks are to be made for an event."""
        ...

    def removes(self, spec: EventSpec) -> bool:
        """Tell whether they go when the event goes."""
        ...

    def provider(self, outside: Outside) -> Provider:
        """Return what makes them; raises Invalid, Transient."""
        ...


class HttpProvider:
    """Works through the calls of :class:`Hooks`."""

    def __init__(self, hooks: Hooks, outside: Outside) -> None:
        self._hooks, self._outside = hooks, outside

    @property
    def interval(self) -> float:
        """Return the seconds between two looks at the provider."""
        return self._hooks.interval

    def places(self) -> Iterable[str]:
        """Return where hooks are wanted."""
        return self._hooks.places

    def ensure(self, place: str, kept: Kept | None) -> Kept:
        """Create the hook, or update the one that is there; twice does no harm."""
        hooks = self._hooks
        there = find(self._ask(hooks.list(place), _listed(hooks.read)), hooks.url, kept)
        if there is None:
            return self._ask(
                hooks.create(place),
                lambda a: Kept(id=hooks.made(a), print=hooks.print, secret=hooks.given(a)),
            )
        if not is_current(there, hooks, kept):
            self._send(hooks.update(place, there.id))
        same = kept is not None and kept.id == there.id
        return Kept(id=there.id, print=hooks.print, secret=kept.secret if kept and same else "")

    def remove(self, place: str, kept: Kept) -> None:
        """Remove the hook; one that is gone already is removed."""
        try:
            self._send(self._hooks.delete(place, kept.id))
        except Refused as error:
            if error.status not in _GONE:
                raise

    def _ask(self, call: Call, read: Callable[[Any], T]) -> T:
        """Send a call and read its answer; raises Transient for one of another form."""
        answer = self._send(call)
        try:
            return read(answer)
        except (AttributeError, KeyError, TypeError, IndexError) as error:
            raise Transient(
                f"{self._hooks.api.name}: {call.method} {call.path}: the answer has not the form "
                f"that was expected ({type(error).__name__}); is the base URL right?"
            ) from error

    def _send(self, call: Call) -> Any:
        return send(self._hooks.api, call, self._outside)


def _listed(read: Callable[[Any], Iterable[Hook]]) -> Callable[[Any], list[Hook]]:
    return lambda answer: list(read(answer))


def find(there: Iterable[Hook], url: str, kept: Kept | None) -> Hook | None:
    """Return our hook among those that are there: the one we made, or one with our URL."""
    hooks = list(there)
    ours = [hook for hook in hooks if kept is not None and hook.id == kept.id]
    return next(iter(ours + [hook for hook in hooks if hook.url == url]), None)


def is_current(hook: Hook, hooks: Hooks, kept: Kept | None) -> bool:
    """Tell whether a hook is as declared: made from the same, and not changed at the provider."""
    if kept is None or kept.id != hook.id or kept.print != hooks.print or hook.url != hooks.url:
        return False
    return hook.events is None or hooks.events is None or hook.events == hooks.events


def hook_url(spec: EventSpec) -> str:
    """Return the URL that a provider posts to, as upstream's FormattedURL."""
    endpoint = str(spec.at("webhook.endpoint") or "")
    slash = "" if endpoint.startswith("/") else "/"
    return f"{str(spec.at('webhook.url')).rstrip('/')}{slash}{endpoint}"

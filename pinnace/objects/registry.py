"""Which kinds are served: the built-in table and what CustomResourceDefinitions define.

A registry is a value that never changes: the store makes a new one when a definition comes, changes
or goes, and whoever asks takes the one of that moment. A built-in kind stays itself when a
cluster's own definition of it is applied.
"""

from collections.abc import Iterable

from pinnace.objects.definitions import defined_kinds, stored_kind
from pinnace.objects.errors import BadRequest
from pinnace.objects.kinds import KINDS, Kind, names_of
from pinnace.objects.meta import Key, name_of, namespace_of
from pinnace.objects.types import Object

_BUILT_IN_KINDS = frozenset(KINDS)


class Registry:
    """The kinds that are served, by every name they go by."""

    def __init__(self, custom: Iterable[Kind] = (), stored: Iterable[Kind] = ()) -> None:
        self.all = (*KINDS, *(kind for kind in custom if kind not in _BUILT_IN_KINDS))
        backwards = tuple(reversed(self.all))  # of two that share a name, the first has it
        self._by_kind = {(kind.api_version, kind.kind): kind for kind in backwards}
        self._by_plural = {(kind.group, kind.version, kind.plural): kind for kind in backwards}
        self._by_name = {name: kind for kind in backwards for name in names_of(kind)}
        self._stored = {(kind.group, kind.plural): kind for kind in (*stored, *KINDS)}

    @classmethod
    def of_definitions(cls, definitions: Iterable[Object]) -> "Registry":
        """Return the registry with what these definitions define."""
        given = list(definitions)
        return cls(
            [kind for definition in given for kind in defined_kinds(definition)],
            [stored_kind(definition) for definition in given],
        )

    def find(self, api_version: str, kind: str) -> Kind | None:
        """Return the kind that ``apiVersion`` and ``kind`` name, if it is served."""
        return self._by_kind.get((api_version, kind))

    def of(self, obj: Object) -> Kind:
        """Return an object's kind as it is stored; raises BadRequest when none is served."""
        api_version, name = str(obj.get("apiVersion")), str(obj.get("kind"))
        kind = self.find(api_version, name)
        if kind is None:
            raise BadRequest(
                f'no matches for kind "{name}" in version "{api_version}"; '
                f"served kinds: {', '.join(sorted({k.kind for k in self.all}))}"
            )
        return self.stored(kind)

    def stored(self, kind: Kind) -> Kind:
        """Return the kind as its objects are stored, whichever version it is asked for in."""
        return self._stored[(kind.group, kind.plural)]

    def key_of(self, obj: Object) -> Key:
        """Return an object's key; raises BadRequest when its kind is not served."""
        kind = self.of(obj)
        return Key(kind, namespace_of(obj) if kind.namespaced else "", name_of(obj))

    def by_plural(self, group: str, version: str, plural: str) -> Kind | None:
        """Return the kind behind an API path."""
        return self._by_plural.get((group, version, plural))

    def by_name(self, name: str) -> Kind | None:
        """Return the kind a person means: plural, singular, short name or ``plural.group``."""
        return self._by_name.get(name.lower())

    def resource(self, group: str, plural: str) -> Kind | None:
        """Return a kind by its identity, as it is stored."""
        return self._stored.get((group, plural))


BUILT_IN = Registry()

"""EventSource type ``resource``: what happens to objects of the API.

Mirrors argo-events pkg/eventsources/sources/resource/start.go: ``filters`` (the spec's filter,
pure), ``informer`` (what a change means to who has seen the object before, pure), ``source``.
"""

from pinnace.eventsources.types.resource.filters import check
from pinnace.eventsources.types.resource.source import listen

__all__ = ["check", "listen"]

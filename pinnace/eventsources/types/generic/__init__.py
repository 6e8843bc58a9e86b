"""EventSource type ``generic``: events from a gRPC server of one's own.

Mirrors argo-events pkg/eventsources/sources/generic: ``wire`` (the two messages of its proto file,
pure), ``source`` (the stream).
"""

from pinnace.eventsources.types.generic.source import check, listen

__all__ = ["check", "listen"]

"""EventSource type ``file``: what happens to the files of one directory becomes events.

Mirrors argo-events pkg/eventsources/sources/file/start.go with its quirks: ``ops`` (the operations,
matching, payload; pure), ``inotify`` and ``polling`` (the two ways to notice), ``source``.
"""

from pinnace.eventsources.types.file.ops import check, remarks
from pinnace.eventsources.types.file.source import listen

__all__ = ["check", "listen", "remarks"]

"""The ``file`` source: one directory, by inotify or polling. What happened before is no event."""

from collections.abc import Iterator

from pinnace.eventsources.emission import Emission, Items, ListenContext
from pinnace.eventsources.types.file import inotify, polling
from pinnace.eventsources.types.file.ops import Notice, matches, payload
from pinnace.objects.errors import Transient

#: How often an idle source looks whether it should stop.
_IDLE_SECONDS = 0.5


def listen(context: ListenContext) -> Items:
    """Yield an event for each operation that the spec asks for."""
    directory = str(context.spec.at("watchPathConfig.directory"))
    poll = bool(context.spec.at("polling")) or not inotify.AVAILABLE
    notices = _polled(context, directory) if poll else _notified(context, directory)
    try:
        for notice in notices:
            if matches(context.spec, notice):
                yield Emission(data=payload(context.spec, notice))
    except (OSError, inotify.Lost) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Transient(f"directory {directory} cannot be watched: {reason}") from error


def _notified(context: ListenContext, directory: str) -> Iterator[Notice]:
    with inotify.watching(directory) as watch:
        context.listening()
        while not context.stopping.is_set():
            notice = watch.get(_IDLE_SECONDS)
            if notice is not None:
                yield notice


def _polled(context: ListenContext, directory: str) -> Iterator[Notice]:
    before = polling.look(directory)
    context.listening(f"{directory} is looked at every {polling.INTERVAL_SECONDS} s")
    while not context.pause(polling.INTERVAL_SECONDS):
        after = polling.look(directory)
        yield from polling.differences(before, after)
        before = after

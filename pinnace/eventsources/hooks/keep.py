"""Creates an event's hooks and keeps them as declared.

A listener like any other, which yields its own progress and no event: so a provider that fails is
told in the EventSource's condition and tried again, and what was made is known after a restart.
"""

from pinnace.eventsources.backoff import Backoff
from pinnace.eventsources.emission import Checkpoint, Items, ListenContext, Listener
from pinnace.eventsources.hooks.book import Book, Record
from pinnace.eventsources.hooks.shape import HookModule, Kept, Provider
from pinnace.objects.errors import Transient

#: How often a provider that fails is asked again: 1, 2, 4 … 64 seconds.
PACE = Backoff(duration=1.0, factor=2.0, jitter=0.0, steps=7)


def keeper(module: HookModule, book: Book) -> Listener:
    """Return the listener that keeps an event's hooks."""

    def keep(context: ListenContext) -> Items:
        while not context.stopping.is_set():
            provider = module.provider(context)
            yield from _settle(context, provider, book, removes=module.removes(context.spec))
            context.listening()
            if context.pause(provider.interval):
                return

    return keep


def _settle(context: ListenContext, provider: Provider, book: Book, *, removes: bool) -> Items:
    """Make the hooks what they should be; one place that fails doesn't hold up the others."""
    before = book.of(context.spec)
    kept: dict[str, Kept] = dict(before.kept)
    if before.spec != context.spec and kept:
        yield Checkpoint(commit=book.write(Record(spec=context.spec, kept=kept)))
    problems = []
    wanted = list(provider.places())
    for place in [*wanted, *(place for place in before.kept if place not in wanted)]:
        try:
            if place in wanted:
                kept[place] = provider.ensure(place, before.kept.get(place))
            elif removes:
                provider.remove(place, kept.pop(place))
            else:
                del kept[place]
        except Transient as error:
            problems.append(str(error))
            continue
        if kept.get(place) != before.kept.get(place):
            yield Checkpoint(commit=book.write(Record(spec=context.spec, kept=dict(kept))))
        if context.stopping.is_set():
            return
    if problems:
        raise Transient(f"the hook is not as declared: {'; '.join(problems)}")

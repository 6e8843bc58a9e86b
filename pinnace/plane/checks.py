"""What each room finds wrong with its own kind of object, beyond the schema; and admission."""

from collections.abc import Callable, Iterable
from functools import partial

from pinnace.eventsources import TYPES
from pinnace.eventsources import parse as parse_event_source
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import EVENT_SOURCES, SENSORS, TFJOBS, Kind, kind_of
from pinnace.objects.types import Object
from pinnace.sensors import parse_sensor
from pinnace.training import problems as tfjob_problems

Check = Callable[[Object], Iterable[Invalid]]


def _event_source(obj: Object) -> Iterable[Invalid]:
    parsed = parse_event_source(obj, TYPES)
    if not parsed.events:  # with some that can run it is taken; its conditions tell of the others
        for problem in parsed.problems:
            yield Invalid(problem)


def _sensor(obj: Object) -> Iterable[Invalid]:
    try:
        parse_sensor(obj)
    except Invalid as error:
        yield error


_CHECKS: dict[Kind, Check] = {
    EVENT_SOURCES: _event_source,
    SENSORS: _sensor,
    TFJOBS: partial(tfjob_problems, old=None),
}


def check(obj: Object) -> Iterable[Invalid]:
    """Yield what is wrong with an object in a watched folder."""
    found = _CHECKS.get(kind_of(obj))
    return found(obj) if found else ()


def admit(new: Object, old: Object | None) -> None:
    """Refuse at the API what the training operator's webhook refuses; raises Invalid."""
    if kind_of(new) == TFJOBS:
        for problem in tfjob_problems(new, old):
            raise problem

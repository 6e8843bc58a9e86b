"""How long and how much of an event source's events the journal keeps: the limits, read.

By default 30 days and 1 GiB for each EventSource; ``journal:`` in ``pinnace.yaml`` changes the
default, annotations of an EventSource its own. (Upstream: 7 days and 50,000 events of all sources
together, read or not: jetstream.streamConfig.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pinnace.languages import durations
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import annotations_of, name_of
from pinnace.objects.quantities import parse_quantity
from pinnace.objects.types import Object

AGE_ANNOTATION = "pinnace.dev/journal-max-age"
SIZE_ANNOTATION = "pinnace.dev/journal-max-size"


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long and how much of an event source's events is kept; None is without limit."""

    age: timedelta | None = None
    size: int | None = None  # bytes of data


DEFAULT = Keep(age=timedelta(days=30), size=2**30)


def keep_of(obj: Object, default: Keep) -> Keep:
    """Return an EventSource's limits; what its annotations say wrongly counts as not said."""
    annotations = annotations_of(obj)
    try:
        return read_keep(annotations.get(AGE_ANNOTATION), annotations.get(SIZE_ANNOTATION), default)
    except Invalid:
        return default  # keeping more than was asked loses nothing; ``problems`` says what is wrong


def problems(obj: Object) -> list[Invalid]:
    """Return what is wrong with an EventSource's limits."""
    annotations = annotations_of(obj)
    try:
        read_keep(annotations.get(AGE_ANNOTATION), annotations.get(SIZE_ANNOTATION), DEFAULT)
    except Invalid as error:
        error.kind, error.name = EVENT_SOURCES.kind, name_of(obj)
        return [error]
    return []


def read_journal(given: Any) -> Keep:
    """Return the limits in ``journal:`` of ``pinnace.yaml``; raises Invalid."""
    if not isinstance(given, Mapping):
        raise Invalid(field="journal", expected="maxAge and maxSize", found=repr(given))
    unknown = set(given) - {"maxAge", "maxSize"}
    if unknown:
        raise Invalid(field=f"journal.{min(unknown)}", expected="maxAge, maxSize")
    return read_keep(given.get("maxAge"), given.get("maxSize"), DEFAULT)


def read_keep(age: Any, size: Any, default: Keep) -> Keep:
    """Return the default, or what is given (duration, quantity) instead; raises Invalid."""
    keep = default
    if age is not None:
        try:
            keep = replace(keep, age=durations.parse(str(age)).timedelta)
        except LanguageError as error:
            raise Invalid(
                field="journal max age", expected="a duration such as 168h", found=repr(age)
            ) from error
    if size is not None:
        try:
            keep = replace(keep, size=int(parse_quantity(size)))
        except Invalid as error:
            raise Invalid(
                field="journal max size", expected="a quantity such as 500Mi", found=repr(size)
            ) from error
    return keep

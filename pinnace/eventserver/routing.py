"""Which method a path means, and what a query asks for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pinnace.bus import Query
from pinnace.languages import durations
from pinnace.languages.errors import LanguageError
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import BadRequest, PinnaceError

ROOT = "/pinnace/v1/"

#: verb, path below the root, method; ``{}`` is one variable.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", "events", "list"),
    ("POST", "events", "import"),
    ("GET", "events/{}", "show"),
    ("POST", "replay", "replay"),
    ("GET", "firings", "firings"),
    ("POST", "firings/{}/redrive", "redrive"),
    ("GET", "joins", "joins"),
    ("GET", "rejections", "rejections"),
)


class NotServed(PinnaceError):
    """No method is served at that path."""

    code = 404
    reason = "NotFound"


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method and the variable of its path."""

    method: str
    variable: str = ""


def serves(path: str) -> bool:
    """Tell whether a path is the journal's."""
    return path.startswith(ROOT)


def resolve(verb: str, path: str) -> Route:
    """Return what a request means; raises NotServed."""
    steps = path.removeprefix(ROOT).split("/")
    for known, pattern, method in ROUTES:
        wanted = pattern.split("/")
        if verb != known or len(wanted) != len(steps):
            continue
        if all(want in ("{}", step) and step for want, step in zip(wanted, steps, strict=True)):
            at = wanted.index("{}") if "{}" in wanted else -1
            return Route(method=method, variable=steps[at] if at >= 0 else "")
    raise NotServed(f"{verb} {path} is not served; served: " + ", ".join(
        f"{verb} {ROOT}{pattern}" for verb, pattern, _ in ROUTES
    ))  # fmt: skip


def read_query(given: Mapping[str, str], now: datetime) -> Query:
    """Return the events that a query asks for; raises BadRequest."""
    return Query(
        namespace=given.get("namespace", ""),
        source=given.get("source", ""),
        subject=given.get("subject", ""),
        since=moment(given, "since", now),
        until=moment(given, "until", now),
    )


def moment(given: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    """Return a time: RFC 3339, or how long ago as a duration (``1h30m``); raises BadRequest."""
    text = given.get(name, "")
    if not text:
        return None
    try:
        return now - durations.parse(text).timedelta
    except LanguageError:
        pass
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise BadRequest(
            f"{name}: expected a duration such as 1h30m or an RFC 3339 time, found {text!r}"
        ) from error


def whole(given: Mapping[str, str], name: str, default: int, most: int = 10_000) -> int:
    """Return a number from 0 to ``most``; raises BadRequest."""
    text = given.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not text.isascii() or len(text) > 18:
        raise BadRequest(f"{name}: expected a whole number, found {text[:40]!r}")
    return min(int(text), most)

"""Limits of the journal, from annotations and from pinnace.yaml."""

from datetime import timedelta
from typing import Any

import pytest

from pinnace.bus import Keep
from pinnace.bus.keep import DEFAULT, keep_of, problems, read_journal
from pinnace.objects.errors import Invalid

DAY = timedelta(days=1)


def source(**annotations: str) -> dict[str, Any]:
    named = {f"pinnace.dev/journal-{name.replace('_', '-')}": v for name, v in annotations.items()}
    return {"kind": "EventSource", "metadata": {"name": "es", "annotations": named}}


KEEPS = [
    ({}, DEFAULT),
    ({"max_age": "24h"}, Keep(age=DAY, size=DEFAULT.size)),
    ({"max_size": "1Mi"}, Keep(age=DEFAULT.age, size=2**20)),
    ({"max_age": "soon"}, DEFAULT),
]


@pytest.mark.parametrize(("annotations", "keep"), KEEPS)
def test_an_event_sources_own(annotations: dict[str, str], keep: Keep) -> None:
    assert keep_of(source(**annotations), DEFAULT) == keep


def test_what_is_wrong_is_said() -> None:
    found = str(problems(source(max_size="much"))[0])
    assert "EventSource es: journal max size: expected a quantity such as 500Mi" in found
    assert problems(source(max_age="1h")) == []


def test_the_default() -> None:
    assert read_journal({"maxAge": "24h", "maxSize": "1Mi"}) == Keep(age=DAY, size=2**20)


@pytest.mark.parametrize("given", [{"maxAgge": "1h"}, {"maxAge": "x"}, ["a"], "1h"])
def test_a_wrong_default_is_refused(given: Any) -> None:
    with pytest.raises(Invalid):
        read_journal(given)

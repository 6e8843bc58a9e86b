"""Upstream's EventSources: each event of a type that runs here is valid, others are refused."""

import pytest

from pinnace.eventsources import TYPES, parse
from pinnace.eventsources.refused import REFUSED
from pinnace.objects.types import Object
from tests.conformance.events.examples import parametrized


@pytest.mark.parametrize(("name", "obj"), parametrized("EventSource"))
def test_an_example_is_valid_or_refused_by_name(name: str, obj: Object) -> None:
    parsed = parse(obj, TYPES)
    for spec in parsed.events:
        TYPES[spec.type].check(spec)
    for problem in parsed.problems:
        assert any(f"type '{kind}' is not supported here" in problem for kind in REFUSED), problem
    assert parsed.events or parsed.problems

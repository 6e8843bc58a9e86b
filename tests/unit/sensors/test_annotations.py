"""Where a Sensor begins, and how long its joins wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinnace.objects.errors import Invalid
from pinnace.sensors import evaluate_all
from pinnace.sensors.annotations import read_expiry, read_start
from pinnace.sensors.parsing import parse_sensor
from tests.unit.sensors.made import NOW, dependency, event, log_trigger, manifest

CREATED = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
STARTS = [
    ("", None),
    ("beginning", datetime(1, 1, 1, tzinfo=UTC)),
    ("1h30m", datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
    ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
]


def annotated(**annotations: str) -> dict[str, Any]:
    named = {f"pinnace.dev/{name.replace('_', '-')}": value for name, value in annotations.items()}
    return {"kind": "Sensor", "metadata": {"name": "s", "annotations": named}}


@pytest.mark.parametrize(("text", "start"), STARTS)
def test_start(text: str, start: datetime | None) -> None:
    assert read_start(annotated(**{"from": text}), CREATED) == start


@pytest.mark.parametrize("text", ["yesterday", "-", "2026"])
def test_a_start_that_is_none(text: str) -> None:
    with pytest.raises(Invalid, match=r"metadata.annotations\[pinnace.dev/from\]: expected `beg"):
        read_start(annotated(**{"from": text}), CREATED)


def test_expiry() -> None:
    assert read_expiry(annotated()) is None
    assert read_expiry(annotated(join_expires_after="90s")) == timedelta(seconds=90)
    for text in ("0s", "-1h", "long"):
        with pytest.raises(Invalid, match="join-expires-after"):
            read_expiry(annotated(join_expires_after=text))


HOUR = timedelta(hours=1)
JOINS = [("", True), ("90m", True), ("60m", True), ("59m", False)]


@pytest.mark.parametrize(("expiry", "fires"), JOINS)
def test_a_join_forgets_what_waited_too_long(expiry: str, fires: bool) -> None:
    obj = manifest(dependency("a"), dependency("b", eventName="other"), triggers=[log_trigger()])
    if expiry:
        obj["metadata"]["annotations"] = {"pinnace.dev/join-expires-after": expiry}
    first, second = event(id="1"), event(id="2", subject="other", time=NOW + HOUR)
    verdicts = evaluate_all(parse_sensor(obj), [first, second], now=NOW + HOUR)
    assert [verdict.fires for verdict in verdicts] == [False, fires]

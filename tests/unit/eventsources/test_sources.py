"""The pure parts of minio, file and calendar, and the filter expression."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pinnace.eventsources.envelope import envelope, new_event_id
from pinnace.eventsources.filters import FilterError, passes
from pinnace.eventsources.types.calendar import schedule as calendar
from pinnace.eventsources.types.calendar.source import event_time
from pinnace.eventsources.types.file.ops import Notice, Op, matches, payload, remarks
from pinnace.eventsources.types.file.polling import Look, differences
from pinnace.eventsources.types.minio import records
from pinnace.eventsources.types.minio.listing import Created, Removed, changes, was_there_before
from pinnace.eventsources.types.minio.records import Origin, Upload
from tests.unit.eventsources.specs import spec

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ORIGIN = Origin(bucket="datasets", endpoint="http://127.0.0.1:9000", access_key="key")


def test_the_envelope() -> None:
    event = envelope(spec("pubSub"), b"{}", event_id=new_event_id(NOON), now=NOON)
    assert (event.source, event.subject, event.type) == ("source", "event", "pubsub")
    assert event.context()["time"] == "2026-03-01T12:00:00Z"
    assert new_event_id(NOON) < new_event_id(NOON + timedelta(milliseconds=1))


# -------------------------------------------------------------------------------------- filter

EVENT = b'{"header": {"X": ["1"]}, "body": {"epochs": 3, "name": "digits"}, "a-b": 1}'


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("", True),
        ("body.epochs > 2", True),
        ("body.epochs > 3", False),
        ('body.name matches "^dig"', True),
        ("a_b == 1", True),
        ("body.missing == nil", True),
        ("nowhere == nil", True),
        ('asInt("3") == body.epochs', True),
        ('sprig.upper(body.name) == "DIGITS"', True),
    ],
)
def test_filter_expressions(expression: str, verdict: bool) -> None:
    assert passes({"filter": {"expression": expression}}, EVENT, NOON) is verdict


@pytest.mark.parametrize("expression", ["body.epochs", "nowhere", "body.epochs >", "1 +"])
def test_filters_that_give_no_verdict(expression: str) -> None:
    with pytest.raises(FilterError):
        passes({"filter": {"expression": expression}}, EVENT, NOON)


# --------------------------------------------------------------------------------------- minio


def upload(key: str = "mnist/a b.npz", etag: str = "e1", **more: Any) -> Upload:
    values: dict[str, Any] = {"size": 5, "modified": NOON + timedelta(milliseconds=607), **more}
    return Upload(key=key, etag=etag, **values)


def test_a_listed_upload_has_minios_record() -> None:
    record = records.created_record(ORIGIN, upload(content_type="text/plain"))
    assert list(record) == [
        "eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity",
        "requestParameters", "responseElements", "s3", "source",
    ]  # fmt: skip
    assert record["eventName"] == "s3:ObjectCreated:Put"
    assert record["eventTime"] == "2026-03-01T12:00:00.607Z"
    assert record["s3"]["bucket"] == {
        "name": "datasets", "ownerIdentity": {"principalId": "key"},
        "arn": "arn:aws:s3:::datasets",
    }  # fmt: skip
    thing = record["s3"]["object"]
    assert (thing["key"], thing["size"], thing["eTag"]) == ("mnist/a b.npz", 5, "e1")


def test_a_listing_and_a_notification_of_one_upload_have_one_mark() -> None:
    listed = upload()
    notified = json.loads(json.dumps(records.created_record(ORIGIN, listed)))
    assert records.mark_of(notified) == listed.mark
    exact = int(notified["s3"]["object"]["sequencer"], 16) + 123_456  # MinIO: nanoseconds
    notified["s3"]["object"]["sequencer"] = f"{exact:X}"
    assert records.mark_of(notified) == listed.mark
    notified["s3"]["object"]["sequencer"] = "not hexadecimal"
    assert records.mark_of(notified) == ""


@pytest.mark.parametrize(
    ("name", "events", "asked"),
    [
        ("s3:ObjectCreated:Put", ["s3:ObjectCreated:Put"], True),
        ("s3:ObjectCreated:Put", ["s3:ObjectCreated:*"], True),
        ("s3:ObjectCreated:Copy", ["s3:ObjectCreated:Put"], False),
        ("s3:ObjectRemoved:Delete", ["s3:ObjectCreated:*"], False),
        ("s3:ObjectRemoved:Delete", ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"], True),
    ],
)
def test_event_names(name: str, events: list[str], asked: bool) -> None:
    assert records.asked_for(name, events) is asked


def test_multipart_uploads_are_named_so() -> None:
    assert upload(etag="abc-3").event_name == "s3:ObjectCreated:CompleteMultipartUpload"


def test_changes_between_listings() -> None:
    same, other, new = upload("same"), upload("other", "e2"), upload("new")
    again = upload("again", modified=NOON + timedelta(seconds=9))
    seen = {
        "same": same.mark,
        "other": upload("other", "e1").mark,
        "again": upload("again").mark,  # the same bytes, uploaded again
        "gone": "e0 1",
    }
    found = list(changes(seen, [same, other, new, again]))
    assert found == [
        Created(upload=other), Created(upload=new), Created(upload=again),
        Removed(key="gone", mark="e0 1"),
    ]  # fmt: skip
    now = {u.key: u.mark for u in (same, other, new, again)}
    assert list(changes(now, [same, other, new, again])) == []


@pytest.mark.parametrize(
    ("modified", "before"),
    [
        (NOON + timedelta(milliseconds=499), True),
        (NOON + timedelta(milliseconds=501), False),
        (NOON, False),  # a server of whole seconds: it may be from after
        (NOON - timedelta(seconds=1), True),
    ],
)
def test_what_was_there_before(modified: datetime, before: bool) -> None:
    since = NOON + timedelta(milliseconds=500)
    assert was_there_before(upload(modified=modified), since) is before


# ---------------------------------------------------------------------------------------- file


def watch(directory: str, event_type: str = "CREATE", **path: Any) -> Any:
    return spec("file", eventType=event_type, watchPathConfig={"directory": directory, **path})


@pytest.mark.parametrize(
    ("event", "name", "op", "fits"),
    [
        (watch("/d/", path="x.txt"), "/d/x.txt", Op.CREATE, True),
        (watch("/d/", path="x.txt"), "/d/x.txt", Op.WRITE, False),
        (watch("/d/", path="x.txt"), "/d/y.txt", Op.CREATE, False),
        (watch("/d", path="x.txt"), "/d/x.txt", Op.CREATE, False),  # upstream's trap
        (watch("/d", path="x.txt"), "x.txt", Op.CREATE, True),  # polling: base names
        (watch("/d/", path="x.txt"), "/d/x.txt", Op.CREATE | Op.WRITE, False),  # exact string
        (watch("/d/", pathRegexp="([a-z]+).txt"), "/d/abc.txt", Op.CREATE, True),
        (watch("/d/", pathRegexp="b"), "/d/abc", Op.CREATE, True),  # not anchored
        (watch("/d/", pathRegexp="^b"), "/d/abc", Op.CREATE, False),
    ],
)
def test_which_file_operations_match(event: Any, name: str, op: Op, fits: bool) -> None:
    assert matches(event, Notice(name=name, op=op)) is fits


def test_file_payload_is_integers_and_null() -> None:
    event = watch("/d/", path="x")
    data = json.loads(payload(event, Notice(name="/d/x", op=Op.RENAME)))
    assert data == {"name": "/d/x", "op": 8, "metadata": None}
    assert Notice(name="x", op=Op.CREATE | Op.WRITE).operation == "CREATE|WRITE"
    assert "trailing '/'" in remarks(watch("/d", path="x")) and not remarks(event)


def test_differences_between_two_looks() -> None:
    def seen(inode: int, changed: int = 1, mode: int = 0o644) -> Look:
        return Look(inode=inode, changed=changed, size=1, mode=mode)

    before = {"same": seen(1), "gone": seen(2), "old": seen(3), "edited": seen(4)}
    after = {"same": seen(1), "new": seen(3), "fresh": seen(9), "edited": seen(4, 2, 0o600)}
    found = {(n.name, n.operation) for n in differences(before, after)}
    assert found == {
        ("gone", "REMOVE"), ("old", "RENAME"), ("fresh", "CREATE"), ("edited", "WRITE"),
        ("edited", "CHMOD"),
    }  # fmt: skip


# ------------------------------------------------------------------------------------ calendar


def ticks(count: int, start: datetime = NOON, **fields: Any) -> list[str]:
    schedule, found = calendar.schedule_of(spec("calendar", **fields)), []
    for _ in range(count):
        start = schedule(start)
        found.append(start.astimezone(UTC).strftime("%m-%dT%H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"schedule": "30 * * * *"}, ["03-01T12:30:00", "03-01T13:30:00"]),
        ({"interval": "10s"}, ["03-01T12:00:10", "03-01T12:00:20"]),
        ({"interval": "1h30m", "schedule": "0 0 * * *"}, ["03-02T00:00:00", "03-03T00:00:00"]),
        ({"schedule": "0 8 * * *", "timezone": "America/New_York"},
         ["03-01T13:00:00", "03-02T13:00:00"]),
        # the clocks change on 8 March: eight o'clock there comes an hour earlier
        ({"schedule": "0 8 8 * *", "timezone": "America/New_York"}, ["03-08T12:00:00"]),
        ({"schedule": "0 0 * * *", "exclusionDates": ["EXDATE:20260302T150405Z", "20260303"]},
         ["03-03T00:00:00"]),
    ],
)  # fmt: skip
def test_ticks(fields: dict[str, Any], wanted: list[str]) -> None:
    assert ticks(len(wanted), **fields) == wanted


def test_intervals_drop_the_fraction() -> None:
    assert ticks(1, NOON + timedelta(microseconds=5), interval="10s") == ["03-01T12:00:10"]
    assert ticks(2, NOON + timedelta(microseconds=5), interval="1s") == [
        "03-01T12:00:01", "03-01T12:00:02",
    ]  # fmt: skip


def test_exclusions_without_the_prefix_are_named() -> None:
    event = spec("calendar", interval="1s", exclusionDates=["20260303", "EXDATE:20260304T000000Z"])
    assert calendar.excluded_days(event) == {date(2026, 3, 4)}
    assert "20260303" in calendar.remarks(event)


def test_missed_ticks() -> None:
    schedule = calendar.schedule_of(spec("calendar", schedule="0 * * * *"))
    day = list(calendar.missed(schedule, NOON - timedelta(days=1), NOON, None))
    assert len(day) == 24 and day[-1] == NOON
    short = list(calendar.missed(schedule, NOON - timedelta(days=1), NOON, timedelta(hours=2)))
    assert len(short) == 2


def test_event_time_is_gos() -> None:
    assert event_time(NOON) == "2026-03-01 12:00:00 +0000 UTC"
    live = event_time(NOON + timedelta(milliseconds=250), timedelta(seconds=1.5))
    assert live == "2026-03-01 12:00:00.25 +0000 UTC m=+1.500000000"

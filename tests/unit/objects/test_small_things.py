from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pinnace.objects.clock import parse_rfc3339, rfc3339, rfc3339_nano
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import KINDS, PODS, WORKFLOWS, by_name
from pinnace.objects.meta import creation_of
from pinnace.objects.names import fnv1a32, generate_name, is_subdomain, new_uid
from pinnace.objects.quantities import parse_quantity, quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", "0.1"), ("2", "2"), ("1.5", "1.5"), (".5", "0.5"), ("1Ki", "1024"),
        ("1Gi", str(2**30)), ("1G", "1e9"), ("1e3", "1000"), ("2E", "2e18"), ("5n", "5e-9"),
    ],
)  # fmt: skip
def test_quantities(text: str, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "canonical", "value"),
    [
        ("1.5", "1500m", 2), ("1.5Gi", "1536Mi", 1610612736), ("0.5n", "1n", 1),
        ("1e3", "1e3", 1000),
        ("-1.1", "-1100m", -2), ("1024", "1024", 1024), ("0.1Mi", "104857600m", 104858),
    ],
)  # fmt: skip
def test_how_quantities_print_and_round(text: str, canonical: str, value: int) -> None:
    assert str(quantity(text)) == canonical
    assert quantity(text).value == value


@pytest.mark.parametrize("text", ["", "x", "1KB", "1 Gi", "--1", "1e999999"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="expected a quantity"):
        parse_quantity(text)


def test_node_ids_hash_as_gos_fnv() -> None:
    assert fnv1a32("") == 0x811C9DC5
    assert fnv1a32("agent") == 1340600742  # the reference's own example


def test_generated_names_fit_kubernetes() -> None:
    name = generate_name("train-digits-")
    assert name.startswith("train-digits-")
    assert len(name) == len("train-digits-") + 5
    assert is_subdomain(name)
    assert not is_subdomain("Upper_case")


def test_uids_begin_with_the_time() -> None:
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    uids = {new_uid(noon) for _ in range(100)}
    assert len(uids) == 100
    assert {uid.version for uid in uids} == {7}
    for later in (timedelta(microseconds=1), timedelta(milliseconds=1), timedelta(days=9)):
        assert max(uids) < new_uid(noon + later)


def test_the_newer_of_two_objects_of_one_second() -> None:
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    older, newer = (
        {"metadata": {
            "name": name, "creationTimestamp": rfc3339(instant), "uid": str(new_uid(instant))
        }}
        for name, instant in (("z", noon), ("a", noon + timedelta(milliseconds=5)))
    )  # fmt: skip
    assert max(older, newer, key=creation_of)["metadata"]["name"] == "a"


def test_times_round_trip() -> None:
    instant = datetime(2026, 1, 31, 12, 30, 5, 120000, tzinfo=UTC)
    assert rfc3339(instant) == "2026-01-31T12:30:05Z"
    assert rfc3339_nano(instant) == "2026-01-31T12:30:05.12Z"
    assert parse_rfc3339("2026-01-31T13:30:05.120000000+01:00") == instant
    with pytest.raises(ValueError, match="time zone"):
        parse_rfc3339("2026-01-31T13:30:05")


def test_kinds_are_found_by_every_name_people_use() -> None:
    assert by_name("wf") == by_name("workflows.argoproj.io") == by_name("Workflow") == WORKFLOWS
    assert by_name("po") == PODS
    assert len({(kind.group, kind.plural) for kind in KINDS}) == len(KINDS)


def test_an_invalid_names_everything_it_knows() -> None:
    error = Invalid(
        kind="Sensor", name="s", field="spec.triggers[0]", expected="a template", found="none",
        fix="add one", file="s.yaml", line=3,
    )  # fmt: skip
    assert str(error) == (
        "s.yaml:3: Sensor s: spec.triggers[0]: expected a template, found none; add one"
    )

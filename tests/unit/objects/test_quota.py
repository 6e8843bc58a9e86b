"""What objects use of a quota, and when it refuses them."""

from decimal import Decimal
from typing import Any

import pytest

from pinnace.objects.kinds import CONFIG_MAPS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, SERVICES, Kind
from pinnace.objects.quantities import format_quantity, parse_quantity
from pinnace.objects.quota import Asked, refusal, total, usage, written
from pinnace.objects.types import Object


def pod(name: str = "p", *resources: dict[str, Any], **spec: Any) -> Object:
    containers = [{"name": f"c{n}", "resources": each} for n, each in enumerate(resources)]
    return {"metadata": {"name": name}, "spec": {"containers": containers, **spec}}


def quota(*scopes: str, **hard: str) -> Object:
    named = {name.replace("__", "/").replace("_", "."): amount for name, amount in hard.items()}
    return {"metadata": {"name": "q"}, "spec": {"hard": named, "scopes": list(scopes)}}


@pytest.mark.parametrize(
    ("amount", "binary", "text"),
    [
        ("0", False, "0"), ("2", False, "2"), ("2000", False, "2k"), ("0.5", False, "500m"),
        ("1500m", False, "1500m"), ("1Gi", True, "1Gi"), ("1536Mi", True, "1536Mi"),
        ("1000", True, "1k"), ("1500", True, "1500"), ("0.0000000001", False, "1n"),
        ("1M", True, "1000000"),
    ],
)  # fmt: skip
def test_quantities_are_written_in_their_canonical_form(
    amount: str, binary: bool, text: str
) -> None:
    assert format_quantity(parse_quantity(amount), binary=binary) == text


@pytest.mark.parametrize(
    ("kind", "obj", "expected"),
    [
        (CONFIG_MAPS, {"metadata": {}}, {"configmaps": "1", "count/configmaps": "1"}),
        (JOBS, {"metadata": {}}, {"count/jobs.batch": "1"}),
        (PODS, pod("p", {"requests": {"cpu": "500m"}, "limits": {"memory": "1Gi"}}, {}),
         {"count/pods": "1", "pods": "1", "cpu": "500m", "requests.cpu": "500m", "memory": "1Gi",
          "requests.memory": "1Gi", "limits.memory": "1Gi"}),
        (PODS, {**pod(), "status": {"phase": "Succeeded"}}, {"count/pods": "1"}),
        (PODS, pod("p", {"requests": {"cpu": "1"}},
                   initContainers=[{"resources": {"requests": {"cpu": "3"}}}]),
         {"count/pods": "1", "pods": "1", "cpu": "3", "requests.cpu": "3"}),
        (PERSISTENT_VOLUME_CLAIMS, {"spec": {"resources": {"requests": {"storage": "1Gi"}}}},
         {"count/persistentvolumeclaims": "1", "persistentvolumeclaims": "1",
          "requests.storage": "1Gi"}),
        (SERVICES, {"spec": {"type": "NodePort", "ports": [{}, {}]}},
         {"count/services": "1", "services": "1", "services.nodeports": "2"}),
    ],
)  # fmt: skip
def test_usage(kind: Kind, obj: Object, expected: dict[str, str]) -> None:
    assert written(usage(kind, obj)) == dict(sorted(expected.items()))


@pytest.mark.parametrize(
    ("limits", "asked", "there", "expected"),
    [
        (quota(pods="2"), pod("new"), 1, ""),
        (quota(pods="2"), pod("new"), 2,
         "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"),
        (quota(requests_cpu="1", pods="1"), pod("n", {"requests": {"cpu": "1500m"}}), 1,
         "exceeded quota: q, requested: pods=1,requests.cpu=1500m, used: pods=1,requests.cpu=0, "
         "limited: pods=1,requests.cpu=1"),
        (quota(limits_memory="1Gi", cpu="1"), pod("n", {"requests": {"cpu": "1"}}, {}), 0,
         "failed quota: q: must specify cpu for: c1; limits.memory for: c0,c1"),
        (quota("Terminating", pods="0"), pod("n"), 0, ""),
        (quota("BestEffort", pods="0"), pod("n"), 0,
         "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0"),
        (quota(count__pods="1"), pod("n"), 1,
         "exceeded quota: q, requested: count/pods=1, used: count/pods=1, limited: count/pods=1"),
    ],
)  # fmt: skip
def test_refusals_are_worded_as_kubernetes_words_them(
    limits: Object, asked: Object, there: int, expected: str
) -> None:
    used = total(limits, [(PODS, pod(f"old-{n}")) for n in range(there)])
    assert refusal(limits, Asked(kind=PODS, new=asked), used) == expected


def test_a_change_is_counted_by_what_it_adds() -> None:
    def claim(size: str) -> Object:
        return {"metadata": {}, "spec": {"resources": {"requests": {"storage": size}}}}

    limits = quota(requests_storage="2Gi")
    used = {"requests.storage": Decimal(2**30)}
    grown = Asked(kind=PERSISTENT_VOLUME_CLAIMS, new=claim("2Gi"), old=claim("1Gi"))
    assert refusal(limits, grown, used) == ""
    too_much = Asked(kind=PERSISTENT_VOLUME_CLAIMS, new=claim("3Gi"), old=claim("1Gi"))
    assert "requested: requests.storage=2Gi, used: requests.storage=1Gi" in refusal(
        limits, too_much, used
    )

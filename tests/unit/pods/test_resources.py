"""Requests, quality of service, and whose turn it is."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key
from pinnace.pods.resources import Amounts, pod_requests, qos_class
from pinnace.pods.scheduler import Waiting, schedule


def _container(cpu: str = "", memory: str = "", *, limits: bool = False, **more: Any) -> Any:
    amounts = {k: v for k, v in (("cpu", cpu), ("memory", memory)) if v}
    return {"resources": {"limits" if limits else "requests": amounts}, **more}


@pytest.mark.parametrize(
    ("spec", "cpu"),
    [
        ({"containers": [_container("500m"), _container("1")]}, "1.5"),
        ({"containers": [_container("1")], "initContainers": [_container("3")]}, "3"),
        ({"containers": [_container("2", limits=True)]}, "2"),
        ({"containers": [_container()]}, "0"),
        (
            {
                "containers": [_container("1")],
                "initContainers": [_container("1", restartPolicy="Always"), _container("500m")],
            },
            "2",
        ),
        ({"containers": [_container("1")], "overhead": {"cpu": "100m"}}, "1.1"),
    ],
)
def test_pod_requests(spec: dict[str, Any], cpu: str) -> None:
    assert pod_requests({"spec": spec}).cpu == Decimal(cpu)


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([_container()], "BestEffort"),
        ([_container("1")], "Burstable"),
        ([_container("1", "1Gi", limits=True)], "Guaranteed"),
        ([_container("1", "1Gi", limits=True), _container()], "Burstable"),
    ],
)
def test_qos_class(containers: list[Any], expected: str) -> None:
    assert qos_class({"spec": {"containers": containers}}) == expected


def _waiting(
    name: str, cpu: int, *, priority: int = 0, created: str = "", order: int = 0
) -> Waiting:
    requests = Amounts(cpu=Decimal(cpu), pods=1)
    key = Key(PODS, "default", name)
    return Waiting(
        key=key, uid=name, requests=requests, priority=priority, created=created, order=order
    )


_NODE = Amounts(cpu=Decimal(2), memory=Decimal(1000), pods=3)


def _fitting(waiting: list[Waiting], used: Amounts = Amounts()) -> list[str]:  # noqa: B008 - frozen
    return [v.pod.key.name for v in schedule(waiting, used, _NODE) if v.fits]


def test_the_oldest_first_and_the_more_important_before() -> None:
    pods = [
        _waiting("c", 1, created="3"),
        _waiting("a", 1, created="1"),
        _waiting("b", 1, created="2"),
    ]
    assert _fitting(pods) == ["a", "b"]
    assert _fitting([*pods, _waiting("vip", 1, priority=10, created="9")]) == ["vip", "a"]


def test_within_a_second_the_order_counts() -> None:
    assert _fitting([_waiting(str(n), 1, created="1", order=9 - n) for n in range(5)]) == ["4", "3"]


def test_smaller_pods_go_before_one_that_does_not_fit() -> None:
    pods = [_waiting("huge", 64, created="1"), _waiting("small", 1, created="2")]
    assert _fitting(pods) == ["small"]
    (huge, _) = schedule(pods, Amounts(), _NODE)
    assert huge.message.startswith("0/1 nodes are available: 1 Insufficient cpu.")
    assert "64" in huge.message and "2" in huge.message


@pytest.mark.parametrize(
    ("used", "message"),
    [
        (Amounts(pods=3), "0/1 nodes are available: 1 Too many pods."),
        (Amounts(cpu=Decimal(2), pods=1), "0/1 nodes are available: 1 Insufficient cpu."),
        (
            Amounts(cpu=Decimal(2), memory=Decimal(2000)),
            "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.",
        ),
    ],
)
def test_messages(used: Amounts, message: str) -> None:
    (verdict,) = schedule([_waiting("p", 1)], used, _NODE)
    assert not verdict.fits and verdict.message == message


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 2))
def test_the_node_is_never_overcommitted(cpus: list[int], used: int) -> None:
    before = Amounts(cpu=Decimal(used))
    pods = [_waiting(str(n), cpu, order=n) for n, cpu in enumerate(cpus)]
    fitting = [v.pod.requests for v in schedule(pods, before, _NODE) if v.fits]
    total = sum(fitting, before)
    assert total.cpu <= _NODE.cpu and total.pods <= _NODE.pods

"""TF_CONFIG: this process's place in the group."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trainer.cluster import Cluster, Strategy, parse
from trainer.errors import Invalid

TWO = {"worker": ["a:1", "b:1"]}
CHIEF = {"chief": ["c:1"], "worker": ["a:1", "b:1"]}


def config(cluster: Any, role: str, index: Any) -> str:
    return json.dumps({"cluster": cluster, "task": {"type": role, "index": index}})


PLACES: dict[str, tuple[str, Strategy, int, int]] = {
    "none": ("", Strategy.ALONE, 0, 1),
    "an empty object": ("{}", Strategy.ALONE, 0, 1),
    "one worker": (config({"worker": ["a:1"]}, "worker", 0), Strategy.ALONE, 0, 1),
    "first of two": (config(TWO, "worker", 0), Strategy.MIRRORED, 0, 2),
    "second of two": (config(TWO, "worker", 1), Strategy.MIRRORED, 1, 2),
    "chief": (config(CHIEF, "chief", 0), Strategy.MIRRORED, 0, 3),
    "master": (
        config({"worker": ["a:1"], "master": ["m:1"]}, "master", 0),
        Strategy.MIRRORED,
        0,
        2,
    ),
    "worker beside a chief": (config(CHIEF, "worker", 0), Strategy.MIRRORED, 1, 3),
    "last beside a chief": (config(CHIEF, "worker", 1), Strategy.MIRRORED, 2, 3),
    "evaluators don't count": (
        config({**TWO, "evaluator": ["e:1"]}, "worker", 1),
        Strategy.MIRRORED,
        1,
        2,
    ),
}


@pytest.mark.parametrize(("text", "strategy", "rank", "size"), PLACES.values(), ids=PLACES)
def test_places(text: str, strategy: Strategy, rank: int, size: int) -> None:
    cluster = parse(text)
    assert (cluster.strategy, cluster.rank, cluster.size) == (strategy, rank, size)
    assert cluster.is_chief == (rank == 0)


REFUSED: dict[str, tuple[str, str]] = {
    "not JSON": ("{", "TF_CONFIG: file: expected JSON"),
    "a list": ("[]", "expected an object; found list"),
    "cluster is a list": ('{"cluster": []}', "cluster: expected an object of lists"),
    "sparse": (config({"worker": {"0": "a:1"}}, "worker", 0), "cluster.worker: expected a list"),
    "unknown role": (config({"boss": ["a:1"]}, "boss", 0), "cluster.boss"),
    "index too high": (config(TWO, "worker", 2), "found worker 2"),
    "index is text": (config(TWO, "worker", "0"), "found worker 0"),
    "role not in the cluster": (config(TWO, "chief", 0), "found chief 0"),
    "evaluator": (config(TWO, "evaluator", 0), "use `trainer evaluate`"),
    "parameter server": (config({**TWO, "ps": ["p:1"]}, "ps", 0), "found parameter servers"),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED)
def test_refusals(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(text)
    assert says in str(refusal.value)


def test_a_cluster_of_one_is_its_own_chief() -> None:
    assert Cluster().is_chief

"""``policy.k8s``: what a trigger made must come to have some labels.

Upstream: pkg/sensors/policy/resource-labels.go. Here the wait is a pending firing: it holds no
thread, and goes on after a restart.
"""

import random
from dataclasses import dataclass

from pinnace.bus import Firing
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.meta import Key, labels_of
from pinnace.sensors.durations import delay
from pinnace.sensors.spec import Trigger
from pinnace.store.reads import Reads


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The policy is content, and why."""

    message: str


def judge(reads: Reads, trigger: Trigger, firing: Firing, looks: int) -> Judgement | float:
    """Return the judgement, or how many seconds to wait before the next look.

    Raises NotFound when the object is gone, Permanent when the labels did not come and the policy
    is strict.
    """
    policy = trigger.policy
    if policy is None or not policy.labels:
        return Judgement(message="")
    key = _key(reads, firing.object)
    obj = None if key is None else reads.find(key.kind, key.namespace, key.name)
    if key is None or obj is None:
        raise NotFound("policy.k8s", firing.object, f"policy.k8s: {firing.object} is gone")
    if all(labels_of(obj).get(name) == value for name, value in policy.labels.items()):
        return Judgement(message=f"{firing.object} has the labels that policy.k8s asks for")
    if (wait := delay(policy.backoff, looks + 1, random.random())) is not None:
        return wait
    if policy.strict:
        raise Permanent(
            "failed to determine status of the triggered resource. setting trigger state as "
            f"failed: {firing.object} has not got the labels of policy.k8s, but "
            f"{ {name: labels_of(obj).get(name) for name in policy.labels} }"
        )
    return Judgement(message=f"{firing.object} has not got the labels of policy.k8s in time")


def _key(reads: Reads, text: str) -> Key | None:
    """Return the key that the ledger keeps as text: ``plural/namespace/name``."""
    plural, *place = text.split("/")
    kind = reads.kinds.by_name(plural)
    if kind is None or not place:
        return None
    return Key(kind, place[0] if len(place) > 1 else "", place[-1])

"""What is refused of workloads, in Kubernetes' words."""

from copy import deepcopy
from typing import Any

import pytest

from pinnace.workloads import problems
from tests.unit.workloads.world import Thing, deployment, job, pod, replica_set


def words(new: Thing, old: Thing | None = None) -> list[str]:
    return [f"{problem.field}: {problem.message}" for problem in problems(new, old)]


@pytest.mark.parametrize("good", [deployment(), replica_set(), job(), pod("p")])
def test_what_is_right_passes(good: Thing) -> None:
    assert words(good, deepcopy(good)) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"replicas": -1},
         "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ({"selector": {}},
         "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
        ({"selector": {"matchLabels": {"app": "other"}}},
         'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: '
         "`selector` does not match template `labels`"),
        ({"strategy": {"type": "Blue"}},
         'spec.strategy.type: Unsupported value: "Blue": supported values: "Recreate", '
         '"RollingUpdate"'),
        ({"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}},
         "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when "
         "`maxSurge` is 0"),
        ({"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
         "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is "
         "'Recreate'"),
    ],
)  # fmt: skip
def test_deployments_that_are_refused(spec: dict[str, Any], expected: str) -> None:
    assert words(deployment(**spec)) == [expected]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"restart": "Always"},
         'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: '
         '"OnFailure", "Never"'),
        ({"completionMode": "Indexed"},
         "spec.completions: Required value: when completion mode is Indexed"),
        ({"podFailurePolicy": {"rules": []}},
         "spec.podFailurePolicy: Forbidden: not supported by Pinnace; leave it away"),
    ],
)  # fmt: skip
def test_jobs_that_are_refused(spec: dict[str, Any], expected: str) -> None:
    assert words(job(**spec)) == [expected]


def test_what_may_not_change() -> None:
    old, new = job(), job()
    new["spec"]["template"]["spec"]["containers"][0]["image"] = "other"
    assert [line.partition(":")[0] for line in words(new, old)] == ["spec.template"]
    old["spec"]["suspend"] = True
    assert words(new, old) == []

"""retryStrategy and backoff: through the simulator."""

from typing import Any

import pytest

from tests.unit.workflows.flows import fail, run, wf
from tests.unit.workflows.simulate import Outcome, Simulation


def attempts(*codes: int) -> Any:
    left = list(codes)
    return lambda name, _: Outcome(code=left.pop(0) if left else 0)


RETRY = """
- name: main
  retryStrategy: {strategy}
  container: {{image: i, command: [c], args: ["{{{{retries}}}} {{{{lastRetry.exitCode}}}}"]}}
"""


def test_retry_until_it_succeeds() -> None:
    sim = run(RETRY.format(strategy="{limit: 3}"), attempts(1, 2, 0))
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["wf"]["type"] == "Retry"
    assert [sim.nodes[f"wf({i})"]["phase"] for i in range(3)] == ["Failed", "Failed", "Succeeded"]
    assert sim.nodes["wf(0)"]["nodeFlag"] == {"retried": True}
    assert [sim.main(f"wf({i})")["args"] for i in range(3)] == [["0 0"], ["1 1"], ["2 2"]]
    assert sim.nodes["wf"]["outputs"] == {"exitCode": "0"}


@pytest.mark.parametrize(
    ("strategy", "codes", "made", "message"),
    [
        ("{limit: 1}", (1, 1), 2, "No more retries left"),
        ("{limit: '2'}", (1, 1, 1), 3, "No more retries left"),
        ("{limit: 5, retryPolicy: OnError}", (1,), 1, "main: Error (exit code 1)"),
        (
            '{limit: 5, expression: "asInt(lastRetry.exitCode) == 2"}',
            (2, 1),
            2,
            "retryStrategy.expression evaluated to false",
        ),
    ],
)
def test_retry_gives_up(strategy: str, codes: tuple[int, ...], made: int, message: str) -> None:
    sim = run(RETRY.format(strategy=strategy), attempts(*codes))
    assert sim.phase == "Failed", sim.tree()
    assert len(sim.made) == made
    assert sim.message == message


def test_backoff_waits_longer_each_time() -> None:
    strategy = "{limit: 3, backoff: {duration: 10s, factor: 2, cap: 30s}}"
    sim = run(RETRY.format(strategy=strategy), attempts(1, 1, 1, 0))
    assert sim.phase == "Succeeded"
    starts = [sim.nodes[f"wf({i})"]["startedAt"] for i in range(4)]
    assert [s[14:19] for s in starts] == ["04:05", "04:16", "04:37", "05:08"]


def test_backoff_says_so() -> None:
    sim = Simulation(
        wf(RETRY.format(strategy="{limit: 1, backoff: {duration: 2m}}")), behave=fail("wf(0)")
    )
    for _ in range(20):
        sim.step()
        if sim.nodes["wf"].get("message"):
            break
        sim._move_pods()
    assert sim.nodes["wf"]["message"] == "Backoff for 2 minutes 0 seconds"


def test_a_retried_steps_template() -> None:
    sim = run(
        """
- name: main
  retryStrategy: {limit: 1}
  steps:
  - - {name: a, template: echo}
""",
        attempts(1, 0),
    )
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.named("(1)")["type"] == "Steps"

"""What a workflow costs beyond the commands it runs: reconciles in memory, steps with real pods.

How to read it: the first group runs ``decide`` alone. A reconcile looks at every node, so its cost
*per node* must stay flat from 10 to 1,000; the baseline is reading and writing the workflow's JSON
once, which every reconcile pays anyhow. The second group runs real pods in the sandbox; the
baseline is the same command through bwrap alone, so the ratio is the price of being a Pod with
three containers, a status and a place in a workflow. ``--steps N`` sets how many steps there are.
"""

import argparse
from functools import partial

import orjson

from benchmarks.report import figure, median, quiet_end, timed, title
from benchmarks.sandboxed import bwrap_alone
from benchmarks.scene import node
from benchmarks.waiting import create_and_await
from benchmarks.world import World
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import labels_of
from pinnace.objects.types import Object
from pinnace.store import Store

_SIZES = (10, 100, 1_000)
_CHAINS = (10, 100)
_WIDTH = 100  # pods that end between two reconciles
_HELLOS = 9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=20, help="steps with real pods (20)")
    steps = parser.parse_args().steps
    _pure()
    _real(steps)


# -- specs ----------------------------------------------------------------------------------------

_TRUE = {"name": "true", "container": {"image": "busybox", "command": ["true"]}}


def _parallel(count: int) -> Object:
    step = {"name": "each", "template": "true", "withSequence": {"count": str(count)}}
    return {"entrypoint": "main", "templates": [{"name": "main", "steps": [[step]]}, _TRUE]}


def _chain(count: int) -> Object:
    steps = [[{"name": f"s{number}", "template": "true"}] for number in range(count)]
    return {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, _TRUE]}


def _hello() -> Object:
    hello = {"name": "main", "container": {"image": "busybox", "command": ["echo", "hello world"]}}
    return {"entrypoint": "main", "templates": [hello]}


# -- in memory ------------------------------------------------------------------------------------


def _pure() -> None:
    title("workflows: reconcile in memory, 100 pods end between two reconciles")
    for size in _SIZES:
        _show(f"withSequence of {size:,}", World(_parallel(size)).run(_WIDTH))
    title("workflows: reconcile in memory, a chain (one reconcile and more for each step)")
    for size in _CHAINS:
        _show(f"chain of {size:,}", World(_chain(size)).run(_WIDTH))


def _show(name: str, world: World) -> None:
    trip = timed(lambda: orjson.loads(orjson.dumps(world.workflow))) / world.nodes
    slowest = max(world.seconds) / world.nodes
    total = sum(world.seconds)
    figure(f"{name}: slowest reconcile, per node", 1e6 * slowest, "µs",
           ratio=slowest / trip, to="its JSON")  # fmt: skip
    figure(f"{name}: {len(world.seconds)} reconciles, per node", 1e6 * total / world.nodes, "µs")


# -- with pods ------------------------------------------------------------------------------------


def _real(steps: int) -> None:
    title("workflows: with real pods")
    least = median([bwrap_alone() for _ in range(_HELLOS)])
    figure("baseline: true through bwrap alone", 1000 * least, "ms")
    with node() as store:
        hello = median([_run(store, _hello()) for _ in range(_HELLOS)])
        figure("hello-world, submit → Succeeded, p50", 1000 * hello, "ms",
               ratio=hello / least, to="bwrap")  # fmt: skip
        for name, spec in (("in parallel", _parallel), ("in sequence", _chain)):
            for count in (max(1, steps // 4), steps):
                each = _run(store, spec(count)) / count
                figure(f"{count} steps of true {name}, per step", 1000 * each, "ms",
                       ratio=each / least, to="bwrap")  # fmt: skip


def _run(store: Store, spec: Object) -> float:
    """Return the seconds from submitting a workflow till a watcher sees that it is complete."""
    metadata = {"generateName": "w-", "namespace": "default"}
    obj = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata,
           "spec": spec}  # fmt: skip
    return timed(partial(create_and_await, store, WORKFLOWS, [obj], _is_complete))


def _is_complete(workflow: Object) -> bool:
    if labels_of(workflow).get("workflows.argoproj.io/completed") != "true":
        return False
    if workflow["status"]["phase"] != "Succeeded":
        raise SystemExit(f"the workflow failed: {workflow['status'].get('message')}")
    return True


if __name__ == "__main__":
    with quiet_end():
        main()

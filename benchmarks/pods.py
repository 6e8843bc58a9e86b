"""Pods: how soon one runs, what 50 of them cost, and whether anything stays behind.

How to read it: the baseline is the same command through bwrap alone. "per pod" must be the same for
10 and 50; the last lines tell what a control plane still holds after all those Pods were deleted
(threads, file descriptors) and how much memory each Pod left: descriptors and threads must be 0,
memory near 0. ``--pods 500`` asks the same question louder.
"""

import argparse
import os
import threading
from functools import partial
from itertools import count
from time import perf_counter

import psutil

from benchmarks.report import figure, median, quiet_end, timed, title
from benchmarks.sandboxed import bwrap_alone
from benchmarks.scene import node
from benchmarks.waiting import create_and_await
from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.store import Store

_SINGLES = 15
_numbers = count()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pods", type=int, default=100, help="Pods of the search for leaks (100)")
    wanted = parser.parse_args().pods
    title("pods: in the sandbox")
    least = median([bwrap_alone() for _ in range(_SINGLES)])
    figure("baseline: true through bwrap alone", 1000 * least, "ms")
    with node() as store:
        _single(store, least)
        for size in (10, 50):
            each = _batch(store, size) / size
            figure(f"{size} Pods of true at once, per pod", 1000 * each, "ms",
                   ratio=each / least, to="bwrap")  # fmt: skip
        _leaks(store, wanted)


def _pod(command: list[str]) -> Object:
    metadata = {"name": f"p-{next(_numbers)}", "namespace": "default"}
    container = {"name": "main", "image": "busybox", "command": command}
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0, "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _single(store: Store, least: float) -> None:
    running = []
    for _ in range(_SINGLES):
        pod = _pod(["sleep", "60"])
        work = partial(create_and_await, store, PODS, [pod], partial(_in_phase, "Running"))
        running.append(timed(work))
        _delete(store, [pod])
    found = median(running)
    figure("a Pod, created → running, p50", 1000 * found, "ms", ratio=found / least, to="bwrap")
    ended = median([_batch(store, 1) for _ in range(_SINGLES)])
    figure("a Pod of true, created → Succeeded, p50", 1000 * ended, "ms",
           ratio=ended / least, to="bwrap")  # fmt: skip


def _batch(store: Store, size: int) -> float:
    """Return the seconds that Pods take from creation to their end; they are deleted after."""
    pods = [_pod(["true"]) for _ in range(size)]
    begun = perf_counter()
    create_and_await(store, PODS, pods, partial(_in_phase, "Succeeded"))
    taken = perf_counter() - begun
    _delete(store, pods)
    return taken


def _in_phase(phase: str, pod: Object) -> bool:
    found = (pod.get("status") or {}).get("phase")
    if found == "Failed":
        raise SystemExit(f"a Pod failed: {pod['status']}")
    return bool(found == phase)


def _delete(store: Store, pods: list[Object]) -> None:
    gone = store.watch(PODS)
    left = {str(pod["metadata"]["name"]) for pod in pods}
    for name in left:
        store.delete(Key(PODS, "default", name))
    while left:
        change = gone.get(60)
        if change is None:
            raise SystemExit(f"Pods that don't go: {left}")
        if change.type == "DELETED":
            left.discard(change.key.name)
    gone.close()


def _leaks(store: Store, wanted: int) -> None:
    title(f"pods: what {wanted} Pods, deleted again, leave behind")
    me = psutil.Process()
    before = (_held(), me.memory_info().rss)
    size = 25
    for _ in range(0, wanted, size):
        _batch(store, size)
    (threads, descriptors), memory = before[0], before[1]
    after = _held()
    figure("threads", after[0] - threads, "more")
    figure("file descriptors", after[1] - descriptors, "more")
    figure("memory, per pod", (me.memory_info().rss - memory) / 1024 / wanted, "KiB")


def _held() -> tuple[int, int]:
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


if __name__ == "__main__":
    with quiet_end():
        main()

"""Durable commits per second of the store, against an append with fsync on the same disk.

How to read it: a commit can't be cheaper than one fsync, so "alone" is good when its ratio to the
baseline is near 1 (SQLite adds its own page writes and our thread hand-over). "64 at a time" shows
group commit: many writers share a sync, and the ratio goes far above 1. Both must stay the same
with 100, 1,000 and 10,000 objects in the store, and so must finding one and listing an owner's 10.
"""

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import count, islice
from pathlib import Path
from uuid import uuid4

from benchmarks.report import figure, quiet_end, rate, title
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction

_SIZES = (100, 1_000, 10_000)
_SECONDS = 2.0
_AT_ONCE = 64
_OWNED = 10


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder:
        title("store: durable commits")
        with Store.open(Path(folder) / "pinnace.db") as store:
            numbers, held = count(), 0
            for size in _SIZES:
                _fill(store, numbers, size - held)
                held = size
                base = _fsync_rate(Path(folder) / "append")  # each time: disks have moods
                figure("baseline: append of 1 KiB and fsync", base, "/s")
                _measure(store, base, size)


def _fsync_rate(path: Path) -> float:
    line = os.urandom(1024)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append() -> int:
        os.write(descriptor, line)
        os.fdatasync(descriptor)
        return 1

    try:
        return rate(append, _SECONDS)
    finally:
        os.close(descriptor)


def _config(name: str, owner: int) -> Object:
    metadata: Object = {"name": name, "namespace": "default"}
    reference = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": f"owner-{owner}"}
    metadata["ownerReferences"] = [reference]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k": "v" * 900}}


def _fill(store: Store, numbers: Iterator[int], more: int) -> None:
    objects = [_config(f"c-{n}", n // _OWNED) for n in islice(numbers, more)]
    store.write(lambda tx: [tx.create(obj) for obj in objects])


def _measure(store: Store, base: float, size: int) -> None:
    def alone() -> int:
        store.modify(Key(CONFIG_MAPS, *_place(0)), _changed)
        return 1

    def together() -> int:
        waiting = [store.transact(partial(_change, number=n)) for n in range(_AT_ONCE)]
        return len([future.result() for future in waiting])

    def find() -> int:
        store.find(CONFIG_MAPS, "default", "c-42")
        return 1

    def owned() -> int:
        return len(store.list(CONFIG_MAPS, "default", owner="owner-4")) // _OWNED

    for name, work in (("alone", alone), (f"{_AT_ONCE} at a time", together)):
        found = rate(work, _SECONDS)
        text = f"commits {name}, {size:,} objects"
        figure(text, found, "/s", ratio=found / base, to="fsync")
    for name, read in (("find one", find), (f"list {_OWNED} of an owner", owned)):
        figure(f"{name}, {size:,} objects", 1e6 / rate(read, _SECONDS / 4), "µs")


def _place(number: int) -> tuple[str, str]:
    return "default", f"c-{number}"


def _change(tx: Transaction, number: int) -> Object:
    return tx.update(_changed(tx.get(CONFIG_MAPS, *_place(number))))


def _changed(obj: Object) -> Object:
    return {**obj, "data": {"k": uuid4().hex * 28}}


if __name__ == "__main__":
    with quiet_end():
        main()

"""The completion indexes of a Job, written as Kubernetes does: ``0,2-4``. Pure."""

from collections.abc import Iterable, Iterator

INDEX = "batch.kubernetes.io/job-completion-index"


def read_indexes(text: str) -> set[int]:
    """Read ``0,2-4``."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def write_indexes(indexes: Iterable[int]) -> str:
    """Write ``0,2-4``."""
    return ",".join(_runs(sorted(set(indexes))))


def _runs(ordered: list[int]) -> Iterator[str]:
    start = 0
    for place, index in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != index + 1:
            first = ordered[start]
            yield (
                str(first)
                if first == index
                else f"{first}{'-' if index > first + 1 else ','}{index}"
            )
            start = place + 1

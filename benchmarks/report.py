"""How a benchmark says what it measured: one line per figure, with its ratio to a baseline."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

_WIDTHS = (58, 12, 14)


def title(text: str) -> None:
    """Begin a group of figures."""
    print(f"\n{text}")


def figure(name: str, value: float, unit: str, *, ratio: float | None = None, to: str = "") -> None:
    """Print one figure; ``ratio`` is this figure divided by the one that ``to`` names."""
    shown = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    line = f"  {name:<{_WIDTHS[0]}}{shown:>{_WIDTHS[1]}} {unit:<{_WIDTHS[2]}}"
    print(line + ("" if ratio is None else f"{ratio:8.2f} x {to}"))
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` (0 to 1) of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Return the value in the middle."""
    return percentile(values, 0.5)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def rate(work: Callable[[], int], seconds: float) -> float:
    """Return units per second of ``work`` (which returns how many it did), repeated for a while."""
    done, begun = 0, perf_counter()
    while (taken := perf_counter() - begun) < seconds:
        done += work()
    return done / taken


@contextmanager
def quiet_end() -> Iterator[None]:
    """Turn Ctrl-C into an end without a stack trace."""
    try:
        yield
    except KeyboardInterrupt:
        print("\ninterrupted: the figures above stand", file=sys.stderr)
        raise SystemExit(130) from None

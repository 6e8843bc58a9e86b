"""The side of `confined` that is its own process: limits first, then one call a line.

A line is the JSON list of arguments; the answer is `{"value": …}` or `{"error": "…"}`. The limits
are the system's, so they hold inside C code too: past its CPU or wall time a call is ended by
SIGPROF or SIGALRM, and memory is refused beyond `MEMORY`.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
from typing import Any

from pinnace.languages.errors import LanguageError

CPU_SECONDS = 5
WALL_SECONDS = 60
"""Against a call that waits instead of computing; generous, because the machine may be busy."""
OUT_OF_MEMORY = 3
"""The exit code that says so."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space beyond what the idle child has."""


def serve(module: str, function: str, cpu_seconds: float) -> None:
    """Answer calls until the input ends."""
    os.environ.clear()  # what the interpreter itself has set
    evaluate = getattr(importlib.import_module(module), function)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; the pipe's end is ours
    _limit()
    for line in sys.stdin.buffer:
        _within(cpu_seconds, WALL_SECONDS)
        answer = _answer(evaluate, line)
        _within(0, 0)
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()


def _limit() -> None:
    _cap(resource.RLIMIT_AS, _address_space() + MEMORY)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_NOFILE, 3)  # standard input, output and error, which are open already
    _cap(resource.RLIMIT_FSIZE, 0)


def _cap(kind: int, wanted: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    try:
        with open("/proc/self/statm") as pages:
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return MEMORY  # no /proc: the limit is looser, and still one


def _within(cpu: float, wall: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, cpu)
    signal.setitimer(signal.ITIMER_REAL, wall)


def _answer(evaluate: Any, line: bytes) -> bytes:
    try:
        return json.dumps({"value": evaluate(*json.loads(line))}).encode()
    except LanguageError as problem:
        return json.dumps({"error": problem.expected}).encode()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # the heap may be torn: the next call gets another child
    except (ValueError, TypeError, OverflowError) as problem:  # no JSON, such as bytes of no text
        return json.dumps({"error": str(problem)}).encode()
    except RecursionError:
        return json.dumps({"error": "the value is nested too deeply"}).encode()

"""Runs a language whose programs may take any time and memory in a process of its own, bounded.

Nothing inside an interpreter stops a program at any moment, nor what it allocates: the system does.
A `Confined` keeps idle children that serve one function (`child`) over their standard input and
output. A child has no environment, opens no file, and is ended by the system when a call takes more
CPU time or memory than it may; the next call starts another.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from pinnace.languages.confined.child import CPU_SECONDS, OUT_OF_MEMORY, WALL_SECONDS

_ROOT = Path(__file__).parents[3]
_IDLE = 2
"""Children kept for the next call; more run only while as many calls do."""

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from pinnace.languages.confined.child import serve; serve(*sys.argv[2:4], float(sys.argv[4]))"
)


class Refused(Exception):
    """The call failed, or went beyond a limit: the text says which."""


class Confined:
    """One function of one module, called in children."""

    def __init__(self, module: str, function: str, cpu_seconds: float = CPU_SECONDS) -> None:
        self._seconds = cpu_seconds
        self._command = [sys.executable, "-I", "-c", _START, str(_ROOT), module, function]
        self._command.append(str(cpu_seconds))
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        _ALL.add(self)

    def call(self, *arguments: Any) -> Any:
        """Call the function with plain data; raises Refused."""
        request = json.dumps(arguments).encode() + b"\n"
        child = self._take()
        try:
            answer = _exchange(child, request)
        except BaseException:  # an interrupted call leaves an answer nobody would read
            _discard(child)
            raise
        if not answer:
            raise Refused(self._reason(child))
        self._give_back(child)
        found = json.loads(answer)
        if "error" in found:
            raise Refused(found["error"])
        return found["value"]

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.poll() is None:
                    return child
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={}, cwd="/",
        )  # fmt: skip

    def _give_back(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(child)
                return
        _discard(child)

    def _reason(self, child: subprocess.Popen[bytes]) -> str:
        _close(child)
        match child.wait():
            case code if code == -signal.SIGPROF:
                return f"takes too long: more than {self._seconds:g} s of CPU time"
            case code if code == -signal.SIGALRM:
                return f"takes too long: more than {WALL_SECONDS} s"
            case code if code < 0 or code == OUT_OF_MEMORY:  # some abort when there is no more
                return "needs too much memory"
            case code:
                return f"its interpreter ended with code {code}"

    def forget(self) -> None:
        """Leave the idle children to the process that started them (after a fork)."""
        self._lock = threading.Lock()
        self._idle = []


_ALL: weakref.WeakSet[Confined] = weakref.WeakSet()


def _forget_all() -> None:
    for one in _ALL:
        one.forget()


os.register_at_fork(after_in_child=_forget_all)


def _exchange(child: subprocess.Popen[bytes], request: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise ValueError("a child was started without pipes")
    try:
        child.stdin.write(request)
        child.stdin.flush()
        return child.stdout.readline()
    except BrokenPipeError:
        return b""  # it was ended while it read: the caller asks why


def _discard(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    _close(child)
    child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what was still to be written has no reader any more

"""Tests that hang, each in a pytest of its own: it ends by itself, and says what hung."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = """
from tests import hanging
hanging.AGAIN, hanging.GRACE = 0.2, {grace}
"""
PASSES = "\n\ndef test_that_is_fine() -> None: pass\n"

LOCKED = """
import threading

def test_hang() -> None:
    with threading._active_limbo_lock:
        threading.Event().wait()
"""
UNHEEDED = """
import threading

class Stubborn:
    def __del__(self) -> None:
        threading.Event().wait()  # what is raised here is printed and forgotten

def test_hang() -> None:
    Stubborn()
    threading.Event().wait()
"""
TEARDOWN = """
import threading, pytest

@pytest.fixture
def held():
    yield
    threading.Event().wait()

def test_hang(held) -> None:
    assert False, "failed before that"
"""


def run(folder: Path, text: str, grace: float) -> "subprocess.CompletedProcess[str]":
    (folder / "conftest.py").write_text(SETTINGS.format(grace=grace))
    (folder / "test_it.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_timeout", "-p", "tests.hanging",
         "-p", "no:cacheprovider", "--rootdir", str(folder), "-c", os.devnull, "--timeout", "0.3",
         str(folder)],
        cwd=ROOT, env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("text", [LOCKED, UNHEEDED, TEARDOWN], ids=["lock", "unheeded", "teardown"])
def test_a_test_that_hangs_fails_and_the_next_one_runs(tmp_path: Path, text: str) -> None:
    done = run(tmp_path, text + PASSES, grace=20.0)
    assert done.returncode == 1
    assert "test_hang did not end within 0.3 s" in done.stdout
    assert "1 passed" in done.stdout
    assert "in test_hang" in done.stderr or "in held" in done.stderr


ENDLESS = """
import threading

def test_hang() -> None:
    threading.Thread(target=threading.Event().wait).start()
"""
DEAF = """
import signal, threading

def test_hang() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    threading.Event().wait()
"""


@pytest.mark.parametrize("text", [ENDLESS, DEAF], ids=["thread", "deaf"])
def test_what_nothing_else_ends_is_ended(tmp_path: Path, text: str) -> None:
    done = run(tmp_path, text + PASSES, grace=1.0)
    assert done.returncode == 1
    assert "Timeout (0:00:0" in done.stderr  # faulthandler's, with all stacks

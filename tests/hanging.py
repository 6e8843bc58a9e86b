"""A test that hangs fails, and the run goes on: pytest-timeout's timer with another handler.

Its own one asks ``threading.enumerate()``, which waits for ever for a lock that the interrupted
main thread may hold. Here :mod:`faulthandler` shows all stacks, from C, and the alarm

- comes again while nobody heeds it (an exception in a ``__del__`` is only printed),
- watches over the teardown of a test that failed too,
- ends the process in the end, as one does that cannot end because of a thread.
"""

import faulthandler
import os
import signal
from collections.abc import Callable
from types import FrameType

import pytest
from pytest_timeout import Settings, is_debugging

AGAIN = 10.0  # seconds from one alarm to the next
GRACE = 60.0  # seconds from the first alarm, or from the last test, to the end of the process

_WATCH = pytest.StashKey[Callable[[], None]]()
_errors = 2  # a copy of standard error as it was before pytest captured it


def pytest_configure() -> None:
    """Keep standard error."""
    global _errors
    _errors = os.dup(2)


def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> bool:
    """Watch over a test; instead of pytest-timeout's own."""

    def ended(_number: int, _frame: FrameType | None) -> None:
        if not is_debugging():
            faulthandler.dump_traceback(_errors)
            pytest.fail(f"{item.nodeid} did not end within {settings.timeout:g} s")

    def watch() -> None:
        signal.signal(signal.SIGALRM, ended)
        signal.setitimer(signal.ITIMER_REAL, settings.timeout, AGAIN)
        faulthandler.dump_traceback_later(settings.timeout + GRACE, exit=True, file=_errors)

    def cancel() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()

    item.cancel_timeout = cancel  # type: ignore[attr-defined]  # where pytest-timeout looks for it
    item.stash[_WATCH] = watch
    watch()
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> None:
    """Let no alarm fall into pytest's own work on a failure."""
    if call.excinfo is not None and _WATCH in item.stash:
        item.cancel_timeout()  # type: ignore[attr-defined]  # set above


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Watch anew: nobody does any more once a test has failed."""
    if _WATCH in item.stash:
        item.stash[_WATCH]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Let no thread keep the process from its end."""
    faulthandler.dump_traceback_later(GRACE, exit=True, file=_errors)

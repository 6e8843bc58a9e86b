"""A listener is resumed (and so acknowledges) only once what it yielded is on disk."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

from pinnace.eventsources.emission import Checkpoint, Emission, Items, ListenContext
from pinnace.eventsources.serve import Context, Shelf, State, serve
from pinnace.objects.errors import Transient, Unavailable
from tests.eventually import eventually
from tests.unit.eventsources.specs import spec

FIRST, SECOND = Emission(data=b"1"), Emission(data=b"2")
FAST = {"duration": "1ms", "jitter": 0}


class Disk:
    """Stands for the intake: each item's future, which the test resolves."""

    def __init__(self) -> None:
        self.submitted: list[tuple[Any, Future[Any]]] = []

    def submit(self, _: object, item: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.submitted.append((item, future))
        return future


class Scene:
    """A listener served in a thread; ``resumed`` is what it did after each yield."""

    def __init__(self, listen: Callable[[ListenContext, list[Any]], Items]) -> None:
        self.disk = Disk()
        self.states: list[State] = []
        self.resumed: list[Any] = []
        shelf = cast(Shelf, type("Nothing", (), {"store": None}))
        self.context = Context(spec("nats", connectionBackoff=FAST), shelf, self._tell)
        self.thread = threading.Thread(
            target=serve,
            args=(self.context, lambda context: listen(context, self.resumed), self.disk),
        )
        self.thread.start()

    def _tell(self, state: State) -> bool:
        self.states.append(state)
        return True

    def stored(self, count: int) -> list[tuple[Any, Future[Any]]]:
        eventually(lambda: len(self.disk.submitted) >= count)
        return self.disk.submitted

    def stop(self) -> None:
        self.context.stopping.set()
        self.thread.join(5)
        assert not self.thread.is_alive()


def yields(*items: Any) -> Callable[[ListenContext, list[Any]], Items]:
    def listen(context: ListenContext, resumed: list[Any]) -> Items:
        context.listening()
        try:
            for item in items:
                yield item
                resumed.append(item)
            context.stopping.wait()
        finally:
            resumed.append("closed")

    return listen


def test_a_batch_is_resumed_when_all_of_it_is_durable() -> None:
    scene = Scene(yields((FIRST, SECOND)))
    (_, first), (_, second) = scene.stored(2)
    second.set_result(None)
    assert scene.resumed == []
    first.set_result(None)
    eventually(lambda: scene.resumed == [(FIRST, SECOND)])
    scene.stop()


def test_what_could_not_be_stored_is_stored_again_before_the_source_goes_on() -> None:
    scene = Scene(yields((FIRST, SECOND)))
    (_, first), (_, second) = scene.stored(2)
    first.set_result(None)
    second.set_exception(Unavailable("the disk is full"))
    again = scene.stored(3)[2]
    assert again[0] is SECOND and scene.resumed == []
    assert scene.states[-1] == State(
        phase="failing", message="events cannot be stored: the disk is full"
    )
    again[1].set_result(None)
    eventually(lambda: scene.resumed == [(FIRST, SECOND)])
    assert scene.states[-1].phase == "listening"
    scene.stop()


def test_a_stop_before_it_is_durable_acknowledges_nothing() -> None:
    scene = Scene(yields(FIRST))
    scene.stored(1)
    scene.stop()
    assert scene.resumed == ["closed"]


def test_a_stop_after_it_is_durable_lets_the_source_acknowledge() -> None:
    scene = Scene(yields(FIRST, SECOND))
    ((_, first),) = scene.stored(1)
    scene.context.stopping.set()
    first.set_result(None)
    scene.stop()
    assert scene.resumed == [FIRST, "closed"]
    assert len(scene.disk.submitted) == 1


def test_an_empty_batch_costs_nothing() -> None:
    scene = Scene(yields((), Checkpoint(commit=lambda tx: None)))
    assert isinstance(scene.stored(1)[0][0], Checkpoint)
    assert scene.resumed == [()]
    scene.stop()


def test_a_source_that_fails_is_told_and_started_again() -> None:
    attempts: list[int] = []

    def listen(context: ListenContext, resumed: list[Any]) -> Items:
        attempts.append(1)
        if len(attempts) < 3:
            raise Transient("NATS at a:1: refused")
        if len(attempts) == 3:
            raise KeyError("a bug")
        context.listening()
        yield ()
        context.stopping.wait()

    scene = Scene(listen)
    eventually(lambda: scene.states and scene.states[-1].phase == "listening")
    texts = [state.message for state in scene.states]
    assert texts == ["NATS at a:1: refused", "NATS at a:1: refused", "KeyError: 'a bug'", ""]
    scene.stop()

"""kill -9 in a storm of 10,000 webhooks: every event that was answered 200 fires exactly once."""

import http.client
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import orjson
import pytest

from pinnace.bus import Journal, Ledger
from pinnace.objects.kinds import ENDPOINTS, WORKFLOWS
from pinnace.store import Store
from tests.eventually import eventually
from tests.integration.eventsources.conftest import event_source
from tests.integration.sensors.scene import dependency, sensor

KILLS = 3
SENDERS = 8
DELIVERIES = 10_000


class Sender(threading.Thread):
    """Sends numbered deliveries; repeats each until it is answered 200, as a provider does."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__(daemon=True)
        self.number, self.port = number, port
        self.stopping = threading.Event()
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for count in range(DELIVERIES // SENDERS):
            delivery = f"{self.number}-{count}"
            while not self._sent(connection, delivery):
                connection.close()  # opened anew by the next request
                if self.stopping.wait(0.05):
                    return
        connection.close()

    def _sent(self, connection: http.client.HTTPConnection, delivery: str) -> bool:
        headers = {"X-Pinnace-Delivery": delivery}
        body = orjson.dumps({"number": delivery})
        try:
            connection.request("POST", "/train", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        if answer.status == 200:
            self.acknowledged[delivery] = answer.headers["X-Pinnace-Event-Id"]
        return answer.status == 200


def _seeded(path: Path, port: int) -> None:
    spec = {"endpoint": "/train", "port": str(port), "method": "POST", "url": ""}
    with Store.open(path) as store:
        store.create(event_source("hooks", {"webhook": {"call": spec}}))
        store.create(sensor(dependencies=[dependency()]))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_200_fires_exactly_once(tmp_path: Path, port: int) -> None:
    path = tmp_path / "state.db"
    _seeded(path, port)
    program = [sys.executable, "-m", "tests.integration.eventsources.storm_server", str(path)]
    senders = [Sender(number, port) for number in range(SENDERS)]

    def answered() -> int:
        return sum(len(sender.acknowledged) for sender in senders)

    for sender in senders:
        sender.start()
    try:
        for goal in (DELIVERIES * (n + 1) // (KILLS + 1) for n in range(KILLS)):
            with subprocess.Popen(program) as server:
                eventually(lambda: answered() >= goal, timeout=60)  # noqa: B023
                server.send_signal(signal.SIGKILL)
        with subprocess.Popen(program) as server:
            for sender in senders:
                sender.join(60)
            with Store.open(path) as store:
                stored = {entry.event.id for entry in Journal(store).read(0, limit=2 * DELIVERIES)}
                eventually(lambda: store.count(WORKFLOWS) >= len(stored), timeout=120)
            server.send_signal(signal.SIGKILL)
    finally:
        for sender in senders:
            sender.stopping.set()
    assert answered() == DELIVERIES
    _check(path, {d: id_ for sender in senders for d, id_ in sender.acknowledged.items()})


def _check(path: Path, acknowledged: dict[str, str]) -> None:
    """Each acknowledged delivery is one event, one Workflow and one firing; there is no other."""
    with Store.open(path) as store:
        journal = Journal(store)
        events = [entry.event for entry in journal.read(0, limit=2 * DELIVERIES)]
        assert {e.as_json()["data"]["body"]["number"]: e.id for e in events} == acknowledged
        assert len(events) == len(acknowledged)  # no delivery twice
        made = Counter(
            workflow["spec"]["arguments"]["parameters"][0]["value"]
            for workflow in store.list(WORKFLOWS)
        )
        assert made == Counter(acknowledged.keys())
        fired = Ledger(store, journal).firings(limit=2 * DELIVERIES)
        assert Counter(row.event_ids for row in fired) == Counter((e.id,) for e in events)
        assert store.find(ENDPOINTS, "default", "hooks-eventsource-svc")

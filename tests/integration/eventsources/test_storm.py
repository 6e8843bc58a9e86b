"""kill -9 in a storm of webhooks: every event that was answered 200 is in the journal, once."""

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from pinnace.bus import Journal
from pinnace.objects.kinds import ENDPOINTS
from pinnace.store import Store
from tests.eventually import eventually
from tests.integration.eventsources.conftest import event_source

KILLS = 3
SENDERS = 8


class Sender(threading.Thread):
    """Sends numbered deliveries; repeats each until it is answered 200, as a provider does."""

    def __init__(self, number: int, url: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.url, self.stopping = number, url, stop
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        with httpx.Client(timeout=5) as client:
            count = 0
            while not self.stopping.is_set():
                delivery = f"{self.number}-{count}"
                headers = {"X-Pinnace-Delivery": delivery}
                try:
                    answer = client.post(self.url, json={"n": delivery}, headers=headers)
                except httpx.HTTPError:
                    self.stopping.wait(0.02)
                    continue
                if answer.status_code == 200:
                    self.acknowledged[delivery] = answer.headers["X-Pinnace-Event-Id"]
                    count += 1


@pytest.mark.slow
def test_every_200_is_in_the_journal_exactly_once(tmp_path: Path, port: int) -> None:
    path = tmp_path / "state.db"
    spec = {"endpoint": "/train", "port": str(port), "method": "POST", "url": ""}
    with Store.open(path) as store:
        store.create(event_source("training", {"webhook": {"train": spec}}))
    program = [sys.executable, "-m", "tests.integration.eventsources.storm_server", str(path)]
    url, stop = f"http://127.0.0.1:{port}", threading.Event()
    senders = [Sender(n, f"{url}/train", stop) for n in range(SENDERS)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        with subprocess.Popen(program) as server:
            eventually(lambda: httpx.get(f"{url}/health").status_code == 200, timeout=20)
            before = sum(len(sender.acknowledged) for sender in senders)
            wanted = before + random.randint(100, 400)
            eventually(lambda: sum(len(s.acknowledged) for s in senders) > wanted, timeout=30)  # noqa: B023
            server.send_signal(signal.SIGKILL)
    stop.set()
    for sender in senders:
        sender.join(10)
    with Store.open(path) as store:
        journal = Journal(store)
        events = [entry.event for entry in journal.read(0, limit=1_000_000)]
        assert store.find(ENDPOINTS, "default", "training-eventsource-svc")
    stored = {event.as_json()["data"]["body"]["n"]: event.id for event in events}
    assert len(stored) == len(events)  # no delivery twice
    for sender in senders:
        assert sender.acknowledged.items() <= stored.items()

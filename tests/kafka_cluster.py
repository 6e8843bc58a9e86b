"""A Kafka cluster: librdkafka's mock, which serves real brokers on loopback to any client.

Neither Debian nor PyPI has a broker. It runs as a program so that it can be killed like one.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Producer


@contextmanager
def running() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Yield the address of the brokers, and the program that they are."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        yield process.stdout.readline().strip(), process
        process.kill()


if __name__ == "__main__":
    holder = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1})
    brokers = holder.list_topics(timeout=10).brokers.values()
    print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)
    threading.Thread(target=sys.stdin.read).start()  # until the test ends

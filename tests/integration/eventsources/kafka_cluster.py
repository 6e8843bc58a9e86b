"""A Kafka cluster: librdkafka's mock, which serves real brokers on loopback to any client.

Neither Debian nor PyPI has a broker. Run as a program so that it can be killed like one.
"""

import sys
import threading

from confluent_kafka import Producer

if __name__ == "__main__":
    holder = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1})
    brokers = holder.list_topics(timeout=10).brokers.values()
    print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)
    threading.Thread(target=sys.stdin.read).start()  # until the test ends

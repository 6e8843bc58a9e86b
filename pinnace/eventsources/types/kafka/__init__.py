"""EventSource type ``kafka``: records of a topic, through a consumer group or from one partition.

Mirrors argo-events pkg/eventsources/sources/kafka/start.go: ``options`` (the spec as librdkafka's
options, pure), ``payload`` (a record as an event, pure), ``source`` (both ways to consume).
"""

from pinnace.eventsources.types.kafka.options import check, remarks
from pinnace.eventsources.types.kafka.source import listen

__all__ = ["check", "listen", "remarks"]

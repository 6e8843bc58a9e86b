"""EventSource types that are known and do not run here: why, and what to do instead. Pure."""

from collections.abc import Mapping

_ELSEWHERE = "run this event on a cluster, or let its provider call a webhook event here"

#: Type → the reason and the way out; each ends up in the condition SourcesProvided.
REFUSED: Mapping[str, str] = {
    "azureEventsHub": (
        "Azure Event Hubs runs only in Azure; a hub also speaks Kafka: use a kafka event with the "
        "namespace's address and SASL PLAIN"
    ),
    "azureQueueStorage": f"Azure Queue Storage runs only in Azure; {_ELSEWHERE}",
    "azureServiceBus": f"Azure Service Bus runs only in Azure; {_ELSEWHERE}",
    "emitter": (
        "emitter.io has no maintained Python client; it speaks MQTT: use an mqtt event with the "
        "topic key/channel/"
    ),
    "hdfs": (
        "HDFS needs a Hadoop cluster with Kerberos; mount it and use a file event with polling, or "
        "run this event on a cluster"
    ),
    "mns": f"Alibaba's message service runs only in its cloud; {_ELSEWHERE}",
    "nsq": (
        "NSQ has no maintained Python client; run nsq_to_http of NSQ itself against a webhook "
        "event here"
    ),
    "pubSub": (
        "Google Pub/Sub runs only in Google's cloud; let a push subscription call a webhook event "
        "here, or run this event on a cluster"
    ),
    "pulsar": (
        "Pulsar has no server to test against here; use its Kafka or MQTT protocol handler with a "
        "kafka or mqtt event, or run this event on a cluster"
    ),
    "storageGrid": (
        "StorageGRID is an appliance; let it notify a webhook event here, or run this event on a "
        "cluster"
    ),
}

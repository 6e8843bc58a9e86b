"""EventSource type ``sns``: notifications of an Amazon SNS topic, which posts them here.

``source`` receives and confirms, ``signature`` is the pure check of a message, ``certificates``
fetches what it is checked with. The subscription itself is made in ``hooks.sns``.
"""

from pinnace.eventsources.types.sns.source import ask, check

__all__ = ["ask", "check"]

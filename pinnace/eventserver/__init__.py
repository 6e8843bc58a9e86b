"""The journal over HTTP, for people and their tools: events, what they fired, what is held back.

In: requests below ``/pinnace/v1/`` on the port of the Kubernetes API, behind the same checks.
Out: JSON; CloudEvents as JSON lines for following and exporting. ``pinnace events``, ``explain``
and ``replay`` are its clients.
"""

from pinnace.eventserver.server import EventServer, Parts

__all__ = ["EventServer", "Parts"]

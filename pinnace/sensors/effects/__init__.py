"""Performing actions: objects inside a transaction, requests outside of it."""

from pinnace.sensors.effects.http import HttpSender
from pinnace.sensors.effects.objects import act

__all__ = ["HttpSender", "act"]

"""Sensors: which events fire which triggers, why, and with what effect.

In: events of :mod:`pinnace.bus` and Sensor objects. The pure part reads a Sensor
(:func:`parse_sensor`) and tells what an event does to it (:func:`evaluate`, a verdict tree that
explains itself); the edge (:class:`SensorController`) consumes the journal and makes it so. Out:
objects, requests, rows of the ledger.
"""

from pinnace.sensors.controller import SensorController
from pinnace.sensors.effects import Operation, Reach
from pinnace.sensors.evaluation import evaluate, evaluate_all, evaluate_dependency, prepare
from pinnace.sensors.parsing import parse_sensor, read_dependencies, read_triggers, readable
from pinnace.sensors.report import report
from pinnace.sensors.spec import Sensor
from pinnace.sensors.status import problem, with_status
from pinnace.sensors.verdicts import Verdict

__all__ = [
    "Operation",
    "Reach",
    "Sensor",
    "SensorController",
    "Verdict",
    "evaluate",
    "evaluate_all",
    "evaluate_dependency",
    "parse_sensor",
    "prepare",
    "problem",
    "read_dependencies",
    "read_triggers",
    "readable",
    "report",
    "with_status",
]

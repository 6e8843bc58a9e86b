"""The tables of trigger kinds and effects, and what importing them must not cost."""

import importlib
import subprocess
import sys
from typing import get_args

from pinnace.sensors import actions
from pinnace.sensors.effects import EFFECTS
from pinnace.sensors.effects.sources import READERS
from pinnace.sensors.triggers.sources import CHECKS

_HEAVY = ("boto3", "botocore", "confluent_kafka", "grpc", "nats", "smtplib", "moto", "paramiko",
          "pika", "paho", "tensorflow")  # fmt: skip


def test_every_action_on_the_outside_has_its_effect() -> None:
    assert set(EFFECTS) == set(get_args(actions.OutsideAction))
    for name in EFFECTS.values():
        assert callable(importlib.import_module(f"pinnace.sensors.effects.{name}").perform)


def test_every_source_has_its_reader() -> None:
    assert set(READERS) == set(CHECKS) - {"inline", "resource"}
    for name in READERS.values():
        assert callable(importlib.import_module(f"pinnace.sensors.effects.sources.{name}").read)


def test_client_libraries_are_loaded_when_they_are_first_used() -> None:
    program = "import sys, pinnace.plane, pinnace.sensors; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert set(done.stdout.split()) & set(_HEAVY) == set()

"""Small workflows for the simulator, and how their pods behave."""

from typing import Any

import yaml

from pinnace.objects.types import Object
from tests.unit.workflows.simulate import Behaviour, Outcome, Simulation, succeed

ECHO = """
- name: echo
  inputs: {parameters: [{name: m, value: none}]}
  container: {image: busybox, command: [echo], args: ["{{inputs.parameters.m}}"]}
- name: script
  script: {image: busybox, command: [sh], source: "true"}
"""


def wf(templates: str, **spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {"entrypoint": "main", "templates": yaml.safe_load(templates + ECHO), **spec},
    }


def run(templates: str, behave: Behaviour = succeed, **spec: Any) -> Simulation:
    return Simulation(wf(templates, **spec), behave=behave).run()


def fail(*names: str, code: int = 1) -> Behaviour:
    return lambda name, _: Outcome(code=code if name in names else 0)

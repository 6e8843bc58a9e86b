"""The book's listings, as real pods."""

from pinnace.objects.kinds import CONFIG_MAPS
from tests.integration.workflows.conftest import Plane, explain, nodes_of

HELLO = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-world-}
spec:
  entrypoint: whalesay
  serviceAccountName: argo
  templates:
  - name: whalesay
    container: {image: docker/whalesay, command: [echo], args: ["hello world"]}
"""

DIAMOND = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: dag-diamond-}
spec:
  entrypoint: diamond
  templates:
  - name: echo
    inputs: {parameters: [{name: message}]}
    container: {image: "alpine:3.7", command: [echo, "{{inputs.parameters.message}}"]}
  - name: diamond
    dag:
      tasks:
      - name: A
        template: echo
        arguments: {parameters: [{name: message, value: A}]}
      - name: B
        dependencies: [A]
        template: echo
        arguments: {parameters: [{name: message, value: B}]}
      - name: C
        dependencies: [A]
        template: echo
        arguments: {parameters: [{name: message, value: C}]}
      - name: D
        dependencies: [B, C]
        template: echo
        arguments: {parameters: [{name: message, value: D}]}
"""

COIN = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: coinflip-}
spec:
  entrypoint: coinflip
  templates:
  - name: coinflip
    steps:
    - - {name: flip-coin, template: flip-coin}
    - - {name: heads, template: heads, when: "{{steps.flip-coin.outputs.result}} == heads"}
      - {name: tails, template: tails, when: "{{steps.flip-coin.outputs.result}} == tails"}
  - name: flip-coin
    script:
      image: python:alpine3.6
      command: [python3]
      source: |
        import random
        print("heads" if random.randint(0, 1) == 0 else "tails")
  - name: heads
    container: {image: "alpine:3.6", command: [sh, -c], args: ["echo \\"it was heads\\""]}
  - name: tails
    container: {image: "alpine:3.6", command: [sh, -c], args: ["echo \\"it was tails\\""]}
"""


def test_hello_world(plane: Plane) -> None:
    workflow = plane.run(HELLO)
    assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
    assert plane.log(workflow) == "hello world\n"
    assert workflow["status"]["progress"] == "1/1"
    labels = workflow["metadata"]["labels"]
    assert labels["workflows.argoproj.io/phase"] == "Succeeded"


def test_diamond(plane: Plane) -> None:
    workflow = plane.run(DIAMOND)
    assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
    for task in "ABCD":
        assert plane.log(workflow, f".{task}") == f"{task}\n"
    nodes = nodes_of(workflow)
    assert nodes["B"]["startedAt"] >= nodes["A"]["finishedAt"]


def test_coin_flip(plane: Plane) -> None:
    workflow = plane.run(COIN)
    assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
    nodes = nodes_of(workflow)
    side = nodes["flip-coin"]["outputs"]["result"]
    other = {"heads": "tails", "tails": "heads"}[side]
    assert nodes[side]["phase"] == "Succeeded"
    assert nodes[other]["phase"] == "Skipped"
    assert nodes[other]["message"] == f"when '{side} == {other}' evaluated false"
    assert plane.log(workflow, f"[1].{side}") == f"it was {side}\n"


def test_resource_creates_once(plane: Plane) -> None:
    manifest = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: k8s-resource-}
spec:
  entrypoint: k8s-resource
  templates:
  - name: k8s-resource
    resource:
      action: create
      manifest: |
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: cm-example
        data:
          some: value
"""
    workflow = plane.run(manifest)
    assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
    assert plane.store.get(CONFIG_MAPS, "default", "cm-example")["data"] == {"some": "value"}
    again = plane.run(manifest)
    assert again["status"]["phase"] == "Failed"
    assert "already exists" in again["status"]["message"]

"""Trains as `config.json` and `dataset.json` say: alone, or as one worker of TF_CONFIG's group.

Killed at any instant and started again, it goes on after the last finished epoch. When a peer is
lost the whole group must start again, so this process ends with a retryable exit code.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from trainer import backend
from trainer.checkpoints import Checkpoint, Checkpoints, fingerprint
from trainer.cluster import Cluster
from trainer.cluster import parse as parse_cluster
from trainer.configuration import merge
from trainer.environment import Environment
from trainer.errors import PeerLost
from trainer.export import export
from trainer.loop import Loop
from trainer.runs import CONFIG, DATASET, METRICS, Document, Run
from trainer.steps.validate import load

PEERS_WITHIN = 300.0  # seconds for all workers to come: their pods may have to wait for room


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Train to the end, unless this run is trained already."""
    target = Run.open(options.run, environment.object_store)
    cluster = parse_cluster(environment.tf_config)
    if target.find(METRICS) is not None:
        _say(f"{target.uri}: already trained, nothing to do")
        return
    with _peer_loss_is_retryable(cluster):
        _train(target, cluster, environment)


def _train(target: Run, cluster: Cluster, environment: Environment) -> None:
    started = time.perf_counter()
    config, record = target.need(CONFIG), target.need(DATASET)
    configuration = merge({f"{target.uri}/{CONFIG}": config})
    dataset = load(record, environment.object_store)
    threads = backend.threads_for(cluster, setting=environment.threads)
    backend.prepare(seed=configuration.seed, threads=threads)
    with _deadline(PEERS_WITHIN, cluster):
        strategy = backend.connect(cluster)
        loop = Loop(configuration, dataset, cluster, strategy)
    _say(
        f"{cluster.strategy.value}: worker {cluster.rank + 1} of {cluster.size}, {threads} threads"
    )
    checkpoints = Checkpoints(target, fingerprint(config, record))
    history = _restore(loop, checkpoints)
    for number in range(len(history) + 1, configuration.epochs + 1):
        history.append(_epoch(loop, number, configuration.epochs))
        if cluster.is_chief:
            print(json.dumps(history[-1]), flush=True)
            arrays = loop.state()
            checkpoints.save(Checkpoint(epoch=number, history=history, arrays=arrays))
    if cluster.is_chief:
        digest = export(configuration.model, loop.weights(), target)
        seconds = round(time.perf_counter() - started, 3)
        target.write(METRICS, _metrics(loop, cluster, history, seconds, digest))
    _part(loop, target, cluster, checkpoints)


def _part(loop: Loop, target: Run, cluster: Cluster, checkpoints: Checkpoints) -> None:
    """Leave together; whoever is a little late finds its peers gone, which is then no failure.

    A worker whose chief went before it wrote the metrics must come back with it, to train what the
    last checkpoint lacks. One that sees no checkpoint has a folder of its own and can't tell.
    """
    try:
        loop.barrier()
    except backend.PEER_ERRORS:
        written = target.find(METRICS) is not None
        if not cluster.is_chief and not written and checkpoints.newest() is not None:
            raise
        _say("all is trained; a peer left first")


def _restore(loop: Loop, checkpoints: Checkpoints) -> list[Document]:
    """Continue from the newest checkpoint; its history is what is done already.

    Every worker asks after the group is connected: whoever wrote checkpoints before is gone by
    then, so all find the same one.
    """
    newest = checkpoints.newest()
    if newest is None:
        return []
    loop.restore(newest.arrays)
    _say(f"resumed after epoch {newest.epoch}")
    return newest.history


def _epoch(loop: Loop, number: int, epochs: int) -> Document:
    started = time.perf_counter()
    result = loop.epoch(number)
    return {
        "epoch": number,
        "epochs": epochs,
        "loss": round(result.loss, 6),
        "accuracy": round(result.accuracy, 6),
        "seconds": round(time.perf_counter() - started, 3),
    }


def _metrics(
    loop: Loop, cluster: Cluster, history: list[Document], seconds: float, digest: str
) -> Document:
    return {
        "accuracy": history[-1]["accuracy"],
        "loss": history[-1]["loss"],
        "epochs": history,
        "strategy": cluster.strategy.value,
        "workers": cluster.size,
        "global-batch-size": loop.batch,
        "steps-per-epoch": loop.steps,
        "parameters": loop.model.count_params(),
        "weights-sha256": digest,
        "seconds": seconds,
    }


@contextmanager
def _peer_loss_is_retryable(cluster: Cluster) -> Iterator[None]:
    try:
        yield
    except backend.PEER_ERRORS as error:
        if cluster.size == 1:
            raise
        first = str(error).strip().partition("\n")[0]
        raise PeerLost(f"a worker of the group is lost, start all again: {first}") from error


@contextmanager
def _deadline(seconds: float, cluster: Cluster) -> Iterator[None]:
    """End the process when its peers don't come: TensorFlow would wait for an hour."""

    def give_up() -> None:
        _say(f"expected all {cluster.size} workers within {seconds:g} s; they did not come")
        os._exit(PeerLost.exit_code)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(text: str) -> None:
    print(f"trainer train: {text}", file=sys.stderr, flush=True)

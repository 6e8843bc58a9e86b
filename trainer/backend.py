"""TensorFlow, set up for one training process. Import this before anything that uses it.

Threads and determinism can only be set before TensorFlow's runtime starts, hence one place.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it while it is imported
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # after the two lines above, on purpose
import tensorflow as tf

from trainer.cluster import Cluster, Strategy
from trainer.errors import Invalid

PEER_ERRORS = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
)


def prepare(*, seed: int, threads: int) -> None:
    """Fix the seed, and how many threads this process may use."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(max(2, threads))
    tf.config.set_visible_devices([], "GPU")
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)


def threads_for(cluster: Cluster, *, setting: str) -> int:
    """TRAINER_THREADS, or this machine's share for each worker that runs on it."""
    if setting:
        if not setting.isdigit() or int(setting) < 1:
            raise Invalid(
                where="environment",
                field="TRAINER_THREADS",
                expected="a whole number from 1",
                found=setting,
            )
        return int(setting)
    return max(1, len(os.sched_getaffinity(0)) // cluster.size)


def connect(cluster: Cluster) -> tf.distribute.Strategy:
    """The strategy for this cluster; waits until every peer is there."""
    if cluster.strategy is Strategy.ALONE:
        return tf.distribute.get_strategy()
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({role: list(peers) for role, peers in cluster.addresses.items()}),
        task_type=cluster.role,
        task_id=cluster.index,
        rpc_layer="grpc",
    )
    options = tf.distribute.experimental.CommunicationOptions(
        implementation=tf.distribute.experimental.CommunicationImplementation.RING
    )
    return tf.distribute.MultiWorkerMirroredStrategy(resolver, options)

"""The program of the book's TFJob, with its flags, on today's TensorFlow.

The image gcr.io/kubeflow-ci/tf-mnist-with-summaries holds a TensorFlow 1 script of this name. Here
the packaged trainer does the work, on its sample of MNIST and with the strategy that TF_CONFIG asks
for; the metrics land in ``--log_dir``.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Train and measure; returns the exit code of the step that failed, or 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log_dir", default="/tmp/tensorflow/mnist/logs")
    parser.add_argument("--learning_rate", type=float, default=0.001)
    parser.add_argument("--batch_size", type=int, default=100)
    parser.add_argument("--max_epochs", type=int, default=2)
    given, _ = parser.parse_known_args()
    run = tempfile.mkdtemp(prefix="run-")
    settings = {
        "epochs": given.max_epochs,
        "batch-size": given.batch_size,
        "learning-rate": given.learning_rate,
    }
    configured = [f"--set={name}={value}" for name, value in settings.items()]
    for step in (
        ["configure", f"--run={run}", *configured],
        ["datasets", "validate", "sample://mnist", f"--run={run}"],
        ["train", f"--run={run}"],
    ):
        if code := subprocess.call([sys.executable, "-m", "trainer", *step]):
            return code
    logs = Path(given.log_dir)
    logs.mkdir(parents=True, exist_ok=True)
    for metrics in Path(run).glob("*.json"):
        shutil.copy(metrics, logs / metrics.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

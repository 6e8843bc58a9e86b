"""`datasets sample`: makes the packaged sample from the whole MNIST."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer.datasets.layout import check, pack
from trainer.datasets.sample import SAMPLE, read_idx, take
from trainer.environment import Environment
from trainer.storage import open_object


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Read the IDX files, take the sample, write the npz."""
    whole = read_idx(Path(options.from_))
    part = take(whole, SAMPLE, where=options.from_)
    data = pack(check(vars(part), where=options.from_))
    folder, key = open_object(options.to, environment.object_store)
    folder.write(key, data)
    print(f"{options.to}: {len(part.y_train):,} + {len(part.y_test):,} images, {len(data):,} bytes")

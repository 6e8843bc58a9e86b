"""`datasets slice`: makes another version of a dataset, such as the one that a demo uploads."""

from __future__ import annotations

import argparse

from trainer.datasets.layout import pack, unpack
from trainer.datasets.sample import Slice, take
from trainer.environment import Environment
from trainer.errors import Invalid
from trainer.steps.validate import read
from trainer.storage import open_object


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Read a dataset, take a part, write it."""
    whole = unpack(read(options.from_, environment.object_store).data, where=options.from_)
    part = Slice(
        train=_count(options.train_per_class, "--train-per-class", 1),
        test=_count(options.test_per_class, "--test-per-class", 1),
        offset=_count(options.offset, "--offset", 0),
    )
    taken = take(whole, part, where=options.from_)
    data = pack(taken)
    folder, key = open_object(options.to, environment.object_store)
    folder.write(key, data)
    print(
        f"{options.to}: {len(taken.y_train):,} + {len(taken.y_test):,} images, {len(data):,} bytes"
    )


def _count(text: str, flag: str, low: int) -> int:
    if not text.isdigit() or int(text) < low:
        expected = f"a whole number from {low}"
        raise Invalid(where="command line", field=flag, expected=expected, found=text)
    return int(text)

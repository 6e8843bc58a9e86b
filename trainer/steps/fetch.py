"""`datasets fetch mnist`: the whole MNIST, downloaded through Keras, as an npz in our layout."""

from __future__ import annotations

import argparse

from trainer.datasets.fetch import fetch_mnist
from trainer.datasets.layout import check, pack
from trainer.environment import Environment
from trainer.errors import Invalid
from trainer.storage import open_object

KNOWN = {"mnist": fetch_mnist}


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Download and write the npz."""
    if options.dataset not in KNOWN:
        raise Invalid(
            where="command line",
            field="dataset",
            expected=f"one of {', '.join(KNOWN)}",
            found=options.dataset,
        )
    dataset = check(vars(KNOWN[options.dataset]()), where=options.dataset)
    data = pack(dataset)
    folder, key = open_object(options.to, environment.object_store)
    folder.write(key, data)
    print(f"{options.to}: {len(dataset.y_train):,} + {len(dataset.y_test):,} images")

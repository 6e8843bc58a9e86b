"""The trainer: from a commit or a dataset to a published model, one step a command.

`python -m trainer checkout|configure|datasets|train|evaluate|publish`. Each command is a line in
`COMMANDS` and a module in `trainer/steps/`, imported when it is asked for: only `train`, `evaluate`
and `datasets fetch` wait for TensorFlow.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from dataclasses import dataclass
from typing import TypedDict

from trainer.environment import Environment
from trainer.errors import TrainerError


class _Layout(TypedDict):
    epilog: str
    formatter_class: type[argparse.RawDescriptionHelpFormatter]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One flag."""

    help: str
    required: bool = False
    repeated: bool = False
    default: str = ""
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command: the module with its `run(options, environment)`, and its flags."""

    module: str
    help: str
    options: dict[str, Option]
    example: str  # after `python -m trainer NAME`
    positional: str = ""
    positional_help: str = ""


RUN = Option(help="the run's prefix: s3://bucket/prefix or a folder", required=True)
TO = Option(help="where to write the npz: an s3:// URI or a path", required=True)

COMMANDS: dict[str, Command] = {
    "checkout": Command(
        module="checkout",
        help="take the configuration file out of a checked-out commit into the run",
        options={
            "run": RUN,
            "source": Option(help="folder of the checked-out repository", required=True),
            "config-path": Option(help="the file in it; empty: none, use the defaults"),
            "repo": Option(help="the repository's address, for the model card"),
            "revision": Option(help="what was asked for: commit, branch or tag"),
        },
        example="--run runs/one --source digits --config-path training.yaml",
    ),
    "configure": Command(
        module="configure",
        help="merge defaults, the commit's file and parameters; check; write config.json",
        options={
            "run": RUN,
            "config": Option(help="a file to use in place of the checked-out one"),
            "set": Option(
                help="key=value; an empty value means not given; may be repeated", repeated=True
            ),
        },
        example="--run runs/one --set epochs=3 --set batch-size=128",
    ),
    "datasets validate": Command(
        module="validate",
        help="check that a dataset is what it should be; write dataset.json",
        positional="uri",
        positional_help="the dataset: s3://bucket/key, a path, or sample://mnist",
        options={"run": RUN, "etag": Option(help="the exact version; empty: whatever is there")},
        example="sample://mnist --run runs/one",
    ),
    "datasets sample": Command(
        module="sample",
        help="make the packaged sample from MNIST's four IDX files",
        options={"from": Option(help="folder with the IDX files", required=True), "to": TO},
        example="--from mnist-idx --to sample.npz",
    ),
    "datasets slice": Command(
        module="slice",
        help="make another version of a dataset: a class-balanced part of it",
        options={
            "from": Option(help="the dataset", default="sample://mnist"),
            "train-per-class": Option(help="training images per class", default="1200"),
            "test-per-class": Option(help="test images per class", default="300"),
            "offset": Option(help="training images per class to leave out first", default="0"),
            "to": TO,
        },
        example="--train-per-class 600 --to s3://datasets/mnist/smaller.npz",
    ),
    "datasets fetch": Command(
        module="fetch",
        help="download the whole of a dataset through Keras",
        positional="dataset",
        positional_help="mnist",
        options={
            "to": Option(
                help="where to write the npz: s3://bucket/key or a path", default="mnist.npz"
            )
        },
        example="mnist --to s3://datasets/mnist/full.npz",
    ),
    "train": Command(
        module="train",
        help="train as config.json says, alone or in the group of TF_CONFIG",
        options={"run": RUN},
        example="--run runs/one",
    ),
    "evaluate": Command(
        module="evaluate",
        help="measure the trained model on the dataset's test part",
        options={
            "run": RUN,
            "output-accuracy": Option(help="file to write the accuracy to"),
            "min-accuracy": Option(help="fail below this accuracy, 0 to 1", number=True),
        },
        example="--run runs/one --min-accuracy 0.95",
    ),
    "publish": Command(
        module="publish",
        help="claim the next version and publish the model with its card",
        options={
            "run": RUN,
            "name": Option(help="the model's name", required=True),
            "to": Option(help="where models live", default="s3://models"),
            "workflow": Option(help="name of the workflow, for the card"),
            "workflow-uid": Option(help="uid of the workflow, for the card"),
            "namespace": Option(help="namespace of the workflow, for the card"),
            "tfjob": Option(help="name of the TFJob, for the card"),
            "output-version": Option(help="file to write the version to"),
        },
        example="--run runs/one --name digits --to models",
    ),
}

_PROGRAM = "python -m trainer"
_STORE = "An s3:// URI needs AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
_WALK = (
    "datasets validate sample://mnist --run runs/one",
    "configure --run runs/one --set epochs=2",
    "train --run runs/one",
    "evaluate --run runs/one",
    "publish --run runs/one --name digits --to models",
)


def main(arguments: list[str]) -> int:
    """Run one command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    step = importlib.import_module(f"trainer.steps.{options.command.module}")
    try:
        step.run(options, Environment.read(os.environ))
    except TrainerError as error:
        print(f"trainer {options.command.module}: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM, description=__doc__.splitlines()[0], **_examples(*_WALK)
    )
    groups = {"": parser.add_subparsers(metavar="COMMAND", required=True)}
    for name, command in COMMANDS.items():
        group, _, leaf = name.rpartition(" ")
        if group not in groups:
            what = "check, make and fetch datasets"
            inner = groups[""].add_parser(
                group, help=what, description=what, **_examples(f"{name} {command.example}")
            )
            groups[group] = inner.add_subparsers(metavar="COMMAND", required=True)
        made = groups[group].add_parser(
            leaf, help=command.help, description=command.help, allow_abbrev=False,
            **_examples(f"{name} {command.example}"),
        )  # fmt: skip
        _fill(made, command)
    return parser


def _examples(*lines: str) -> _Layout:
    """Return what shows examples at the end of a help, as they stand."""
    typed = "".join(f"\n  {_PROGRAM} {line}" for line in lines)
    return {
        "epilog": f"example:{typed}\n\n{_STORE}",
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }


def _fill(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.set_defaults(command=command)
    if command.positional:
        parser.add_argument(command.positional, help=command.positional_help)
    for name, option in command.options.items():
        parser.add_argument(
            f"--{name}",
            metavar=name.upper().replace("-", "_"),
            help=f"{option.help} (default: {option.default})" if option.default else option.help,
            required=option.required,
            dest=f"{name.replace('-', '_')}_" if name == "from" else None,
            action="append" if option.repeated else "store",
            default=[] if option.repeated else (None if option.number else option.default),
            type=float if option.number else str,
        )

"""Merges defaults, the commit's file and parameters into `config.json`, or says what is wrong.

From: `source/config.yaml` of the run (or `--config`) and `--set`. To: `train` and `publish`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer.configuration import assignments, merge, parse
from trainer.environment import Environment
from trainer.errors import Invalid, Missing
from trainer.runs import CONFIG, SOURCE, SOURCE_CONFIG, Run


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Write the checked configuration and show it."""
    target = Run.open(options.run, environment.object_store)
    where, text = _file(options.config) if options.config else _checked_out(target)
    layers = {
        where: parse(text, where=where),
        "parameters": assignments(options.set, where="parameters"),
    }
    configuration = merge(layers)
    target.write(CONFIG, dict(configuration.as_document()))
    for key, value in configuration.as_document().items():
        print(f"{key}: {value}")


def _file(path: str) -> tuple[str, str]:
    try:
        return path, _text(Path(path).read_bytes(), where=path)
    except FileNotFoundError:
        raise Missing(path) from None


def _checked_out(target: Run) -> tuple[str, str]:
    try:
        data = target.folder.read(SOURCE_CONFIG).data
    except Missing:
        return "no file", ""
    where = str((target.find(SOURCE) or {}).get("config-path") or SOURCE_CONFIG)
    return where, _text(data, where=where)


def _text(data: bytes, *, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Invalid(where=where, field="file", expected="UTF-8", found=str(error)) from error

"""Defaults, the commit's file and parameters: who wins, and what is refused how."""

from __future__ import annotations

from typing import Any

import pytest

from trainer.configuration import Configuration, assignments, merge, parse
from trainer.errors import Invalid

DEFAULT = Configuration()

MERGED: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "nothing": ("", [], {}),
    "the file over defaults": ("epochs: 3\nmodel: mlp", [], {"epochs": 3, "model": "mlp"}),
    "parameters over the file": ("epochs: 3", ["epochs=4"], {"epochs": 4}),
    "an empty parameter is not given": ("epochs: 3", ["epochs=", "seed= "], {"epochs": 3}),
    "numbers as text": ("", ["learning-rate=1e-3", "batch-size=64"], {"learning_rate": 0.001}),
    "whole floats": ("batch-size: 64.0", [], {"batch_size": 64}),
    "JSON": ('{"epochs": 2}', [], {"epochs": 2}),
    "only comments": ("# nothing yet\n", [], {}),
}


@pytest.mark.parametrize(("text", "pairs", "expected"), MERGED.values(), ids=MERGED)
def test_merge(text: str, pairs: list[str], expected: dict[str, Any]) -> None:
    layers = {"f": parse(text, where="f"), "p": assignments(pairs, where="p")}
    found = merge(layers)
    assert {key: getattr(found, key) for key in expected} == expected
    untouched = set(vars(DEFAULT)) - set(expected) - {"batch_size"}
    assert all(getattr(found, key) == getattr(DEFAULT, key) for key in untouched)


REFUSED: dict[str, tuple[str, list[str], str]] = {
    "unknown key": ("epoch: 3", [], "training.yaml: epoch: expected a known key (model, epochs"),
    "zero": ("epochs: 0", [], "training.yaml: epochs: expected a whole number from 1 to 1000"),
    "fraction": ("epochs: 2.5", [], "found 2.5"),
    "text": ("", ["epochs=many"], "parameters: epochs: expected a whole number"),
    "boolean": ("epochs: true", [], "found True"),
    "list": ("seed: [1]", [], "found [1]"),
    "null": ("seed:", [], "found None"),
    "not a number": ("", ["learning-rate=nan"], "expected a number above 0, at most 10"),
    "infinite": ("", ["learning-rate=inf"], "found 'inf'"),
    "negative": ("learning-rate: -1", [], "found -1"),
    "unknown model": ("model: gpt", [], "model: expected one of mlp, cnn; found 'gpt'"),
    "not a mapping": ("- 1", [], "training.yaml: file: expected keys and values; found list"),
    "not YAML": ("epochs: 1\nx: [", [], "training.yaml:"),
    "a Python object": ("epochs: !!python/object:os.system {}", [], "expected YAML or JSON"),
    "no equals sign": ("", ["epochs"], "parameters: epochs: expected key=value"),
}


@pytest.mark.parametrize(("text", "pairs", "says"), REFUSED.values(), ids=REFUSED)
def test_refusals(text: str, pairs: list[str], says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        merge(
            {
                "training.yaml": parse(text, where="training.yaml"),
                "parameters": assignments(pairs, where="parameters"),
            }
        )
    assert says in str(refusal.value)


def test_a_document_reads_back_as_the_same_configuration() -> None:
    configuration = Configuration(model="mlp", epochs=2, learning_rate=0.5)
    assert merge({"document": configuration.as_document()}) == configuration

"""What a training run is told to do: defaults, then the commit's file, then parameters.

Pure. `FIELDS` is the whole list: a new setting is one line there and one in `Configuration`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import yaml

from trainer.errors import Invalid

Value = str | int | float


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A checked configuration."""

    model: str = "cnn"
    epochs: int = 5
    batch_size: int = 256
    learning_rate: float = 0.008
    seed: int = 1

    def as_document(self) -> dict[str, Value]:
        """With the key names that users write."""
        return {name.replace("_", "-"): value for name, value in asdict(self).items()}


@dataclass(frozen=True, kw_only=True)
class Field:
    """How one key is read: returns None when the value does not fit."""

    expected: str
    read: Callable[[object], Value | None]


def _choice(*names: str) -> Field:
    return Field(
        expected=f"one of {', '.join(names)}",
        read=lambda value: value if isinstance(value, str) and value in names else None,
    )


def _integer(low: int, high: int) -> Field:
    def read(value: object) -> Value | None:
        number = _number(value)
        fits = number is not None and number.is_integer() and low <= number <= high
        return int(number) if number is not None and fits else None

    return Field(expected=f"a whole number from {low} to {high}", read=read)


def _above_zero(high: float) -> Field:
    def read(value: object) -> Value | None:
        number = _number(value)
        return number if number is not None and 0 < number <= high else None

    return Field(expected=f"a number above 0, at most {high:g}", read=read)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


FIELDS: Mapping[str, Field] = {
    "model": _choice("mlp", "cnn"),
    "epochs": _integer(1, 1000),
    "batch-size": _integer(1, 65536),
    "learning-rate": _above_zero(10),
    "seed": _integer(0, 2**31 - 1),
}


def parse(text: str, *, where: str) -> dict[str, object]:
    """The keys of a YAML or JSON file; an empty file has none."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = where if line is None else f"{where}:{line + 1}"
        found = str(getattr(error, "problem", None) or error)
        raise Invalid(where=place, field="file", expected="YAML or JSON", found=found) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise Invalid(
            where=where, field="file", expected="keys and values", found=type(document).__name__
        )
    return {str(key): value for key, value in document.items()}


def assignments(pairs: list[str], *, where: str) -> dict[str, object]:
    """`["epochs=3", "batch-size="]` as keys; an empty value means "not given" and is left out."""
    given: dict[str, object] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            raise Invalid(where=where, field=pair, expected="key=value", found=pair)
        if value.strip():
            given[key.strip()] = value.strip()
    return given


def merge(layers: Mapping[str, Mapping[str, object]]) -> Configuration:
    """Defaults, overlaid by each layer in order; a layer's name says where its values come from."""
    merged: dict[str, Value] = {}
    for where, layer in layers.items():
        for key, value in layer.items():
            merged[key.replace("-", "_")] = _checked(key, value, where=where)
    return Configuration(**merged)  # type: ignore[arg-type]  # FIELDS gives each key its type


def _checked(key: str, value: object, *, where: str) -> Value:
    field = FIELDS.get(key)
    if field is None:
        raise Invalid(
            where=where, field=key, expected=f"a known key ({', '.join(FIELDS)})", found="this one"
        )
    checked = field.read(value)
    if checked is None:
        raise Invalid(where=where, field=key, expected=field.expected, found=repr(value))
    return checked

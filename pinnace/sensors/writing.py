"""Writing resolved parameters into a document (upstream: triggers/params.go:ApplyParams). Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from pinnace.languages import gjson, sjson
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.sensors.spec import Write


def written(document: Any, writes: Iterable[Write], sensor: str) -> Any:
    """Return a copy of ``document`` with every value at its destination; raises Invalid."""
    text = orjson.dumps(document).decode()
    for write in writes:
        text = written_text(text, combined(text, write), sensor)
    return loaded(text, sensor)


def combined(document: str, write: Write) -> Write:
    """Return what ``append`` and ``prepend`` come to, given what is there."""
    if write.operation not in ("append", "prepend"):
        return write
    current = gjson.get(document, write.dest)
    if not current.exists:
        return write
    old = current.string()
    text = old + write.text if write.operation == "append" else write.text + old
    return replace(write, text=text, raw=False)


def written_text(document: str, write: Write, sensor: str) -> str:
    """Return JSON text with one value at its destination; raises Invalid."""
    put = sjson.set_raw if write.raw else sjson.set
    try:
        return put(document, write.dest, write.text)
    except LanguageError as error:
        raise Invalid(
            f"can't write to dest {write.dest!r}: {error}", kind="Sensor", name=sensor,
            field=write.field, fix="give the parameter a default with src.value",
        ) from error  # fmt: skip


def loaded(text: str, sensor: str) -> Any:
    """Return the document that parameters left; raises Invalid when it is no JSON any more."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"the parameters leave no JSON: {error}"
        raise Invalid(message, kind="Sensor", name=sensor) from error

"""Where a trigger's values come from and where they go (upstream: pkg/sensors/triggers/params.go).

Each look-up leaves a :class:`~pinnace.sensors.verdicts.ParameterVerdict` behind, also the one that
fails, so that ``pinnace explain`` shows them all. Upstream dies on a payload parameter whose
dependency has no event; here that is an error with a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from pinnace.bus import Event
from pinnace.languages.ambient import STILL, Ambient
from pinnace.objects.errors import Invalid
from pinnace.sensors.payloads import context_json, data_json, document, render, whole_event
from pinnace.sensors.spec import Parameter, Source, Write
from pinnace.sensors.verdicts import ParameterVerdict
from pinnace.sensors.writing import combined, loaded, written_text


@dataclass(frozen=True, kw_only=True)
class Value:
    """A resolved value; ``text`` is None when the dependency has no event and no default.

    ``raw`` tells that the text is JSON of another type than string, to be set as it is when the
    parameter asks for raw data.
    """

    text: str | None
    raw: bool = False
    origin: str = ""
    notes: tuple[str, ...] = ()


class Resolver:
    """Resolves parameters against the events of one firing and remembers what it found."""

    def __init__(self, events: Mapping[str, Event], sensor: str, ambient: Ambient = STILL) -> None:
        self.events = events
        self.seen: list[ParameterVerdict] = []
        self._sensor, self._ambient = sensor, ambient

    def apply(self, document: Any, parameters: Sequence[Parameter]) -> Any:
        """Return a copy of ``document`` with every parameter written to its destination."""
        text = orjson.dumps(document).decode()
        for parameter in parameters:
            if write := self._resolved(parameter):
                text = self._write(text, combined(text, write))
        return loaded(text, self._sensor)

    def resolved(self, parameters: Sequence[Parameter]) -> tuple[Write, ...]:
        """Resolve parameters for a document that is fetched later."""
        found = (self._resolved(parameter) for parameter in parameters)
        return tuple(write for write in found if write is not None)

    def payload(self, parameters: Sequence[Parameter]) -> bytes:
        """Build a request body; one with an empty ``dest`` is the whole of it."""
        body = ""
        for parameter in parameters:
            write = self._resolved(parameter)
            if write is None:
                if parameter.dest:
                    raise self._fail(parameter, _ABSENT.format(parameter.source.dependency))
                continue
            if not parameter.dest:
                return write.text.encode()
            body = self._write(body, write)
        return body.encode()

    def texts(self, parameters: Sequence[Parameter]) -> dict[str, str]:
        """Resolve parameters whose destinations are plain names: headers."""
        found = {}
        for parameter in parameters:
            value = self._value(parameter)
            if value.text is None:
                raise self._fail(parameter, _ABSENT.format(parameter.source.dependency))
            found[parameter.dest] = value.text
        return found

    def _value(self, parameter: Parameter) -> Value:
        verdict = ParameterVerdict(
            dest=parameter.dest,
            source=describe(parameter.source),
            operation=parameter.operation,
        )
        self.seen.append(verdict)
        try:
            value = resolve(parameter.source, self.events, self._ambient)
        except Invalid as error:
            raise self._fail(parameter, str(error)) from error
        self.seen[-1] = replace(verdict, origin=value.origin, value=value.text, notes=value.notes)
        return value

    def _resolved(self, parameter: Parameter) -> Write | None:
        value = self._value(parameter)
        if value.text is None:
            return None
        return Write(
            dest=parameter.dest, text=value.text, operation=parameter.operation,
            raw=value.raw and parameter.source.use_raw_data, field=parameter.field,
        )  # fmt: skip

    def _write(self, document: str, write: Write) -> str:
        try:
            return written_text(document, write, self._sensor)
        except Invalid as error:
            self.seen[-1] = replace(self.seen[-1], error=error.message)
            raise

    def _fail(self, parameter: Parameter, message: str) -> Invalid:
        self.seen[-1] = replace(self.seen[-1], error=message)
        return Invalid(
            message, kind="Sensor", name=self._sensor, field=parameter.field,
            fix="give the parameter a default with src.value",
        )  # fmt: skip


_ABSENT = "dependency {!r} has no event in this firing and the parameter no value"


def describe(source: Source) -> str:
    """Write a source as one short text: ``push: dataKey body.after, else value ''``."""
    parts = [
        f"{label} {selector}"
        for label, selector in (
            ("dataTemplate", source.data_template),
            ("dataKey", source.data_key),
            ("contextTemplate", source.context_template),
            ("contextKey", source.context_key),
        )
        if selector
    ]
    if source.value is not None:
        parts.append(f"value {source.value!r}")
    return f"{source.dependency}: {', else '.join(parts) or 'the whole event'}"


def resolve(source: Source, events: Mapping[str, Event], ambient: Ambient = STILL) -> Value:
    """Resolve one source in upstream's order; raises Invalid when nothing gives a value."""
    event = events.get(source.dependency)
    if event is None:
        origin = "absent" if source.value is None else "value"
        return Value(text=source.value, origin=origin)
    selects_data = bool(source.data_key or source.data_template)
    if not selects_data and not (source.context_key or source.context_template):
        if source.value is not None:
            return Value(text=source.value, origin="value")
        return Value(text=whole_event(event), origin="event")
    # Data and context together: data replaces both the key and the template of the context.
    place = "data" if selects_data else "context"
    template = source.data_template if selects_data else source.context_template
    key = source.data_key if selects_data else source.context_key
    notes: list[str] = []
    found = _select(event, place, template, key, notes, ambient)
    if found is not None:
        return replace(found, notes=tuple(notes))
    if source.value is not None:
        return Value(text=source.value, origin="value", notes=tuple(notes))
    raise Invalid(f"unable to resolve '{source.dependency}' parameter value: {'; '.join(notes)}")


def _select(
    event: Event, place: str, template: str, key: str, notes: list[str], ambient: Ambient
) -> Value | None:
    try:
        payload = data_json(event) if place == "data" else context_json(event)
    except Invalid as error:
        notes.append(str(error))
        return None
    if template:
        try:
            return Value(text=render(template, payload, ambient), origin=f"{place}Template")
        except Invalid as error:
            notes.append(str(error))
    if key:
        result = document(payload).get(key)
        if result.exists:
            composite = result.kind in ("json", "null")
            text = result.raw if composite else result.string()
            return Value(text=text, raw=result.kind != "string", origin=f"{place}Key")
        notes.append(f"key {key} does not exist in the event's {place}")
    return None

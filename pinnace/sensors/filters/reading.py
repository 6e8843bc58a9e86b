"""Reading ``dependencies[].filters`` (upstream: validate.go:validateEventFilter and below)."""

from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.sensors.reading import Node
from pinnace.sensors.spec import ContextFilter, DataFilter, ExprFilter, Filters, TimeFilter

OPERATORS = ("", "and", "or")
COMPARATORS = ("", ">=", ">", "=", "!=", "<", "<=")

_EXPR = "one of expr filters is not valid (expr and fields must be not empty)"
_FIELD = "one of expr filters is not valid (path and name in a field must be not empty)"
_DATA = "one of data filters is not valid (type, path and value must be not empty)"
_VALUE = "one of data filters is not valid (value must be not empty)"
_CONTEXT = "no fields specified in ctx filter (aka all events will be discarded)"
_OPERATOR = "logical operator {} not supported"


def read_filters(node: Node) -> Filters | None:
    """Read the filters of a dependency, None when there are none."""
    if not node.given:
        return None
    exprs, data = node["exprs"], node["data"]
    return Filters(
        exprs=tuple(_read_expr(entry) for entry in exprs) if exprs.given else None,
        data=tuple(_read_data(entry) for entry in data) if data.given else None,
        context=_read_context(node["context"]),
        time=_read_time(node["time"]),
        script=node["script"].text(),
        expr_operator=node["exprLogicalOperator"].choice(OPERATORS, _OPERATOR),
        data_operator=node["dataLogicalOperator"].choice(OPERATORS, _OPERATOR),
    )


def _read_expr(node: Node) -> ExprFilter:
    fields = tuple(
        (field["name"].required(_FIELD), field["path"].required(_FIELD)) for field in node["fields"]
    )
    if not fields:
        raise node["fields"].refuse(_EXPR, expected="at least one field with name and path")
    return ExprFilter(expr=node["expr"].required(_EXPR), fields=fields)


def _read_data(node: Node) -> DataFilter:
    values = tuple(entry.required(_VALUE) for entry in node["value"])
    if not values:
        raise node["value"].refuse(_DATA, expected="a list of at least one string")
    return DataFilter(
        path=node["path"].required(_DATA),
        type=node["type"].required(_DATA),
        values=values,
        comparator=node["comparator"].choice(COMPARATORS, "comparator {} not supported"),
        template=node["template"].text(),
    )


def _read_context(node: Node) -> ContextFilter | None:
    if not node.given:
        return None
    found = ContextFilter(
        type=node["type"].text(),
        subject=node["subject"].text(),
        source=node["source"].text(),
        datacontenttype=node["datacontenttype"].text(),
    )
    if found == ContextFilter():
        raise node.refuse(
            _CONTEXT, expected="one of type, subject, source, datacontenttype",
            fix="id, time and specversion are not compared",
        )  # fmt: skip
    return found


def _read_time(node: Node) -> TimeFilter | None:
    if not node.given:
        return None
    start, stop = _read_clock(node["start"]), _read_clock(node["stop"])
    if start == stop:
        raise node.refuse(
            f"invalid event time filter: stop '{stop}' is equal to start '{start}'",
            expected="two different times",
        )
    zone = node["timezone"]
    try:
        ZoneInfo(zone.text() or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise zone.refuse(
            f"invalid timezone '{zone.text()}'", expected="an IANA name such as Europe/Paris"
        ) from error
    return TimeFilter(start=start, stop=stop, timezone=zone.text())


def _read_clock(node: Node) -> str:
    text = node.text()
    try:
        if len(text) != 8:
            raise ValueError(text)
        time.fromisoformat(text)
    except ValueError as error:
        raise node.refuse("", expected="a time of day as HH:MM:SS", found=repr(text)) from error
    return text

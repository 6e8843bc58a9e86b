"""From the HTTP events of one EventSource to their routes."""

from collections.abc import Callable, Iterable

from pinnace.eventsources.http.desk import Route
from pinnace.eventsources.serve import read_secret
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.table import TYPES, endpoint_of
from pinnace.objects.errors import Invalid
from pinnace.store import Store

_LAST_PORT = 65535


def routes_of(
    specs: Iterable[EventSpec], store: Store
) -> tuple[tuple[Route, ...], tuple[str, ...]]:
    """Return the routes, and why some events have none.

    Upstream lets a second event on the same port and endpoint vanish without a word; here it is a
    problem that names both.
    """
    taken: dict[tuple[int, str], Route] = {}
    problems = []
    for spec in specs:
        try:
            route = _route(spec, store)
            _refuse_twin(taken.get((route.port, route.path)), route)
        except Invalid as error:
            problems.append(str(error))
        else:
            taken[(route.port, route.path)] = route
    return tuple(taken.values()), tuple(problems)


def _route(spec: EventSpec, store: Store) -> Route:
    source_type = TYPES[spec.type]
    endpoint = endpoint_of(spec)
    at = f"{source_type.endpoint_at}." if source_type.endpoint_at else ""
    _refuse_tls(spec, endpoint, at)
    return Route(
        spec=spec,
        receive=source_type.receive,
        secret=_reader(spec, store),
        port=_port(spec, endpoint.get("port"), f"{at}port"),
        path=_path(spec, endpoint.get("endpoint"), f"{at}endpoint"),
        endpoint=endpoint,
        auth_at=f"{at}authSecret",
    )


def _reader(spec: EventSpec, store: Store) -> Callable[[str], str]:
    return lambda field: read_secret(store, spec, field)


def _port(spec: EventSpec, value: object, field: str) -> int:
    text = str(value or "")
    if not text.isdigit() or not 0 < int(text) <= _LAST_PORT:
        raise spec.invalid(field, expected='a port number such as "12000"', found=value)
    return int(text)


def _path(spec: EventSpec, value: object, field: str) -> str:
    text = str(value or "")
    if not text:
        raise spec.invalid(field, expected="a path such as /push", found=value)
    return text if text.startswith("/") else f"/{text}"


def _refuse_tls(spec: EventSpec, endpoint: object, at: str) -> None:
    for name in ("serverCertSecret", "serverKeySecret"):
        if isinstance(endpoint, dict) and endpoint.get(name):
            raise spec.invalid(
                f"{at}{name}",
                expected="no TLS: this control plane listens on loopback, in plain HTTP",
                found=endpoint[name],
                fix=f"remove {name} here; on a cluster it works",
            )


def _refuse_twin(there: Route | None, new: Route) -> None:
    if there is None:
        return
    raise new.spec.invalid(
        "endpoint",
        expected="a port and endpoint of its own",
        found=f"port {new.port} {new.path}, which {there.spec.where} has",
        fix="change the endpoint or the port",
    )

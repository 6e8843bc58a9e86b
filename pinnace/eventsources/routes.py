"""From the HTTP events of one EventSource to their routes."""

import ssl
from collections.abc import Callable, Iterable, Mapping

from pinnace.eventsources.http.desk import Route
from pinnace.eventsources.serve import Access
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.table import TYPES, endpoint_of
from pinnace.eventsources.tls import Tls
from pinnace.objects.errors import Invalid
from pinnace.store import Store

_LAST_PORT = 65535


def routes_of(
    specs: Iterable[EventSpec], store: Store, given: Callable[[EventSpec], str]
) -> tuple[tuple[Route, ...], tuple[str, ...]]:
    """Return the routes, and why some events have none.

    Upstream lets a second event on the same port and endpoint vanish without a word; here it is a
    problem that names both. ``given`` returns the secret that a provider gave with an event's hook.
    """
    taken: dict[tuple[int, str], Route] = {}
    certificates: dict[int, Route] = {}
    problems = []
    for spec in specs:
        try:
            route = _route(Access(spec, store, given))
            _refuse_twin(taken.get((route.port, route.path)), route)
            _refuse_other_certificate(certificates.setdefault(route.port, route), route)
        except Invalid as error:
            problems.append(str(error))
        else:
            taken[(route.port, route.path)] = route
    return tuple(taken.values()), tuple(problems)


def _route(access: Access) -> Route:
    spec = access.spec
    source_type = TYPES[spec.type]
    endpoint = endpoint_of(spec)
    at = f"{source_type.endpoint_at}." if source_type.endpoint_at else ""
    return Route(
        spec=spec,
        receive=source_type.receiver(access),
        waits=source_type.asks,
        secret=access.secret,
        tls=_tls(access, endpoint, at),
        port=_port(spec, endpoint.get("port"), f"{at}port"),
        path=_path(spec, endpoint.get("endpoint"), f"{at}endpoint"),
        endpoint=endpoint,
        auth_at=f"{at}authSecret",
    )


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


def _tls(access: Access, endpoint: Mapping[str, object], at: str) -> Tls | None:
    """Return the server's certificate; raises Invalid where it or its key can't be used."""
    given = [name for name in ("serverCertSecret", "serverKeySecret") if endpoint.get(name)]
    if not given:
        return None
    spec = access.spec
    if len(given) == 1:
        raise spec.invalid(
            f"{at}{given[0]}", expected="serverCertSecret together with serverKeySecret",
            found="only one of them", fix="plain HTTP is served only when neither is given",
        )  # fmt: skip
    certificate, key = (access.secret(f"{at}{name}") for name in given)
    tls = Tls(certificate=certificate, key=key)
    try:
        tls.server_context()
    except (ssl.SSLError, ValueError) as error:
        raise spec.invalid(
            f"{at}serverCertSecret", expected="a PEM certificate and its key", found=str(error)
        ) from error
    return tls


def _refuse_other_certificate(there: Route, new: Route) -> None:
    if there.tls != new.tls:
        raise new.spec.invalid(
            "port",
            expected="one certificate for all events of a port",
            found=f"another one (or none) in {there.spec.where}",
            fix="change the port or the certificate",
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

"""What every answer and every request must satisfy: names, headers, the page's token."""

import hmac

from flask import Flask, Request, Response, request

from webhook_service.config import Settings

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: Asked by probes with the pod's address as Host; tells nothing.
_UNCHECKED = ("/healthz",)
#: Senders of events have no token of ours; the EventSource judges them.
_OPEN = ("/hooks/", "/healthz")


def protect(app: Flask, settings: Settings) -> None:
    """Check each request and mark each answer of an application."""

    @app.before_request
    def check() -> Response | None:
        hosts = settings.hosts()
        if request.path not in _UNCHECKED and hosts is not None and _host(request) not in hosts:
            # A page elsewhere may point a name of its own at this address (DNS rebinding).
            return _refusal(
                421, f"this service is not {_host(request)!r}; see WEBHOOK_ALLOWED_HOSTS"
            )
        if settings.page_token and not request.path.startswith(_OPEN):
            return None if _has_token(request, settings.page_token) else _ask()
        return None

    @app.after_request
    def mark(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _host(asked: Request) -> str:
    host = asked.host.lower()
    return host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def _has_token(asked: Request, token: str) -> bool:
    """Accept the token as a bearer's, or as the password that a browser asks for."""
    scheme, _, given = asked.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic" and asked.authorization is not None:
        given = asked.authorization.password or ""
    return hmac.compare_digest(given.encode(), token.encode())


def _ask() -> Response:
    response = _refusal(401, "the page needs the token of WEBHOOK_PAGE_TOKEN as password")
    response.headers["WWW-Authenticate"] = 'Basic realm="pinnace webhook service"'
    return response


def _refusal(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")

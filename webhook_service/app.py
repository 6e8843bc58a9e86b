"""The Flask application: routes, and nothing that could be said elsewhere."""

import json
from typing import Any

from flask import Flask, Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from webhook_service import headers, moments
from webhook_service.config import Settings
from webhook_service.delivery import Delivery, Incoming, State
from webhook_service.overview import Overview
from webhook_service.reception import Reception
from webhook_service.records import Filter
from webhook_service.security import protect

_MOST = 500
_ON_PAGE = 50


def create_app(settings: Settings, reception: Reception, overview: Overview) -> Flask:
    """Make the WSGI application."""
    app = Flask(__name__)
    app.jinja_env.filters["moment"] = moments.moment
    app.jinja_env.filters["span"] = moments.span
    protect(app, settings)
    _hooks(app, settings, reception)
    _events(app, overview)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> tuple[Response, int]:
        return jsonify({"error": error.description}), error.code or 500

    return app


def _hooks(app: Flask, settings: Settings, reception: Reception) -> None:
    @app.post("/hooks/<source>/<event>")
    def hook(source: str, event: str) -> tuple[Response, int]:
        size = request.content_length or 0
        if size > settings.body_limit:
            delivery = reception.refuse_size(_incoming(source, event, b""), size)
        else:
            delivery = reception.receive(_incoming(source, event, request.get_data(cache=False)))
        return _answer(delivery)


def _incoming(source: str, event: str, body: bytes) -> Incoming:
    kept = headers.sort(request.headers.items())
    return Incoming(
        source=source[:253],
        event=event[:253],
        query=request.query_string.decode("latin-1"),
        shown=kept.shown,
        private=kept.private,
        body=body,
        remote=request.remote_addr or "",
    )


def _answer(delivery: Delivery) -> tuple[Response, int]:
    """Tell the sender what the EventSource said, or that it will be asked later."""
    status = 202 if delivery.state in (State.WAITING, State.DEAD) else delivery.status or 200
    body = {
        "delivery": delivery.id,
        "state": delivery.state.value,
        "event": delivery.event_id or None,
        "reason": delivery.reason or None,
    }
    response = jsonify(body)
    response.headers["Location"] = url_for("event", event_id=delivery.id)
    return response, status


def _events(app: Flask, overview: Overview) -> None:
    @app.get("/events")
    def events() -> Response:
        limit = min(_count("limit", 100), _MOST)
        return jsonify(overview.page(_filter(), limit=limit, offset=_count("offset", 0)))

    @app.get("/events/<event_id>")
    def event(event_id: str) -> tuple[Response, int]:
        found = overview.one(event_id)
        if found is None:
            return jsonify({"error": f"there is no event {event_id}"}), 404
        text = json.dumps(found, indent=2, sort_keys=True)  # a person reads it: it is "details"
        return Response(text + "\n", mimetype="application/json"), 200

    @app.get("/")
    def page() -> str:
        shown = overview.page(_filter(), limit=_ON_PAGE, offset=_count("offset", 0))
        name = "events.html" if "fragment" in request.args else "page.html"
        wanted = {key: value for key, value in request.args.items() if key != "fragment"}
        return render_template(name, page=shown, wanted=wanted)


def _filter() -> Filter:
    values: dict[str, Any] = {
        name: request.args.get(name, "")[:253] for name in ("state", "source", "event")
    }
    return Filter(**values)


def _count(name: str, default: int) -> int:
    value = request.args.get(name, default, type=int)
    return value if 0 <= value < 10**9 else default

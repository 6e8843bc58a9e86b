"""A fake of the providers' REST APIs on loopback: hooks in memory, in each one's own form."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests import http_server
from tests.http_server import Handler

TOKEN = "t0ken-that-must-not-show"
#: Where hooks stand → how a list of them is wrapped, and what their ids are called.
COLLECTIONS = {
    r"/(repos/[^/]+/[^/]+|orgs/[^/]+)/hooks": (None, "id"),
    r"/api/v4/(projects|groups)/[^/]+/hooks": (None, "id"),
    r"/2\.0/repositories/[^/]+/[^/]+/hooks": ("values", "uuid"),
    r"/rest/api/1\.0/projects/[^/]+/repos/[^/]+/webhooks": ("values", "id"),
    r"/a/config/server/webhooks~projects/[^/]+/remotes": (None, "name"),
    r"/v1/webhook_endpoints": ("data", "id"),
}


@dataclass
class ProviderApi:
    """What was asked for, what is there, and what to answer in the place of the truth."""

    hooks: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    #: Statuses that the next requests get.
    failures: list[int] = field(default_factory=list)
    #: Further documents by path.
    documents: dict[str, Any] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, path: str) -> list[dict[str, Any]]:
        return list(self.hooks.get(path, {}).values())

    def calls(self, method: str = "") -> list[str]:
        return [f"{m} {path}" for m, path, _, _ in list(self.requests) if method in ("", m)]

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any]:
        self.requests.append((method, path, headers, body))
        if self.failures:
            return self.failures.pop(0), {"message": f"no: {headers}"}  # says the secret back
        if path in self.documents:
            return 200, self.documents[path]
        path = path.rstrip("/")
        for pattern, (wrapper, id_name) in COLLECTIONS.items():
            if re.fullmatch(pattern, path):
                return self._collection(method, path, wrapper, id_name, body)
            if re.fullmatch(f"{pattern}/[^/]+", path):
                return self._one(method, *path.rsplit("/", 1), body)
        return 404, {"message": "no such path"}

    def _collection(
        self, method: str, path: str, wrapper: str | None, id_name: str, body: Any
    ) -> tuple[int, Any]:
        there = self.hooks.setdefault(path, {})
        if method == "POST":
            id_: Any = len(self.requests) if id_name == "id" else f"{{{len(self.requests)}}}"
            extra = {"secret": "whsec_1"} if "webhook_endpoints" in path else {}
            there[str(id_).replace("{", "%7B").replace("}", "%7D")] = {**body, id_name: id_}
            return 201, {**body, id_name: id_, **extra}
        if id_name == "name":
            return 200, there
        values = [self._shown(hook) for hook in there.values()]
        return 200, {wrapper: values, "isLastPage": True} if wrapper else values

    @staticmethod
    def _shown(hook: dict[str, Any]) -> dict[str, Any]:
        """What Stripe sent as a form it shows as a list."""
        events = [value for key, value in hook.items() if key.startswith("enabled_events")]
        return {**hook, "enabled_events": events} if events else hook

    def _one(self, method: str, path: str, id_: str, body: Any) -> tuple[int, Any]:
        there = self.hooks.setdefault(path, {})
        if method == "PUT" and "webhooks~projects" in path:
            there[id_] = body
            return 201, body
        if id_ not in there:
            return 404, {"message": "Not Found"}
        if method == "DELETE":
            del there[id_]
            return 204, None
        there[id_] = {**there[id_], **body}
        return 200, there[id_]


@contextmanager
def serving() -> Iterator[ProviderApi]:
    api = ProviderApi()

    class Face(Handler):
        def handle_any(self) -> None:
            text = self.body().decode()
            form = "form" in (self.headers.get("Content-Type") or "")
            body = dict(parse_qsl(text)) if form else json.loads(text or "null")
            path = urlsplit(self.path).path
            status, document = api.answer(self.command, path, dict(self.headers), body)
            content = b"" if document is None else json.dumps(document).encode()
            if "webhooks~projects" in path:
                content = b")]}'\n" + content
            self.reply(status, content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    with http_server.serving(Face) as api.port:
        yield api

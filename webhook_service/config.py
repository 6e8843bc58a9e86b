"""Everything that can be set, read once from arguments and environment into a frozen value."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what was expected."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this instance runs."""

    host: str = "127.0.0.1"
    port: int = 8080
    database: str = "sqlite:///webhook-service.db"
    ready_file: Path | None = None
    kubeconfig: Path | None = None
    namespace: str | None = None  # None: the kubeconfig's, the service account's, or "default"
    allowed_hosts: frozenset[str] = frozenset()  # empty: loopback names, or any when not loopback
    page_token: str = ""  # empty: the page and the API are open to whoever reaches the port
    body_limit: int = 4 * 1024 * 1024
    relay_deadline: float = 3.0  # how long a sender waits for the EventSource's own answer
    attempts: int = 30
    keep_days: float = 30.0

    @property
    def loopback(self) -> bool:
        """Tell whether only this machine reaches the port."""
        return self.host in _LOOPBACK

    def hosts(self) -> frozenset[str] | None:
        """Return the names a request may be addressed to; None means any."""
        if self.allowed_hosts:
            return None if "*" in self.allowed_hosts else self.allowed_hosts
        return frozenset(_LOOPBACK) if self.loopback else None


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Read the settings; arguments win over the environment. Raises BadSetting."""
    given = vars(_parser().parse_args(arguments))
    texts = {
        name: given.get(name) or environment.get(variable, "")
        for name, variable in _VARIABLES.items()
    }
    state = Path(texts["state"] or ".pinnace/webhook-service")
    values = {name: _number(_VARIABLES[name], texts[name], kind) for name, kind in _NUMBERS.items()}
    return Settings(
        host=texts["host"] or "127.0.0.1",
        database=texts["database"] or f"sqlite:///{state.absolute()}/deliveries.db",
        ready_file=_path(texts["ready_file"]),
        kubeconfig=_path(texts["kubeconfig"]),
        namespace=texts["namespace"] or None,
        allowed_hosts=frozenset(filter(None, texts["allowed_hosts"].lower().split(","))),
        page_token=texts["page_token"],
        **{name: value for name, value in values.items() if value is not None},  # type: ignore[arg-type]  # _NUMBERS has each one's type
    )


_VARIABLES = {
    "host": "WEBHOOK_HOST",
    "port": "WEBHOOK_PORT",
    "state": "WEBHOOK_STATE",
    "database": "WEBHOOK_DATABASE_URL",
    "ready_file": "WEBHOOK_READY_FILE",
    "kubeconfig": "KUBECONFIG",
    "namespace": "WEBHOOK_NAMESPACE",
    "allowed_hosts": "WEBHOOK_ALLOWED_HOSTS",
    "page_token": "WEBHOOK_PAGE_TOKEN",
    "body_limit": "WEBHOOK_BODY_LIMIT",
    "relay_deadline": "WEBHOOK_RELAY_DEADLINE",
    "attempts": "WEBHOOK_ATTEMPTS",
    "keep_days": "WEBHOOK_KEEP_DAYS",
}
_NUMBERS: dict[str, type[int] | type[float]] = {
    "port": int,
    "body_limit": int,
    "relay_deadline": float,
    "attempts": int,
    "keep_days": float,
}

_EXAMPLE = "  python -m webhook_service --port 8080 --kubeconfig .pinnace/kubeconfig"


def _parser() -> argparse.ArgumentParser:
    variables = "\n".join(f"  {variable}" for variable in _VARIABLES.values())
    parser = argparse.ArgumentParser(
        prog="python -m webhook_service",
        description="Receive webhooks, record and forward them; show what each event led to.",
        epilog=f"example:\n{_EXAMPLE}\n\nAll that and more, in the environment:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", help="port to listen on; 0 takes a free one (8080)")
    parser.add_argument("--state", help="folder of the SQLite file (.pinnace/webhook-service)")
    parser.add_argument("--database", help="database URL instead of SQLite, e.g. postgresql://…")
    parser.add_argument("--ready-file", help="file that gets the bound port once it serves")
    parser.add_argument("--kubeconfig", help="how to reach the Kubernetes API ($KUBECONFIG)")
    parser.add_argument(
        "--namespace", help="of EventSources and Workflows (the kubeconfig's, else default)"
    )
    return parser


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _number(variable: str, text: str, kind: type[int] | type[float]) -> int | float | None:
    if not text:
        return None
    try:
        value = kind(text)
    except ValueError:
        value = kind(-1)
    if value < 0:
        raise BadSetting(f"{variable}: expected a number, 0 or more, found {text!r}")
    return value

"""``python -m webhook_service``: serve until told to stop."""

import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from webhook_service import clock, config
from webhook_service.addresses import Addresses
from webhook_service.app import create_app
from webhook_service.config import Settings
from webhook_service.forwarding import Forwarder
from webhook_service.kubernetes import Kubernetes
from webhook_service.overview import Overview
from webhook_service.reception import Desk, Reception, Turns
from webhook_service.records import Records
from webhook_service.worker import Worker

_THREADS = 16


def main() -> int:
    """Read the settings and serve; returns the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log query strings
    try:
        settings = config.read(sys.argv[1:], os.environ)
    except config.BadSetting as error:
        print(error, file=sys.stderr)
        return 2
    return serve(settings)


def serve(settings: Settings) -> int:
    """Serve with waitress until SIGTERM or SIGINT."""
    records = Records(settings.database)
    kubernetes = Kubernetes(settings.kubeconfig, settings.namespace)
    forwarder = Forwarder(Addresses(kubernetes))
    desk = Desk(
        settings=settings, records=records, forwarder=forwarder, turns=Turns(), now=clock.now
    )
    worker = Worker(desk)
    app = create_app(settings, Reception(desk, worker.wake), Overview(records, kubernetes))
    try:
        listener = _listen(settings)
    except OSError as error:
        print(f"cannot listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        return 1
    server = create_server(
        app,
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        # Above our own limit there is room to record the refusal; far above, waitress refuses.
        max_request_body_size=2 * settings.body_limit + 1024 * 1024,
    )
    signal.signal(signal.SIGTERM, _stop)
    worker.start()
    port = listener.getsockname()[1]
    logging.getLogger(__name__).info("serving on %s:%s", settings.host, port)
    if settings.ready_file:
        _announce(settings.ready_file, port)
    try:
        server.run()
    finally:
        worker.stop()
        forwarder.close()
        kubernetes.close()
        records.close()
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _announce(file: Path, port: int) -> None:
    """Write the port so that a reader sees the whole number or no file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(f"{port}\n")
    partial.replace(file)


if __name__ == "__main__":
    sys.exit(main())

"""Certificates that Secrets hold, as what Python's own TLS wants."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tls:
    """Certificates as PEM text; without an authority the system's are trusted."""

    authority: str = ""
    certificate: str = ""
    key: str = ""
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """Return the context for Python's own TLS; raises ssl.SSLError for unreadable PEM."""
        context = ssl.create_default_context(cadata=self.authority or None)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate:
            with self.file() as path:
                context.load_cert_chain(path or "")
        return context

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server with this certificate; raises ssl.SSLError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with self.file() as path:
            context.load_cert_chain(path or "")
        return context

    @contextmanager
    def file(self) -> Iterator[str | None]:
        """Yield a file (mode 0600) with certificate and key while the block lasts; None without.

        OpenSSL and some clients read them from files only.
        """
        if not self.certificate:
            yield None
            return
        handle, path = tempfile.mkstemp(prefix="pinnace-", suffix=".pem")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(f"{self.certificate}\n{self.key}\n")
            yield path
        finally:
            os.unlink(path)

"""TLS: ``tls`` of an event (towards a broker) and the certificate of a webhook's own server.

Mirrors argo-events pkg/shared/util/util.go:GetTLSConfig and v1alpha1/validate.go:ValidateTLSConfig.
"""

import os
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pinnace.eventsources.spec import EventSpec

FIELD = "tls"
_SECRETS = ("caCertSecret", "clientCertSecret", "clientKeySecret")


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


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    tls = spec.at(FIELD)
    if not tls or spec.at(f"{FIELD}.insecureSkipVerify"):
        return
    given = [name for name in _SECRETS if spec.at(f"{FIELD}.{name}")]
    if not given and not spec.at(f"{FIELD}.enabled"):
        raise spec.invalid(
            FIELD, expected="caCertSecret, or clientCertSecret and clientKeySecret, or enabled",
            found="none of them",
        )  # fmt: skip
    if ("clientCertSecret" in given) != ("clientKeySecret" in given):
        raise spec.invalid(
            FIELD, expected="clientCertSecret together with clientKeySecret", found=given[-1]
        )


def tls_of(spec: EventSpec, secret: Callable[[str], str]) -> Tls | None:
    """Return the certificates of an event, None without ``tls``; raises Invalid."""
    if not spec.at(FIELD):
        return None
    if spec.at(f"{FIELD}.insecureSkipVerify"):
        return Tls(verify=False)  # as upstream: then no certificate is read
    texts = {
        name: secret(f"{FIELD}.{name}") if spec.at(f"{FIELD}.{name}") else "" for name in _SECRETS
    }
    return Tls(
        authority=texts["caCertSecret"],
        certificate=texts["clientCertSecret"],
        key=texts["clientKeySecret"],
    )

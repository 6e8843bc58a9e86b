"""TLS: ``tls`` of an event (towards a broker) and the certificate of a webhook's own server.

Mirrors argo-events pkg/shared/util/util.go:GetTLSConfig and v1alpha1/validate.go:ValidateTLSConfig.
"""

from collections.abc import Callable

from pinnace.eventsources.spec import EventSpec
from pinnace.store.pem import Tls

__all__ = ["FIELD", "Tls", "check", "tls_of"]

FIELD = "tls"
_SECRETS = ("caCertSecret", "clientCertSecret", "clientKeySecret")


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

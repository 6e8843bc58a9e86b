"""How librdkafka, the client, is told to prove who it is and whom to trust."""

from dataclasses import dataclass
from typing import Any

from pinnace.store.pem import Tls

PORT = 9092
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True, kw_only=True)
class Sasl:
    """A user and how the broker is to check that it is one."""

    mechanism: str
    user: str
    password: str


def security(tls: Tls | None, sasl: Sasl | None) -> dict[str, Any]:
    """Return librdkafka's options."""
    found: dict[str, Any] = {
        "security.protocol": ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT")
    }
    if sasl:
        found |= {
            "sasl.mechanisms": sasl.mechanism,
            "sasl.username": sasl.user,
            "sasl.password": sasl.password,
        }
    return found | _certificates(tls) if tls else found


def _certificates(tls: Tls) -> dict[str, Any]:
    pems = {
        "ssl.ca.pem": tls.authority,
        "ssl.certificate.pem": tls.certificate,
        "ssl.key.pem": tls.key,
    }
    return {
        "enable.ssl.certificate.verification": tls.verify,
        "ssl.endpoint.identification.algorithm": "https" if tls.verify else "none",
        **{name: pem for name, pem in pems.items() if pem},
    }

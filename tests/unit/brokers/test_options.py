"""What Kafka's and NATS's clients are told of secrets and certificates."""

from typing import Any

import pytest
from nats.aio.client import RawCredentials

from pinnace.brokers import kafka, nats
from pinnace.store.pem import Tls

SASL = kafka.Sasl(mechanism="SCRAM-SHA-256", user="me", password="secret")
SASL_OPTIONS = {
    "sasl.mechanisms": "SCRAM-SHA-256", "sasl.username": "me", "sasl.password": "secret",
}  # fmt: skip
CHECKED = {
    "enable.ssl.certificate.verification": True,
    "ssl.endpoint.identification.algorithm": "https",
}
UNCHECKED = {
    "enable.ssl.certificate.verification": False,
    "ssl.endpoint.identification.algorithm": "none",
}


@pytest.mark.parametrize(
    ("tls", "sasl", "options"),
    [
        (None, None, {"security.protocol": "PLAINTEXT"}),
        (None, SASL, {"security.protocol": "SASL_PLAINTEXT", **SASL_OPTIONS}),
        (Tls(), None, {"security.protocol": "SSL", **CHECKED}),
        (Tls(verify=False), SASL,
         {"security.protocol": "SASL_SSL", **SASL_OPTIONS, **UNCHECKED}),
        (Tls(authority="A", certificate="C", key="K"), None,
         {"security.protocol": "SSL", **CHECKED, "ssl.ca.pem": "A", "ssl.certificate.pem": "C",
          "ssl.key.pem": "K"}),
    ],
)  # fmt: skip
def test_kafkas_security(tls: Tls | None, sasl: kafka.Sasl | None, options: dict[str, Any]) -> None:
    assert kafka.security(tls, sasl) == options


@pytest.mark.parametrize(
    ("kind", "secrets", "options"),
    [
        ("", [], {}),
        ("basic", ["me", "secret"], {"user": "me", "password": "secret"}),
        ("token", ["t"], {"token": "t"}),
        ("nkey", [" SUAB\n"], {"nkeys_seed_str": "SUAB"}),
    ],
)
def test_natss_authentication(kind: str, secrets: list[str], options: dict[str, Any]) -> None:
    assert nats.authentication(kind, secrets) == options


def test_a_credential_of_nats_is_text_and_not_the_name_of_a_file() -> None:
    (credential,) = nats.authentication("credential", ["-----BEGIN"]).values()
    assert isinstance(credential, RawCredentials)

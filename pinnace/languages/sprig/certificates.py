"""sprig's certificates, by the `cryptography` library (sprig's crypto.go).

RSA keys of 2,048 bits where none is given; valid from the ambient's moment on, for servers
and clients. A certificate is a value with `.Cert` and `.Key`, both PEM.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pinnace.languages.ambient import Ambient
from pinnace.languages.gotypes import Map

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_GO_TYPE = "sprig.certificate"
_LONGEST_DAYS = 36_500


def table(ambient: Ambient) -> dict[str, Callable[..., Any]]:
    """sprig's certificate functions at this ambient's moment."""
    certificate = partial(_certificate, ambient)
    return {
        "genCA": lambda name, days: certificate(name, days, _new_key(), None, None),
        "genCAWithKey": lambda name, days, key: certificate(name, days, _read(key), None, None),
        "genSelfSignedCert": lambda name, ips, dns, days: certificate(
            name, days, _new_key(), (ips, dns), None
        ),
        "genSelfSignedCertWithKey": lambda name, ips, dns, days, key: certificate(
            name, days, _read(key), (ips, dns), None
        ),
        "genSignedCert": lambda name, ips, dns, days, ca: certificate(
            name, days, _new_key(), (ips, dns), _issuer(ca)
        ),
        "genSignedCertWithKey": lambda name, ips, dns, days, ca, key: certificate(
            name, days, _read(key), (ips, dns), _issuer(ca)
        ),
        "buildCustomCert": _custom,
    }


def _certificate(
    ambient: Ambient,
    name: str,
    days: int,
    key: _Key,
    names: tuple[list[Any], list[Any]] | None,
    issuer: Any,
) -> Map:
    """Sign a certificate; without names it is an authority, without issuer its own."""
    authority = names is None
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, signing = (subject, key) if issuer is None else issuer
    now = ambient.now()
    if abs(days) > _LONGEST_DAYS:
        raise ValueError(f"a certificate for {days} days: expected at most {_LONGEST_DAYS}")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=max(0, days)))
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if alternatives := _alternatives(*(names or ([], []))):
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    algorithm = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = builder.sign(signing, algorithm)
    return _pair(made.public_bytes(Encoding.PEM).decode(), _pem(key))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_encipherment=True, key_cert_sign=authority,
        content_commitment=False, data_encipherment=False, key_agreement=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _alternatives(addresses: list[Any], names: list[Any]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for address in addresses:
        if not isinstance(address, str):
            raise ValueError(f"error parsing ip: {address!r} is not a string")
        found.append(x509.IPAddress(ipaddress.ip_address(address)))
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"error processing alternate dns name: {name!r} is not a string")
        found.append(x509.DNSName(name))
    return found


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


def _read(pem: str) -> _Key:
    return cast(_Key, load_pem_private_key(pem.encode(), None))


def _pem(key: _Key) -> str:
    modern = isinstance(key, ed25519.Ed25519PrivateKey)
    form = PrivateFormat.PKCS8 if modern else PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def _issuer(ca: Map) -> tuple[x509.Name, _Key]:
    return x509.load_pem_x509_certificate(str(ca["Cert"]).encode()).subject, _read(str(ca["Key"]))


def _custom(certificate: str, key: str) -> Map:
    """Build a pair from base64 of PEM; both must be what they say."""
    cert_pem = base64.b64decode(certificate, validate=True).decode()
    key_pem = base64.b64decode(key, validate=True).decode()
    x509.load_pem_x509_certificate(cert_pem.encode())
    _read(key_pem)
    return _pair(cert_pem, key_pem)


def _pair(certificate: str, key: str) -> Map:
    return Map(_GO_TYPE, {"Cert": certificate, "Key": key})

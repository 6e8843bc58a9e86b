"""The server's TLS certificate, kept in a folder so that it outlives a restart.

kubectl (client-go's clientcmd) sends a bearer token over TLS only, on loopback too. The authority
signs this one certificate and its key is thrown away: nobody can make another that clients trust.
"""

import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
_ADDRESSES = ("127.0.0.1", "::1")
_LIFE = timedelta(days=800)  # clients refuse leaves of more than 825
_RENEW = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Where the certificate and its key are, and the authority that clients are to trust."""

    chain: Path
    key: Path
    authority: bytes

    def context(self) -> ssl.SSLContext:
        """Return what a TLS server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        return context


def certificate(
    folder: Path, host: str, now: datetime, *, names: Sequence[str] = ()
) -> Certificate:
    """Return the folder's certificate, made (again) when it is absent, ageing or another host's.

    ``names``: what else the server is called.
    """
    hosts = (host, *names)
    found = Certificate(chain=folder / "tls.crt", key=folder / "tls.key", authority=b"")
    authority = folder / "ca.crt"
    if not _usable(found.chain, found.key, authority, hosts, now):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(found, authority, hosts, now)
    return Certificate(chain=found.chain, key=found.key, authority=authority.read_bytes())


def _usable(chain: Path, key: Path, authority: Path, hosts: Sequence[str], now: datetime) -> bool:
    if not (chain.is_file() and key.is_file() and authority.is_file()):
        return False
    try:
        leaf = x509.load_pem_x509_certificate(chain.read_bytes())
    except ValueError:
        return False
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return leaf.not_valid_after_utc - now > _RENEW and all(
        _general_name(host) in names for host in hosts
    )


def _make(found: Certificate, authority: Path, hosts: Sequence[str], now: datetime) -> None:
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("pinnace-authority")
    ca = _signed(_authority(ca_name, ca_key, now), ca_key)
    leaf = _signed(_leaf(ca_name, key, ca_key, hosts, now), ca_key)
    authority.write_bytes(ca)
    found.chain.write_bytes(leaf)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    found.key.unlink(missing_ok=True)
    descriptor = os.open(found.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _base(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        _base(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )


def _leaf(
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    ca_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    now: datetime,
) -> x509.CertificateBuilder:
    names = [_general_name(name) for name in dict.fromkeys((*_ADDRESSES, *_NAMES, *hosts))]
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        _base(_name("pinnace"), issuer, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)

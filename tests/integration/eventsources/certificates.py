"""An authority and one certificate for 127.0.0.1 that serves server and client alike."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pinnace.objects.types import Object
from tests.integration.eventsources.conftest import secret


class Certificates:
    """PEM files below a folder, and the secret and ``tls`` that an EventSource has for them."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.certificate, self.key = (
            str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem")
        )
        root, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root_name = _name("test authority")
        authority = _builder(root_name, root_name, root, ca=True).sign(root, hashes.SHA256())
        address = x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        leaf = _builder(_name("127.0.0.1"), root_name, own, ca=False).add_extension(address, False)
        pem = serialization.Encoding.PEM
        Path(self.authority).write_bytes(authority.public_bytes(pem))
        Path(self.certificate).write_bytes(leaf.sign(root, hashes.SHA256()).public_bytes(pem))
        Path(self.key).write_bytes(
            own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )

    def secret(self, name: str) -> Object:
        ca, cert, key = (
            Path(path).read_text() for path in (self.authority, self.certificate, self.key)
        )
        return secret(name, ca=ca, cert=cert, key=key)

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server that demands a certificate of this authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self.certificate, self.key)
        return context

    def spec(self, name: str) -> Object:
        return {
            "caCertSecret": {"name": name, "key": "ca"},
            "clientCertSecret": {"name": name, "key": "cert"},
            "clientKeySecret": {"name": name, "key": "key"},
        }


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )

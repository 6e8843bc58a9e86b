"""Whether a message was signed by SNS. Pure.

Mirrors argo-events pkg/eventsources/sources/awssns/start.go:verify and Amazon's "Verifying the
signatures of Amazon SNS messages"; besides SHA-1 also SignatureVersion 2, SHA-256.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pinnace.eventsources.emission import Rejected

NOTIFICATION = "Notification"
SUBSCRIPTION = "SubscriptionConfirmation"
UNSUBSCRIPTION = "UnsubscribeConfirmation"
_CONFIRMED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
#: What is signed, in this order, by the type of the message.
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIPTION: _CONFIRMED,
    UNSUBSCRIPTION: _CONFIRMED,
}
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}
_AMAZON = re.compile(r"sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?")


def signed_text(message: Mapping[str, str]) -> bytes:
    """Return the text that SNS signs: names and values, a line each; what is empty is left out."""
    names = _SIGNED.get(message.get("Type", ""), ())
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name)).encode()


def verify(message: Mapping[str, str], certificate: bytes) -> None:
    """Check the signature by a certificate in PEM; raises Rejected with 401."""
    hash_ = _HASHES.get(message.get("SignatureVersion") or "1")
    try:
        signature = base64.b64decode(message.get("Signature", ""), validate=True)
        key = x509.load_pem_x509_certificate(certificate).public_key()
        if hash_ is None or not isinstance(key, rsa.RSAPublicKey):
            raise Rejected(401, "the signature's version or key is not one that SNS uses")
        key.verify(signature, signed_text(message), padding.PKCS1v15(), hash_)
    except (ValueError, binascii.Error, InvalidSignature) as error:
        raise Rejected(401, "message signature check error") from error


def check_certificate_url(url: str, endpoint: str) -> None:
    """Refuse a certificate of a host that is not Amazon's SNS, nor the event's own ``endpoint``.

    Else a forger could name a certificate of his own, or make us call any address.
    """
    try:
        parts, own = urlsplit(url), urlsplit(endpoint)
        amazon = (
            parts.scheme == "https"
            and _AMAZON.fullmatch(parts.hostname or "") is not None
            and parts.port in (None, 443)
        )
    except ValueError as error:
        raise Rejected(401, "SigningCertURL is not a URL") from error
    ours = bool(endpoint) and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    if "@" in parts.netloc or not (amazon or ours):
        raise Rejected(401, f"SigningCertURL is not of an allowed host: {parts.hostname!r}")

"""The check of SNS messages: what is signed, by whose certificate, and what is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from pinnace.eventsources.emission import Delivery, Emission, Ignored, Rejected
from pinnace.eventsources.types.sns import signature
from pinnace.eventsources.types.sns.source import ask, texts
from tests.unit.eventsources.specs import spec

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:digits"
MESSAGE = {
    "Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Subject": "s",
    "Message": "hello", "Timestamp": "2026-03-01T12:00:00.000Z", "SignatureVersion": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def signed(message: dict[str, str], key: rsa.RSAPrivateKey) -> dict[str, str]:
    hash_ = hashes.SHA256() if message.get("SignatureVersion") == "2" else hashes.SHA1()
    raw = key.sign(signature.signed_text(message), padding.PKCS1v15(), hash_)
    return {**message, "Signature": base64.b64encode(raw).decode()}


def test_what_is_signed() -> None:
    assert signature.signed_text(MESSAGE) == (
        b"Message\nhello\nMessageId\nm-1\nSubject\ns\nTimestamp\n2026-03-01T12:00:00.000Z\n"
        b"TopicArn\n" + TOPIC.encode() + b"\nType\nNotification\n"
    )
    without = {name: value for name, value in MESSAGE.items() if name != "Subject"}
    assert b"Subject" not in signature.signed_text(without)
    confirmation = {
        **MESSAGE,
        "Type": "SubscriptionConfirmation",
        "Token": "t",
        "SubscribeURL": "u",
    }
    names = signature.signed_text(confirmation).decode().splitlines()[::2]
    assert names == [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_right_signature(version: str, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
    signature.verify(signed({**MESSAGE, "SignatureVersion": version}, key), certificate)


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "other"},
        {"Subject": ""},
        {"Signature": ""},
        {"Signature": "no base64!"},
        {"Signature": base64.b64encode(b"x" * 256).decode()},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"Type": "UnsubscribeConfirmation"},
    ],
)
def test_a_wrong_signature_is_401(
    change: dict[str, str], key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    with pytest.raises(Rejected) as caught:
        signature.verify({**signed(MESSAGE, key), **change}, certificate)
    assert caught.value.status == 401
    with pytest.raises(Rejected):
        signature.verify(signed(MESSAGE, key), b"no certificate")


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
        "https://sns.us-east-1.amazonaws.com:443/x.pem",
        "http://127.0.0.1:4566/x.pem",
    ],
)
def test_certificates_come_from_sns_or_the_events_endpoint(url: str) -> None:
    signature.check_certificate_url(url, "http://127.0.0.1:4566")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://sns.us-east-1.amazonaws.com/x.pem",
        "https://sns.us-east-1.amazonaws.com:8443/x.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com",
        "https://sns.us-east-1.amazonaws.com@evil.example/x.pem",
        "https://me@sns.us-east-1.amazonaws.com/x.pem",
        "https://s3.amazonaws.com/bucket/x.pem",
        "https://xsns.us-east-1.amazonaws.com/x.pem",
        "https://sns.us-east-1.amazonaws.com\n.evil.example/x.pem",
        "https://127.0.0.1:4566/x.pem",
        "http://127.0.0.1:4567/x.pem",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1/x.pem",
        "file:///etc/passwd",
    ],
)
def test_certificates_of_other_hosts_are_401(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        signature.check_certificate_url(url, "http://127.0.0.1:4566")
    assert caught.value.status == 401
    with pytest.raises(Rejected):
        signature.check_certificate_url(url, "")


class Here:
    """An outside that reaches nothing."""

    def __init__(self, **fields: Any) -> None:
        self.spec = spec("sns", topicArn=TOPIC, region="eu-central-1", **fields)

    def secret(self, field: str) -> str:
        raise AssertionError(field)

    def resolve(self, address: str) -> str:
        raise AssertionError(address)


def delivery(message: dict[str, Any]) -> Delivery:
    body = json.dumps(message).encode()
    return Delivery(method="POST", query="", headers=(), body=body, remote="", at=NOW)


def test_a_notification_is_an_event() -> None:
    sent = {**MESSAGE, "MessageAttributes": {"a": {"Type": "String", "Value": "x"}}}
    found = ask(Here(metadata={"a": "b"}), delivery(sent))
    assert isinstance(found, Emission) and found.dedupe == "m-1"
    assert json.loads(found.data) == {"header": {}, "body": sent, "metadata": {"a": "b"}}


def test_other_messages() -> None:
    left = {**MESSAGE, "Type": "UnsubscribeConfirmation"}
    assert isinstance(ask(Here(), delivery(left)), Ignored)
    with pytest.raises(Rejected, match="not a valid SNS"):
        texts({"Type": 5})
    confirmation = {**MESSAGE, "Type": "SubscriptionConfirmation", "Token": "t"}
    for wrong in ({"TopicArn": "arn:other"}, {"Token": ""}):
        with pytest.raises(Rejected, match="not for the event source's topic"):
            ask(Here(), delivery({**confirmation, **wrong}))


def test_with_validate_signature_another_topic_is_refused_before_anything_is_fetched() -> None:
    forged = {**MESSAGE, "TopicArn": "arn:mine", "SigningCertURL": "https://sns.x-1.amazonaws.com"}
    with pytest.raises(Rejected, match="another topic"):
        ask(Here(validateSignature=True), delivery(forged))

"""email triggers against a real SMTP server."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pinnace.store import services
from tests import brokers
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import fire, trigger
from tests.integration.sensors.scene import Scene


class Mailbox:
    """An SMTP server that keeps what it is sent, and refuses one address."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], Message]] = []
        self.logins: list[tuple[bytes, bytes]] = []
        port = brokers.free_port()
        self.controller = Controller(
            self, hostname="127.0.0.1", port=port, authenticator=self._login,
            auth_require_tls=False, ready_timeout=10,
        )  # fmt: skip
        self.port = port
        self.controller.start()

    def _login(self, server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> Any:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret", handled=False)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("gone"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), mail))
        return "250 OK"


@pytest.fixture(scope="module")
def shared_mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.controller.stop()


@pytest.fixture
def mailbox(shared_mailbox: Mailbox, scene: Scene) -> Mailbox:
    shared_mailbox.mails.clear()
    shared_mailbox.logins.clear()
    for obj in services.service_objects("mail", "default", {"smtp": (587, shared_mailbox.port)}):
        scene.store.create(obj)
    scene.store.create(secret("smtp", password="s3cret\n", wrong="no"))
    return shared_mailbox


def email_trigger(*to: str, key: str = "password") -> dict[str, Any]:
    action = {
        "host": "mail", "port": 587, "username": "me", "from": "me@example.com",
        "smtpPassword": {"name": "smtp", "key": key}, "to": list(to), "subject": "Hello",
    }  # fmt: skip
    return trigger("email", action, parameters=[
        {"src": {"dependencyName": "call", "dataTemplate": "No {{.Input.body.number}}.\n"},
         "dest": "email.body"},
    ])  # fmt: skip


def test_email_sends_one_mail_to_each(scene: Scene, mailbox: Mailbox) -> None:
    fire(scene, email_trigger("a@example.com", "b@example.com"))
    assert mailbox.logins == [(b"me", b"s3cret")]
    assert [(sender, to) for sender, to, _ in mailbox.mails] == [
        ("me@example.com", ["a@example.com"]),
        ("me@example.com", ["b@example.com"]),
    ]
    mail = mailbox.mails[0][2]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "me@example.com", "a@example.com", "Hello",
    )  # fmt: skip
    assert mail.get_payload() == "No 7.\r\n"


def test_email_names_who_was_not_reached(scene: Scene, mailbox: Mailbox) -> None:
    firing = fire(scene, email_trigger("gone@example.com", "b@example.com"), "dead")
    assert "failed to send emails to emailId gone@example.com" in firing.message
    assert [to for _, to, _ in mailbox.mails] == [["b@example.com"]]


def test_email_with_a_wrong_password(scene: Scene, mailbox: Mailbox) -> None:
    firing = fire(scene, email_trigger("a@example.com", key="wrong"), "dead")
    assert firing.message.startswith("mail server mail:587: 535")

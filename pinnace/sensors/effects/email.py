"""Sending the mails of an ``email`` trigger over SMTP.

Mirrors argoproj/notifications-engine pkg/services/email.go (gomail): one mail to each address, TLS
from the start on port 465, STARTTLS elsewhere when the server offers it.
"""

import smtplib
import ssl
from email.message import EmailMessage

from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import EmailAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, Edge, Occasion

_TLS_PORT = 465


def perform(action: EmailAction, edge: Edge, occasion: Occasion) -> str:
    """Send to every address; raises Permanent naming those that were not reached."""
    password = edge.secret(action.password, occasion)
    where = f"{action.host}:{action.port}"
    host, port = edge.address(where, occasion)
    problems = []
    try:
        with _connection(action, host, port) as server:
            if action.username:
                server.login(action.username, password)
            for to in action.to:
                problems += _send(server, action, to)
    except (smtplib.SMTPException, OSError) as error:
        raise Permanent(f"mail server {where}: {_reason(error)}") from error
    if problems:
        raise Permanent("; ".join(problems))
    return f"sent to {', '.join(action.to)}"


def _connection(action: EmailAction, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if action.port == _TLS_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
    except (smtplib.SMTPException, OSError):
        server.close()
        raise
    return server


def _send(server: smtplib.SMTP, action: EmailAction, to: str) -> list[str]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = action.sender, to, action.subject
    mail.set_content(action.body)
    try:
        server.send_message(mail)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        return [f"failed to send emails to emailId {to}: {_reason(error)}"]
    return []


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode() if isinstance(text, bytes) else text}"
    return str(error) or repr(error)

"""EventSource type ``sftp``: files that come, change and go in a directory of an SFTP server.

Mirrors argo-events pkg/eventsources/sources/sftp/start.go, with its events: only CREATE (also for a
file that changed) and REMOVE. Here what was seen is kept, so that nothing that happens while this
source is away is missed, and ``pollIntervalDuration`` is heeded (upstream reads it the wrong way
round).
"""

import base64
import binascii
import io
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko
from paramiko.ssh_exception import SSHException

from pinnace.eventsources.emission import Checkpoint, Emission, Items, ListenContext
from pinnace.eventsources.messages import (
    CONNECT_SECONDS,
    check_required,
    place,
    reach,
    split_url,
    telling,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.file import ops
from pinnace.eventsources.types.file.ops import Notice, Op
from pinnace.languages import durations
from pinnace.languages.errors import LanguageError

_PORT = 22
_INTERVAL = "10s"
_DONE = "sftp baseline"
_KEYS: tuple[type[paramiko.PKey], ...] = (
    paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two looks at the directory; ``mark`` is None for a file that went."""

    notice: Notice
    mark: str | None


def check(spec: EventSpec) -> None:
    """Refuse what upstream refuses, and what could never connect; raises Invalid."""
    ops.check(spec)
    secret = "a secret: {name, key}"
    check_required(spec, {"username": secret, "address": secret})
    if not spec.at("sshKeySecret") and not spec.at("password"):
        raise spec.invalid("password", expected="password or sshKeySecret", found="neither")
    interval(spec)


def interval(spec: EventSpec) -> float:
    """Return the seconds between two looks; raises Invalid."""
    text = str(spec.at("pollIntervalDuration") or _INTERVAL)
    try:
        seconds = durations.parse(text).seconds
    except LanguageError as error:
        raise spec.invalid("pollIntervalDuration", expected="a duration such as 10s",
                           found=str(error)) from error  # fmt: skip
    if seconds <= 0:
        raise spec.invalid("pollIntervalDuration", expected="more than nothing", found=text)
    return seconds


def remarks(spec: EventSpec) -> str:
    """Warn of operations that looking cannot tell."""
    if spec.at("eventType") in (Op.CREATE.name, Op.REMOVE.name):
        return ""
    return (
        f"eventType {spec.at('eventType')} never happens (here as in Argo Events): a changed file "
        "is CREATE, a renamed one REMOVE and CREATE"
    )


def listen(context: ListenContext) -> Items:
    """Yield an event for each difference that the spec asks for."""
    spec = context.spec
    directory = str(spec.at("watchPathConfig.directory"))
    table = f"sftp {directory}"
    with _connected(context) as sftp:
        seen = context.seen(table)
        if not context.checkpoint(_DONE) and not spec.from_beginning:
            seen = look(sftp, directory)
            yield Checkpoint(commit=context.mark(table, dict(seen)))
        yield Checkpoint(commit=context.save(_DONE, "done"))
        context.listening()
        while not context.stopping.is_set():
            found = look(sftp, directory)
            yield tuple(_item(context, table, change) for change in changes(seen, found))
            seen = found
            if context.pause(interval(spec)):
                return


def _item(context: ListenContext, table: str, change: Change) -> Emission | Checkpoint:
    commit = context.mark(table, {change.notice.name: change.mark})
    if ops.matches(context.spec, change.notice):
        return Emission(data=ops.payload(context.spec, change.notice), commit=commit)
    return Checkpoint(commit=commit)


def look(sftp: paramiko.SFTPClient, directory: str) -> dict[str, str]:
    """Return the files of a directory, each with what tells one version from the next."""
    return {
        entry.filename: f"{entry.st_size} {entry.st_mtime}"
        for entry in sftp.listdir_attr(directory)
        if not stat.S_ISDIR(entry.st_mode or 0)
    }


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Yield what happened between two looks: first what went, then what came or changed. Pure."""
    for name in before:
        if name not in after:
            yield Change(notice=Notice(name=name, op=Op.REMOVE), mark=None)
    for name, mark in after.items():
        if before.get(name) != mark:
            yield Change(notice=Notice(name=name, op=Op.CREATE), mark=mark)


@contextmanager
def _connected(context: ListenContext) -> Iterator[paramiko.SFTPClient]:
    declared = context.secret("address")
    _, name, number = split_url(context.spec, declared, {"sftp": _PORT}, field="address")
    host, port = reach(context, name, number)
    where = place("SFTP server", declared, f"{host}:{port}")
    client = paramiko.SSHClient()
    with telling(where, SSHException, OSError, EOFError):
        try:
            _log_in(context, client, host, port)
            yield client.open_sftp()
        finally:
            client.close()


class _AnyHost(paramiko.MissingHostKeyPolicy):
    """Take any host key, as upstream does with a password."""

    def missing_host_key(self, *_: object) -> None:
        """Accept it."""


def _log_in(context: ListenContext, client: paramiko.SSHClient, host: str, port: int) -> None:
    """Connect as upstream.

    ``sshKeySecret`` holds our private key and, on a line of its own, the server's public key.
    """
    password, key = None, None
    if context.spec.at("sshKeySecret"):
        text = context.secret("sshKeySecret")
        server, key = host_key(context.spec, text), private_key(context.spec, text)
        known = host if port == _PORT else f"[{host}]:{port}"
        client.get_host_keys().add(known, server.get_name(), server)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
    else:
        password = context.secret("password")
        client.set_missing_host_key_policy(_AnyHost())
    client.connect(
        host, port, username=context.secret("username"), password=password, pkey=key,
        look_for_keys=False, allow_agent=False,
        timeout=CONNECT_SECONDS, banner_timeout=CONNECT_SECONDS, auth_timeout=CONNECT_SECONDS,
    )  # fmt: skip


def private_key(spec: EventSpec, text: str) -> paramiko.PKey:
    """Return the private key in a text; raises Invalid, which never shows it."""
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (SSHException, ValueError, IndexError):
            continue
    raise spec.invalid("sshKeySecret", expected="a private key without passphrase (Ed25519, ECDSA, "
                       "RSA)", found="none that can be read")  # fmt: skip


def host_key(spec: EventSpec, text: str) -> paramiko.PKey:
    """Return the first public key (``ssh-ed25519 AAAA…``) in a text; raises Invalid."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0].startswith(("ssh-", "ecdsa-")):
            try:
                return paramiko.PKey.from_type_string(words[0], base64.b64decode(words[1]))
            except (SSHException, binascii.Error, ValueError):
                continue
    raise spec.invalid(
        "sshKeySecret",
        expected="after the private key, the server's public key on a line of its own",
        found="none",
        fix="append a line of: ssh-keyscan HOST | cut -d' ' -f2-",
    )

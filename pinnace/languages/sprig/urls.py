"""sprig's urlParse and urlJoin, on net/url's rules of what is escaped where."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from pinnace.languages.govalues import kind_name

_ALWAYS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_PATH = _ALWAYS | frozenset(b"$&+,/:;=@")
_HOST = _ALWAYS | frozenset(b"!$&'()*+,;=:[]<>\"")
_USER = _ALWAYS | frozenset(b"$&+,;=")
_FRAGMENT = _ALWAYS | frozenset(b"$&+,/:;=?@!()*")
_USER_INFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PART_NAMES = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")


def _data(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _escape(text: str, plain: frozenset[int]) -> str:
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in _data(text))


def _unescape(text: str, *, host: bool = False) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("unable to parse url: invalid URL escape")
    if host and (
        re.search(r"%(?!25)[0-7]", text)
        or any(byte < 0x80 and byte not in _HOST | {ord("%")} for byte in _data(text))
    ):
        raise ValueError("unable to parse url: invalid character in host name")
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), _data(text))
    return plain.decode("utf-8", "surrogateescape")


def _host(scheme: str, host: str) -> str:
    if "[" in host:
        return _bracketed(host)
    colon = host.find(":")
    if colon >= 0:
        if scheme not in ("http", "https"):
            colon = host.rfind(":")
        _check_port(host[colon:])
    return _unescape(host, host=True)


def _check_port(port: str) -> None:
    if port and not re.fullmatch(":[0-9]*", port):
        raise ValueError(f"unable to parse url: invalid port {port!r} after host")


def _bracketed(host: str) -> str:
    found = re.fullmatch(r"\[([^\[]*)\]([^\]\[]*)", host)
    if found is None:
        raise ValueError("unable to parse url: invalid IP-literal")
    _check_port(found.group(2))
    name, mark, zone = found.group(1).partition("%25")
    address = _unescape(name, host=True) + ("%" + _unescape(zone) if mark else "")
    if mark and not zone:
        raise ValueError("unable to parse url: zone must be a non-empty string")
    if ":" not in address or not _is_address(address):
        raise ValueError("unable to parse url: invalid host")
    return f"[{address}]{found.group(2)}"


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _user(info: str) -> str:
    """Userinfo.String() of what was read."""
    if not _USER_INFO.fullmatch(info):
        raise ValueError("unable to parse url: net/url: invalid userinfo")
    name, colon, password = info.partition(":")
    return _escape(_unescape(name), _USER) + colon + _escape(_unescape(password), _USER)


def _parse(url: str) -> dict[str, str]:
    """url.Parse; what isn't there is empty."""
    rest, _, fragment = url.partition("#")
    parts = dict.fromkeys(_PART_NAMES, "")
    if re.search(r"[\x00-\x1f\x7f]", rest):
        raise ValueError("unable to parse url: invalid control character in URL")
    parts["fragment"] = _unescape(fragment)
    if rest == "*":
        return {**parts, "path": "*"}
    if rest.startswith(":"):
        raise ValueError("unable to parse url: missing protocol scheme")
    scheme = _SCHEME.match(rest)
    if scheme:
        parts["scheme"], rest = scheme.group(1).lower(), rest[scheme.end() :]
    rest, _, parts["query"] = rest.partition("?")
    if not rest.startswith("/"):
        if parts["scheme"]:
            return {**parts, "opaque": rest}
        if ":" in rest.partition("/")[0]:
            raise ValueError("unable to parse url: first path segment cannot contain colon")
    if rest.startswith("//") and (parts["scheme"] or not rest.startswith("///")):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        info, at, host = authority.rpartition("@")
        parts["host"] = _host(parts["scheme"], host)
        parts["userinfo"] = _user(info) if at else ""
    parts["path"] = _unescape(rest)
    return parts


def _hostname(host: str) -> str:
    """URL.Hostname: without the port, and without brackets."""
    colon = host.rfind(":")
    if colon >= 0 and re.fullmatch(":[0-9]*", host[colon:]):
        host = host[:colon]
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _url_parse(url: str) -> dict[str, str]:
    parts = _parse(url)
    return {**parts, "hostname": _hostname(parts["host"])}


def _part(parts: dict[str, Any], name: str) -> str:
    value = parts.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"unable to parse {name} key, it must be a string: {kind_name(value)}")
    return value


def _url_join(given: dict[str, Any]) -> str:
    """URL.String()."""
    parts = {name: _part(given, name) for name in _PART_NAMES}
    user, has_user = "", bool(parts["userinfo"])
    if has_user:
        read = _parse(f"proto://{parts['userinfo']}@host")
        user, has_user = read["userinfo"], "@" in f"{parts['userinfo']}@".partition("/")[0]
    scheme, host, path = parts["scheme"], parts["host"], parts["path"]
    text = f"{scheme}:" if scheme else ""
    if parts["opaque"]:
        text += parts["opaque"]
    else:
        if (scheme or host or has_user) and (host or path or has_user):
            text += "//" + (f"{user}@" if has_user else "") + _escape(host, _HOST)
        escaped = "*" if path == "*" else _escape(path, _PATH)
        if escaped and escaped[0] != "/" and host:
            text += "/"
        if not text and ":" in escaped.partition("/")[0]:
            text = "./"
        text += escaped
    text += f"?{parts['query']}" if parts["query"] else ""
    fragment = parts["fragment"]
    return text + (f"#{_escape(fragment, _FRAGMENT)}" if fragment else "")


TABLE: dict[str, Callable[..., Any]] = {"urlParse": _url_parse, "urlJoin": _url_join}

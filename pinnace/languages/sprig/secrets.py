"""sprig's passwords, keys and ciphers, by the `bcrypt` and `cryptography` libraries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any

import bcrypt
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_SEED = b"com.lyndir.masterpassword"
_TEMPLATES = {
    "maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    "long": "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv "
    "CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc "
    "CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc "
    "CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    "medium": "CvcnoCvc CvcCvcno",
    "short": "Cvcn",
    "basic": "aaanaaan aannaaan aaannaaa",
    "pin": "nnnn",
}
_VOWELS, _CONSONANTS = "AEIOU", "BCDFGHJKLMNPQRSTVWXYZ"
_LETTERS = _VOWELS + _VOWELS.lower() + _CONSONANTS + _CONSONANTS.lower()
_CHARACTERS = {
    "V": _VOWELS, "C": _CONSONANTS, "v": _VOWELS.lower(), "c": _CONSONANTS.lower(),
    "A": _VOWELS + _CONSONANTS, "a": _LETTERS, "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.", "x": _LETTERS + "0123456789!@#$%^&*()",
}  # fmt: skip
LONGEST_PASSWORD = 72
"""Bytes that bcrypt takes."""


def _data(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _sized(text: str) -> bytes:
    return len(_data(text)).to_bytes(4, "big") + _data(text)


def _derive(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """The Master Password algorithm."""
    if kind not in _TEMPLATES:
        return f"cannot find password template {kind}"
    key = hashlib.scrypt(
        _data(password), salt=_SEED + _sized(user), n=32_768, r=8, p=2, dklen=64, maxmem=2**26
    )
    message = _SEED + _sized(site) + counter.to_bytes(4, "big")
    seed = hmac.new(key, message, hashlib.sha256).digest()
    templates = _TEMPLATES[kind].split()
    template = templates[seed[0] % len(templates)]
    return "".join(
        _CHARACTERS[letter][byte % len(_CHARACTERS[letter])]
        for letter, byte in zip(template, seed[1:], strict=False)
    )


def _bcrypt(password: str) -> str:
    data = _data(password)
    if len(data) > LONGEST_PASSWORD:
        length = f"bcrypt: password length exceeds {LONGEST_PASSWORD} bytes"
        return f"failed to encrypt string with bcrypt: {length}"
    return bcrypt.hashpw(data, bcrypt.gensalt(10, prefix=b"2a")).decode()


def _htpasswd(user: str, password: str) -> str:
    return f"invalid username: {user}" if ":" in user else f"{user}:{_bcrypt(password)}"


def _cipher(password: str, vector: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(_data(password)[:32].ljust(32, b"\0")), modes.CBC(vector))


def _encrypt(password: str, text: str) -> str:
    if not text:
        return ""
    data = _data(text)
    size = 16 - len(data) % 16
    vector = os.urandom(16)
    encryptor = _cipher(password, vector).encryptor()
    secret = encryptor.update(data + bytes([size]) * size) + encryptor.finalize()
    return base64.b64encode(vector + secret).decode()


def _decrypt(password: str, text: str) -> str:
    if not text:
        return ""
    secret = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    if len(secret) < 32 or len(secret) % 16:
        raise ValueError("decryptAES: the text is no whole number of blocks")
    decryptor = _cipher(password, secret[:16]).decryptor()
    data = decryptor.update(secret[16:]) + decryptor.finalize()
    if data[-1] > len(data):
        raise ValueError("decryptAES: bad padding; is it the right password?")
    return data[: len(data) - data[-1]].decode("utf-8", "surrogateescape")


def _private_key(kind: str) -> str:
    makers: dict[str, Callable[[], Any]] = {
        "": lambda: rsa.generate_private_key(65_537, 4_096),
        "rsa": lambda: rsa.generate_private_key(65_537, 4_096),
        "dsa": lambda: dsa.generate_private_key(2_048),
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    if kind not in makers:
        return f"Unknown type {kind}"
    form = PrivateFormat.PKCS8 if kind == "ed25519" else PrivateFormat.TraditionalOpenSSL
    pem: bytes = makers[kind]().private_bytes(Encoding.PEM, form, NoEncryption())
    return pem.decode()


TABLE: dict[str, Callable[..., Any]] = {
    "bcrypt": _bcrypt,
    "htpasswd": _htpasswd,
    "derivePassword": _derive,
    "genPrivateKey": _private_key,
    "encryptAES": _encrypt,
    "decryptAES": _decrypt,
}

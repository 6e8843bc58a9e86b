"""sprig functions whose answers the oracle can't compare: keys, passwords, chance; and bounds."""

import random
from datetime import UTC, datetime, timedelta

import bcrypt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import (
    DNSName,
    IPAddress,
    SubjectAlternativeName,
    load_pem_x509_certificate,
)

from pinnace.languages import gotemplate
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError

AMBIENT = Ambient(now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), dice=random.Random(1))


def render(text: str) -> str:
    return gotemplate.render(text, {}, ambient=AMBIENT)


# the vectors of sprig's own tests (crypto_test.go)
PASSWORDS = [
    ('1 "long"', "ZedaFaxcZaso9*"),
    ('2 "long"', "Fovi2@JifpTupx"),
    ('1 "maximum"', "pf4zS1LjCg&LjhsZ7T2~"),
    ('1 "medium"', "ZedJuz8$"),
    ('1 "basic"', "pIS54PLs"),
    ('1 "short"', "Zed5"),
    ('1 "pin"', "6685"),
    ('1 "other"', "cannot find password template other"),
]


@pytest.mark.parametrize(("arguments", "password"), PASSWORDS)
def test_derive_password(arguments: str, password: str) -> None:
    text = f'{{{{derivePassword {arguments} "password" "user" "example.com"}}}}'
    assert render(text) == password


def test_password_hashes_are_bcrypt() -> None:
    user, _, hashed = render('{{htpasswd "me" "secret"}}').partition(":")
    assert user == "me"
    assert hashed.startswith("$2a$10$")
    assert bcrypt.checkpw(b"secret", hashed.encode())
    assert render('{{htpasswd "a:b" "x"}}') == "invalid username: a:b"
    assert "exceeds 72 bytes" in render('{{bcrypt (repeat 73 "x")}}')


def test_aes() -> None:
    secret = "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="
    assert render(f'{{{{decryptAES "secretkey" "{secret}"}}}}') == "plaintext"
    assert render('{{"é" | encryptAES "key" | decryptAES "key"}}') == "é"
    with pytest.raises(LanguageError, match="decryptAES"):
        render('{{decryptAES "key" "YWJj"}}')


NO_UTF8 = [  # Go's own answers
    ('swapcase (trunc 1 "é")', '"\ufffd"'),
    ('upper (trunc 1 "é")', '"\ufffd"'),
    ('camelcase (printf "a-%s" (trunc 1 "é"))', '"A\ufffd"'),
    ('snakecase (printf "ab%s Cd%sx" (trunc 1 "é") (trunc 1 "é"))', '"ab\ufffd_cd\ufffdx"'),
    ('toJson (trunc 1 "é")', '"\\"\\\\ufffd\\""'),
    ('trunc 1 "é"', '"\\xc3"'),
]


@pytest.mark.parametrize(("call", "output"), NO_UTF8)
def test_bytes_that_are_no_utf_8(call: str, output: str) -> None:
    assert render(f'{{{{{call} | printf "%q"}}}}') == output


@pytest.mark.parametrize("kind", ["ecdsa", "ed25519"])
def test_private_keys_load(kind: str) -> None:
    assert load_pem_private_key(render(f'{{{{genPrivateKey "{kind}"}}}}').encode(), None)


@pytest.mark.parametrize(
    "call",
    ['getHostByName "h"', 'env "HOME"', 'expandenv "$HOME"'],
)
def test_refused_by_name(call: str) -> None:
    with pytest.raises(LanguageError, match=f"{call.split()[0]} is refused"):
        render(f"{{{{{call}}}}}")


CHAIN = """
{{$ca := genCAWithKey "an authority" 365 (genPrivateKey "ecdsa")}}{{$key := genPrivateKey "ecdsa"}}
{{$c := genSignedCertWithKey "me" (list "10.0.0.1") (list "a.example") 30 $ca $key}}{{$ca.Cert}}@@
{{$c.Cert}}@@{{$c.Key}}@@{{typeOf $c}}@@
{{(buildCustomCert (b64enc $c.Cert) (b64enc $c.Key)).Cert}}
"""


def test_certificates() -> None:
    told = [part.strip() for part in render(CHAIN).split("@@")]
    authority, made = (load_pem_x509_certificate(pem.encode()) for pem in told[:2])
    made.verify_directly_issued_by(authority)
    assert made.subject.rfc4514_string() == "CN=me"
    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=30)
    names = made.extensions.get_extension_for_class(SubjectAlternativeName).value
    assert names.get_values_for_type(DNSName) == ["a.example"]
    assert [str(each) for each in names.get_values_for_type(IPAddress)] == ["10.0.0.1"]
    key = load_pem_private_key(told[2].encode(), None)
    assert key.public_key() == made.public_key()
    assert told[3:] == ["sprig.certificate", told[1]]


@pytest.mark.parametrize(
    "call",
    [
        'genCA "a"',
        'genCAWithKey "a" 1 "no key"',
        'genSelfSignedCert "a" (list "x") nil 1',
        'genSelfSignedCert "a" nil (list 5) 1',
        'genCA "a" 1000000',
        'buildCustomCert "" ""',
    ],
)
def test_certificates_that_cannot_be(call: str) -> None:
    with pytest.raises(LanguageError):
        render("{{(" + call + ").Cert}}")


def test_chance_has_the_right_shape() -> None:
    assert render("{{randInt 5 6}} {{randNumeric 3 | len}} {{randBytes 3 | len}}") == "5 3 4"
    assert render('{{shuffle "aaa"}}{{randAlpha -1}}') == "aaa"


BOUNDED = [
    '{{repeat 100000000 "a"}}',
    "{{until 100000000}}",
    "{{untilStep 0 9223372036854775807 1}}",
    '{{indent 100000000 "a"}}',
    '{{replace "a" (repeat 10000 "b") (repeat 10000 "a")}}',
    '{{join (repeat 10000 ",") (until 10000)}}',
    '{{$x := "ab"}}{{range until 60}}{{$x = print $x $x}}{{end}}',
    "{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{$x}}",
    "{{$x := list 1}}{{range until 60}}{{$x = concat $x $x}}{{end}}",
    '{{$d := dict}}{{$e := set $d "a" $d}}{{$d}}',
    '{{range until 100000}}{{$x := repeat 10000000 "a"}}{{end}}',
    '{{range until 100000}}{{$x := derivePassword 1 "pin" "a" "b" "c"}}{{end}}',
    '{{printf "%1000000d" (until 100)}}',
    '{{regexReplaceAll "a" (repeat 5000 "a") (repeat 5000 "b")}}',
    '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}',
    "{{" + "(" * 100 + "1" + ")" * 100 + "}}",
    "{{if 1}}" * 100 + "{{end}}" * 100,
    "{{randAscii 100000000}}",
]


@pytest.mark.parametrize("text", BOUNDED, ids=lambda text: str(text)[:40])
def test_bounded(text: str) -> None:
    with pytest.raises(LanguageError):
        render(text)

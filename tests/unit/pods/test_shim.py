"""The shim's own JSON and log entries (it has no json module)."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinnace.pods import shim
from pinnace.pods.process import rewrite


@given(st.text())
def test_quote_is_json(text: str) -> None:
    assert json.loads(shim.quote(text)) == text


def test_write_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shim.write_json("x.json", {"code": 1, "message": 'a "quoted" word\n'}, durable=True)
    assert json.loads(Path("x.json").read_text()) == {"code": 1, "message": 'a "quoted" word\n'}


@given(st.lists(st.binary(max_size=60000), max_size=4))
def test_nothing_that_was_said_is_lost(chunks: list[bytes]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    log = shim.Log(writing, "stdout")
    written: list[bytes] = []
    vars(log)["_write"] = written.append  # to memory, not to a file
    for chunk in chunks:
        log.feed(chunk)
    log.finish()
    os.close(writing)
    said = b""
    for line in b"".join(written).split(b"\n")[:-1]:
        _, _, tag, text = line.split(b" ", 3)
        assert len(text) <= shim.LONGEST_LINE
        said += text + (b"\n" if tag == b"F" else b"")
    assert said == b"".join(chunks)


class Sandbox(shim.Container):
    """A container whose bwrap has ended without a word of the program in it."""

    def __init__(self, *, terminated: bool) -> None:
        self.status, writing = os.pipe()
        os.close(writing)
        self.sandboxed, self.killed, self.terminated = True, False, terminated
        self.report = '{ "child-pid": 7 }'


@pytest.mark.parametrize(
    ("code", "terminated", "expected"),
    [
        (143, True, (143, "Error")),
        (143, False, (128, "StartError")),
        (1, True, (128, "StartError")),
    ],
)
def test_what_was_asked_to_end_while_it_was_set_up_did_end_so(
    code: int, terminated: bool, expected: tuple[int, str]
) -> None:
    sandbox = Sandbox(terminated=terminated)
    ended = sandbox.outcome(code << 8, b"")
    os.close(sandbox.status)
    assert (ended["code"], ended["reason"]) == expected


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("/argo/staging/script", "/host/s/script"),
        ("sh -c 'cat /argo/staging/script'", "sh -c 'cat /host/s/script'"),
        ("/argo/staging", "/host/s"),
        ("/argo/staging2/x", "/argo/staging2/x"),
        ("/x/argo/staging", "/x/argo/staging"),
        ("--in=/in/data,--out=/in/data.txt", "--in=/host/i,--out=/in/data.txt"),
    ],
)
def test_rewriting_of_paths_without_a_sandbox(text: str, result: str) -> None:
    assert rewrite(text, {"/argo/staging": "/host/s", "/in/data": "/host/i"}) == result

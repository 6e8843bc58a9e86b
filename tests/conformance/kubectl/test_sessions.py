"""Every session in ``sessions/``, typed into a shell with the real kubectl, shows what it says.

One control plane for all of them; each has a namespace of its own name and a folder of its own, in
which ``manifests/`` and the book's listings (``book/``) are found.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.kubectl.session import Shell, Step, matches, read
from tests.e2e.control_plane import ROOT, Plane
from tests.kubectl import lacking, program

HERE = Path(__file__).parent
BOOK = ROOT.parent / "shared" / "upstream" / "book"
SESSIONS = sorted(HERE.glob("sessions/*.txt"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),  # a session is many commands
    pytest.mark.skipif(bool(lacking()), reason=lacking()),
]


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    root = tmp_path_factory.mktemp("kubectl")
    (root / "empty").mkdir()
    running = Plane(root / "state", folders=(root / "empty",))
    running.up()
    yield running
    running.down()


@pytest.fixture
def shell(plane: Plane, tmp_path: Path, session: Path) -> Iterator[Shell]:
    folder, config = tmp_path / "work", tmp_path / "kubeconfig"
    shutil.copytree(HERE / "manifests", folder / "manifests")
    if BOOK.is_dir():
        (folder / "book").symlink_to(BOOK)
    shutil.copy(plane.state.kubeconfig, config)
    environment = {
        "PATH": f"{Path(program()).parent}:{os.environ['PATH']}", "HOME": str(tmp_path),
        "KUBECONFIG": str(config), "TZ": "UTC", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    for words in (
        ("create", "namespace", session.stem),
        ("config", "set-context", "--current", f"--namespace={session.stem}"),
    ):
        subprocess.run(["kubectl", *words], env=environment, check=True, capture_output=True)
    opened = Shell(folder, environment)
    yield opened
    opened.close()


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_a_session(shell: Shell, session: Path) -> None:
    if session.stem.startswith("book") and not BOOK.is_dir():
        pytest.skip("../shared/upstream/book is absent")
    for step in read(session.read_text("utf-8")):
        seen, code = shell.run(step.command)
        assert (matches(step.expected, seen), code) == (True, step.code), told(session, step, seen)


def told(session: Path, step: Step, seen: tuple[str, ...]) -> str:
    return "\n".join(
        [f"{session.name}:{step.line}: $ {step.command}", "--- expected", *step.expected,
         "--- seen", *seen]
    )  # fmt: skip

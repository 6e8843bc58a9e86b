"""What the process runtime rewrites, as it has no mount namespace and no hosts file."""

import pytest

from pinnace.pods.process import rewrite

PATHS = {"/argo/staging": "/state/staging", "/argo": "/state/argo"}


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("/argo/staging/script", "/state/staging/script"),
        ("--to=/argo/x", "--to=/state/argo/x"),
        ("/argonaut /x/argo", "/argonaut /x/argo"),
        ('["j-worker-0.default.svc:2222"]', '["127.0.0.1:2222"]'),
        ("a.b.default.svc.cluster.local", "127.0.0.1"),
        ("http://object-store.default.svc:9000/x", "http://127.0.0.1:9000/x"),
        ("default.svc a.b.svcs /lib/a.b.svc a.b.svc.txt", None),
    ],
)
def test_paths_and_services_are_rewritten(text: str, rewritten: str | None) -> None:
    assert rewrite(text, PATHS) == (text if rewritten is None else rewritten)

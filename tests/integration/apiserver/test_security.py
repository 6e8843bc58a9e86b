"""Who may use the API: the token, the Host and the Origin, TLS beyond loopback."""

import itertools
import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from pinnace.apiserver import ApiServer, certificate
from pinnace.apiserver.addresses import LOOPBACK, is_loopback, names_of
from pinnace.objects.errors import Permanent
from pinnace.store import Store
from tests.integration.apiserver.conftest import TOKEN, Served

MAPS = "/api/v1/namespaces/default/configmaps"


def test_nothing_is_told_without_the_token(served: Served) -> None:
    paths = ("/healthz", "/readyz", "/version", "/api", "/apis", MAPS, "/openapi/v3", "/nothing",
             "/healthz/../api", "/" + "x" * 5000, "/%00")  # fmt: skip
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    with httpx.Client(base_url=served.plain, headers=origin) as nobody:
        for method, path in itertools.product(methods, paths):
            found = nobody.request(method, path, headers={"Host": "evil.example"})
            assert found.status_code == 401, (method, path)
            assert method == "HEAD" or found.json()["reason"] == "Unauthorized"
            assert not [name for name in found.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "x["])
def test_a_page_of_another_origin_can_not_use_it(client: httpx.Client, origin: str) -> None:
    found = client.get("/version", headers={"Origin": origin})
    assert found.status_code == 403
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert client.get("/version", headers=own).status_code == 200


def test_beyond_loopback_there_is_tls_or_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="needs TLS"):
        ApiServer(store, token=TOKEN, logs=lambda *_: iter(()), host="0.0.0.0")
    elsewhere = [name for name in names_of("0.0.0.0") if not is_loopback(name)]
    address = next((name for name in elsewhere if "." in name and name[0].isdigit()), None)
    if address is None:
        pytest.skip("this machine has no address beyond loopback")
    tls = certificate(tmp_path / "tls", LOOPBACK, datetime.now(UTC), names=names_of("0.0.0.0"))
    server = ApiServer(store, token=TOKEN, logs=lambda *_: iter(()), host="0.0.0.0", tls=tls)
    port = server.start()
    trust = ssl.create_default_context(cadata=tls.authority.decode())
    try:
        assert server.url == f"https://127.0.0.1:{port}"
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        for name in (address, "127.0.0.1"):
            found = httpx.get(f"https://{name}:{port}/version", verify=trust, headers=bearer)
            assert found.status_code == 200
        assert httpx.get(f"https://{address}:{port}/version", verify=trust).status_code == 401
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://{address}:{port}/version", headers=bearer)
    finally:
        server.stop()


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic x", "Bearer", "", "Bearer  ü"])
def test_a_wrong_token_is_refused(served: Served, header: str) -> None:
    found = httpx.get(f"{served.plain}/version", headers=[(b"Authorization", header.encode())])
    assert found.status_code == 401


def test_a_rebound_host_name_is_refused(client: httpx.Client) -> None:
    found = client.get("/version", headers={"Host": "evil.example:80"})
    assert found.status_code == 403
    assert client.get("/version", headers={"Host": "localhost:1"}).status_code == 200

"""The kubeconfig that points kubectl, the Python client and Hera at this server. Pure."""

import base64

import yaml

_NAME = "pinnace"


def kubeconfig(server_url: str, token: str, authority: bytes = b"") -> str:
    """Return the text of a kubeconfig; whoever writes it gives the file mode 0600.

    ``authority``: the PEM that the server's certificate is signed with.
    """
    cluster = {"server": server_url}
    if authority:
        cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": _NAME,
            "clusters": [{"name": _NAME, "cluster": cluster}],
            "users": [{"name": _NAME, "user": {"token": token}}],
            "contexts": [
                {
                    "name": _NAME,
                    "context": {"cluster": _NAME, "user": _NAME, "namespace": "default"},
                }
            ],
        },
        sort_keys=False,
    )

"""Event sources that listen, and requests to them."""

import hashlib
import hmac
from typing import Any

from pinnace.objects.types import Object

PUSH = b'{"ref":"refs/heads/main","after":"0123456789","repository":{"id":9007199254740993}}'


def webhook(port: int, **more: Any) -> Object:
    return {"endpoint": "/train", "port": str(port), "method": "POST", "url": "", **more}


def github(port: int) -> Object:
    context = {"endpoint": "/push", "port": str(port), "method": "POST", "url": ""}
    return {
        "github": {
            "digits": {
                "repositories": [{"owner": "me", "names": ["digits"]}],
                "webhook": context,
                "events": ["push"],
                "webhookSecret": {"name": "github-webhook", "key": "secret"},
                "contentType": "json",
            }
        }
    }


def signed(body: bytes, key: str = "hush", delivery: str = "d-1") -> dict[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={digest}",
    }

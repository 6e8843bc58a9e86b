"""EventSource type ``bitbucketserver``: webhooks of Bitbucket Server and Data Center.

Mirrors argo-events pkg/eventsources/sources/bitbucketserver/start.go. Upstream knows the secret
only where it made the hook itself; here it is checked whenever ``webhookSecret`` is given.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    Outside,
    Received,
    Rejected,
    to_json,
)
from pinnace.eventsources.hooks import bitbucketserver as api
from pinnace.eventsources.http.bodies import (
    body_id,
    check_endpoint,
    parsed_object,
    same_secret,
    signature_of,
    valid_json,
    with_headers,
)
from pinnace.eventsources.http.go import shaped
from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec
from pinnace.languages import durations
from pinnace.languages.errors import LanguageError

_REFS_CHANGED = "repo:refs_changed"
_SELF = {"self": [{"href": str}]}
CHANGE = {
    "ref": {"id": str, "displayId": str, "type": str},
    "refId": str, "fromHash": str, "toHash": str, "type": str,
}  # fmt: skip
#: Upstream's refsChangedWebhookEvent, which an event of one change goes through.
EVENT = {
    "eventKey": str,
    "date": str,
    "actor": {
        "name": str, "emailAddress": str, "id": int, "displayName": str, "active": bool,
        "slug": str, "type": str, "links": _SELF,
    },
    "repository": {
        "slug": str, "id": int, "name": str, "hierarchyId": str, "scmId": str, "state": str,
        "statusMessage": str, "forkable": bool,
        "project": {"key": str, "id": int, "name": str, "public": bool, "type": str,
                    "links": _SELF},
        "public": bool,
        "links": {"clone": [{"href": str, "name": str}], **_SELF},
    },
    "changes": [CHANGE],
}  # fmt: skip


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    check_required(spec, {"bitbucketserverBaseURL": "the REST API's address (with /rest)"})
    if spec.at("skipBranchRefsChangedOnOpenPR"):
        check_required(spec, {"accessToken": "a secret: pull requests are asked for"})
    interval = spec.at("checkInterval")
    try:
        durations.parse(str(interval or "60s"))
    except LanguageError as error:
        raise spec.invalid("checkInterval", expected="a duration such as 60s",
                           found=str(error)) from error  # fmt: skip


def ask(outside: Outside, delivery: Delivery) -> Received:
    """Turn a delivery into events; raises Rejected, and Transient when the server can't tell."""
    spec = outside.spec
    if spec.at("webhookSecret"):
        verify(delivery, outside.secret("webhookSecret"))
    whole = with_headers(spec, delivery, valid_json(delivery.body),
                         dedupe=body_id(delivery, "X-Request-Id"))  # fmt: skip
    if delivery.header("X-Event-Key") != _REFS_CHANGED:
        return whole
    event = shaped(EVENT, parsed_object(delivery.body))
    if spec.at("skipBranchRefsChangedOnOpenPR"):
        event["changes"] = list(_without_open(outside, event))
        if not event["changes"]:
            return Ignored(reason="each changed branch has an open pull request")
    if spec.at("oneEventPerChange"):
        return tuple(one_per_change(spec, delivery, event)) or Ignored(reason="no change in it")
    return whole


def verify(delivery: Delivery, secret: str) -> None:
    """Check ``X-Hub-Signature: sha256=…``; raises Rejected with 401."""
    if not secret:
        return
    signature = delivery.header("X-Hub-Signature")
    if not signature:
        raise Rejected(401, "missing signature header")
    if not same_secret(signature, "sha256=" + signature_of(delivery.body, secret)):
        raise Rejected(401, "hmac verification failed")


def one_per_change(
    spec: EventSpec, delivery: Delivery, event: dict[str, Any]
) -> Iterator[Emission]:
    """Return an event for each change of a push."""
    given = body_id(delivery, "X-Request-Id")
    for number, change in enumerate(event["changes"] or ()):
        body = to_json({**event, "changes": [change]})
        emission = with_headers(spec, delivery, body)
        yield replace(emission, dedupe=f"{given}/{number}" if given else None)


def _without_open(outside: Outside, event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the changes that no open pull request tells of as well."""
    repository = event["repository"]
    for change in event["changes"] or ():
        branch = change["ref"]["type"] == "BRANCH" and change["type"] != "DELETE"
        where = (repository["project"]["key"], repository["slug"])
        if not branch or not api.has_open_pull_request(outside, where, change["toHash"]):
            yield change

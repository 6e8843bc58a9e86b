"""Bitbucket Server's deliveries: signature, whole pushes, one event a change."""

from typing import Any

from pinnace.eventsources.http.bodies import signature_of
from pinnace.eventsources.types import bitbucketserver
from tests.unit.eventsources.deliveries import SELECTOR, Here, data, dedupe, delivery, rejected


def change(name: str, hash_: str = "1") -> dict[str, Any]:
    ref = {"id": f"refs/tags/{name}", "displayId": name, "type": "TAG"}
    return {"ref": ref, "refId": ref["id"], "fromHash": "0", "toHash": hash_, "type": "ADD"}


PUSH = {
    "eventKey": "repo:refs_changed",
    "date": "2026-03-01T12:00:00+0000",
    "actor": {"name": "me", "id": 1, "unknown": 1},
    "repository": {"slug": "digits", "id": 84, "project": {"key": "ML", "owner": {"x": 1}}},
    "changes": [change("a"), change("b")],
    "toCommit": {"id": "1"},
}


def test_bitbucketserver_signature() -> None:
    guarded = Here(webhookSecret=SELECTOR)
    for wrong in ("", "sha256=", "x", "sha256=" + signature_of(b"{}", "other"),
                  signature_of(b"{}", "hush")):  # fmt: skip
        rejected(401, bitbucketserver.ask, guarded, delivery(X_Hub_Signature=wrong))
    right = delivery(X_Hub_Signature="sha256=" + signature_of(b"{}", "hush"))
    assert data(bitbucketserver.ask(guarded, right))["body"] == {}


def test_bitbucketserver_whole_push_is_as_sent() -> None:
    found = bitbucketserver.ask(Here(), delivery(PUSH, X_Event_Key="repo:refs_changed"))
    assert data(found)["body"] == PUSH


def test_bitbucketserver_one_event_per_change_has_the_fields_of_gos_struct() -> None:
    sent = delivery(PUSH, X_Event_Key="repo:refs_changed", X_Request_Id="r1")
    found = bitbucketserver.ask(Here(oneEventPerChange=True), sent)
    assert isinstance(found, tuple)
    assert [data(one)["body"]["changes"] for one in found] == [[change("a")], [change("b")]]
    assert len({dedupe(one) for one in found}) == 2
    body = data(found[0])["body"]
    assert "toCommit" not in body and "unknown" not in body["actor"]
    assert body["actor"] == {
        "name": "me", "emailAddress": "", "id": 1, "displayName": "", "active": False,
        "slug": "", "type": "", "links": {"self": None},
    }  # fmt: skip
    assert list(body) == ["eventKey", "date", "actor", "repository", "changes"]


def test_bitbucketserver_other_events_are_never_split() -> None:
    found = bitbucketserver.ask(
        Here(oneEventPerChange=True), delivery({"test": True}, X_Event_Key="diagnostics:ping")
    )
    assert data(found)["body"] == {"test": True}

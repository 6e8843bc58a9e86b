"""Hooks of projects and groups at GitLab.

Mirrors argo-events pkg/eventsources/sources/gitlab/start.go.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec

_API = "/api/v4"
_PAGE = {"per_page": "100"}
#: Upstream's names (fields of client-go's AddProjectHookOptions) → GitLab's; these are always sent.
EVENTS = {
    "ConfidentialIssuesEvents": "confidential_issues_events",
    "ConfidentialNoteEvents": "confidential_note_events",
    "EmojiEvents": "emoji_events",
    "IssuesEvents": "issues_events",
    "JobEvents": "job_events",
    "MergeRequestsEvents": "merge_requests_events",
    "NoteEvents": "note_events",
    "PipelineEvents": "pipeline_events",
    "PushEvents": "push_events",
    "TagPushEvents": "tag_push_events",
    "WikiPageEvents": "wiki_page_events",
}
#: These are sent when asked for; upstream forgets them for groups.
MORE_EVENTS = {
    "DeploymentEvents": "deployment_events",
    "ReleasesEvents": "releases_events",
    "ResourceAccessTokenEvents": "resource_access_token_events",
    "VulnerabilityEvents": "vulnerability_events",
}


def wanted(spec: EventSpec) -> bool:
    """Tell whether hooks are to be made (upstream's NeedToCreateHooks)."""
    return bool(spec.at("accessToken") and spec.at("webhook.url"))


def removes(spec: EventSpec) -> bool:
    """Tell whether hooks go with the event."""
    return bool(spec.at("deleteHookOnFinish"))


def provider(outside: Outside) -> Provider:
    """Return what makes the hooks of an event; raises Invalid."""
    spec = outside.spec
    token = outside.secret("accessToken")
    secret = outside.secret("secretToken") if spec.at("secretToken") else ""
    body = body_of(spec, secret)
    base = str(spec.at("gitlabBaseURL")).rstrip("/")
    return HttpProvider(
        Hooks(
            api=Api(
                name="GitLab",
                base=base if base.endswith(_API) else base + _API,
                headers={"PRIVATE-TOKEN": token},
                secrets=(token, secret),
            ),
            places=tuple(places(spec)),
            body=body,
            url=hook_url(spec),
            events=frozenset(k for k, on in body.items() if k.endswith("_events") and on),
            list=lambda at: Call(method="GET", path=f"{at}/hooks", query=_PAGE),
            create=lambda at: Call(method="POST", path=f"{at}/hooks", body=body),
            update=lambda at, id_: Call(method="PUT", path=f"{at}/hooks/{id_}", body=body),
            delete=lambda at, id_: Call(method="DELETE", path=f"{at}/hooks/{id_}"),
            read=_read,
        ),
        outside,
    )


def body_of(spec: EventSpec, secret: str) -> dict[str, Any]:
    """Return what a hook is made of, as upstream sends it; raises Invalid for an unknown event."""
    known = EVENTS | MORE_EVENTS
    asked = list(spec.at("events") or ())
    for event in asked:
        if event not in known:
            raise spec.invalid("events", expected=f"one of {', '.join(sorted(known))}", found=event)
    flags = dict.fromkeys(EVENTS.values(), False) | {known[event]: True for event in asked}
    token = {"token": secret} if secret else {}
    verify = bool(spec.at("enableSSLVerification"))
    return {"url": hook_url(spec), "enable_ssl_verification": verify, **flags, **token}


def places(spec: EventSpec) -> Iterator[str]:
    """Return where hooks are wanted."""
    for group in spec.at("groups") or ():
        yield f"groups/{quote(str(group), safe='')}"
    deprecated = [spec.at("projectID")] if spec.at("projectID") else []
    for project in spec.at("projects") or deprecated:
        yield f"projects/{quote(str(project), safe='')}"


def _read(answer: Any) -> Iterable[Hook]:
    names = {*EVENTS.values(), *MORE_EVENTS.values()}
    for one in answer:
        events = frozenset(name for name in names if one.get(name))
        yield Hook(id=str(one["id"]), url=str(one.get("url")), events=events)

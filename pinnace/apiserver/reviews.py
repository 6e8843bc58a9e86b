"""Access reviews: ``kubectl auth can-i`` and ``whoami``. Whoever has the token may do everything.

Pure. Mirrors k8s.io/kubernetes/pkg/registry/authorization and authentication.
"""

from dataclasses import dataclass
from typing import Any

from pinnace.objects.types import Object

#: The one user: who holds the token.
USER = {"username": "pinnace", "groups": ["system:masters", "system:authenticated"]}


@dataclass(frozen=True)
class Review:
    """A resource that is only ever created, and answered at once."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = False


_AUTHORIZATION, _AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"
REVIEWS = (
    Review(_AUTHORIZATION, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
    Review(_AUTHORIZATION, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
    Review(_AUTHORIZATION, "v1", "subjectaccessreviews", "SubjectAccessReview"),
    Review(_AUTHENTICATION, "v1", "selfsubjectreviews", "SelfSubjectReview"),
)
_RULES: dict[str, Any] = {
    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "incomplete": False,
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "SelfSubjectAccessReview": {"allowed": True, "reason": "the token holder may do everything"},
    "SubjectAccessReview": {"allowed": True, "reason": "the token holder may do everything"},
    "SelfSubjectRulesReview": _RULES,
    "SelfSubjectReview": {"userInfo": USER},
}


def find_review(path: str) -> Review | None:
    """Return the review that a path names."""
    return next(
        (r for r in REVIEWS if path.rstrip("/") == f"/apis/{r.group}/{r.version}/{r.plural}"), None
    )


def answer(review: Review, asked: Object) -> Object:
    """Answer a review."""
    return {
        "kind": review.kind,
        "apiVersion": f"{review.group}/{review.version}",
        "metadata": {"creationTimestamp": None},
        "spec": asked.get("spec") or {},
        "status": _ANSWERS[review.kind],
    }

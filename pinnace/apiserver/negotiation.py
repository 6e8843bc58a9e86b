"""Content negotiation: what a client wants back (``Accept``) and what it sends. Pure.

Mirrors k8s.io/apiserver/pkg/endpoints/handlers/negotiation. Protobuf is read but never written:
clients that ask for it first name JSON second and get that.
"""

from dataclasses import dataclass
from enum import Enum

from pinnace.objects.errors import PinnaceError

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_ANY = frozenset({"*/*", "application/*"})
_BODY_TYPES = {
    JSON: JSON,
    YAML: YAML,
    PROTOBUF: PROTOBUF,
    "text/yaml": YAML,
    "application/x-yaml": YAML,
    "": JSON,
}


class NotAcceptable(PinnaceError):
    """None of the media types the client accepts is served."""

    code = 406
    reason = "NotAcceptable"


class UnsupportedMediaType(PinnaceError):
    """The body is of a type the server doesn't read."""

    code = 415
    reason = "UnsupportedMediaType"


class Form(Enum):
    """The shape of a representation."""

    OBJECT = "Object"
    TABLE = "Table"
    PARTIAL = "PartialObjectMetadata"


@dataclass(frozen=True, kw_only=True)
class Representation:
    """How a response is to be written."""

    form: Form = Form.OBJECT
    media: str = JSON
    version: str = "v1"


_FORMS = {
    "Table": Form.TABLE,
    "PartialObjectMetadata": Form.PARTIAL,
    "PartialObjectMetadataList": Form.PARTIAL,
}


def accepted(header: str) -> Representation:
    """Return the first representation of an ``Accept`` header that is served."""
    for clause in filter(None, (part.strip() for part in (header or JSON).split(","))):
        media, *rest = (piece.strip() for piece in clause.split(";"))
        parameters = dict(
            (name.strip(), value.strip().strip('"'))
            for name, _, value in (piece.partition("=") for piece in rest)
        )
        found = _representation(media.lower(), parameters)
        if found:
            return found
    raise NotAcceptable(
        f"only the following media types are accepted: {JSON}, {YAML}, "
        f"{JSON};as=Table;v=v1;g=meta.k8s.io"
    )


def _representation(media: str, parameters: dict[str, str]) -> Representation | None:
    if media not in (JSON, YAML) and media not in _ANY:
        return None
    media = YAML if media == YAML else JSON
    wanted = parameters.get("as")
    if wanted is None:
        return Representation(media=media)
    form, version = _FORMS.get(wanted), parameters.get("v", "")
    if form is None or parameters.get("g") != "meta.k8s.io" or version not in ("v1", "v1beta1"):
        return None
    return Representation(form=form, media=media, version=version)


def body_type(header: str) -> str:
    """Return how a body is written: JSON, YAML or PROTOBUF; raises UnsupportedMediaType."""
    found = _BODY_TYPES.get(media_type(header))
    if found is None:
        raise UnsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include: "
            f"{JSON}, {YAML}, {PROTOBUF}"
        )
    return found


def media_type(header: str) -> str:
    """Return a media type without its parameters."""
    return header.partition(";")[0].strip().lower()

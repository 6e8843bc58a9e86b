"""Time as a seam, and as it is stored: UTC text that sorts."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def to_text(instant: datetime) -> str:
    """Write an instant so that text order is time order."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """Read RFC 3339 as this module and Kubernetes write it; raises ValueError."""
    return datetime.fromisoformat(text).astimezone(UTC)

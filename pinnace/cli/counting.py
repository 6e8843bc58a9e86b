"""How many of something, in words."""


def counted(count: int, what: str) -> str:
    """Return ``no events``, ``1 event``, ``2 events``."""
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"

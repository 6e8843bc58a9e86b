"""``transform``: jq or Lua over the data; not run here yet, so the event is held back with a reason."""

from pinnace.bus import Event
from pinnace.objects.errors import Invalid
from pinnace.sensors.spec import Transform


def transform(rule: Transform, event: Event) -> Event:
    """Raise Invalid, unless there is nothing to do."""
    if rule.jq or rule.script:
        raise Invalid(f"{'jq' if rule.jq else 'Lua'} can't be run here yet")
    return event

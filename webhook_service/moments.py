"""Times as a person reads them."""

from webhook_service.clock import from_text


def moment(text: str | None) -> str:
    """Write an instant of the API as date and time in UTC; what is no time stays empty."""
    try:
        return from_text(text).strftime("%Y-%m-%d %H:%M:%S") if text else ""
    except ValueError:
        return ""


def span(started: str | None, finished: str | None) -> str:
    """Write how long something took; empty while it runs."""
    try:
        if not started or not finished:
            return ""
        seconds = round((from_text(finished) - from_text(started)).total_seconds())
    except ValueError:
        return ""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

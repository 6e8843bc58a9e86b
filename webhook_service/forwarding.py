"""One try at the EventSource: the same body and headers, byte for byte."""

import httpx

from webhook_service import headers
from webhook_service.addresses import Addresses, Unknown
from webhook_service.delivery import Attempt, Delivery, State, judge
from webhook_service.kubernetes import Unreachable

_REASON_BYTES = 2000


class Forwarder:
    """Sends deliveries on; any thread may call."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        # Proxies of the environment are for the outside; EventSources are never outside.
        self._client = httpx.Client(trust_env=False, follow_redirects=False)

    def attempt(self, delivery: Delivery, *, timeout: float) -> Attempt:
        """Try once; never raises for what can happen to a request on its way."""
        try:
            url = self._addresses.url(delivery.source, delivery.event)
            return self._send(delivery, url, timeout)
        except Unknown as error:
            return Attempt(state=State.REJECTED, status=404, reason=str(error))
        except Unreachable as error:
            return Attempt(state=State.WAITING, reason=str(error))
        except httpx.HTTPError as error:
            kind = type(error).__name__
            return Attempt(
                state=State.WAITING,
                reason=f"the EventSource could not be reached: {kind}: {error}",
            )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, delivery: Delivery, url: str, timeout: float) -> Attempt:
        pairs = (*delivery.shown, *delivery.private, (headers.DELIVERY, delivery.id))
        request = httpx.Request(
            "POST",
            f"{url}?{delivery.query}" if delivery.query else url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
            content=delivery.body,
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
        )
        response = self._client.send(request, stream=True)
        try:
            text = _beginning(response)
        finally:
            response.close()
        state = judge(response.status_code)
        return Attempt(
            state=state,
            status=response.status_code,
            reason="" if state is State.DELIVERED else _reason(response.status_code, text),
            event_id=response.headers.get(headers.EVENT_ID, ""),
        )


def _beginning(response: httpx.Response) -> str:
    """Read no more of an answer than a reason can be long."""
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) >= _REASON_BYTES:
            break
    return content[:_REASON_BYTES].decode("utf-8", "replace").strip()


def _reason(status: int, text: str) -> str:
    return f"the EventSource answered {status}: {text}" if text else f"it answered {status}"

"""The webhook service: receives events over HTTP, records them, and forwards them.

It stands before the EventSources, here and on a cluster: a delivery is on disk before it is
forwarded, so none is lost because an EventSource was down. It knows HTTP and the Kubernetes API
only and imports nothing of ``pinnace``. In: ``POST /hooks/<eventsource>/<event>``. Out: the same
request at the EventSource; ``GET /events`` and one page that shows what each event led to.
"""

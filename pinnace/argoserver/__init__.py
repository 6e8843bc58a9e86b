"""The Argo server's REST API: what Hera, the argo CLI with ``ARGO_HTTP1`` and Argo's SDK talk to.

In: HTTP requests on the port of the Kubernetes API, behind the same token. Out: the same objects,
in the shapes and with the errors of upstream's grpc-gateway (``server/`` and ``pkg/apiclient`` of
argo-workflows). What is decided about workflows is decided in ``pinnace.workflows``.
"""

from pinnace.argoserver.server import ArgoServer

__all__ = ["ArgoServer"]

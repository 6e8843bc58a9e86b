"""The Kubernetes-compatible HTTP face of the store: what kubectl and the other clients talk to.

In: HTTP requests on loopback, each with the bearer token. Out: the store's objects, watches of
them, and the logs of pods. Controllers in this process use the store itself.
"""

from pinnace.apiserver.certificates import Certificate, certificate
from pinnace.apiserver.kubeconfig import kubeconfig
from pinnace.apiserver.podlogs import LogOptions, ReadLog
from pinnace.apiserver.remote import ExecOptions, PodAccess, Program
from pinnace.apiserver.resources import Admission
from pinnace.apiserver.server import MAX_BODY, ApiServer, PortTaken, holder

__all__ = [
    "MAX_BODY",
    "Admission",
    "ApiServer",
    "Certificate",
    "ExecOptions",
    "LogOptions",
    "PodAccess",
    "PortTaken",
    "Program",
    "ReadLog",
    "certificate",
    "holder",
    "kubeconfig",
]

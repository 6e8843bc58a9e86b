"""Pinnace: Argo Events, Argo Workflows and Kubeflow TFJob on one machine, with no cluster.

The rooms, from the top (imports point downwards only): ``cli``, ``plane``, ``apiserver``, then the
five controllers ``eventsources``, ``sensors``, ``workflows``, ``training`` and ``pods``, which meet
only in objects; below them ``reconcile``, ``bus``, ``store``, ``languages`` and ``objects``.
"""

__version__ = "0.1.0"

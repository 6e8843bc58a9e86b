"""Argo Workflows: what runs what ``workflows/`` declares.

``decide`` is the pure core (spec and observed pods in, nodes and wanted pods out), ``controller``
its thin shell, ``executor`` what the ``argoexec`` containers of a workflow's pods do.
"""

"""The command line: one module for each command.

``up``, ``down`` and ``status`` hold a control plane by its state folder; every other command is an
ordinary client of the Kubernetes API.
"""

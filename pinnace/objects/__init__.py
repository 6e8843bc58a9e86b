"""Plain helpers on Kubernetes objects: kinds, metadata, selectors, quantities, errors.

Pure: nothing here reads a clock, a file or a socket (``clock`` and ``manifests`` are the two named
edges, used by the shells above).
"""

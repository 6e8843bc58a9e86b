"""Tables: what ``kubectl get`` prints. Pure; ``now`` is given."""

from pinnace.apiserver.tables.build import table

__all__ = ["table"]

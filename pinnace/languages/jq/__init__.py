"""jq as itchyny/gojq 0.12 runs it, which is what Argo embeds.

Not libjq: integers are of any size, keys are sorted, messages are gojq's (a `catch` sees them),
regular expressions are RE2. `execute(program, document)` yields the outputs one by one.
"""

from pinnace.languages.jq.core import Halted
from pinnace.languages.jq.machine import execute
from pinnace.languages.jq.values import JqError, marshal

__all__ = ["Halted", "JqError", "execute", "marshal"]

"""What is allowed in a manifest and yet probably not what was meant: warnings of ``pinnace lint``.

Each trap is a function of one object and of those beside it; it yields an Invalid (message, field,
fix) for each place. A trap is listed under the kinds it looks at.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object

Trap = Callable[[Object, Sequence[Object]], Iterable[Invalid]]

TRAPS: Mapping[Kind, tuple[Trap, ...]] = {}


def warnings(kind: Kind, obj: Object, beside: Sequence[Object]) -> Iterable[Invalid]:
    """Yield what may surprise whoever wrote an object."""
    for trap in TRAPS.get(kind, ()):
        yield from trap(obj, beside)

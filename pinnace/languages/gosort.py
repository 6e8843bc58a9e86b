"""Go's `sort.Sort`: which elements it compares, and the order that it leaves equal ones in.

Both can be told from outside: a comparison may fail, and equal elements may differ in what they
were sorted without. The algorithm is pattern-defeating quicksort (mirrors sort/zsortinterface.go;
https://arxiv.org/abs/2106.05123): insertion for a dozen elements, else a partition around a median,
and heap sort once too many partitions were bad.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Less = Callable[[Any, Any], bool]

_INSERTION = 12  # so many elements or fewer are inserted
_NINTHER = 50  # so many or more: the median of three medians, and shifts that are worth it
_SHIFTS = 5
_ALL_SWAPPED = 4 * 3


def sort(items: list[Any], less: Less) -> None:
    """Sort in place; what `less` raises leaves the list as far as it has come."""
    if len(items) > 1:
        _Sorter(items, less).quick(0, len(items), len(items).bit_length())


class _Sorter:
    def __init__(self, items: list[Any], less: Less) -> None:
        self._items, self._compare = items, less

    def _less(self, left: int, right: int) -> bool:
        return self._compare(self._items[left], self._items[right])

    def _swap(self, left: int, right: int) -> None:
        items = self._items
        items[left], items[right] = items[right], items[left]

    def quick(self, start: int, end: int, limit: int) -> None:
        balanced = partitioned = True
        while (length := end - start) > _INSERTION:
            if limit == 0:
                self._heap(start, end)
                return
            if not balanced:
                self._scatter(start, end)
                limit -= 1
            pivot, swaps = self._pivot(start, end)
            if swaps == _ALL_SWAPPED:
                self._items[start:end] = self._items[start:end][::-1]
                pivot, swaps = end - 1 - (pivot - start), 0
            if balanced and partitioned and swaps == 0 and self._is_nearly_sorted(start, end):
                return
            if start > 0 and not self._less(start - 1, pivot):
                start = self._partition_equal(start, end, pivot)
                continue
            middle, partitioned = self._partition(start, end, pivot)
            balanced = min(middle - start, end - middle) >= length // 8
            if middle - start < end - middle:
                self.quick(start, middle, limit)
                start = middle + 1
            else:
                self.quick(middle + 1, end, limit)
                end = middle
        self._insert(start, end)

    def _insert(self, start: int, end: int) -> None:
        for place in range(start + 1, end):
            self._sink(place, start)

    def _sink(self, place: int, start: int) -> None:
        """Move an element down to where it belongs among those before it."""
        while place > start and self._less(place, place - 1):
            self._swap(place, place - 1)
            place -= 1

    def _heap(self, start: int, end: int) -> None:
        size = end - start
        for root in range((size - 1) // 2, -1, -1):
            self._sift(root, size, start)
        for last in range(size - 1, -1, -1):
            self._swap(start, start + last)
            self._sift(0, last, start)

    def _sift(self, root: int, size: int, start: int) -> None:
        while (child := 2 * root + 1) < size:
            if child + 1 < size and self._less(start + child, start + child + 1):
                child += 1
            if not self._less(start + root, start + child):
                return
            self._swap(start + root, start + child)
            root = child

    def _scatter(self, start: int, end: int) -> None:
        """Break patterns that have led to bad partitions; chance is the same each time."""
        length = end - start
        random, mask = length, (1 << length.bit_length()) - 1
        middle = start + length // 4 * 2
        for place in range(middle - 1, middle + 2):
            random ^= random << 13 & (2**64 - 1)
            random ^= random >> 7
            random ^= random << 17 & (2**64 - 1)
            other = random & mask
            self._swap(place, start + (other - length if other >= length else other))

    def _pivot(self, start: int, end: int) -> tuple[int, int]:
        """A median's place, and how many of the pairs looked at were in the wrong order."""
        quarter = (end - start) // 4
        places = [start + quarter, start + quarter * 2, start + quarter * 3]
        swaps = 0
        if end - start >= _NINTHER:
            for index, place in enumerate(places):
                places[index], wrong = self._median(place - 1, place, place + 1)
                swaps += wrong
        median, wrong = self._median(*places)
        return median, swaps + wrong

    def _median(self, first: int, second: int, third: int) -> tuple[int, int]:
        swaps = 0
        if self._less(second, first):
            first, second, swaps = second, first, swaps + 1
        if self._less(third, second):
            second, third, swaps = third, second, swaps + 1
        if self._less(second, first):
            first, second, swaps = second, first, swaps + 1
        return second, swaps

    def _is_nearly_sorted(self, start: int, end: int) -> bool:
        """Put a few elements right; tells whether that was all that was wrong."""
        place = start + 1
        for _ in range(_SHIFTS):
            while place < end and not self._less(place, place - 1):
                place += 1
            if place == end:
                return True
            if end - start < _NINTHER:
                return False
            self._swap(place, place - 1)
            if place - start >= 2:
                self._sink(place - 1, 0)
            if end - place >= 2:
                self._rise(place + 1, end)
        return False

    def _rise(self, place: int, end: int) -> None:
        while place < end and self._less(place, place - 1):
            self._swap(place, place - 1)
            place += 1

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Smaller ones before the pivot; its place, and whether nothing had to move."""
        self._swap(start, pivot)
        left, right = self._meet(start, start + 1, end - 1)
        untouched = left > right
        while left <= right:
            self._swap(left, right)
            left, right = self._meet(start, left + 1, right - 1)
        self._swap(right, start)
        return right, untouched

    def _meet(self, pivot: int, left: int, right: int) -> tuple[int, int]:
        """Two places that have to change, or places that have passed each other."""
        while left <= right and self._less(left, pivot):
            left += 1
        while left <= right and not self._less(right, pivot):
            right -= 1
        return left, right

    def _partition_equal(self, start: int, end: int, pivot: int) -> int:
        """What equals the pivot comes first; where the rest begins (nothing is smaller)."""
        self._swap(start, pivot)
        left, right = start + 1, end - 1
        while True:
            while left <= right and not self._less(start, left):
                left += 1
            while left <= right and self._less(start, right):
                right -= 1
            if left > right:
                return left
            self._swap(left, right)
            left, right = left + 1, right - 1

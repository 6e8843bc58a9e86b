"""The abbreviations in a time zone's data file (TZif, RFC 9636), which `zoneinfo` doesn't tell.

A zone's file lists every kind of local time that the zone has had, by abbreviation and offset,
with those that stood for a summer only (`EPT` in New York, August 1945). Go's time.Parse takes all
of them.
"""

from __future__ import annotations

import os
import struct
import zoneinfo
from functools import lru_cache
from importlib import resources

_HEADER = struct.Struct(">4s c 15x 6L")
_TYPE = struct.Struct(">l ? B")


@lru_cache(maxsize=64)
def local_time_types(key: str) -> tuple[tuple[str, int], ...]:
    """Return the (abbreviation, seconds east of UTC) that the file of a zone of ZoneInfo has."""
    data = _read(key)
    version, counts = _header(data, 0)
    if version == b"\0":
        return _types(data, _HEADER.size, counts, 4)
    second = _HEADER.size + _size(counts, 4)  # the same again, with times of 64 bits
    return _types(data, second + _HEADER.size, _header(data, second)[1], 8)


def _read(key: str) -> bytes:
    """Find the file where ZoneInfo finds it: the system's folders, then the package tzdata."""
    for folder in zoneinfo.TZPATH:
        path = os.path.join(folder, key)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    return resources.files("tzdata.zoneinfo").joinpath(key).read_bytes()


_Counts = tuple[int, ...]
"""How many indicators (UT, standard), leap seconds, transitions, types, characters."""


def _header(data: bytes, start: int) -> tuple[bytes, _Counts]:
    _magic, version, *counts = _HEADER.unpack_from(data, start)
    return version, tuple(counts)


def _size(counts: _Counts, time_size: int) -> int:
    ut, standard, leaps, transitions, types, characters = counts
    fixed = types * _TYPE.size + characters + standard + ut
    return transitions * (time_size + 1) + leaps * (time_size + 4) + fixed


def _types(data: bytes, start: int, counts: _Counts, time_size: int) -> tuple[tuple[str, int], ...]:
    transitions, types, characters = counts[3:]
    first = start + transitions * (time_size + 1)
    last = first + types * _TYPE.size
    names = data[last : last + characters]
    return tuple(
        (names[place : names.index(b"\0", place)].decode("ascii"), offset)
        for offset, _summer, place in _TYPE.iter_unpack(data[first:last])
    )

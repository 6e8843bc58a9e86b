"""By which names and addresses a server that listens somewhere is reached."""

import ipaddress
import socket

import psutil

_ANYWHERE = frozenset({"0.0.0.0", "::"})
LOOPBACK = "127.0.0.1"


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own, which no other machine reaches."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return address == "localhost"


def names_of(address: str) -> tuple[str, ...]:
    """Return what clients may call the server: all of this machine when it listens everywhere."""
    if address not in _ANYWHERE:
        return (address,)
    found = [
        each.address.partition("%")[0]
        for addresses in psutil.net_if_addrs().values()
        for each in addresses
        if each.family in (socket.AF_INET, socket.AF_INET6)
    ]
    return tuple(dict.fromkeys((*found, socket.gethostname().lower())))


def reached_at(address: str) -> str:
    """Return the address that this machine's own clients use."""
    return LOOPBACK if address in _ANYWHERE else address

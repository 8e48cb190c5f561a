"""The visitor's address: what trusted proxies say, and nothing that anybody else says."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

_FORWARDED_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*"?([^";]*)', re.IGNORECASE)


# The same few connections bring most hits, and reading an address costs more than the rest.
@lru_cache(maxsize=8192)
def find_address(
    peer: str, forwarded_for: str, trusted: tuple[Network, ...], forwarded: str = ""
) -> str:
    """Walk the proxies from our side outwards; the first untrusted hop is the visitor.

    ``peer`` is ``address:port`` as the server gives it. ``forwarded`` (RFC 7239) counts only
    without X-Forwarded-For, which nearly every proxy writes: it passes on what a visitor made
    up in the other. Entries that are no addresses end the walk: what stands beyond them was
    written by nobody we trust.
    """
    nearest = _read(peer)
    if nearest is None:
        return ""
    for hop in _list_hops(forwarded_for, forwarded):
        if not any(nearest in network for network in trusted):
            break
        further = _read(hop)
        if further is None:
            break
        nearest = further
    return str(nearest)


def _list_hops(forwarded_for: str, forwarded: str) -> list[str]:
    """The nearest first."""
    if forwarded_for:
        return [entry.strip() for entry in reversed(forwarded_for.split(","))]
    found = [_FORWARDED_FOR.search(entry) for entry in reversed(forwarded.split(","))]
    return [match.group(1).strip() if match else "" for match in found if forwarded]


@lru_cache(maxsize=8192)
def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port or brackets; None for anything else."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    elif text.count(":") > 7:
        host = text.rpartition(":")[0]  # Granian writes an IPv6 peer as address:port
    try:
        address = ip_address(host)
    except ValueError:
        return None
    # ::ffff:192.0.2.1 is how a dual-stack socket names an IPv4 visitor.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address

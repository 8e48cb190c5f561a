"""The visitor's address: what trusted proxies say, and nothing that anybody else says."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


# The same few connections bring most hits, and reading an address costs more than the rest.
@lru_cache(maxsize=8192)
def find_address(peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """Walk X-Forwarded-For from our side outwards; the first untrusted hop is the visitor.

    ``peer`` is ``address:port`` as the server gives it. Entries that are no addresses end the
    walk: what stands beyond them was written by nobody we trust.
    """
    nearest = _read(peer)
    if nearest is None:
        return ""
    if not trusted or not forwarded_for:
        return str(nearest)
    for entry in reversed(forwarded_for.split(",")):
        if not any(nearest in network for network in trusted):
            break
        hop = _read(entry.strip())
        if hop is None:
            break
        nearest = hop
    return str(nearest)


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

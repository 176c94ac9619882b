"""Who is at the other end, as far as limits need to know."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

HOUSE = 64  # bits of an IPv6 address that one customer of a provider is given


def peer_of(request: HttpRequest) -> str:
    """An address, or the network of one household where it is IPv6; "" where nobody can tell.

    A proxy in the own network is believed when it says whom it serves; anyone else speaks for themselves.
    """
    found = _address(request.META.get("REMOTE_ADDR", ""))
    told = _address(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip())
    if told is not None and (found is None or found.is_private):
        found = told
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, HOUSE), strict=False))
    return str(found or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None

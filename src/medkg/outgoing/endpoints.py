"""The endpoints that SERVICE may call, as the operator wrote them, and at which network addresses they may be."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from medkg.errors import SettingsError

_PORTS: Final = {"http": 80, "https": 443}
_WRITABLE: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_REMEDY: Final = "Give whole http or https addresses parted by spaces, such as https://query.wikidata.org/sparql."
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
_SIX_TO_FOUR: Final = ipaddress.ip_network("2002::/16")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
#: Where two clouds tell their machines secrets; one looks like a public address, the other looks so to Python 3.11.
_WIRE_SERVERS: Final = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that SERVICE may call: ``iri`` to the letter, and what it says."""

    iri: str
    secure: bool
    host: str
    port: int
    target: str

    def may_be_at(self, address: str) -> bool:
        """Say whether a network address is one to connect to for this endpoint.

        Public unicast addresses are. Others (loopback, private, link-local, multicast, where clouds keep their
        metadata) are only where the operator named that very address instead of a host.
        """
        found = _address(address)
        return found is not None and (found == _address(self.host) or _is_public(found))


def read_endpoints(services: str) -> tuple[Endpoint, ...]:
    """Give the endpoints of the setting ``services``.

    Raises:
        SettingsError: an entry is no address of http or https, or holds a name, a password or a fragment.
    """
    return tuple(_endpoint(iri) for iri in dict.fromkeys(services.split()))


def _endpoint(iri: str) -> Endpoint:
    try:
        parts = urlsplit(iri)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError) as error:
        raise SettingsError(f"{iri!r} is no address of http or https", subject="services", remedy=_REMEDY) from error
    if not parts.hostname or not _WRITABLE.fullmatch(iri) or not iri.startswith(f"{parts.scheme}://"):
        raise SettingsError(f"{iri!r} is no address that can be called", subject="services", remedy=_REMEDY)
    if "@" in parts.netloc or "#" in iri:
        raise SettingsError(f"{iri!r} has a user, a password or a fragment", subject="services", remedy=_REMEDY)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(iri, parts.scheme == "https", parts.hostname, port, target)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _is_public(address.ipv4_mapped)
        if address in _NAT64:
            return _is_public(ipaddress.IPv4Address(address.packed[-4:]))
        return address in _GLOBAL_UNICAST and address not in _SIX_TO_FOUR and address.is_global
    return address.is_global and not address.is_multicast and not any(address in network for network in _WIRE_SERVERS)

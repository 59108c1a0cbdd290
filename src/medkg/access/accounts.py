"""What engine time is counted under for those without a token: a hash of their address that tomorrow tells nothing."""

from __future__ import annotations

import ipaddress
import json
import secrets
import socket
import time
from hashlib import blake2b
from pathlib import Path
from typing import Final

from medkg.access.files import access_folder, locked, write_private
from medkg.errors import StoreError
from medkg.store.log import log

_DAY: Final = 86_400
_SALT_BYTES: Final = 32
#: Bytes of an IPv6 address that say the network: one customer has all addresses of it.
_IPV6_NETWORK: Final = 8
_IPV4_IN_IPV6: Final = bytes(10) + b"\xff\xff"
_LONGEST_ADDRESS: Final = 256


class Accounts:
    """Accounts of addresses, the same in all server processes for one day.

    Only the salt is kept (``access/salt.json``), and tomorrow's takes its place: what was counted today can then no
    longer be told to be of one address or another.
    """

    def __init__(self, home: Path) -> None:
        self._home = Path(home)
        self._day = -1
        self._salt = b""

    def of(self, address: str) -> str:
        """Give the account of a client's address; addresses of one IPv6 network of 64 bits share one.

        Raises:
            StoreError: the salt cannot be read.
        """
        day = int(time.time()) // _DAY
        if day != self._day:
            self._salt, self._day = self._salt_of(day), day
        return "address:" + blake2b(_network(address), key=self._salt, digest_size=12).hexdigest()

    def _salt_of(self, day: int) -> bytes:
        """Give the salt of a day; whichever process asks first makes it, and the one before is gone."""
        folder = access_folder(self._home)
        path = folder / "salt.json"
        with locked(folder / "salt.lock"):
            try:
                kept = json.loads(path.read_bytes())
                if kept["day"] == day:
                    return bytes.fromhex(kept["salt"])
            except FileNotFoundError:
                pass
            except (OSError, KeyError, TypeError, ValueError) as error:
                raise StoreError(f"cannot be read: {error}", subject=str(path), remedy="Remove it.") from error
            salt = secrets.token_bytes(_SALT_BYTES)
            try:
                write_private(path, json.dumps({"day": day, "salt": salt.hex()}).encode())
            except StoreError as error:
                # Whoever asks is answered though the disk is full; each process counts by itself that day.
                log(__name__).error("salt-not-kept", error=str(error))
            return salt


def client_address(peer: str, forwarded: str, *, behind_proxy: bool) -> str:
    """Give the client's address: the peer's, or what the nearest proxy put last into ``X-Forwarded-For``.

    A stranger can write anything into that header, so it counts only from this machine itself, or, where a proxy is
    known to stand in front, from a private address.
    """
    last = forwarded.rpartition(",")[2].strip()
    return last if _packed(last) and _is_proxy(peer, behind_proxy) else peer


def _is_proxy(peer: str, behind_proxy: bool) -> bool:
    packed = _packed(peer)
    if packed is None:
        return peer == ""  # a socket in the file system has no address
    address = ipaddress.ip_address(packed)
    return address.is_loopback or (behind_proxy and address.is_private)


def _network(address: str) -> bytes:
    packed = _packed(address)
    return address.encode(errors="replace")[:_LONGEST_ADDRESS] if packed is None else packed[:_IPV6_NETWORK]


def _packed(address: str) -> bytes | None:
    """Give an address in 4 or 16 bytes; an IPv4 address written as one of IPv6 is that IPv4 address."""
    bare = address.strip("[]").partition("%")[0]
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            packed = socket.inet_pton(family, bare)
        except (OSError, ValueError):
            continue
        return packed.removeprefix(_IPV4_IN_IPV6)
    return None

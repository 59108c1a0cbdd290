"""Engine time spent by each caller, shared by all server processes without a lock.

Each account is a vessel that holds a minute's allowance and is refilled steadily. All there is to keep is the time at
which it will be full again: spending moves that time on, and an account whose time has passed owes nothing and leaves
its place to another. So the file is small and of fixed size, and needs neither cleaning nor a lock. Two processes that
spend for one account in the same microsecond may count one of the two; nothing else can go wrong.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
import time
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from medkg.access.files import access_folder, open_private
from medkg.access.limits import unit_of
from medkg.errors import LimitExceeded
from medkg.store.layout import file_errors

_MINUTE: Final = 60.0
#: Nobody is kept out for longer, whatever the clock did or a torn write left.
_LONGEST: Final = 900.0
_SLOTS: Final = 8
_LINES: Final = 8_192
#: A line: the tags of eight accounts, then the times at which they are full again.
_LINE: Final = struct.Struct(f"<{_SLOTS}Q{_SLOTS}d")
_SLOT_TAG: Final = struct.Struct("<Q")
_SLOT_TIME: Final = struct.Struct("<d")
_SIZE: Final = _LINES * _LINE.size


@dataclass(frozen=True, slots=True)
class Left:
    """What an account may still spend, in engine seconds; below zero it owes."""

    seconds: float
    #: Seconds until all of the allowance is there again.
    resets_in: float
    #: Seconds until there is something to spend; 0 where there is.
    retry_in: float


class Budget:
    """The engine time of all accounts of a home, in ``access/budget-1`` (1 MiB).

    Raises:
        StoreError: the file cannot be made, or the disk has no room for it.
    """

    def __init__(self, home: Path) -> None:
        path = access_folder(home) / "budget-1"
        descriptor = open_private(path, os.O_RDWR)
        try:
            # All of it at once: a hole in a mapped file that a full disk cannot fill kills the process (SIGBUS).
            with file_errors(path):
                os.posix_fallocate(descriptor, 0, _SIZE)
            self._map = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Let the file go."""
        self._map.close()

    def spend(self, account: str, seconds: float, allowance: float) -> None:
        """Count engine seconds for an account that has ``allowance`` of them a minute."""
        now = time.time()
        tag, start = _place(account)
        slot, full = self._find(tag, start, now)
        full = min(max(full, now) + seconds * _MINUTE / allowance, now + _LONGEST)
        _SLOT_TAG.pack_into(self._map, start + slot * 8, tag)
        _SLOT_TIME.pack_into(self._map, start + (_SLOTS + slot) * 8, full)

    def left(self, account: str, allowance: float) -> Left:
        """Give what an account that has ``allowance`` engine seconds a minute may still spend."""
        now = time.time()
        tag, start = _place(account)
        _, full = self._find(tag, start, now)
        resets_in = max(full - now, 0.0)
        return Left(allowance * (1 - resets_in / _MINUTE), resets_in, max(resets_in - _MINUTE, 0.0))

    def require(self, account: str, allowance: float) -> Left:
        """Give what is left.

        Raises:
            LimitExceeded: nothing is; it says when to come again.
        """
        left = self.left(account, allowance)
        if left.seconds > 0:
            return left
        raise LimitExceeded(
            f"{allowance:g} seconds of the engine's time in a minute are spent",
            limit="engine_seconds_per_minute",
            value=allowance,
            unit=unit_of("engine_seconds_per_minute"),
            retry_after=max(math.ceil(left.retry_in), 1),
            remedy="Come again later, ask for less at once, or ask the operator for a token with a higher limit.",
        )

    def _find(self, tag: int, start: int, now: float) -> tuple[int, float]:
        """Give the slot of an account and its time; where it has none, the slot that owes least, and no debt."""
        line = _LINE.unpack_from(self._map, start)
        times = line[_SLOTS:]
        if tag in line[:_SLOTS]:
            slot = line.index(tag)
            return slot, times[slot] if times[slot] <= now + _LONGEST else now
        slot = min(range(_SLOTS), key=times.__getitem__)
        return slot, now


def _place(account: str) -> tuple[int, int]:
    digest = blake2b(account.encode(), digest_size=10).digest()
    tag = int.from_bytes(digest[:8], "little") or 1
    return tag, (int.from_bytes(digest[8:], "little") % _LINES) * _LINE.size

"""Each distinct line of a long stream once, quickly where few lines occur twice."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from medkg.store.sorting import sorted_unique

#: Above this many repeated lines they are no longer held in memory; all lines are sorted instead.
HELD = 200_000
_BUCKETS = 1024


def distinct(read: Callable[[], Iterator[bytes]], folder: Path, held: int = HELD) -> Iterator[bytes]:
    """Give each distinct line once. ``read`` gives the stream anew at each call; ``folder`` takes what is too much.

    The first reading finds the hashes that occur twice (eight bytes a line), the second compares the lines that have
    such a hash.
    """
    suspects = _repeated(read())
    if len(suspects) > held:
        yield from sorted_unique(read(), folder)
        return
    seen: set[bytes] = set()
    for line in read():
        if hash(line) in suspects:
            if line in seen:
                continue
            seen.add(line)
        yield line


def _repeated(lines: Iterator[bytes]) -> set[int]:
    buckets = [array("q") for _ in range(_BUCKETS)]
    for line in lines:
        code = hash(line)
        buckets[code % _BUCKETS].append(code)
    return {one for bucket in buckets for one, other in pairwise(sorted(bucket)) if one == other}

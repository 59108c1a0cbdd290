"""What must be deleted and added to turn one sorted stream of lines into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO


def deletions(old: Iterable[bytes], new: Iterable[bytes], added: IO[bytes]) -> Iterator[bytes]:
    """Give the lines that only ``old`` has, and write those that only ``new`` has to ``added``.

    Both sides are sorted and hold no line twice. The additions are complete when the deletions have ended.
    """
    olds, news = iter(old), iter(new)
    left, right = next(olds, None), next(news, None)
    while left is not None and right is not None:
        if left == right:
            left, right = next(olds, None), next(news, None)
        elif left < right:
            yield left
            left = next(olds, None)
        else:
            added.write(right + b"\n")
            right = next(news, None)
    if left is not None:
        yield left
        yield from olds
    if right is not None:
        added.write(right + b"\n")
        added.writelines(line + b"\n" for line in news)

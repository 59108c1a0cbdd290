"""What must be deleted and added to turn one sorted stream of lines into another."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from medkg.store.patch import Operation, PatchWriter


def differences(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[Operation, bytes]]:
    """Give the lines that only one side has. Both sides are sorted and hold no line twice."""
    sides = heapq.merge(_marked(old, "D"), _marked(new, "A"), key=itemgetter(1))
    for line, found in groupby(sides, key=itemgetter(1)):
        operations = [operation for operation, _ in found]
        if len(operations) == 1:
            yield operations[0], line


def _marked(lines: Iterable[bytes], operation: Operation) -> Iterator[tuple[Operation, bytes]]:
    return ((operation, line) for line in lines)


def write_differences(old: Iterable[bytes], new: Iterable[bytes], patch: PatchWriter, spool: Path) -> None:
    """Write the deletions, then the additions; these wait in the file ``spool`` for their turn."""
    with spool.open("w+b") as added:
        for operation, line in differences(old, new):
            if operation == "D":
                patch.add("D", line + b"\n")
            else:
                added.write(line + b"\n")
        added.seek(0)
        while lines := added.readlines(1 << 20):
            patch.add("A", b"".join(lines))
    spool.unlink()

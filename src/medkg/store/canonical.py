"""Lines of N-Quads whose blank nodes are named by what they stand for (RDFC-1.0), sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from medkg.store.sorting import sorted_unique
from medkg.store.statements import block, from_lines, has_blank, lines


def canonical_lines(quads: Iterable[Quad], folder: Path) -> Iterator[bytes]:
    """Give quads as sorted, distinct lines; equal data give equal lines whatever their blank nodes are called.

    Only the quads that touch a blank node are held in memory. Naming them takes time that grows fast where many blank
    nodes look alike.
    """
    return sorted_unique(canonical_labels(lines(quads)), folder)


def canonical_labels(statements: Iterable[bytes]) -> Iterator[bytes]:
    """Rename the blank nodes in lines of N-Quads; the renamed lines come last."""
    blank: list[bytes] = []
    for line in statements:
        # The two characters also occur inside literals and IRIs; which it is, is decided below.
        if b"_:" in line:
            blank.append(line)
        else:
            yield line
    yield from _relabelled(blank)


def _relabelled(statements: list[bytes]) -> Iterator[bytes]:
    quads = list(from_lines(b"\n".join(statements)))
    yield from block([quad for quad in quads if not has_blank(quad)]).split(b"\n")[:-1]
    dataset = Dataset(quad for quad in quads if has_blank(quad))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    yield from block(list(dataset)).split(b"\n")[:-1]

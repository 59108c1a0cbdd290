"""Whether two bags of rows are the same but for the names of their blank nodes.

A row is a tuple of terms or None: a solution over fixed variables, or a statement. So one comparison serves tables,
graphs and data sets, blank nodes shared between rows and graphs included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import pyoxigraph as ox

Row = tuple[Hashable | None, ...]
Colours = dict[ox.BlankNode, int]


def isomorphic(ours: Sequence[Row], theirs: Sequence[Row]) -> bool:
    """Tell whether some renaming of blank nodes makes one bag the other."""
    if len(ours) != len(theirs):
        return False
    colours, others = _refined(ours), _refined(theirs)
    return _same(ours, colours, theirs, others) and _match(ours, colours, theirs, others)


def isomorphic_in_order(ours: Sequence[Row], theirs: Sequence[Row]) -> bool:
    """Tell whether some renaming of blank nodes makes one sequence the other."""
    return isomorphic([(place, *row) for place, row in enumerate(ours)], [(p, *row) for p, row in enumerate(theirs)])


def _match(ours: Sequence[Row], colours: Colours, theirs: Sequence[Row], others: Colours) -> bool:
    """Pair one node of an ambiguous colour after the other, and try again where a pair leads nowhere."""
    groups: defaultdict[int, list[ox.BlankNode]] = defaultdict(list)
    for node, colour in colours.items():
        groups[colour].append(node)
    ambiguous = min((nodes for nodes in groups.values() if len(nodes) > 1), key=len, default=None)
    if ambiguous is None:
        return True
    chosen = ambiguous[0]
    trial = _refined(ours, {**colours, chosen: -1})
    for candidate in [node for node, colour in others.items() if colour == colours[chosen]]:
        other = _refined(theirs, {**others, candidate: -1})
        if _same(ours, trial, theirs, other) and _match(ours, trial, theirs, other):
            return True
    return False


def _refined(rows: Sequence[Row], start: Colours | None = None) -> Colours:
    """Colour each blank node by where it stands, until no round tells more nodes apart."""
    colours = start or {cell: 0 for row in rows for cell in row if isinstance(cell, ox.BlankNode)}
    while True:
        seen: defaultdict[ox.BlankNode, list[int]] = defaultdict(list)
        for row in rows:
            for place, cell in enumerate(row):
                if isinstance(cell, ox.BlankNode):
                    own = tuple(other == cell for other in row)
                    seen[cell].append(hash((place, own, _coloured(row, colours))))
        told = {node: hash((colours[node], tuple(sorted(seen[node])))) for node in colours}
        if len(set(told.values())) == len(set(colours.values())):
            return told
        colours = told


def _coloured(row: Row, colours: Colours) -> Row:
    return tuple(("blank", colours[cell]) if isinstance(cell, ox.BlankNode) else cell for cell in row)


def _same(ours: Sequence[Row], colours: Colours, theirs: Sequence[Row], others: Colours) -> bool:
    return Counter(_coloured(row, colours) for row in ours) == Counter(_coloured(row, others) for row in theirs)

"""Tables → quads: each row through the CONSTRUCT of its table, each statement with its claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from medkg.errors import MappingError
from medkg.mapping.program import Program
from medkg.mapping.provenance import Claim, Ledger, in_graph
from medkg.namespaces import Graphs
from medkg.progress import silent
from medkg.sources.catalogue import SourceCatalogue, Table
from medkg.sources.rows import Row, Unmatched

#: Told the table in work, rows done, rows in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class MappedData:
    """What the tables say: ``ledger`` has the claims, ``descriptions`` the statements of the catalog and their rows."""

    ledger: Ledger
    descriptions: Mapping[ox.Quad, Row]
    unmatched: tuple[Unmatched, ...]

    @property
    def claims(self) -> list[Claim]:
        """Give the claims, in the order of tables and rows."""
        return self.ledger.claims

    def quads(self) -> Iterator[ox.Quad]:
        """Give everything, each quad once, in an order that depends on the tables alone."""
        yield from self.ledger.quads()
        yield from self.descriptions


def map_tables(catalogue: SourceCatalogue, progress: Progress = silent) -> MappedData:
    """Run every row of every table that has a mapping through it.

    Raises:
        MappingError: a mapping is broken or fails on a row, or a row yields no statement; names the file and line.
    """
    ledger = Ledger()
    descriptions: dict[ox.Quad, Row] = {}
    mapped = [table for table in catalogue.tables if table.spec.mapping is not None]
    total = sum(len(table.rows) for table in mapped)
    done = 0
    for table in mapped:
        progress(table.spec.path.name, done, total)
        program = _program(table)
        for row in table.rows:
            if row.document is None:
                descriptions |= dict.fromkeys(_describe(program, row), row)
            else:
                _enter(program, row, ledger)
        done += len(table.rows)
    progress("", done, total)
    return MappedData(ledger, descriptions, catalogue.unmatched)


def _program(table: Table) -> Program:
    if table.spec.mapping is None:
        raise TypeError("a table without mapping has no program")
    return Program(table.spec.mapping, table.spec, table.joined)


def _enter(program: Program, row: Row, ledger: Ledger) -> None:
    """Enter the statements of a row; those that its source does not print are derived."""
    if row.document is None or row.status is None:
        raise TypeError("a row of facts has a source and a status")
    everything = _triples(program, row)
    stated = set(program.run(row, leave_out=row.derived)) if row.derived else set(everything)
    stated -= _composed(everything, row)
    ledger.enter(row, row.document, (triple for triple in everything if triple in stated), row.status)
    ledger.enter(row, row.document, (triple for triple in everything if triple not in stated), "derived")


def _composed(triples: Iterable[ox.Triple], row: Row) -> set[ox.Triple]:
    """Give the statements of a text or number that no cell holds: the mapping put it together, no source prints it."""
    cells = {term.value for values in row.values.values() for _, term in values}
    return {triple for triple in triples if isinstance(triple.object, ox.Literal) and triple.object.value not in cells}


def _describe(program: Program, row: Row) -> list[ox.Quad]:
    return [in_graph(triple, Graphs.CATALOG) for triple in _triples(program, row)]


def _triples(program: Program, row: Row) -> list[ox.Triple]:
    triples = program.run(row)
    if not triples:
        remedy = f"Look at what {program.path.name} needs of a row."
        raise MappingError("the row yields no statement", place=row.place, remedy=remedy)
    return triples

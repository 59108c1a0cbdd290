"""Claims and records: which source says each statement, in which row, with which status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, MK, PROV, RDF, SCHEME, SKOS, Graphs
from medkg.sources.cells import integer
from medkg.sources.documents import Document
from medkg.sources.rows import Record, Row
from medkg.terms import claim_iri

_A: Final = ox.NamedNode(RDF + "type")
_STATEMENT: Final = ox.NamedNode(RDF + "Statement")
_CLAIM: Final = ox.NamedNode(MK + "Claim")
_RECORD: Final = ox.NamedNode(MK + "Record")
_DERIVED_FROM: Final = ox.NamedNode(PROV + "wasDerivedFrom")
_IDENTIFIER: Final = ox.NamedNode(DCTERMS + "identifier")
_CLAIMS: Final = ox.NamedNode(Graphs.CLAIMS)
_STATUS: Final = SCHEME + "claim-status/"
#: What a claim is where several rows make it: the strongest of their statuses.
_STRENGTH: Final = ("stated", "external", "derived")


@dataclass(slots=True)
class Claim:
    """One statement as one source makes it, with the rows it came from (the first decides the lines)."""

    triple: ox.Triple
    document: Document
    status: str
    lines: tuple[int, int] | None
    records: list[Record] = field(default_factory=list)

    @property
    def iri(self) -> str:
        """Give the IRI: a hash of the statement and its source."""
        terms = (str(self.triple.subject), str(self.triple.predicate), str(self.triple.object))
        return claim_iri(*terms, self.document.iri)


class Ledger:
    """All claims of a build, in the order they were first made."""

    def __init__(self) -> None:
        self._claims: dict[tuple[ox.Triple, str], Claim] = {}
        self._records: dict[str, tuple[Record, Document]] = {}
        self._notes: dict[str, dict[str, None]] = {}

    def enter(self, row: Row, document: Document, triples: Iterable[ox.Triple], status: str) -> None:
        """Enter the statements of a row; a statement entered before gets the row as one more record."""
        for triple in triples:
            claim = self._claims.setdefault((triple, document.key), Claim(triple, document, status, row.lines))
            if _STRENGTH.index(status) < _STRENGTH.index(claim.status):
                claim.status, claim.lines = status, row.lines
            if claim.lines is None:
                claim.lines = row.lines
            if row.record not in claim.records:
                claim.records.append(row.record)
            self._records.setdefault(row.record.iri, (row.record, document))
            self._notes.setdefault(row.record.iri, {}).update(dict.fromkeys(row.notes))

    @property
    def claims(self) -> list[Claim]:
        """Give the claims."""
        return list(self._claims.values())

    def quads(self) -> Iterator[ox.Quad]:
        """Give the statements in the graphs of their sources, then claims and records in theirs."""
        for claim in self._claims.values():
            yield in_graph(claim.triple, claim.document.graph)
        for claim in self._claims.values():
            yield from _claim_quads(claim)
        for record, document in self._records.values():
            yield from _record_quads(record, document, self._notes[record.iri])


def in_graph(triple: ox.Triple, graph: str) -> ox.Quad:
    """Give the triple as a quad of a named graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))


def _claim_quads(claim: Claim) -> Iterator[ox.Quad]:
    node = ox.NamedNode(claim.iri)
    for predicate, term in _claim_properties(claim):
        yield ox.Quad(node, predicate, term, _CLAIMS)


def _claim_properties(
    claim: Claim,
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]:
    yield _A, _CLAIM
    yield _A, _STATEMENT
    yield ox.NamedNode(RDF + "subject"), claim.triple.subject
    yield ox.NamedNode(RDF + "predicate"), claim.triple.predicate
    yield ox.NamedNode(RDF + "object"), claim.triple.object
    yield _DERIVED_FROM, ox.NamedNode(claim.document.iri)
    yield ox.NamedNode(MK + "claimStatus"), ox.NamedNode(_STATUS + claim.status)
    for record in claim.records:
        yield ox.NamedNode(MK + "inRecord"), ox.NamedNode(record.iri)
        yield _IDENTIFIER, ox.Literal(record.identifier)
    if claim.lines:
        yield ox.NamedNode(MK + "sourceLineStart"), integer(claim.lines[0])
        yield ox.NamedNode(MK + "sourceLineEnd"), integer(claim.lines[1])


def _record_quads(record: Record, document: Document, notes: Iterable[str]) -> Iterator[ox.Quad]:
    node = ox.NamedNode(record.iri)
    properties: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (_A, _RECORD),
        (_IDENTIFIER, ox.Literal(record.identifier)),
        (ox.NamedNode(MK + "inTable"), ox.Literal(record.table)),
        (ox.NamedNode(MK + "rowNumber"), integer(record.line)),
        (_DERIVED_FROM, ox.NamedNode(document.iri)),
        *((ox.NamedNode(SKOS + "note"), ox.Literal(note)) for note in notes),
    ]
    for predicate, term in properties:
        yield ox.Quad(node, predicate, term, _CLAIMS)

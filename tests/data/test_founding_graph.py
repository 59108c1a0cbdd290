"""The tables of the founding documents pass through reader and mapping into the graphs of their documents."""

from __future__ import annotations

import shutil

import pyoxigraph as ox
import pytest

from medkg.mapping.construct import MappedData, map_tables
from medkg.namespaces import MK, RDF, Graphs, expand
from medkg.sources.catalogue import load_sources
from tests.data.founding_tables import DOCUMENTS, FOLDER, ONTOLOGY, Row, publishable, statements, triples


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> MappedData:
    """Give what the tables of the founding documents say, without those of other sources."""
    data = tmp_path_factory.mktemp("data")
    shutil.copy(FOLDER.parents[1] / "sources.csv", data)
    shutil.copytree(FOLDER, data / "sources" / "founding")
    return map_tables(load_sources(data, ONTOLOGY))


def _identifiers(mapped: MappedData, document: str) -> set[str]:
    claims = (claim for claim in mapped.claims if claim.document.key == document)
    return {record.identifier for claim in claims for record in claim.records}


def test_claims_cover_337_of_337_statements(mapped: MappedData) -> None:
    expected = set(publishable())
    found = set().union(*(_identifiers(mapped, document) for document in DOCUMENTS))
    assert len(found & expected) == len(expected) == 337, sorted(expected - found)
    assert not found - expected


def _meant(row: Row) -> tuple[str, str, str]:
    """Give a row of triples.csv as the texts of its three terms."""
    return expand(row["subject"]), expand(row["predicate"]), _object(row)


def _object(row: Row) -> str:
    return expand(row["object"]) if row["kind"] == "term" else row["object"]


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_document_fills_its_own_graph(mapped: MappedData, document: str) -> None:
    graph = ox.NamedNode(Graphs.SOURCE + document)
    quads = (quad for quad in mapped.quads() if quad.graph_name == graph)
    found = {(_text(quad.subject), quad.predicate.value, _text(quad.object)) for quad in quads}
    wanted = {_meant(row) for row in triples() if row["statement"][1:4] == document[:3]}
    added = {triple for triple in found if triple[1] in (MK + "statedIn", MK + "gapIn")}
    assert found == wanted | added
    assert {triple[2] for triple in added} == {mapped_document(mapped, document)}


def mapped_document(mapped: MappedData, document: str) -> str:
    """Give the IRI of a document, as the claims have it."""
    (iri,) = {claim.document.iri for claim in mapped.claims if claim.document.key == document}
    return iri


def test_projects_and_gaps_name_their_document(mapped: MappedData) -> None:
    in_document, gap_in = MK + "statedIn", MK + "gapIn"
    said = {claim.triple.subject for claim in mapped.claims if claim.triple.predicate.value in (in_document, gap_in)}
    typed = {MK + "Project", MK + "ProjectProposal", MK + "DataGap"}
    needed = {
        claim.triple.subject
        for claim in mapped.claims
        if claim.triple.predicate.value == RDF + "type" and _text(claim.triple.object) in typed
    }
    assert needed == said


def test_claims_carry_lines_and_status(mapped: MappedData) -> None:
    by_id = {row["id"]: row for row in statements()}
    for claim in mapped.claims:
        first = by_id[claim.records[0].identifier]
        assert claim.status in ("stated", "derived")
        assert claim.lines is not None or not first["lines"], claim
    derived = [claim for claim in mapped.claims if claim.status == "derived"]
    types = {_text(claim.triple.object) for claim in derived if claim.triple.predicate.value == RDF + "type"}
    assert {MK + "Enterprise", MK + "KnowledgeOrganisation", MK + "CivilSocietyOrganisation"} <= types
